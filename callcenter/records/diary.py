"""The one writer. Everything that happens comes in here, once, and is only ever added.

``write`` inserts events that are new and brings the live columns up to date in the same
transaction. Where the answers to one question exclude each other they share an id, the first
one wins, and ``write`` gives back what the diary holds: the winner's events, on a retry too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Dialect, Row, Table, select

from callcenter.records import changed_days, changes, live, merging, turn
from callcenter.records.callers import CALLER, Caller
from callcenter.records.tables import EventRow, TicketRow
from callcenter.rules import events, ticket
from callcenter.rules.events import EVENTS, Event

EVENT: Table = EventRow.__table__  # type: ignore[assignment]
FEW = 4
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]


def write(
    db: Connection, happened: Sequence[Event], *, now: datetime, who: Sequence[Caller] = ()
) -> tuple[Event, ...]:
    """Add what is new of ``happened`` and give back what the diary now holds for those turns.

    Events of one turn stand or fall with the one whose ``n`` is 0. ``now`` is when we were told.
    ``who``: the callers that were told of; what is known of them already stays.
    """
    return prepared(db.dialect, happened, now=now, who=who)(db)


def prepared(
    dialect: Dialect, happened: Sequence[Event], *, now: datetime, who: Sequence[Caller] = ()
) -> Callable[[Connection], tuple[Event, ...]]:
    """:func:`write` with as much done as can be done without a connection."""
    if not happened:
        return lambda _: ()
    if turn.fits(happened, who):
        one = turn.prepared(dialect, happened, who, now)
        return lambda db: _noted(db, happened, happened if one(db) else ())
    return lambda db: _noted(db, happened, _several(db, happened, who, now))


def _noted(db: Connection, happened: Sequence[Event], added: Sequence[Event]) -> tuple[Event, ...]:
    if added:
        changes.note(db, {event.subject for event in added})
    return tuple(happened) if len(added) == len(happened) else stored(db, happened)


def _several(
    db: Connection, happened: Sequence[Event], who: Sequence[Caller], now: datetime
) -> list[Event]:
    added = _added(db, happened, now)
    alike = live.rows(added, now)
    alike[CALLER] = [dict(vars(caller)) for caller in who]
    for table, rows in alike.items():
        _merge(db, table, rows)
    if tickets := {event.of for event in added if event.subject[:7] == "ticket:"}:
        before = changed_days.counting(db, tickets)
        fold_tickets(db, tickets)
        changed_days.note_tickets(db, before, changed_days.counting(db, tickets), now=now)
    return added


def won(written: Iterable[Event], event: Event) -> bool:
    """Whether the diary holds ``event`` itself, and not another answer to the same question."""
    return any(other.id == event.id and other.kind == event.kind for other in written)


def says(written: Iterable[Event], event: Event) -> bool:
    """Whether the diary says what ``event`` says: a double click is no quarrel."""
    return any(won((other,), event) and other.body() == event.body() for other in written)


def stored(db: Connection, like: Iterable[Event]) -> tuple[Event, ...]:
    """The events that the diary holds for the turns of ``like``, in order."""
    turns = {(event.subject, event.thread, event.turn) for event in like}
    found: list[Event] = []
    for subject, thread, name in sorted(turns):
        rows = db.execute(
            select(EVENT)
            .where(EVENT.c.subject == subject, EVENT.c.thread == thread, EVENT.c.turn == name)
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


def _added(db: Connection, happened: Sequence[Event], now: datetime) -> list[Event]:
    """Insert the events; give back those that were new."""
    new = _insert(db, [event for event in happened if event.n == 0], now)
    new |= _insert(db, [event for event in happened if event.n and event.leader_id in new], now)
    return [event for event in happened if event.id in new]


def _insert(db: Connection, happened: Sequence[Event], now: datetime) -> set[str]:
    """Insert, and give back the ids that were new."""
    rows = [turn.row_of(event, now) for event in happened]
    if len(rows) > FEW:
        statement = merging.insert(db, EVENT).on_conflict_do_nothing().returning(EVENT.c.id)
        return set(db.execute(statement, rows).scalars())
    ready = turn.insert(db.dialect)
    return {row["id"] for row in rows if ready.run(db, row)}


def _merge(db: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Merge rows of whatever columns: those with the same ones in one statement."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in merging.together(table, rows):
        alike[tuple(sorted(row))].append(row)
    for some in alike.values():
        merging.merge(db, table, some)


def fold_tickets(db: Connection, tickets: Collection[str]) -> None:
    """Bring the rows of these tickets up to date: their few events are folded again, so that there
    is one definition of what a ticket is."""
    told: dict[str, list[Event]] = defaultdict(list)
    subjects = EVENT.c.subject.in_([events.ticket(each) for each in tickets])
    for row in db.execute(select(EVENT).where(subjects).order_by(EVENT.c.at, EVENT.c.id)):
        told[row.subject].append(read(row))
    settled = {subject: ticket.settle(happened) for subject, happened in sorted(told.items())}
    rows = [
        asdict(each) | {"id": subject.partition(":")[2]}
        for subject, each in settled.items()
        if each
    ]
    if rows:
        statement = merging.insert(db, TICKET)
        fresh = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=fresh), rows)
