"""Rows between the two engines and the lines of a backup: what a value of each kind looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Connection,
    Date,
    MetaData,
    String,
    Table,
    Text,
    select,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.types import Integer, TypeEngine

from callcenter.records.backup.archive import Archive, Column, Member
from callcenter.records.tables import UTCDateTime

AT_ONCE = 1000

TYPES: dict[str, Callable[[], TypeEngine[Any]]] = {
    "text": Text,
    "int": BigInteger,
    "bool": Boolean,
    "instant": UTCDateTime,
    "date": Date,
    "json": JSON,
}
KINDS: tuple[tuple[type, str], ...] = (
    (UTCDateTime, "instant"),
    (Boolean, "bool"),
    (Integer, "int"),
    (Date, "date"),
    (JSON, "json"),
    (String, "text"),
)
FROM_JSON: dict[str, Callable[[str], Any]] = {
    "instant": datetime.fromisoformat,
    "date": date.fromisoformat,
}

encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder(list)


def columns(table: Table) -> tuple[Column, ...]:
    """The columns of a table, each with its kind."""
    return tuple(Column(str(column.name), _kind(column.type)) for column in table.columns)


def _kind(of: TypeEngine[Any]) -> str:
    for known, kind in KINDS:
        if isinstance(of, known):
            return kind
    raise TypeError(f"a backup does not know how to write {of!r}")


def read(db: Connection, table: Table) -> Iterator[tuple[int, bytes]]:
    """A table as lines, some rows at a time."""
    chosen = select(table).execution_options(yield_per=AT_ONCE)
    for rows in db.execute(chosen).partitions():
        yield len(rows), encoder.encode_lines([tuple(row) for row in rows])


def load(db: Connection, archive: Archive, member: Member) -> int:
    """Write a table of the backup into the database; gives how many rows it was."""
    lines = map(decoder.decode, archive.lines(member))
    return _copy(db, member, lines) if db.dialect.name == "postgresql" else _add(db, member, lines)


def _copy(db: Connection, member: Member, lines: Iterable[list[Any]]) -> int:
    """PostgreSQL reads instants and days as they stand in the line."""
    quote = db.dialect.identifier_preparer.quote
    named = ", ".join(quote(column.name) for column in member.columns)
    nested = [n for n, column in enumerate(member.columns) if column.kind == "json"]
    driver: Any = db.connection.driver_connection
    count = 0
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {quote(member.table)} ({named}) FROM STDIN") as copy,
    ):
        for row in lines:
            count += 1
            for n in nested:
                row[n] = encoder.encode(row[n]).decode()
            copy.write_row(row)
    return count


def _add(db: Connection, member: Member, lines: Iterable[list[Any]]) -> int:
    made = (TableColumn(column.name, TYPES[column.kind]()) for column in member.columns)
    table = Table(member.table, MetaData(), *made)
    names = [column.name for column in member.columns]
    told = [(n, FROM_JSON[c.kind]) for n, c in enumerate(member.columns) if c.kind in FROM_JSON]
    count, rows = 0, iter(lines)
    while some := list(islice(rows, AT_ONCE)):
        for row in some:
            for n, meaning in told:
                if row[n] is not None:
                    row[n] = meaning(row[n])
        db.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in some])
        count += len(some)
    return count
