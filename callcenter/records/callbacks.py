"""Requests for a call back become tickets: one open request a number, however often it is made.

The telephone only says that somebody asked; the worker takes it up from there, so a request made
while there was no database is one too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from callcenter.records import callers, diary, tickets
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallBackRow, CallRow, EventRow, TicketRow
from callcenter.records.tickets import Filed
from callcenter.rules import events

CALL: Table = CallRow.__table__  # type: ignore[assignment]
CALL_BACK: Table = CallBackRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]

SCHEDULED = "callback_scheduled"
MESSAGE = "voicemail"
NUMBERS = 500  # callers with one number, among whom the open request is looked for


@dataclass(frozen=True)
class Waiting:
    """A ticket for which somebody waits to be called. ``due_at``: from when on; None for a message,
    which is due as soon as somebody is there, and for a time that only an agent's words tell."""

    ticket: Filed
    due_at: datetime | None


def sealed(keys: Keys, asked: events.CallBackRequested, number: str) -> callers.Caller:
    """The number to call for this request, E.164, to be kept with it."""
    return callers.sealed(keys, asked.id, number=number, now=asked.at)


def take_up(
    db: Connection, keys: Keys, *, draw: Callable[[], int], now: datetime, limit: int = 50
) -> int:
    """Put the requests that are not on a ticket yet on one, the oldest first: on the ticket of an
    open request from the same number, whose time it changes, else on a new one. Gives how many."""
    found = pending(db, limit=limit)
    return sum(_take_up(db, keys, asked, draw=draw, now=now) for asked in found)


def pending(db: Connection, *, limit: int) -> Sequence[Row[Any]]:
    """The requests that are not on a ticket yet, the oldest first."""
    return db.execute(
        select(CALL_BACK)
        .where(CALL_BACK.c.ticket_id.is_(None), CALL_BACK.c.asked_at.is_not(None))
        .order_by(CALL_BACK.c.asked_at, CALL_BACK.c.call_id, CALL_BACK.c.turn)
        .limit(limit)
    ).all()


def open_request(db: Connection, keys: Keys, number: str) -> Filed | None:
    """The ticket with an open promise to call this number (E.164) back."""
    ids = callers.ids_of(db, keys, number, limit=NUMBERS)
    rows = db.execute(select(EVENT.c.subject).where(EVENT.c.id.in_(ids)))
    subjects = (subject.partition(":") for subject in rows.scalars())
    of_tickets = [of for kind, _, of in subjects if kind == "ticket"]
    still = TICKET.c.outcome == SCHEDULED, TICKET.c.void.is_(False)
    found = tickets.filed(db, TICKET.c.id.in_(of_tickets), *still)
    return next((it for it in found if tickets.number_to_call(db, keys, it) == number), None)


def waiting(db: Connection, *, center: str = "", limit: int = 200) -> tuple[Waiting, ...]:
    """Tickets of people who wait to be called, of one center or all: what is due first, first;
    messages by their age among them."""
    still = (
        TICKET.c.void.is_(False),
        (TICKET.c.outcome == SCHEDULED)
        | ((TICKET.c.outcome == "") & (TICKET.c.channel == MESSAGE)),
        *((TICKET.c.center == center,) if center else ()),
    )
    found = (Waiting(it, _due(it)) for it in tickets.filed(db, *still, limit=limit))
    return tuple(sorted(found, key=lambda it: (it.due_at or it.ticket.opened_at, it.ticket.id)))


def _due(it: Filed) -> datetime | None:
    due_at = it.given.get("due_at", "")
    return datetime.fromisoformat(due_at) if due_at else None


def _take_up(
    db: Connection, keys: Keys, asked: Row[Any], *, draw: Callable[[], int], now: datetime
) -> bool:
    """False where an agent was at the ticket at this very moment: then at the next round."""
    number = callers.number(db, keys, asked.id)
    ticket = open_request(db, keys, number) if number else None
    ticket_id = ticket.id if ticket else _opened(db, asked, draw=draw, now=now)
    promised = events.CallBackPromised(
        subject=events.ticket(ticket_id),
        thread="outcome",
        turn=str(ticket.versions if ticket else 0),
        at=asked.asked_at,
        window=asked.window,
        due_at=asked.due_at.isoformat(),
        call=asked.call_id,
        language=asked.language or "",
    )
    if not diary.won(diary.write(db, [promised], now=now), promised):
        return False
    callers.note(db, keys, promised.id, number=number, now=asked.asked_at)
    taken = events.CallBackTaken(
        subject=events.call(asked.call_id),
        thread="call_back",
        turn=asked.id,
        at=now,
        request=asked.id,
        ticket=ticket_id,
    )
    diary.write(db, [taken], now=now)
    return True


def _opened(db: Connection, asked: Row[Any], *, draw: Callable[[], int], now: datetime) -> str:
    """The new ticket of a request; its center is that of the line, as for every call."""
    call = db.execute(select(CALL).where(CALL.c.id == asked.call_id)).one()
    ticket_id = events.event_id(events.call(asked.call_id), "call_back", asked.id)
    told = {"channel": "callback", "center": call.center or "", "line": call.line or ""}
    told |= {"call": asked.call_id, "test": bool(call.test)}
    return tickets.opened(db, ticket_id, told, at=asked.asked_at, now=now, draw=draw)
