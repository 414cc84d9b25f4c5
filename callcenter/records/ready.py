"""Statements that are compiled once and then only given values: a webhook pays for nothing else.

They go to the driver directly; what it raises comes out as it would from the engine.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.sql.expression import Executable

Filled = Callable[[Connection], Any]


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

    def run(self, db: Connection, row: dict[str, Any]) -> Any:
        """Execute with these values; gives the first row that comes of it, or None."""
        return execute(db, self._sql, self._given(row))

    def filled(self, row: dict[str, Any]) -> Filled:
        """The same in two steps: what is left to do needs nothing but a connection."""
        return partial(execute, sql=self._sql, given=self._given(row))

    def each(self, db: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Execute once for each of the rows."""
        given = [self._given(row) for row in rows]
        db.exec_driver_sql(self._sql, given)

    def _given(self, row: dict[str, Any]) -> Any:
        row = self._fixed | row
        values = {name: read(row[name]) if read else row[name] for name, read in self._read}
        return values if self._order is None else tuple(values[name] for name in self._order)


class Question(Ready):
    """A SELECT of one row, the columns of which are read by their types."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        super().__init__(statement, dialect)
        columns = statement.selected_columns
        self._row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        self._results = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        )

    def asked(self, db: Connection, **values: Any) -> Any:
        """The row with its columns by name, or None."""
        found = self.run(db, values)
        if found is None:
            return None
        told = zip(self._results, found, strict=True)
        return self._row(*[read(value) if read else value for read, value in told])


def execute(db: Connection, sql: str, given: Any = ()) -> Any:
    """Execute on the driver's connection; the first row, or None."""
    driver: Any = db.connection.driver_connection
    try:
        cursor = driver.execute(sql, given)
        found = cursor.fetchall() if cursor.description else ()
    except db.dialect.loaded_dbapi.Error as error:
        raise _told(db, driver, error) from error
    return found[0] if found else None


def _told(db: Connection, driver: Any, error: Exception) -> StatementError:
    """The engine's exception for the driver's; a connection that is gone is not used again."""
    gone = db.dialect.is_disconnect(error, driver, None)  # type: ignore[arg-type]
    if gone:
        db.invalidate(error)
    return DBAPIError.instance(
        None,
        None,
        error,
        db.dialect.dbapi.Error,  # type: ignore[union-attr]
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=db.dialect,
    )
