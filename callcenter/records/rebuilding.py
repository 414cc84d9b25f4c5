"""Derived tables folded anew from the diary: to repair them, or to prove that nothing is wrong."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Row, String, Table, collate, select, text

from callcenter.records import diary, live, merging, rollups, summaries
from callcenter.records.database import Database
from callcenter.records.tables import DERIVED, Base, CallRow, EventRow, SummaryRow
from callcenter.rules.policy import Policy

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]
TABLES: tuple[Table, ...] = tuple(each.__table__ for each in DERIVED)  # type: ignore[misc]

AT_ONCE = 1000
# Whether and when the worker has come round to a call is no fact of the diary.
NOT_COMPARED = frozenset({"unsettled", "folded_at"})
LATER = datetime.max.replace(tzinfo=UTC)  # when a summary is made that nobody will read

Key = tuple[Any, ...]


def rebuild(db: Connection, policy: Policy, *, now: datetime) -> int:
    """Empty the derived tables and fold every event anew, in the given transaction. Writers wait
    meanwhile. Gives the number of events."""
    if db.dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in (EVENT, *TABLES))
        db.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in TABLES:
        db.execute(table.delete())
    rollups.forget(db)
    count = 0
    for rows in _events(db):
        _replay(db, rows)
        count += len(rows)
    while summaries.settle_ended(db, policy, now=now, limit=AT_ONCE):
        pass
    return count


def verify(database: Database) -> Iterator[str]:
    """What the derived tables hold that the diary does not say: one sentence a row, none where
    all is well. Folds the diary again in a database beside this one; nothing is written here.

    Memory does not grow with the diary; the database beside it does, in the folder for temporary
    files.
    """
    with tempfile.TemporaryDirectory(prefix="callcenter-verify-") as folder:
        beside = Database(f"sqlite:///{Path(folder) / 'verify.db'}")
        try:
            with database.reading() as db, beside.transaction() as scratch:
                _fold_beside(db, scratch)
                for table in TABLES:
                    yield from _different(table, db, scratch)
        finally:
            beside.close()


def _fold_beside(db: Connection, scratch: Connection) -> None:
    for pragma in ("secure_delete=OFF", "cache_size=-65536"):  # it is thrown away, and grows large
        scratch.exec_driver_sql(f"PRAGMA {pragma}")
    Base.metadata.create_all(scratch, tables=[EVENT, *TABLES])
    for rows in _events(db):
        scratch.execute(EVENT.insert(), [dict(row._mapping) for row in rows])
        _replay(scratch, rows)
    settled = select(CALL.c.id).where(CALL.c.unsettled.is_(False))
    folded = db.execute(settled.execution_options(yield_per=summaries.AT_ONCE))
    for ids in folded.scalars().partitions():
        summaries.fold(scratch, ids, now=LATER)


def _events(db: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Every event, in the order in which we were told."""
    ordered = select(EVENT).order_by(EVENT.c.received_at, EVENT.c.at, EVENT.c.id)
    yield from db.execute(ordered.execution_options(yield_per=AT_ONCE)).partitions()


def _replay(db: Connection, rows: Sequence[Row[Any]]) -> None:
    """Bring the derived rows up to date, event by event, as when they were written."""
    alike: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
    ticket_ids = set()
    for row in rows:
        event = diary.read(row)
        for table, columns in live.columns(event, row.received_at):
            alike[table, tuple(sorted(columns))].append(columns)
        if event.subject.startswith("ticket:"):
            ticket_ids.add(event.of)
    for (table, _), changed in alike.items():
        merging.merge(db, table, changed)
    if ticket_ids:
        diary.fold_tickets(db, ticket_ids)


def _different(table: Table, db: Connection, scratch: Connection) -> Iterator[str]:
    """Both in the order of their keys, side by side."""
    here, there = _rows(table, db), _rows(table, scratch)
    ours, right = next(here, None), next(there, None)
    while ours or right:
        key = min(side[0] for side in (ours, right) if side)
        name = f"{table.name} {' '.join(map(str, key))}"
        if not right or right[0] != key:
            yield f"{name}: the diary knows nothing of it"
            ours = next(here, None)
        elif not ours or ours[0] != key:
            yield f"{name}: missing"
            right = next(there, None)
        else:
            if wrong := [n for n, value in right[1].items() if ours[1][n] != value]:
                yield f"{name}: not what the diary says in {', '.join(sorted(wrong))}"
            ours, right = next(here, None), next(there, None)


def _rows(table: Table, db: Connection) -> Iterator[tuple[Key, dict[str, Any]]]:
    chosen = select(table).order_by(*(_in_order(key, db) for key in table.primary_key))
    if table is SUMMARY:  # the worker has not come round to the others
        chosen = chosen.where(~table.c.call_id.in_(select(CALL.c.id).where(CALL.c.unsettled)))
    for row in db.execute(chosen.execution_options(yield_per=AT_ONCE)):
        columns = {n: value for n, value in row._mapping.items() if n not in NOT_COMPARED}
        yield tuple(columns[key.name] for key in table.primary_key), columns


def _in_order(key: Column[Any], db: Connection) -> ColumnElement[Any]:
    """The order in which Python, SQLite, and PostgreSQL only when told so, put texts."""
    texts = isinstance(key.type, String) and db.dialect.name == "postgresql"
    return collate(key, "C") if texts else key
