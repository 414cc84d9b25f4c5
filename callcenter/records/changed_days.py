"""Which days that are over changed: their roll-ups hold no longer until they are added up again.

Noted in the transaction of the change, so a figure is never older than what it is made of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import Connection, Table, select

from callcenter.records import ids
from callcenter.records.tables import ChangedDayRow, TicketRow
from callcenter.rules import wib

CHANGED: Table = ChangedDayRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]

Counts = tuple[datetime | None, str]  # when and where a ticket counts


def note(db: Connection, days: Iterable[date], *, now: datetime) -> None:
    """Note those of ``days`` that are over; a day that goes on is not added up yet."""
    over = sorted({day.isoformat() for day in days if day < wib.day_of(now)})
    if over:
        db.execute(CHANGED.insert(), [{"id": ids.new(now), "day": day} for day in over])


def counting(db: Connection, tickets: Collection[str]) -> dict[str, Counts]:
    """When and where each of these tickets counts as a confirmation."""
    columns = (TICKET.c.id, TICKET.c.counted_at, TICKET.c.center)
    rows = db.execute(select(*columns).where(TICKET.c.id.in_(tickets)))
    return {row.id: (row.counted_at, row.center) for row in rows}


def note_tickets(
    db: Connection, before: Mapping[str, Counts], after: Mapping[str, Counts], *, now: datetime
) -> None:
    """Note the days on which a ticket counted or counts, where that changed."""
    moments = [
        at
        for ticket in after
        if before.get(ticket) != after[ticket]
        for at, _ in (before.get(ticket, (None, "")), after[ticket])
        if at
    ]
    note(db, {wib.day_of(at) for at in moments}, now=now)
