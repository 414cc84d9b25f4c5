"""Which days that are over changed: their roll-ups hold no longer until they are added up again.

Noted in the transaction of the change, so a figure is never older than what it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, Table, select

from callcenter.records import ids
from callcenter.records.tables import ChangedDayRow, TicketRow
from callcenter.rules import wib
from callcenter.rules.ticket import Ticket

CHANGED: Table = ChangedDayRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]


def note(db: Connection, days: Iterable[date], *, now: datetime) -> None:
    """Note those of ``days`` that are over; a day that goes on is not added up yet."""
    over = sorted({day.isoformat() for day in days if day < wib.day_of(now)})
    if over:
        db.execute(CHANGED.insert(), [{"id": ids.new(now), "day": day} for day in over])


def of_ticket(db: Connection, ticket_id: str, ticket: Ticket, *, now: datetime) -> None:
    """Note the days on which a ticket counted, and counts, where that is about to change. To be
    called before its row is written."""
    columns = (TICKET.c.counted_at, TICKET.c.center)
    before = db.execute(select(*columns).where(TICKET.c.id == ticket_id)).one_or_none()
    was = (before.counted_at, before.center) if before else (None, "")
    if was != (ticket.counted_at, ticket.center):
        moments = filter(None, (was[0], ticket.counted_at))
        note(db, {wib.day_of(at) for at in moments}, now=now)
