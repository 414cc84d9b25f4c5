"""Days that are over are kept added up: always what their calls would give, and never older."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from callcenter.records import policy as policies
from callcenter.records import rebuilding, rollups, stats, summaries
from callcenter.records.stats import closed, raw
from callcenter.records.tables import ChangedDayRow, RolledDayRow, RollUpRow
from callcenter.rules import wib
from callcenter.rules.tally.keys import PEOPLE
from tests.figures import LONG_AFTER, Ledger, Live, at, line

DAYS = tuple(date(2020, 4, 12) + timedelta(days=n) for n in range(3))
APRIL_13 = DAYS[1]
TALK = ("09:00:00 queue confirmation", "09:00:10 answer A1", "09:05:00 hangup caller")
GAVE_UP = ("09:00:00 queue confirmation", "09:01:00 hangup caller")
SECONDS = 24 * 3600
# Of what was imported at LONG_AFTER and has no end nothing was heard for long enough.
LATER = LONG_AFTER + timedelta(days=1)


@pytest.fixture
def ledger(database, keys, policy) -> Ledger:
    return Ledger(database, keys, policy)


def ruling(ledger: Ledger):
    with ledger.database.reading() as db:
        return policies.newest(db)


def roll(ledger: Ledger, now=LATER, limit: int | None = None) -> int:
    ledger.settle(now=now)
    return rollups.roll_up(ledger.database, ruling(ledger), now=now, limit=limit)


def stands(ledger: Ledger, day: date = APRIL_13) -> bool:
    with ledger.database.reading() as db:
        return day in closed.standing(db, ruling(ledger), day, day)


def count(ledger: Ledger, table: type) -> int:
    with ledger.database.reading() as db:
        return db.execute(select(func.count()).select_from(table.__table__)).scalar_one()


def as_calls_give(ledger: Ledger, day: date, monkeypatch, center: str = "") -> dict[str, Any]:
    """The document of a day with every roll-up looked past."""
    with monkeypatch.context() as looking:
        looking.setattr(closed, "day", lambda *_, **__: None)
        return ledger.stats(day.isoformat(), center=center)


# --- drawn days --------------------------------------------------------------------------------

CENTERS, QUEUES, AGENTS = ("CC1", "CC1", "CC2"), ("confirmation", "lain"), ("A1", "A2", "B1")


def clock(second: int) -> str:
    start = wib.start_of(DAYS[0])
    return f"{start + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}"


def drawn_call(chance: Random, number: int) -> str:
    """A call on one of three days; near midnight as often as not, and now and then for hours."""
    midnight = SECONDS * chance.choice((1, 2)) + chance.randrange(-1500, 900)
    second = chance.choice((chance.randrange(3 * SECONDS), midnight))
    told = [f"{clock(second)} arrive"]
    kind = chance.choice(("menu", "blocked", "gone", "callback", *("answer",) * 5))
    if kind == "menu":
        told.append(f"{clock(second + 20)} ivr_result {chance.choice(('status_given', 'none'))}")
    elif kind == "blocked":
        told.append(f"{clock(second)} blocked closed")
    else:
        second += chance.randrange(60)
        told.append(f"{clock(second)} queue {chance.choice(QUEUES)}")
        second += chance.choice((0, 4, 5, 20, 21, 400))
    if kind == "callback":
        told.append(f"{clock(second)} callback_request")
        told.append(f"{clock(second + 3000)} callback_answer A1")
        told.append(f"{clock(second + 3300)} callback_end")
    if kind == "answer":
        told.append(f"{clock(second)} answer {chance.choice(AGENTS)}")
        second += chance.choice((5, 200, 5000, 40_000))
        told.append(f"{clock(second)} outcome {chance.choice(('confirmed', 'prank'))}")
    if chance.random() < 0.9:
        told.append(f"{clock(second + 30)} hangup caller")
    caller = chance.choice(("", *(f"0812{n:07}" for n in range(12))))
    test = chance.random() < 0.05
    return line(f"c{number}", *told, center=chance.choice(CENTERS), caller=caller, test=test)


def drawn_states(chance: Random) -> str:
    told = [
        f"{clock(chance.randrange(3 * SECONDS))} agent_state {chance.choice(AGENTS)} {state}"
        for state in ("available", "available", "break", "offline") * 4
    ]
    return line("states", *told)


def drawn_day(seed: int, calls: int = 90) -> list[str]:
    chance = Random(seed)
    return [drawn_states(chance), *(drawn_call(chance, n) for n in range(calls))]


def all_equal(ledger: Ledger, monkeypatch) -> None:
    for day in DAYS:
        assert stands(ledger, day)
        for center in ("", "CC1", "CC2"):
            rolled = ledger.stats(day.isoformat(), center=center)
            assert rolled == as_calls_give(ledger, day, monkeypatch, center)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_drawn_days_added_up_are_what_their_calls_give(ledger, seed, monkeypatch):
    ledger.imports(*drawn_day(seed))
    assert roll(ledger) >= 3
    all_equal(ledger, monkeypatch)

    chance = Random(seed)
    late = [drawn_call(chance, chance.randrange(60, 120)) for _ in range(12)]  # half of them known
    ledger.imports(*late)
    assert not all(stands(ledger, day) for day in DAYS)
    for day in DAYS:
        assert ledger.stats(day.isoformat()) == as_calls_give(ledger, day, monkeypatch)
    roll(ledger)
    all_equal(ledger, monkeypatch)


@pytest.mark.parametrize("seed", [4, 5])
@pytest.mark.parametrize("center", ["", "CC2"])
def test_several_days_are_the_same_added_up_or_not(ledger, seed, center):
    ledger.imports(*drawn_day(seed))
    words = {"now": LONG_AFTER, "center": center, "people": True}

    def days() -> dict[str, Any]:
        with ledger.database.reading() as db:
            return stats.period_figures(db, ruling(ledger), DAYS[0], DAYS[-1], **words)

    before = days()
    roll(ledger, limit=1)
    assert days() == before
    roll(ledger)
    assert days() == before
    assert before["total"]["inbound"] > 20
    assert list(before["days"]) == [day.isoformat() for day in DAYS]


# --- several days ------------------------------------------------------------------------------


def days(ledger: Ledger, **more: Any) -> dict[str, Any]:
    with ledger.database.reading() as db:
        words = {"now": LONG_AFTER} | more
        return stats.period_figures(db, ruling(ledger), DAYS[0], DAYS[-1], **words)


def three_days(ledger: Ledger) -> None:
    """On each day one caller more talks than on the day before; one of them calls every day."""
    for n, day in enumerate(DAYS):
        for k in range(n + 1):
            told = (
                f"{day}T09:00:00 queue q",
                f"{day}T09:00:{10 + 20 * k} answer A{k}",
                f"{day}T09:10:00 hangup caller",
            )
            ledger.imports(line(f"c{n}{k}", *told, caller=f"0812345678{k}"))
    roll(ledger)


def test_counts_and_waits_add_up_over_days_and_the_most_at_one_time_does_not(ledger):
    three_days(ledger)
    total = days(ledger)["total"]

    assert total["answered"] == 6
    assert total["asa_s"] == pytest.approx((3 * 10 + 2 * 30 + 50) / 6)
    assert (total["wait_p50_s"], total["wait_p90_s"]) == (10, 50)  # of all waits, no mean of days
    assert total["peak_concurrent_talk"] == 3
    assert total["sl_offered"] == 0.5


def test_people_of_several_days_are_counted_apart(ledger):
    three_days(ledger)

    told = days(ledger)
    assert {told["total"][key] for key in PEOPLE} == {None}
    assert [day["unique_callers"] for day in told["days"].values()] == [1, 2, 3]
    assert days(ledger, people=True)["total"]["unique_callers"] == 3
    assert days(ledger, people=True)["total"]["repeat_calls"] == 3


def test_days_to_come_are_left_out(ledger):
    three_days(ledger)

    assert list(days(ledger, now=at("12:00:00"))["days"]) == ["2020-04-12", "2020-04-13"]


# --- when a day is added up ---------------------------------------------------------------------


def test_a_day_is_added_up_when_it_is_over_and_everybody_has_written(ledger):
    ledger.imports(line("c1", *TALK), now=at("09:06:00"))

    assert roll(ledger, now=at("23:59:59")) == 0
    assert roll(ledger, now=at("2020-04-14 00:04:59")) == 0
    assert roll(ledger, now=at("2020-04-14 00:05:00")) == 1
    assert stands(ledger)
    assert roll(ledger, now=at("2020-04-14 00:06:00")) == 0


def test_a_day_on_which_somebody_still_talks_waits_for_them(ledger):
    told = ("23:50:00 queue q", "23:51:00 answer A1")
    ledger.imports(line("c1", *told), now=at("23:51:00"))

    assert roll(ledger, now=at("2020-04-14 03:00:00")) == 0
    assert roll(ledger, now=at("2020-04-14 04:00:00")) == 1
    assert ledger.stats()["total"]["stale_closed"] == 1


def test_a_call_that_was_folded_before_its_end_is_waited_for_too(ledger):
    live = Live().arrives("23:50:00").enters("23:50:10").hangs_up_waiting("23:51:00")
    ledger.write(*live.told, now=at("23:51:00"))
    ledger.settle(now=at("23:52:00"))
    live.told.clear()
    late = live.is_offered("23:50:20", "sari").joins("23:50:30", "agent")
    ledger.write(*late.joins("23:50:30", "caller").told, now=at("2020-04-14 00:30:00"))

    assert roll(ledger, now=at("2020-04-14 00:31:00")) == 1
    assert stands(ledger)


def test_only_so_many_days_at_a_time_the_newest_first(ledger):
    three_days(ledger)
    ledger.imports(*(line(f"c{n}0", f"{day}T09:00:00 hold") for n, day in enumerate(DAYS)))

    roll(ledger, limit=2)
    assert [stands(ledger, day) for day in DAYS] == [False, True, True]
    roll(ledger, limit=2)
    assert all(stands(ledger, day) for day in DAYS)


def test_adding_up_again_leaves_as_many_rows(ledger):
    three_days(ledger)
    rows = count(ledger, RollUpRow), count(ledger, RolledDayRow)
    assert count(ledger, ChangedDayRow) == 0

    ledger.imports(line("c00", "2020-04-12T09:10:30 acw_end A0"))
    roll(ledger)

    assert (count(ledger, RollUpRow), count(ledger, RolledDayRow)) == rows
    assert count(ledger, ChangedDayRow) == 0


def test_the_worker_adds_up_in_steps_beside_its_other_work(ledger, monkeypatch):
    monkeypatch.setattr(summaries, "AT_ONCE", 10)
    for day in DAYS[:2]:
        told = (f"{day}T09:00:00 queue q", f"{day}T09:01:00 hangup caller")
        ledger.imports(*(line(f"{day} {n}", *told) for n in range(25)))
    ledger.settle()
    rolling, now, steps = rollups.Rolling(), LATER, []

    for _ in range(12):
        rolling.go_on(ledger.database, ruling(ledger), now=now)
        steps.append([stands(ledger, day) for day in DAYS[:2]])
        now += timedelta(seconds=1)

    newest, both = steps.index([False, True]), steps.index([True, True])
    assert (newest, both) == (3, 7)  # three steps of calls each, and one that writes
    assert ledger.stats()["total"]["abandoned"] == 25


def test_the_worker_looks_for_days_now_and_then(ledger):
    rolling = rollups.Rolling()
    rolling.go_on(ledger.database, ruling(ledger), now=LATER)
    ledger.imports(line("c1", *TALK))
    ledger.settle()

    for seconds, added_up in ((1, False), (29, False), (30, False), (31, True)):
        rolling.go_on(ledger.database, ruling(ledger), now=LATER + timedelta(seconds=seconds))
        assert stands(ledger) == added_up


# --- what changes a day that is over -------------------------------------------------------------


def test_a_late_event_is_in_the_figures_at_once_and_the_day_is_added_up_again(ledger):
    ledger.imports(line("c1", *TALK))
    roll(ledger)

    ledger.imports(line("c1", "09:05:30 acw_end A1"))
    assert not stands(ledger)
    assert ledger.stats()["total"]["acw_s"] == 30
    ledger.settle()
    assert not stands(ledger)
    assert ledger.stats()["total"]["acw_s"] == 30
    assert roll(ledger) == 1
    assert ledger.stats()["total"]["acw_s"] == 30


OVER_MIDNIGHT = (
    "2020-04-12T23:50:00 queue q",
    "2020-04-12T23:51:00 answer A1",
    "2020-04-13T00:10:00 hangup caller",
)


def test_a_late_event_of_a_call_over_midnight_changes_both_days(ledger):
    ledger.imports(line("c1", *OVER_MIDNIGHT))
    assert roll(ledger) == 2

    ledger.imports(line("c1", "2020-04-13T00:10:30 acw_end A1"))
    assert not stands(ledger)  # not folded yet
    ledger.settle()
    assert not stands(ledger)
    roll(ledger)
    assert ledger.stats()["total"]["acw_s"] == 30


def test_a_day_that_a_call_leaves_is_added_up_again(ledger):
    ledger.imports(line("c1", *OVER_MIDNIGHT))
    roll(ledger)
    assert ledger.stats()["total"]["talk_s"] == 600

    ledger.imports(line("c1", "2020-04-12T23:55:00 hangup caller"))
    roll(ledger)

    assert ledger.stats()["total"]["talk_s"] == 0
    assert ledger.stats("2020-04-12")["total"]["talk_s"] == 240


def longer_talks(ledger: Ledger, stale_s: int) -> None:
    """From now on an end is given up only after so long."""
    with ledger.database.transaction() as db:
        known = policies.newest(db)
        patient = replace(known, queue=replace(known.queue, stale_s=stale_s))
        policies.add(db, patient, by="ratna", why="test", now=LATER)


def test_a_day_waits_for_a_call_that_would_be_given_up_by_other_limits_only(ledger):
    ledger.imports(line("c1", *OVER_MIDNIGHT[:2]))
    roll(ledger)
    assert stands(ledger, DAYS[0])

    longer_talks(ledger, 100 * 24 * 3600)

    assert ledger.stats("2020-04-12")["total"]["talking_now"] == 1
    assert ledger.stats("2020-04-13")["total"]["peak_concurrent_talk"] == 1
    assert roll(ledger) == 0
    assert ledger.stats("2020-04-12")["total"]["talking_now"] == 1


def test_an_earlier_moment_moves_a_call_to_the_day_before(ledger):
    ledger.imports(line("c1", "00:00:10 arrive", "00:01:00 hangup caller"), line("c2", *TALK))
    roll(ledger)

    ledger.imports(line("c1", "2020-04-12T23:59:50 arrive"))
    roll(ledger)

    inbound = {day: ledger.stats(day.isoformat())["total"]["inbound"] for day in DAYS}
    assert inbound == {DAYS[0]: 1, DAYS[1]: 1, DAYS[2]: 0}


@pytest.mark.parametrize("change", ["void", "correct", "late"])
def test_a_ticket_that_counts_otherwise_changes_its_day(ledger, change):
    ledger.imports(line("c1", *TALK, "09:04:00 outcome confirmed"))
    ledger.opens("t1", "10:00:00")
    ledger.answers("t1", "10:05:00", "confirmed")
    ledger.opens("t2", "10:00:00")
    roll(ledger)
    assert ledger.stats()["total"]["confirmations"] == 2

    if change == "void":
        ledger.voids("t1", "2020-04-20 09:00:00")
    elif change == "correct":
        ledger.answers("t1", "2020-04-20 09:00:00", "disconnected")
    else:
        late = {"subject": "ticket:t2", "thread": "outcome", "turn": "0"}
        ledger.write(confirmed(late, "16:00:00"), now=at("2020-04-20 09:00:00"))

    assert not stands(ledger)
    now_counted = 3 if change == "late" else 1
    assert ledger.stats()["total"]["confirmations"] == now_counted
    roll(ledger)
    assert stands(ledger)
    assert ledger.stats()["total"]["confirmations"] == now_counted


def confirmed(place: dict[str, str], clock: str):
    from callcenter.rules import events

    words = {"reason": "application_status", "outcome": "confirmed", "agent": "sari"}
    return events.OutcomeRecorded(**place, at=at(clock), **words)


def test_a_ticket_that_counts_as_before_changes_nothing(ledger):
    ledger.opens("t1", "10:00:00")
    ledger.answers("t1", "10:05:00", "confirmed")
    roll(ledger)

    ledger.answers("t1", "2020-04-20 09:00:00", "answered")

    assert stands(ledger)
    assert ledger.stats()["total"]["confirmations"] == 1


def test_a_state_told_late_changes_the_agents_time(ledger):
    ledger.imports(line("s", "09:00:00 agent_state A1 available"), line("c1", *TALK))
    roll(ledger)
    assert ledger.stats()["total"]["occupancy"] < 0.01

    ledger.imports(line("s", "09:10:00 agent_state A1 offline"))
    assert ledger.stats()["total"]["occupancy"] == pytest.approx(290 / 600)
    roll(ledger)
    assert ledger.stats()["total"]["occupancy"] == pytest.approx(290 / 600)


def test_a_number_told_late_makes_a_known_caller(ledger):
    ledger.imports(line("c1", *TALK), line("c2", *GAVE_UP, caller="08123456789"))
    roll(ledger)
    assert ledger.stats()["total"]["unknown_number_calls"] == 1

    ledger.imports(line("c1", *TALK, caller="08123456789"))

    total = ledger.stats()["total"]
    assert (total["unknown_number_calls"], total["unique_callers"]) == (0, 1)
    roll(ledger)
    assert ledger.stats()["total"]["repeat_calls"] == 1


def test_the_same_file_twice_leaves_the_days_as_they_are(ledger):
    told = [line("c1", *TALK, caller="08123456789"), line("s", "09:00:00 agent_state A1 available")]
    ledger.imports(*told)
    roll(ledger)

    ledger.imports(*told)

    assert stands(ledger)


def test_other_limits_count_at_once_and_add_every_day_up_anew(ledger):
    ledger.imports(line("c1", *TALK))
    roll(ledger)
    assert ledger.stats()["total"]["answered_in_target"] == 1

    with ledger.database.transaction() as db:
        known = policies.newest(db)
        stricter = replace(known, queue=replace(known.queue, target_s=9))
        policies.add(db, stricter, by="ratna", why="test", now=LONG_AFTER)

    assert not stands(ledger)
    assert ledger.stats()["total"]["answered_in_target"] == 0
    assert roll(ledger) == 1
    assert ledger.stats()["total"]["answered_in_target"] == 0


def test_limits_that_no_sum_depends_on_change_nothing(ledger):
    ledger.imports(line("c1", *TALK))
    roll(ledger)

    with ledger.database.transaction() as db:
        known = policies.newest(db)
        slower = replace(known, queue=replace(known.queue, wrap_up_s=90))
        policies.add(db, slower, by="ratna", why="test", now=LONG_AFTER)

    assert stands(ledger)


def test_rebuilding_forgets_what_was_added_up(ledger):
    ledger.imports(line("c1", *TALK))
    roll(ledger)
    before = ledger.stats()

    with ledger.database.transaction() as db:
        rebuilding.rebuild(db, ruling(ledger), now=LONG_AFTER)

    assert not stands(ledger)
    assert ledger.stats() == before
    assert roll(ledger) == 1
    assert ledger.stats() == before


# --- several at once -----------------------------------------------------------------------------


def test_what_changes_while_a_day_is_added_up_is_not_lost(ledger):
    ledger.imports(line("c1", *TALK))
    ledger.settle()
    with ledger.database.reading() as db:
        added = rollups._ended(rollups._add(db, ruling(ledger), APRIL_13, now=LONG_AFTER))

    ledger.imports(line("c1", "09:05:30 acw_end A1"))
    ledger.settle()
    with ledger.database.transaction() as db:
        assert rollups._write(db, ruling(ledger), added, now=LONG_AFTER)

    assert not stands(ledger)
    assert ledger.stats()["total"]["acw_s"] == 30


def test_of_two_who_add_up_one_day_only_the_first_writes(ledger):
    ledger.imports(line("c1", *TALK))
    ledger.settle()

    with ledger.database.reading() as db:
        older = rollups._ended(rollups._add(db, ruling(ledger), APRIL_13, now=LONG_AFTER))
    ledger.imports(line("c1", "09:05:30 acw_end A1"))
    assert roll(ledger) == 1
    with ledger.database.transaction() as db:
        assert not rollups._write(db, ruling(ledger), older, now=LONG_AFTER)

    assert stands(ledger)
    assert ledger.stats()["total"]["acw_s"] == 30


# --- what is asked of whom ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "rolled"),
    [
        ({}, True),
        ({"center": "CC2"}, True),
        ({"until": "17:00"}, False),
        ({"interval_min": 60}, False),
        ({"as_of": LONG_AFTER}, False),
    ],
)
def test_whole_days_in_half_hours_are_read_from_roll_ups(ledger, more, rolled, monkeypatch):
    ledger.imports(line("c1", *TALK))
    roll(ledger)
    read: list[str] = []
    nothing = raw.Raw({}, [], final=True, waiting={})
    monkeypatch.setattr(raw, "read", lambda *_, **__: read.append("raw") or nothing)

    answered = ledger.stats(**more)["total"]["answered"]

    assert (read == []) == rolled
    assert answered == (1 if rolled and "center" not in more else 0)


def test_a_queue_that_calls_never_entered_is_no_queue(ledger):
    ledger.imports(line("c1", *TALK), line("c2", "10:00:00 blocked closed"))
    roll(ledger)

    assert list(ledger.stats()["by_queue"]) == ["confirmation"]
    assert list(ledger.stats(center="CC1")["by_queue"]) == ["confirmation"]
    assert list(days(ledger)["by_queue"]) == ["confirmation"]
