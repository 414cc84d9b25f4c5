"""Which days changed, so that their roll-ups hold no longer, or have to be made for the first time.

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
    """Note that something of these WIB days changed: once for a day that is not over yet, for it
    will be added up as a whole; each time for one that may have been added up already."""
    wanted = {day.isoformat(): day >= wib.day_of(now) for day in days}
    goes_on = [day for day, still in wanted.items() if still]
    if goes_on:
        noted = select(CHANGED.c.day).where(CHANGED.c.day.in_(goes_on))
        for day in db.execute(noted).scalars():
            wanted.pop(day, None)
    if wanted:
        db.execute(CHANGED.insert(), [{"id": ids.new(now), "day": day} for day in sorted(wanted)])


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
