"""Calls and agents' legs that are not over as far as we know, and of which nothing was heard for
long: the carrier may have told us, and we may have missed it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, select

from callcenter.records import floor
from callcenter.records.tables import CallRow
from callcenter.rules import events
from callcenter.rules.events import Event

CALL: Table = CallRow.__table__  # type: ignore[assignment]

SILENT_MIN = 10  # minutes; a conversation may be as silent as that, and is asked about for nothing
FORGOTTEN = timedelta(days=1)  # what the carrier does not know of by then, it never will
TURN = "asked"


@dataclass(frozen=True)
class Unheard:
    """``sid``: what to ask the carrier about. ``ended``: the report that is missing, by its status
    and the moment it ended."""

    sid: str
    ended: Callable[[str, datetime], Event]


def due(db: Connection, *, now: datetime) -> list[Unheard]:
    """Those to ask about in this minute: each of them every ``SILENT_MIN`` minutes."""
    silent = (
        select(CALL.c.id, CALL.c.received_at)
        .where(CALL.c.ended_at.is_(None), CALL.c.line != "")
        .where(CALL.c.received_at > now - FORGOTTEN)
        .where(CALL.c.received_at <= now - timedelta(minutes=SILENT_MIN))
        .order_by(CALL.c.received_at)
    )
    calls = [_call(sid) for sid, since in db.execute(silent) if _in_turn(now - since)]
    legs = [
        _leg(offer)
        for offer in floor.offers(db)
        if offer.leg and not offer.leg_end and _in_turn(now - offer.offered_at)
    ]
    return calls + legs


def _in_turn(silence: timedelta) -> bool:
    """Asked once a minute this is true at every tenth minute of a silence."""
    minutes = int(silence / timedelta(minutes=1))
    return minutes >= SILENT_MIN and minutes % SILENT_MIN == 0


def _call(sid: str) -> Unheard:
    def ended(status: str, at: datetime) -> Event:
        return events.CallReported(
            subject=events.call(sid), thread="status", turn=f"{TURN}:{status}", at=at, status=status
        )

    return Unheard(sid, ended)


def _leg(offer: floor.Offer) -> Unheard:
    def ended(status: str, at: datetime) -> Event:
        return events.LegReported(
            subject=events.call(offer.call),
            thread=f"leg:{offer.number}",
            turn=f"{TURN}:{status}",
            at=at,
            offer=offer.number,
            agent=offer.agent,
            leg=offer.leg,
            status=status,
        )

    return Unheard(offer.leg, ended)
