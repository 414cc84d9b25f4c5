"""The legs of a ring. One that was sent twice has two; the first that was heard of is the one."""

from __future__ import annotations

from sqlalchemy import Connection, Table, select

from callcenter.records import diary, live
from callcenter.records.tables import EventRow
from callcenter.rules import events

EVENT: Table = EventRow.__table__  # type: ignore[assignment]


def end(db: Connection, call: str, offer: int, leg: str) -> str:
    """The status with which ``leg`` ended, empty while it has not. What becomes of another leg of
    the same ring is nothing to the conversation."""
    told = select(EVENT).where(
        EVENT.c.subject == events.call(call), EVENT.c.thread == f"leg:{offer}"
    )
    for event in map(diary.read, db.execute(told.order_by(EVENT.c.at, EVENT.c.id))):
        mine = isinstance(event, events.LegReported) and event.leg == leg
        if mine and event.status in live.TERMINAL:  # type: ignore[attr-defined]
            return event.status  # type: ignore[attr-defined]
    return ""
