"""The calls that one number made before, looked up when it calls: one statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from callcenter.records.sealing import Keys
from callcenter.records.tables import CallerRow, CallRow, EventRow
from callcenter.rules.returning import REMEMBERED, Earlier

CALL: Table = CallRow.__table__  # type: ignore[assignment]
CALLER: Table = CallerRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]

AT_LEAST = 12  # calls looked at; a number that makes more meanwhile keeps no place
COLUMNS: tuple[Any, ...] = (
    *(CALL.c.id, CALL.c.arrived_at, CALL.c.ended_at, CALL.c.queued_at, CALL.c.since_at),
    *(CALL.c.entries, CALL.c.departures, CALL.c.stepped_out, CALL.c.promised_at),
    *(CALL.c.gave_up_at, CALL.c.language, CALL.c.reason, CALL.c.resumes, CALL.c.crowd),
)


def before(
    db: Connection, keys: Keys, number: str, *, call: str, most: int, now: datetime
) -> tuple[Earlier, ...]:
    """What ``number`` (E.164) called lately but for this ``call``: the newest first, ``most`` of
    them or a few more."""
    of_call = func.substr(EVENT.c.subject, len("call:") + 1) == CALL.c.id
    rows = db.execute(
        select(*COLUMNS)
        .select_from(CALLER.join(EVENT, EVENT.c.id == CALLER.c.id).join(CALL, of_call))
        .where(
            CALLER.c.number_index == keys.index(number, "phone"),
            CALLER.c.at >= now - REMEMBERED,
            CALL.c.id != call,
            CALL.c.arrived_at.is_not(None),
        )
        .order_by(CALLER.c.at.desc())
        .limit(max(AT_LEAST, most))
    )
    return tuple(_earlier(row) for row in rows)


def _earlier(row: Row[Any]) -> Earlier:
    return Earlier(
        row.id,
        row.arrived_at,
        row.ended_at,
        min(filter(None, (row.since_at, row.queued_at)), default=None) if row.queued_at else None,
        _gave_up(row),
        row.language or "id",
        row.reason or "",
        row.resumes or "",
        row.crowd or "",
    )


def _gave_up(row: Row[Any]) -> bool:
    """Whether the caller hung up while waiting, or after stepping out for a call back that was
    never asked for."""
    stood = row.entries > row.departures or row.gave_up_at is not None
    stepped_out = row.stepped_out == row.entries and row.promised_at is None
    return row.ended_at is not None and row.entries > 0 and (stood or stepped_out)
