"""Statements that are compiled once and then only given values: a webhook pays for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.expression import Executable


class Ready:
    """``statement`` for ``dialect``; its binds are named as they were when it was built."""

    def __init__(self, statement: Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self._sql = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup
        self._fixed = {name: bind.value for name, bind in compiled.binds.items()}
        self._read = tuple(
            (name, bind.type.dialect_impl(dialect).bind_processor(dialect))
            for name, bind in compiled.binds.items()
        )

    def run(self, db: Connection, *rows: dict[str, Any]) -> CursorResult[Any]:
        """Execute with one row of values, or once for each of several."""
        given = [self._given(row) for row in rows]
        return db.exec_driver_sql(self._sql, given[0] if len(given) == 1 else given)

    def _given(self, row: dict[str, Any]) -> Any:
        row = self._fixed | row
        values = {name: read(row[name]) if read else row[name] for name, read in self._read}
        return values if self._order is None else tuple(values[name] for name in self._order)
