"""Writes that may come twice, late and in any order: insert, or merge column by column."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam, case, func, literal
from sqlalchemy.sql import ColumnElement

from callcenter.records.ready import Filled, Ready


def insert(db: Connection, table: Table) -> Any:
    """An INSERT that knows ON CONFLICT on the engine in use."""
    return insert_into(db.dialect.name, table)


def insert_into(dialect: str, table: Table) -> Any:
    return import_module(f"sqlalchemy.dialects.{dialect}").insert(table)  # only the one in use


def merge(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert ``rows`` (all with the same columns), merging each column into a row that is there
    by the rule in its ``info`` (tables/base.py). Order and repetition make no difference.
    """
    ready = _ready(db.dialect, table, tuple(sorted(rows[0])))
    if len(rows) == 1:
        ready.run(db, rows[0])
    else:
        ready.each(db, rows)


def filled(dialect: Dialect, table: Table, row: dict[str, Any]) -> Filled:
    """:func:`merge` of one row, with all done that needs no connection."""
    return _ready(dialect, table, tuple(sorted(row))).filled(row)


def together(table: Table, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for one and the same place as one row, by the same rules."""
    keys = [column.name for column in table.primary_key]
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        place = tuple(row[key] for key in keys)
        found[place] = _both(table, found[place], row) if place in found else row
    return list(found.values())


def _both(table: Table, one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    both = one | two
    for name in one.keys() & two.keys():
        old, new = one[name], two[name]
        if old is None or new is None:
            both[name] = new if old is None else old
            continue
        match table.c[name].info.get("merge"):
            case "coalesce":
                both[name] = old
            case "min":
                both[name] = min(old, new)
            case "max":
                both[name] = max(old, new)
            case "newest":
                both[name] = new if two["since"] >= one["since"] else old
    return both


@cache
def _ready(dialect: Dialect, table: Table, columns: tuple[str, ...]) -> Ready:
    statement = insert_into(dialect.name, table).values(values(table, columns))
    return Ready(on_conflict(dialect.name, table, columns, statement), dialect)


def values(table: Table, columns: Sequence[str], suffix: str = "") -> dict[str, Any]:
    """What a new row is made of: a bind for each of ``columns``, and the defaults of the others."""
    binds = {name: bindparam(name + suffix, type_=table.c[name].type) for name in columns}
    defaults = {
        column.name: literal(column.default.arg, column.type)  # type: ignore[attr-defined]
        for column in table.c
        if column.default is not None and column.name not in binds
    }
    return binds | defaults


def on_conflict(dialect: str, table: Table, columns: Sequence[str], statement: Any) -> Any:
    """``statement``, an INSERT of these columns, merging into a row that is there."""
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
