"""Today's figures, kept up to date: whatever happens in between, a look gives what reading the
whole day gives."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from callcenter.records import importing, stats, summaries
from callcenter.records import policy as policies
from callcenter.records.stats import Today, Window, raw
from callcenter.records.stats.parts import INTERVAL
from callcenter.rules import wib
from tests.figures import line

DAY = wib.at("2020-04-13 00:00").date()


def at(clock: str) -> datetime:
    return wib.at(f"2020-04-13 {clock}")


@pytest.fixture
def looked(database, keys, settings):
    with database.transaction() as db:
        policies.ensure(db, settings, at("00:00"))
        policy = policies.newest(db)
    return Looked(database, keys, policy)


class Looked:
    """A day on which things happen, and somebody who looks again and again."""

    def __init__(self, database, keys, policy) -> None:
        self.database, self.keys, self.policy = database, keys, policy
        self.today = Today()

    def told(self, *lines: str, now: str) -> None:
        importing.bring_in(self.database, self.keys, lines, now=at(now))

    def settled(self, now: str) -> None:
        with self.database.transaction() as db:
            while summaries.settle_ended(db, self.policy, now=at(now), limit=100):
                pass

    def same(self, now: str) -> stats.Day:
        """A look, compared with everything read anew."""
        with self.database.reading() as db:
            look = self.today.look(db, self.policy, now=at(now))
            whole = raw.day(db, self.policy, Window.of(DAY), now=at(now))
        assert look.total == whole.total
        assert look.by_center() == whole.by_center()
        assert dict(look.waiting()) == dict(whole.waiting())
        assert filled(look) == filled(whole)
        return look


def filled(day: stats.Day) -> dict:
    """The intervals in which there is anything."""
    return {key: part for key, part in day.parts(INTERVAL).items() if part != raw.Part()}


def test_a_call_is_counted_while_it_lives_and_once_it_is_settled(looked):
    looked.told(line("c1", "09:00:00 queue confirmation"), now="09:00:01")
    assert looked.same("09:00:05").total["waiting_now"] == 1

    looked.told(line("c1", "09:00:10 answer sari"), now="09:00:10")
    assert looked.same("09:00:11").total["talking_now"] == 1
    looked.told(line("c1", "09:03:00 hangup caller"), now="09:03:00")
    looked.same("09:03:01")
    looked.settled("09:03:02")

    assert looked.same("09:03:03").total["answered"] == 1
    assert looked.same("09:03:30").total["inbound"] == 1


def test_what_comes_late_replaces_what_was_counted(looked):
    looked.told(line("c1", "09:00:00 queue confirmation", "09:01:00 hangup caller"), now="09:01:00")
    looked.settled("09:01:01")
    assert looked.same("09:01:02").total["abandoned"] == 1

    looked.told(line("c1", "09:00:30 answer sari"), now="09:02:00")
    assert looked.same("09:02:01").total["abandoned"] == 0
    looked.settled("09:02:02")

    assert looked.same("09:02:03").total["answered"] == 1


def test_a_call_that_came_and_was_settled_between_two_looks_is_there(looked):
    looked.same("08:00:00")
    looked.told(line("c1", "09:00:00 queue confirmation", "09:01:00 hangup caller"), now="09:01:00")
    looked.settled("09:01:01")

    assert looked.same("09:01:02").total["inbound"] == 1


def test_confirmations_are_counted_anew_when_one_is_another(looked):
    told = ("09:00:00 queue confirmation", "09:00:10 answer sari", "09:03:00 outcome confirmed")
    looked.told(line("c1", *told, "09:04:00 hangup caller"), now="09:04:00")

    assert looked.same("09:04:01").total["confirmations"] == 1


def test_who_waits_for_hours_waits_no_more_although_nothing_happened(looked):
    looked.told(line("c1", "09:00:00 queue confirmation"), now="09:00:01")
    assert looked.same("09:00:02").total["waiting_now"] == 1

    assert looked.same("13:00:01").total["waiting_now"] == 0


def test_the_next_day_begins_with_nothing(looked):
    looked.told(line("c1", "09:00:00 queue confirmation", "09:01:00 hangup caller"), now="09:01:00")
    looked.same("09:01:02")

    with looked.database.reading() as db:
        tomorrow = looked.today.look(db, looked.policy, now=at("09:00:00") + timedelta(days=1))
    assert tomorrow.total["inbound"] == 0


@pytest.mark.parametrize("seed", range(3))
def test_any_day_told_in_any_order(looked, seed):
    random, clock = Random(seed), at("09:00:00")
    untold = [(call, step) for call in range(12) for step in steps(call)]
    random.shuffle(untold)  # late and out of order, also after the call was settled
    for call, step in untold:
        clock += timedelta(seconds=random.randrange(1, 5))
        now = f"{wib.local(clock):%H:%M:%S}"
        looked.told(line(f"c{call}", step, center=f"CC{call % 2 + 1}"), now=now)
        if random.random() < 0.5:
            looked.settled(now)
        if random.random() < 0.7:
            looked.same(now)
    looked.same(now)


def steps(call: int) -> list[str]:
    """What happened to a call: all of them answered but every third."""
    told = ["arrive", "queue confirmation", "answer sari", "outcome confirmed", "hangup caller"]
    if call % 3 == 0:
        told[2:4] = []
    return [f"08:{call + 10}:{10 * n:02} {step}" for n, step in enumerate(told)]
