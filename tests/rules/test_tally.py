"""Every figure at the boundaries of its definition."""

from __future__ import annotations

import random
from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.rules.calls import Call
from callcenter.rules.policy import QueueRules
from callcenter.rules.tally import (
    DEFINITIONS,
    KEYS,
    RATES,
    Callers,
    People,
    State,
    Sums,
    Tally,
    add,
    agent_time,
    figures,
    is_final,
    pieces,
    tally,
    worked,
)
from callcenter.rules.tally.tally import percentile
from tests.figures import LONG_AFTER, RULES, at, day_of, settled, tallied

NOBODY = People()


def answered(wait_s: int, talk_s: int = 60) -> tuple[str, ...]:
    """A call that waits and talks for so many seconds from 09:00:00 on."""
    picked_up = at("09:00:00") + timedelta(seconds=wait_s)
    ended = picked_up + timedelta(seconds=talk_s)
    return (
        "09:00:00 queue confirmation",
        f"{picked_up:%H:%M:%S} answer A1",
        f"{ended:%H:%M:%S} hangup caller",
    )


def abandoned(wait_s: int) -> tuple[str, ...]:
    gone = at("09:00:00") + timedelta(seconds=wait_s)
    return ("09:00:00 queue confirmation", f"{gone:%H:%M:%S} hangup caller")


CALLBACK = ("09:00:00 queue confirmation", "09:00:50 callback_request", "09:00:55 hangup caller")
WAITING = ("09:00:00 queue confirmation",)


# --- nothing is not zero ------------------------------------------------------------------------


def test_an_empty_day_has_counts_of_zero_and_no_rate_at_all():
    empty = figures(Tally(), NOBODY)

    measured = {*RATES, *(key for key in KEYS if key.endswith("_s"))} - {
        "talk_s",
        "hold_s",
        "acw_s",
    }
    assert {key for key in KEYS if empty[key] is None} == measured | {
        "attempts_per_known_caller",
        "survey_satisfaction_mean",
    }
    assert {empty[key] for key in KEYS if empty[key] is not None} == {0}


def test_every_figure_has_a_definition_that_is_one_sentence():
    for key, definition in DEFINITIONS.items():
        assert definition.endswith("."), key
        assert definition[:1].isupper(), key
    assert set(DEFINITIONS) == set(KEYS)
    assert len(KEYS) == len(set(KEYS)) == 63


def test_rates_are_exact_until_they_are_printed():
    third = tallied(*abandoned(30)) + tallied(*answered(5)) + tallied(*answered(6))

    assert third.abandon_rate == Fraction(1, 3)
    assert figures(third, NOBODY)["abandon_rate"] == 1 / 3


# --- getting through ----------------------------------------------------------------------------


def test_calls_are_counted_once_and_blocked_ones_are_not_lost():
    whole = day_of(
        ("09:00:00 blocked closed",),
        ("09:00:00 arrive", "09:00:20 hangup caller"),
        ("09:00:00 arrive", "09:00:20 ivr_result status_given", "09:00:30 hangup caller"),
        ("09:00:00 arrive", "09:00:20 ivr_result none", "09:00:30 hangup caller"),
        answered(5),
        abandoned(30),
    )

    assert (whole["inbound"], whole["blocked"], whole["offered"]) == (6, 1, 2)
    assert (whole["ivr_contained"], whole["ivr_abandoned"]) == (1, 2)
    assert whole["blocked_rate"] == pytest.approx(1 / 6)
    assert whole["ivr_containment_rate"] == pytest.approx(1 / 5)
    assert (whole["answered"], whole["abandoned"]) == (1, 1)


def test_a_result_of_the_menu_counts_only_where_no_queue_followed():
    call = tallied("09:00:00 arrive", "09:00:09 ivr_result status_given", "09:00:10 queue q",
                   "09:00:20 answer A", "09:01:00 hangup")  # fmt: skip

    assert (call.ivr_contained, call.answered) == (0, 1)


def test_a_call_that_is_still_in_the_menu_has_left_nothing():
    assert tallied("09:00:00 arrive").ivr_abandoned == 0


def test_after_hours_a_request_for_a_call_back_is_neither_contained_nor_lost():
    night = tallied("20:00:00 arrive", "20:00:40 callback_request", "20:00:50 hangup caller")

    assert (night.callback_requested, night.ivr_contained, night.ivr_abandoned) == (1, 0, 0)
    assert (night.flow_out, night.offered) == (0, 0)


def test_tests_are_in_no_figure():
    test = settled(*answered(5), test=True)

    assert tally(test, RULES, LONG_AFTER) == Tally()


# --- service level ------------------------------------------------------------------------------


@pytest.mark.parametrize(("wait_s", "inside"), [(0, 1), (19, 1), (20, 1), (21, 0)])
def test_the_last_second_of_the_target_is_inside(wait_s, inside):
    assert tallied(*answered(wait_s)).answered_in_target == inside
    assert tallied(*abandoned(wait_s)).abandoned_in_target == inside


@pytest.mark.parametrize(("wait_s", "short"), [(0, 1), (4, 1), (5, 0), (6, 0)])
def test_short_is_strictly_less_than_the_limit(wait_s, short):
    assert tallied(*abandoned(wait_s)).short_abandoned == short


def test_the_limits_are_the_policys():
    rules = QueueRules(target_s=60, short_abandon_s=30, short_service_s=120)

    assert tallied(*answered(60), rules=rules).answered_in_target == 1
    assert tallied(*abandoned(29), rules=rules).short_abandoned == 1
    assert tallied(*answered(5, talk_s=119), rules=rules).short_service == 1


# Three answered within 20 s and two later; one of five abandoned at once; a call back.
MIXED = (
    *(answered(wait) for wait in (8, 12, 20, 21, 95)),
    *(abandoned(wait) for wait in (2, 15, 40, 50, 90)),
    CALLBACK,
)


@pytest.mark.parametrize(
    ("key", "part", "whole"),
    [
        ("sl_offered", 3, 10),
        ("sl_answered", 3, 5),
        ("sl_excl_short", 3, 9),
        ("sl_excl_abandoned_in_target", 3, 8),
        ("sl_served_or_abandoned_in_target", 5, 10),
        ("sl_served_or_short_abandoned", 4, 10),
        ("sl_incl_flowout", 3, 11),
        ("abandon_rate", 5, 11),
        ("abandon_rate_excl_short", 4, 10),
    ],
)
def test_one_day_has_as_many_service_levels_as_formulas(key, part, whole):
    assert day_of(*MIXED)[key] == pytest.approx(part / whole)


def test_who_still_waits_is_offered_and_in_no_service_level():
    live = day_of(*MIXED, WAITING, as_of=at("09:10:00"))

    assert live["sl_offered"] == day_of(*MIXED)["sl_offered"]
    assert live["sl_incl_flowout"] == day_of(*MIXED)["sl_incl_flowout"]
    assert live["abandon_rate"] == pytest.approx(5 / 12)
    assert live["offered"] == sum(
        live[key] for key in ("answered", "abandoned", "flow_out", "waiting_now")
    )


# --- waits --------------------------------------------------------------------------------


def test_the_mean_wait_is_of_the_answered_with_those_who_waited_no_time():
    whole = day_of(answered(0), answered(30), abandoned(300))

    assert whole["asa_s"] == 15
    assert whole["abandon_wait_mean_s"] == 300
    assert whole["longest_wait_s"] == 300


def test_percentiles_are_waits_that_somebody_had():
    whole = day_of(*(answered(wait) for wait in range(1, 21)))

    assert [whole[f"wait_p{p}_s"] for p in (50, 90, 95)] == [10, 18, 19]


@settings(deadline=None)
@given(st.lists(st.integers(0, 900), min_size=1, max_size=60))
def test_a_percentile_is_the_nearest_rank(waits):
    histogram = {wait: waits.count(wait) for wait in waits}

    for percent in (50, 90, 95):
        rank = -(-percent * len(waits) // 100)
        assert percentile(histogram, percent) == sorted(waits)[rank - 1]


def test_time_to_the_agent_begins_with_the_arrival():
    call = tallied(
        "09:00:00 arrive", "09:00:40 queue q", "09:00:55 answer A", "09:02:00 hangup caller"
    )

    assert (call.time_to_agent_s, call.asa_s) == (55, 15)


def test_a_call_back_waits_on_its_own_clock():
    whole = day_of(
        (*CALLBACK, "09:30:50 callback_answer A", "09:33:00 callback_end"),
        CALLBACK,
    )

    assert (whole["callback_requested"], whole["callback_completed"]) == (2, 1)
    assert whole["callback_wait_mean_s"] == 1800
    assert (whole["answered"], whole["asa_s"], whole["handled"]) == (0, None, 0)


def test_waiting_now_is_shown_until_it_is_too_old_to_be_true():
    def live(clock):
        return day_of(WAITING, ("09:00:30 queue q",), as_of=at(clock))

    assert (live("09:05:00")["waiting_now"], live("09:05:00")["longest_waiting_now_s"]) == (2, 300)
    assert live("12:59:59")["waiting_now"] == 2
    assert live("13:00:00")["waiting_now"] == 1
    late = live("13:00:30")
    assert (late["waiting_now"], late["longest_waiting_now_s"]) == (0, None)
    assert (late["data_anomalies"], late["abandoned"], late["offered"]) == (2, 0, 2)


# --- agents --------------------------------------------------------------------------------

WHOLE_TALK = (
    "09:00:00 queue q",
    "09:00:10 answer A1",
    "09:01:00 hold",
    "09:01:20 unhold",
    "09:02:10 hangup caller",
    "09:02:40 acw_end A1",
)


def test_handling_is_talk_and_hold_and_wrap_up_none_of_them_twice():
    call = tallied(*WHOLE_TALK)

    assert (call.talk_s, call.hold_s, call.acw_s) == (100, 20, 30)
    assert call.aht_s == 150


def test_what_has_not_ended_is_answered_but_not_handled():
    talking = tallied(*WHOLE_TALK[:4], as_of=at("09:10:00"))

    assert (talking.answered, talking.handled, talking.talking_now) == (1, 0, 1)
    assert (talking.aht_s, talking.talk_s, talking.stale_closed) == (None, 0, 0)


@pytest.mark.parametrize(("clock", "stale"), [("13:00:09", 0), ("13:00:10", 1)])
def test_an_answer_without_an_end_is_closed_by_rule(clock, stale):
    lost = tallied("09:00:00 queue q", "09:00:10 answer A1", as_of=at(clock))

    assert (lost.stale_closed, lost.talking_now) == (stale, 1 - stale)
    assert (lost.answered, lost.handled, lost.talk_s) == (1, 0, 0)
    assert lost.peak_concurrent_talk == 1 - stale


@pytest.mark.parametrize(("talk_s", "short"), [(9, 1), (10, 0)])
def test_short_service_is_answered_and_ended_at_once(talk_s, short):
    call = tallied(*answered(5, talk_s=talk_s))

    assert (call.short_service, call.short_service_rate) == (short, short)


def test_a_transfer_is_a_second_offer_of_one_call():
    call = tallied(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:02:10 transfer teknis",
        "09:02:10 queue teknis",
        "09:02:30 answer B1",
        "09:04:00 hangup caller",
    )

    assert (call.inbound, call.offered, call.answered, call.handled) == (1, 2, 2, 2)
    assert (call.transferred, call.transfer_rate) == (1, Fraction(1, 2))
    assert call.unique_calls_answered == 1


def test_missed_rings_and_pranks():
    call = tallied("09:00:00 queue q", "09:00:20 ring_timeout A1", "09:00:30 answer A2",
                   "09:01:00 outcome prank", "09:01:05 hangup caller")  # fmt: skip

    assert (call.agent_missed, call.prank) == (1, 1)


def test_who_ends_as_another_begins_does_not_talk_with_them():
    whole = day_of(
        ("09:00:00 queue q", "09:00:00 answer A1", "09:10:00 hangup"),
        ("09:05:00 queue q", "09:05:00 answer A2", "09:15:00 hangup"),
        ("09:10:00 queue q", "09:10:00 answer A1", "09:20:00 hangup"),
    )

    assert whole["peak_concurrent_talk"] == 2


def test_occupancy_leaves_breaks_out_and_utilisation_does_not():
    hour = Tally(busy_s=1800, available_s=900, logged_in_s=3600)

    assert hour.occupancy == Fraction(2, 3)
    assert hour.utilisation == Fraction(1, 2)


def spent(states: list[tuple[str, str]], busy: list[tuple[str, str]], **more):
    """``(busy, available, signed in)`` in minutes between 09:00 and 10:00."""
    chosen = [State(at(clock), state, **more) for clock, state in states]
    calls = [(at(start), at(end)) for start, end in busy]
    nine, ten = at("09:00"), at("10:00")
    it = agent_time(chosen, calls, [nine, ten]).get(nine, Tally())
    return it.busy_s / 60, it.available_s / 60, it.logged_in_s / 60


def test_an_agents_time_is_split_at_the_clock():
    assert spent([("08:30", "available")], [("08:50", "09:10"), ("09:50", "10:10")]) == (20, 40, 60)


def test_a_break_is_neither_ready_nor_away_from_the_desk():
    states = [("09:00", "available"), ("09:30", "break"), ("09:45", "available")]

    assert spent(states, [("09:10", "09:35")]) == (25, 25, 60)


def test_overlapping_parts_of_an_agent_are_one_time():
    assert spent([("09:00", "available")], [("09:00", "09:20"), ("09:10", "09:30")]) == (30, 30, 60)


def test_who_is_not_signed_in_has_no_time():
    assert spent([], [("09:00", "09:30")]) == (0, 0, 0)
    assert spent([("08:00", "available"), ("09:15", "offline")], []) == (0, 15, 15)


def test_an_imported_state_without_an_end_ends_at_midnight():
    states = [("2020-04-12 22:00", "available")]

    assert spent(states, [], imported=True) == (0, 0, 0)
    assert spent(states, []) == (0, 60, 60)


def test_a_state_is_split_at_the_half_hours_too():
    chosen = [State(at("09:10"), "available"), State(at("09:50"), "break")]
    cuts = [at("09:00"), at("09:30"), at("10:00"), at("10:30")]
    first, second, third = agent_time(chosen, [(at("09:20"), at("09:40"))], cuts).values()

    assert (first.available_s, first.busy_s, first.logged_in_s) == (600, 600, 1200)
    assert (second.available_s, second.busy_s, second.logged_in_s) == (600, 600, 1800)
    assert (third.available_s, third.busy_s, third.logged_in_s) == (0, 0, 1800)


# --- people --------------------------------------------------------------------------------


def people(*known: tuple[str | None, bool]) -> People:
    return Callers(known).people()


def test_people_are_told_apart_by_number_and_the_withheld_are_nobody():
    day = people(
        ("a", False), ("a", False), ("a", True), ("b", False), (None, True), (None, False)
    )  # fmt: skip

    assert (day.unique_callers, day.repeat_calls, day.unknown_number_calls) == (2, 2, 2)
    assert (day.callers_never_answered, day.callers_reached_rate) == (1, Fraction(1, 2))
    assert day.attempts_per_known_caller == 2


def test_who_called_on_two_days_is_one_person():
    monday, tuesday = (("a", False), ("b", True)), (("a", True), (None, False))
    both = people(*monday, *tuesday)

    assert (both.unique_callers, both.repeat_calls, both.callers_never_answered) == (2, 1, 0)
    assert both.unknown_number_calls == 1


def test_a_call_that_is_taken_away_again_never_was():
    some = Callers([("a", True), ("b", False), (None, False)])
    for index, reached in (("a", True), ("c", True), (None, False)):
        some.take(index, reached)
        some.take(index, reached, calls=-1)

    assert some.people() == people(("a", True), ("b", False), (None, False))


# --- adding up --------------------------------------------------------------------------------

CALLS = [settled(*told, call=f"c{n}") for n, told in enumerate((*MIXED, WHOLE_TALK, WAITING))]


def parts(calls: list[Call], cuts: list) -> dict:
    """What is booked in each interval."""
    found = {cut: Sums() for cut in cuts[:-1]}
    for call in calls:
        for piece in (*pieces(call, RULES, LONG_AFTER), *worked(call, RULES, LONG_AFTER, cuts)):
            cut = max((c for c in cuts[:-1] if c <= piece.at), default=None)
            if cut is not None and piece.at < cuts[-1]:
                found[cut].take(piece.added)
    return {cut: sums.whole(Tally) for cut, sums in found.items()}


def test_the_order_of_adding_makes_no_difference():
    tallies = [tally(call, RULES, LONG_AFTER) for call in CALLS]
    shuffled = random.Random(4).sample(tallies, len(tallies))

    assert add(tallies) == add(shuffled)
    assert add([add(tallies[:5]), add(tallies[5:])]) == add(tallies)
    assert sum(tallies[1:], start=tallies[0]) == add(tallies)


def test_what_was_added_can_be_taken_away_again():
    sums = Sums()
    for call in CALLS:
        for piece in pieces(call, RULES, LONG_AFTER):
            sums.take(piece.added)
    before = sums.whole(Tally)

    for piece in pieces(settled(*answered(7), call="more"), RULES, LONG_AFTER):
        sums.take(piece.added)
        sums.give_back(piece.added)

    assert sums.whole(Tally) == before


def test_the_most_conversations_of_times_that_follow_each_other_are_the_most_of_each():
    morning, noon = Tally(most_talks=4), Tally(most_talks=3, talks={1: 1, 2: -1})

    assert (morning + noon).peak_concurrent_talk == 4
    assert noon.peak_concurrent_talk == 3


@pytest.mark.parametrize("minutes", [1, 7, 30])
def test_a_day_is_the_sum_of_its_intervals(minutes):
    cuts = [at("08:00") + timedelta(minutes=minutes * n) for n in range(240 // minutes + 1)]

    assert add(parts(CALLS, cuts).values()) == add(tally(c, RULES, LONG_AFTER) for c in CALLS)


def test_a_call_is_booked_where_it_entered_the_queue_and_work_where_it_was_done():
    straddling = settled(
        "09:15:00 arrive",
        "09:29:50 queue q",
        "09:30:05 answer A1",
        "09:34:05 hangup caller",
        "09:34:35 acw_end A1",
    )
    late = settled("09:35:00 queue q", "09:35:00 answer A1", "10:05:00 hangup caller", call="c2")
    cuts = [at("09:00"), at("09:30"), at("10:00"), at("10:30")]
    first, second, third = parts([straddling, late], cuts).values()

    assert (first.inbound, first.offered, first.answered, first.sl_offered) == (1, 1, 1, 1)
    assert (first.talk_s, first.aht_s) == (0, 270)
    assert (second.offered, second.talk_s, second.acw_s) == (1, 240 + 25 * 60, 30)
    assert (third.offered, third.talk_s, third.aht_s, third.sl_offered) == (0, 300, None, None)
    assert [each.peak_concurrent_talk for each in (first, second, third)] == [0, 1, 1]


def test_a_call_that_never_queued_is_booked_at_its_arrival():
    call = settled("09:29:59 arrive", "09:30:20 hangup caller")

    assert [piece.at for piece in pieces(call, RULES, LONG_AFTER)] == [at("09:29:59")]


def test_the_level_of_two_centers_is_that_of_their_calls_not_of_their_levels():
    one = tallied(*answered(5))
    other = add([one, *(tallied(*abandoned(60)) for _ in range(3))])

    assert (one + other).sl_offered == Fraction(2, 5)


# --- what time alone may still change ----------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "clock", "final"),
    [
        (answered(5), "09:10:00", True),
        (abandoned(30), "09:10:00", True),
        (WAITING, "12:59:59", False),
        (WAITING, "13:00:00", True),
        (WHOLE_TALK[:2], "13:00:09", False),
        (WHOLE_TALK[:2], "13:00:10", True),
    ],
)
def test_a_call_is_final_when_it_has_ended_or_its_end_is_given_up(told, clock, final):
    call = settled(*told)

    assert is_final(call, RULES, at(clock)) == final
    if final:
        assert tally(call, RULES, at(clock)) == tally(call, RULES, LONG_AFTER)
