"""Any order, any repetition, any partition of the same events into writes makes the same record."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from callcenter.records import diary, summaries
from callcenter.records.tables import (
    CallBackRow,
    CallRow,
    EventRow,
    OfferRow,
    PresenceRow,
    SummaryRow,
)
from callcenter.rules import calls, events, tally, wib
from tests import lives

NOW = wib.at("2020-04-13 09:00")
DAYS = [wib.at(f"2020-04-13 {hour}") for hour in ("09:00", "16:57", "20:00")]
LATER = NOW + timedelta(days=2)
DERIVED = (CallRow, OfferRow, PresenceRow, CallBackRow, SummaryRow)

seeds = st.integers(0, 2**32)
# What a failing example is told with is long: its seed is what matters.
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
bounded = settings(
    max_examples=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.generate,),  # a smaller example would say no more
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def record(database, writes):
    """What an empty database holds after these writes."""
    with database.transaction() as db:
        for table in (*DERIVED, EventRow):
            db.execute(table.__table__.delete())
        for write in writes:
            diary.write(db, write, now=NOW)
        ids = list(db.execute(select(CallRow.__table__.c.id)).scalars())
        summaries.fold(db, ids, now=NOW)
    with database.reading() as db:
        kept = [sorted(map(str, db.execute(select(table.__table__)))) for table in DERIVED]
        told = sorted(db.execute(select(EventRow.__table__.c.id)).scalars())
    return told, kept


@bounded
@given(seed=seeds)
def test_calls_written_in_any_order_are_the_same_calls(database, policy, seed):
    chance = Random(seed)
    turns = lives.calls(chance, policy, DAYS)
    writes = list(lives.mixed(chance, turns))
    assert record(database, writes) == record(database, turns)


@bounded
@given(seed=seeds)
def test_a_call_is_settled_and_counted_the_same_in_any_order(policy, seed):
    chance = Random(seed)
    turns = lives.calls(chance, policy, DAYS, most=1)
    told = [event for turn in turns for event in turn]
    settled = calls.settle(told)
    mixed_up = [event for write in lives.mixed(chance, turns) for event in write]

    assert calls.settle(mixed_up) == settled
    assert settled is not None
    counted = tally.tally(settled, policy.queue, LATER)
    assert tally.tally(calls.settle(mixed_up), policy.queue, LATER) == counted


def report(status, seconds):
    return events.CallReported(
        subject="call:CA1",
        thread="status",
        turn=f"{status}:0:x",
        at=NOW + timedelta(seconds=seconds),
        status=status,
    )


def the_call(database):
    with database.reading() as db:
        return db.execute(select(CallRow.__table__)).one()


@pytest.mark.parametrize("late", ["initiated", "ringing", "in-progress"])
def test_an_end_stays_an_end_whatever_is_reported_after_it(database, late):
    ended = report("completed", 60)
    with database.transaction() as db:
        diary.write(db, (ended,), now=NOW)
        diary.write(db, (report(late, 5),), now=NOW)
        diary.write(db, (report(late, 90),), now=NOW)
    assert the_call(database).ended_at == ended.at


def test_what_comes_before_the_call_itself_is_kept(database):
    ended = report("completed", 60)
    with database.transaction() as db:
        diary.write(db, (ended,), now=NOW)
    assert (the_call(database).arrived_at, the_call(database).ended_at) == (None, ended.at)

    arrived = events.CallArrived(
        subject="call:CA1", thread="arrival", turn="0", at=NOW, line="+62318293097", center="CC1"
    )
    with database.transaction() as db:
        diary.write(db, (arrived,), now=NOW)
    row = the_call(database)
    assert (row.arrived_at, row.center, row.ended_at) == (NOW, "CC1", ended.at)
