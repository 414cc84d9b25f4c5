"""Derived tables folded anew from the diary: to repair them, or to prove that nothing is wrong."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, select, text

from callcenter.records import diary, live, merging, summaries
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
    count = _replay(db, _events(db))
    while summaries.settle_ended(db, policy, now=now, limit=AT_ONCE):
        pass
    return count


def verify(database: Database) -> list[str]:
    """What the derived tables hold that the diary does not say: one sentence a row, none where
    all is well. Folds the diary again in a database beside this one; nothing is written here."""
    with tempfile.TemporaryDirectory(prefix="callcenter-verify-") as folder:
        beside = Database(f"sqlite:///{Path(folder) / 'verify.db'}")
        try:
            with database.reading() as db, beside.transaction() as scratch:
                return _compared(db, scratch)
        finally:
            beside.close()


def _compared(db: Connection, scratch: Connection) -> list[str]:
    Base.metadata.create_all(scratch, tables=[EVENT, *TABLES])
    for rows in _events(db):
        scratch.execute(EVENT.insert(), [dict(row._mapping) for row in rows])
        _replay(scratch, [rows])
    ready = select(CALL.c.id).where(CALL.c.unsettled.is_(False))
    for ids in summaries.chunks(list(db.execute(ready).scalars())):
        summaries.fold(scratch, ids, now=LATER)
    return [sentence for table in TABLES for sentence in _different(table, db, scratch)]


def _events(db: Connection) -> Iterator[Sequence[Row[Any]]]:
    """Every event, in the order in which we were told."""
    ordered = select(EVENT).order_by(EVENT.c.received_at, EVENT.c.at, EVENT.c.id)
    yield from db.execute(ordered.execution_options(yield_per=AT_ONCE)).partitions()


def _replay(db: Connection, told: Iterator[Sequence[Row[Any]]] | list[Sequence[Row[Any]]]) -> int:
    """Bring the derived rows up to date, event by event, as when they were written."""
    count, ticket_ids = 0, set()
    for rows in told:
        alike: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            event = diary.read(row)
            for table, columns in live.columns(event, row.received_at):
                alike[table, tuple(sorted(columns))].append(columns)
            if event.subject.startswith("ticket:"):
                ticket_ids.add(event.of)
        for (table, _), changed in alike.items():
            merging.merge(db, table, changed)
        count += len(rows)
    for ticket_id in sorted(ticket_ids):
        diary.fold_ticket(db, ticket_id)
    return count


def _different(table: Table, db: Connection, scratch: Connection) -> Iterator[str]:
    here, there = _rows(table, db), _rows(table, scratch)
    if table is SUMMARY:  # the worker has not come round to the others
        changed = select(CALL.c.id).where(CALL.c.unsettled)
        for call in db.execute(changed).scalars():
            here.pop((call,), None)
    for key in sorted(here.keys() | there.keys(), key=str):
        name = f"{table.name} {' '.join(map(str, key))}"
        if key not in there:
            yield f"{name}: the diary knows nothing of it"
        elif key not in here:
            yield f"{name}: missing"
        elif wrong := [n for n, value in there[key].items() if here[key][n] != value]:
            yield f"{name}: not what the diary says in {', '.join(sorted(wrong))}"


def _rows(table: Table, db: Connection) -> dict[Key, dict[str, Any]]:
    keys = [column.name for column in table.primary_key]
    found = {}
    for row in db.execute(select(table)):
        columns = {n: value for n, value in row._mapping.items() if n not in NOT_COMPARED}
        found[tuple(columns[key] for key in keys)] = columns
    return found
