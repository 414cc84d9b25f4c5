"""Calls folded into one row each when they have ended; again whenever an event of one comes late.

Figures read these rows. A call that still lives, or changed since it was folded, is folded for
them on the spot, so a figure is never older than the diary.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table, Text, cast, or_, select, update

from callcenter.records import callers, changed_days, diary, merging
from callcenter.records.tables import CallRow, EventRow, SummaryRow
from callcenter.rules import calls, events, wib
from callcenter.rules.calls import Call
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]

T = TypeVar("T")

AT_ONCE = 500
ONE_DAY = timedelta(days=1)
BODY = cast(SUMMARY.c.body, Text)  # read into a Call in one go, not by way of dicts
CALLS = msgspec.json.Decoder(Call)


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
        changed_days.note(db, fold(db, some, now=now), now=now)
    return len(ids)


def fold(db: Connection, ids: Sequence[str], *, now: datetime) -> set[date]:
    """Write the summaries of these calls and take their marks away. Gives the WIB days whose
    figures they may have changed: those of before and those of now."""
    settled = list(folded(db, ids))
    days = {day for call in (*_known(db, ids), *settled) for day in days_of(call)}
    if settled:
        rows = [_row(call, now) for call in settled]
        statement = merging.insert(db, SUMMARY)
        fresh = {name: statement.excluded[name] for name in rows[0] if name != "call_id"}
        db.execute(statement.on_conflict_do_update(index_elements=["call_id"], set_=fresh), rows)
    db.execute(update(CALL).where(CALL.c.id.in_(ids)).values(unsettled=False))
    return days


def days_of(call: Call) -> set[date]:
    """The days to whose figures a call adds: that of its arrival, and the next if it was not over
    by then. What comes later, a promised call back for instance, is booked with the call."""
    first = wib.day_of(call.arrived_at)
    following = first + ONE_DAY
    return {first, following} if _last_day(call) > first else {first}


def _last_day(call: Call) -> date:
    """The WIB day of the last thing of a call; a talk or a wait without an end may go on."""
    going_on = any(talk.ended_at is None for talk in call.talks)
    going_on |= any(stay.how == calls.WAITING for stay in call.stays)
    return date.max if going_on else wib.day_of(call.last_at)


def counts(call: Call) -> bool:
    """Whether a call is in the figures at all: tests are not, nor are calls that we made."""
    return not call.test and call.channel == "call"


def _row(call: Call, now: datetime) -> dict[str, Any]:
    return {
        "call_id": call.id,
        "day": wib.day_of(call.arrived_at).isoformat(),
        "last_day": _last_day(call).isoformat(),
        "center": call.center,
        "queue": call.queue,
        "arrived_at": call.arrived_at,
        "booked_at": call.booked_at if counts(call) else None,
        "caller_id": callers.of_call(call.id),
        "reached": call.reached,
        "folded_at": now,
        "body": msgspec.to_builtins(call),
    }


def arrived(
    db: Connection, start: datetime, end: datetime, *, as_of: datetime | None = None
) -> Iterator[Call]:
    """The calls that came from the day before ``start`` up to ``end`` and were not over before
    ``start``, each as it stands now; with ``as_of`` as it stood then, whatever became known of it
    later."""
    before = start - ONE_DAY
    if as_of is not None:
        then = CALL.c.arrived_at >= before, CALL.c.arrived_at < end, CALL.c.arrived_at <= as_of
        ids = list(db.execute(select(CALL.c.id).where(*then)).scalars())
        yield from _all_folded(db, ids, as_of)
        return
    alive = unsettled(db, before, end)
    for row in db.execute(_settled(start, end).execution_options(yield_per=AT_ONCE)):
        if row.call_id not in alive:
            yield CALLS.decode(row.body)
    yield from _all_folded(db, sorted(alive), None)


def unsettled(db: Connection, start: datetime, end: datetime) -> dict[str, datetime]:
    """When the calls arrived that came from ``start`` up to ``end`` and changed since they were
    folded, or never were."""
    lives = CALL.c.unsettled, CALL.c.arrived_at >= start, CALL.c.arrived_at < end
    rows = db.execute(select(CALL.c.id, CALL.c.arrived_at).where(*lives))
    return {row.id: row.arrived_at for row in rows}


def _settled(start: datetime, end: datetime) -> Any:
    """The summaries of calls that came between the two instants, or on the day before ``start`` if
    they were not over by then. Two questions in one, so that an index answers each."""
    first, last = wib.day_of(start), wib.day_of(end - timedelta.resolution)
    days = [(first + ONE_DAY * n).isoformat() for n in range((last - first).days + 1)]
    columns = (SUMMARY.c.call_id, BODY.label("body"))
    came = select(*columns).where(
        SUMMARY.c.day.in_(days), SUMMARY.c.arrived_at >= start, SUMMARY.c.arrived_at < end
    )
    lasted = select(*columns).where(
        SUMMARY.c.day == (first - ONE_DAY).isoformat(),
        SUMMARY.c.arrived_at >= start - ONE_DAY,
        or_(SUMMARY.c.last_day >= first.isoformat(), SUMMARY.c.last_day.is_(None)),
    )
    return came.union_all(lasted)


def _known(db: Connection, ids: Sequence[str]) -> Iterator[Call]:
    """These calls as they were folded last."""
    rows = db.execute(select(BODY).where(SUMMARY.c.call_id.in_(ids)))
    return (CALLS.decode(body) for body in rows.scalars())


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


def chunks(some: Sequence[T]) -> Iterator[Sequence[T]]:
    """Engines limit how many values one statement may have."""
    return (some[start : start + AT_ONCE] for start in range(0, len(some), AT_ONCE))
