"""Writes that may come twice, late and in any order: insert, or merge column by column."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, case, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement


def insert(db: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT on the engine in use."""
    return _insert(db.dialect.name, table)


def _insert(dialect: str, table: Table) -> Any:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def merge(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert ``rows`` (all with the same columns), merging each column into a row that is there
    by the rule in its ``info`` (tables/base.py). Order and repetition make no difference.
    """
    statement = _merging(db.dialect.name, table, tuple(sorted(rows[0])))
    db.execute(statement, list(rows))


@cache
def _merging(dialect: str, table: Table, columns: tuple[str, ...]) -> Any:
    statement = _insert(dialect, table)
    keys = [column.name for column in table.primary_key]
    new = statement.excluded
    changed = {
        name: _merged(dialect, table.c[name], new[name], table, new)
        for name in columns
        if name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def _merged(
    dialect: str, old: ColumnElement[Any], new: ColumnElement[Any], table: Table, row: Any
) -> ColumnElement[Any]:
    match old.info["merge"]:
        case "coalesce":
            return func.coalesce(old, new)
        case "newest":
            return case((row["since"] >= table.c.since, new), else_=old)
        case "min":
            return func.least(old, new) if dialect == "postgresql" else _extreme(func.min, old, new)
        case "max" if dialect == "postgresql":
            boolean = old.type.python_type is bool
            return func.coalesce(old, False).op("OR")(new) if boolean else func.greatest(old, new)
        case _:
            return _extreme(func.max, old, new)


def _extreme(pick: Any, old: ColumnElement[Any], new: ColumnElement[Any]) -> ColumnElement[Any]:
    """SQLite's two-argument min and max answer NULL when either is NULL."""
    return pick(func.coalesce(old, new), func.coalesce(new, old))
