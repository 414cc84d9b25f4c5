"""The one writer. Everything that happens comes in here, once, and is only ever added.

``write`` inserts events that are new and brings the live columns up to date in the same
transaction. Where the answers to one question exclude each other they share an id, the first
one wins, and ``write`` gives back what the diary holds: the winner's events, on a retry too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from callcenter.records import changes, live, merging
from callcenter.records.tables import EventRow, TicketRow
from callcenter.rules import events, ticket
from callcenter.rules.events import EVENTS, Event

EVENT: Table = EventRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]


def write(db: Connection, happened: Sequence[Event], *, now: datetime) -> tuple[Event, ...]:
    """Add what is new of ``happened`` and give back what the diary now holds for those turns.

    Events of one turn stand or fall with the one whose ``n`` is 0. ``now`` is when we were told.
    """
    if not happened:
        return ()
    new = _insert(db, [event for event in happened if event.n == 0], now)
    follows = [event for event in happened if event.n > 0 and event.leader_id in new]
    new |= _insert(db, follows, now)
    added = [event for event in happened if event.id in new]
    _bring_up_to_date(db, added, now)
    return tuple(happened) if len(added) == len(happened) else stored(db, happened)


def won(written: Iterable[Event], event: Event) -> bool:
    """Whether the diary holds ``event`` itself, and not another answer to the same question."""
    return any(other.id == event.id and other.kind == event.kind for other in written)


def stored(db: Connection, like: Iterable[Event]) -> tuple[Event, ...]:
    """The events that the diary holds for the turns of ``like``, in order."""
    turns = {(event.subject, event.thread, event.turn) for event in like}
    found: list[Event] = []
    for subject, thread, turn in sorted(turns):
        rows = db.execute(
            select(EVENT)
            .where(EVENT.c.subject == subject, EVENT.c.thread == thread, EVENT.c.turn == turn)
            .order_by(EVENT.c.n)
        )
        found += [read(row) for row in rows]
    return tuple(found)


def of(db: Connection, subject: str) -> tuple[Event, ...]:
    """Everything about ``subject``, in the order in which it happened."""
    rows = db.execute(
        select(EVENT).where(EVENT.c.subject == subject).order_by(EVENT.c.at, EVENT.c.id)
    )
    return tuple(read(row) for row in rows)


def read(row: Row[Any]) -> Event:
    """The event of a row. Every kind ever released can still be read."""
    common = {name: getattr(row, name) for name in ("subject", "thread", "turn", "n", "at")}
    return EVENTS[row.kind](**common, **row.body)


def _insert(db: Connection, happened: Sequence[Event], now: datetime) -> set[str]:
    """Insert in one statement; give back the ids that were new."""
    if not happened:
        return set()
    rows = [_row(event, now) for event in happened]
    statement = merging.insert(db, EVENT).values(rows).on_conflict_do_nothing()
    return set(db.execute(statement.returning(EVENT.c.id)).scalars())


def _row(event: Event, now: datetime) -> dict[str, Any]:
    return {
        "id": event.id,
        "at": event.at,
        "kind": event.kind,
        "subject": event.subject,
        "thread": event.thread,
        "turn": event.turn,
        "n": event.n,
        "body": event.body(),
        "received_at": now,
    }


def _bring_up_to_date(db: Connection, added: Sequence[Event], now: datetime) -> None:
    """Merge the live columns of what is new, fold its tickets again, and say what changed."""
    alike: dict[tuple[Table, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
    for event in added:
        for table, columns in live.columns(event, now):
            alike[table, tuple(sorted(columns))].append(columns)
    for (table, _), rows in alike.items():
        merging.merge(db, table, rows)
    ids = {event.of for event in added if event.subject.startswith("ticket:")}
    for ticket_id in sorted(ids):
        fold_ticket(db, ticket_id)
    if added:
        changes.note(db, {event.subject for event in added})


def fold_ticket(db: Connection, ticket_id: str) -> None:
    """Bring the row of a ticket up to date: its few events are folded again, so that there is
    one definition of what a ticket is."""
    settled = ticket.settle(of(db, events.ticket(ticket_id)))
    if settled is None:
        return
    columns = asdict(settled)
    statement = merging.insert(db, TICKET).values(columns | {"id": ticket_id})
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=columns))
