"""What a caller or a person contacted us about before, over every channel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, or_, select

from callcenter.records import callers
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallRow, EventRow
from callcenter.records.tickets import TICKET, Filed, filed

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Contact:
    """An earlier call or ticket of the same caller. ``number`` is empty where no ticket was made,
    ``outcome`` where nothing was recorded."""

    at: datetime
    channel: str
    center: str
    reason: str
    outcome: str
    number: str


def last(
    db: Connection,
    keys: Keys,
    *,
    number: str | None = None,
    person: str = "",
    besides: str = "",
    limit: int = 5,
) -> tuple[Contact, ...]:
    """What a number or a person contacted us about before, over every channel, the newest first.

    ``besides``: the call that is going on. A withheld number (None) leads to nobody's calls.
    """
    subjects = _subjects(db, keys, number) if number else ()
    calls = {of for kind, of in subjects if kind == "call" and of != besides}
    made = {of for kind, of in subjects if kind == "ticket"}
    same: list[Any] = [TICKET.c.call_id.in_(calls), TICKET.c.id.in_(made)]
    same += [TICKET.c.person_id == person] if person else []
    known = tuple(filed(db, or_(*same), TICKET.c.call_id != besides, limit=limit))
    found = [_contact(it.opened_at, it.channel, it.center, it) for it in known]
    found += _without_ticket(db, calls, limit)
    return tuple(sorted(found, key=lambda it: it.at, reverse=True)[:limit])


def _subjects(db: Connection, keys: Keys, number: str) -> Iterable[tuple[str, str]]:
    """``("call", sid)`` and ``("ticket", id)`` of the callers with this number: a caller's id is
    that of an event about the call or ticket."""
    ids = callers.ids_of(db, keys, number)
    subjects = db.execute(select(EVENT.c.subject).where(EVENT.c.id.in_(ids))).scalars()
    return [(kind, of) for kind, _, of in (subject.partition(":") for subject in subjects)]


def _without_ticket(db: Connection, calls: set[str], limit: int) -> list[Contact]:
    """Calls of which nobody made a ticket: given up, cut off, or no case."""
    noted = select(TICKET.c.call_id).where(TICKET.c.call_id.in_(calls))
    rows = db.execute(
        select(CALL)
        .where(CALL.c.id.in_(calls), CALL.c.id.not_in(noted), CALL.c.arrived_at.is_not(None))
        .order_by(CALL.c.arrived_at.desc())
        .limit(limit)
    )
    return [
        Contact(row.arrived_at, row.channel or "call", row.center or "", row.reason or "", "", "")
        for row in rows
    ]


def _contact(at: datetime, channel: str, center: str, it: Filed) -> Contact:
    return Contact(at, channel, center, it.reason, it.outcome, it.number)
