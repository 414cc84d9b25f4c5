"""Calls folded into one row each when they have ended; again whenever an event of one comes late.

Figures read these rows. A call that still lives, or changed since it was folded, is folded for
them on the spot, so a figure is never older than the diary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, or_, select, update

from callcenter.records import diary, merging
from callcenter.records.tables import CallRow, EventRow, SummaryRow
from callcenter.rules import calls, events, wib
from callcenter.rules.calls import Call
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]

AT_ONCE = 500


def settle_ended(db: Connection, policy: Policy, *, now: datetime, limit: int) -> int:
    """Fold up to ``limit`` calls that changed and have ended, or of which nothing was heard for
    so long that no end will come. Gives how many there were.

    A call to which somebody is writing is left for the next time: it will be marked again.
    """
    silent = now - timedelta(seconds=policy.queue.stale_s)
    over = or_(CALL.c.ended_at.is_not(None), CALL.c.received_at < silent)
    waiting = (
        select(CALL.c.id)
        .where(CALL.c.unsettled, over)
        .order_by(CALL.c.received_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.execute(waiting).scalars())
    for some in chunks(ids):
        fold(db, some)
    return len(ids)


def fold(db: Connection, ids: Sequence[str]) -> None:
    """Write the summaries of these calls and take their marks away."""
    rows = [_row(call) for call in folded(db, ids)]
    if rows:
        statement = merging.insert(db, SUMMARY)
        fresh = {name: statement.excluded[name] for name in rows[0] if name != "call_id"}
        db.execute(statement.on_conflict_do_update(index_elements=["call_id"], set_=fresh), rows)
    db.execute(update(CALL).where(CALL.c.id.in_(ids)).values(unsettled=False))


def _row(call: Call) -> dict[str, Any]:
    return {
        "call_id": call.id,
        "day": wib.day_of(call.arrived_at).isoformat(),
        "center": call.center,
        "arrived_at": call.arrived_at,
        "body": call.as_body(),
    }


def arrived(
    db: Connection, start: datetime, end: datetime, *, as_of: datetime | None = None
) -> Iterator[Call]:
    """The calls that arrived from ``start`` up to ``end``, each as it stands now; with ``as_of``
    as it stood then, whatever became known of it later."""
    if as_of is not None:
        then = CALL.c.arrived_at >= start, CALL.c.arrived_at < end, CALL.c.arrived_at <= as_of
        ids = list(db.execute(select(CALL.c.id).where(*then)).scalars())
        yield from _all_folded(db, ids, as_of)
        return
    first, last = wib.day_of(start).isoformat(), wib.day_of(end).isoformat()
    settled = (
        select(SUMMARY.c.body)
        .join(CALL, CALL.c.id == SUMMARY.c.call_id)
        .where(SUMMARY.c.day >= first, SUMMARY.c.day <= last, CALL.c.unsettled.is_(False))
        .where(SUMMARY.c.arrived_at >= start, SUMMARY.c.arrived_at < end)
    )
    for body in db.execute(settled).scalars():
        yield Call.from_body(body)
    lives = CALL.c.unsettled, CALL.c.arrived_at >= start, CALL.c.arrived_at < end
    yield from _all_folded(db, list(db.execute(select(CALL.c.id).where(*lives)).scalars()), None)


def _all_folded(db: Connection, ids: Sequence[str], as_of: datetime | None) -> Iterator[Call]:
    for some in chunks(ids):
        yield from folded(db, some, as_of=as_of)


def folded(
    db: Connection, ids: Collection[str], *, as_of: datetime | None = None
) -> Iterator[Call]:
    """These calls, folded from the diary. One that never arrived at a center is none of ours."""
    subjects = [events.call(call) for call in ids]
    for happened in told(db, subjects, as_of=as_of).values():
        if call := calls.settle(happened):
            yield call


def told(
    db: Connection, subjects: Sequence[str], *, as_of: datetime | None = None
) -> dict[str, list[Event]]:
    """The events of each subject, those after ``as_of`` left out."""
    found: dict[str, list[Event]] = defaultdict(list)
    chosen = select(EVENT).where(EVENT.c.subject.in_(subjects))
    if as_of is not None:
        chosen = chosen.where(EVENT.c.at <= as_of)
    for row in db.execute(chosen):
        found[row.subject].append(diary.read(row))
    return found


def chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Engines limit how many values one statement may have."""
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
