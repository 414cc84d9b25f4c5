"""Which tickets are owed an SMS with their number: of calls whose outcome was just recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from callcenter.records import callers
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallRow, EventRow, TicketRow
from callcenter.rules import events, receipts, wib
from callcenter.rules.policy import Policy

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]

THREAD, BEGUN, TAKEN = "receipt", "begun", "taken"
FRESH = timedelta(minutes=15)  # a receipt that comes later than this only confuses
MOST = 500


@dataclass(frozen=True)
class Receipt:
    """One SMS that is owed. ``to``: E.164; ``begun``: it may have been sent already."""

    ticket: str
    number: str
    call: str
    line: str
    language: str
    on: date
    to: str = field(repr=False)
    begun: bool = False


def due(
    db: Connection, keys: Keys, policy: Policy, *, now: datetime, limit: int
) -> tuple[Receipt, ...]:
    """The oldest ones, never more than ``limit``: those that were begun come first."""
    found = [row for row in _recorded(db, now) if row.outcome]
    taken = _known(db, (row.id for row in found), TAKEN)
    begun = _known(db, (row.id for row in found), BEGUN)
    owed: list[Receipt] = []
    for row in sorted(found, key=lambda it: it.id not in begun):
        if row.id in taken or len(owed) == limit:
            continue
        to = callers.number(db, keys, callers.of_call(row.call_id))
        if to and receipts.may_be_told(to, policy):
            owed.append(_receipt(row, to, begun=row.id in begun))
    return tuple(owed)


def is_begun(db: Connection, ticket: str) -> bool:
    """Whether a worker has begun to send it."""
    return bool(_known(db, (ticket,), BEGUN))


def _recorded(db: Connection, now: datetime) -> list[Row[Any]]:
    chosen = (
        select(TICKET, CALL.c.language)
        .join(CALL, CALL.c.id == TICKET.c.call_id)
        .where(
            TICKET.c.opened_at > now - FRESH,
            TICKET.c.channel == "call",
            TICKET.c.agent_id != "",
            TICKET.c.test.is_(False),
            TICKET.c.void.is_(False),
        )
        .order_by(TICKET.c.opened_at)
        .limit(MOST)
    )
    return list(db.execute(chosen).all())


def _known(db: Connection, tickets: Iterable[str], turn: str) -> set[str]:
    """Those of the tickets of which the diary knows this turn."""
    ids = {events.event_id(events.ticket(it), THREAD, turn): it for it in tickets}
    return {
        ids[known] for known in db.execute(select(EVENT.c.id).where(EVENT.c.id.in_(ids))).scalars()
    }


def _receipt(row: Row[Any], to: str, *, begun: bool) -> Receipt:
    return Receipt(
        ticket=row.id,
        number=row.number,
        call=row.call_id,
        line=row.line,
        language=row.language or "id",
        on=wib.day_of(row.opened_at),
        to=to,
        begun=begun,
    )
