"""What the events of one call add up to, in whatever order they come."""

from __future__ import annotations

import json
from datetime import datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.records import summaries
from callcenter.rules import calls, events
from callcenter.rules.calls import ABANDONED, ANSWERED, FLOW_OUT, WAITING, Call
from tests.figures import Live, at, heard, settled


def stay(call: Call, number: int = 0):
    """``(how, wait in seconds)`` of one stay in a queue."""
    it = call.stays[number]
    return it.how, it.wait_s


def talk_s(call: Call, number: int = 0) -> int:
    it = call.talks[number]
    return round((it.ended_at - it.at).total_seconds())


# --- calls of our own ---------------------------------------------------------------------------


def answered(agent_joins: str = "09:00:38", caller_joins: str = "09:00:40") -> Live:
    """A call that is offered at 09:00:25 and lasts until 09:05:00."""
    live = Live().arrives("09:00:00").chooses("09:00:15", "agents").enters("09:00:20")
    live.is_offered("09:00:25", "sari", "CC2").is_accepted("09:00:35")
    live.joins(agent_joins, "agent").joins(caller_joins, "caller")
    return live.is_handled("09:05:00").is_wrapped_up("09:05:50").ends("09:05:02")


def test_answered_is_when_the_later_of_the_two_came_in():
    assert stay(answered("09:00:38", "09:00:40").settle()) == (ANSWERED, 20)
    assert stay(answered("09:00:45", "09:00:40").settle()) == (ANSWERED, 25)


def test_an_acceptance_alone_is_no_answer():
    live = Live().arrives("09:00:00").enters("09:00:20").is_offered("09:00:25", "sari")
    live.is_accepted("09:00:35").joins("09:00:38", "agent").ends("09:00:39")

    assert stay(live.settle()) == (ABANDONED, 19)


def test_the_talk_ends_with_the_handling_and_the_wrap_up_follows():
    talk = answered().settle().talks[0]

    assert (talk.agent, talk.center) == ("sari", "CC2")
    assert (talk.at, talk.ended_at) == (at("09:00:40"), at("09:05:00"))
    assert talk.wrapped_up_at == at("09:05:50")


def test_an_agent_who_left_before_the_floor_heard_of_it_talked_no_longer():
    live = answered().parts("09:04:56", "agent")
    assert live.settle().talks[0].ended_at == at("09:04:56")


def test_others_who_leave_the_conversation_and_an_agent_who_comes_back_do_not_end_it():
    live = Live().arrives("09:00:00").enters("09:00:20").is_offered("09:00:25", "sari")
    live.joins("09:00:38", "agent", "CA1").joins("09:00:40", "caller")
    live.joins("09:02:00", "agent", "CA2").parts("09:03:00", "agent", "CA2")  # who listened
    live.parts("09:03:30", "agent", "CA1").joins("09:03:40", "agent", "CA1")
    live.is_handled("09:05:00").ends("09:05:02")

    assert live.settle().talks[0].ended_at == at("09:05:00")


def test_the_calls_own_end_serves_where_the_handling_was_not_written():
    told = [e for e in answered().told if not isinstance(e, events.HandlingEnded)]

    assert calls.settle(told).talks[0].ended_at == at("09:05:02")


def test_a_talk_that_goes_on_has_no_end():
    live = Live().arrives("09:00:00").enters("09:00:20").is_offered("09:00:25", "sari")
    live.joins("09:00:40", "caller").joins("09:00:40", "agent")

    assert live.settle().talks[0].ended_at is None


def test_a_lost_agent_before_the_talk_gives_the_old_place_back():
    live = Live().arrives("09:00:00").enters("09:00:20").is_offered("09:00:25", "sari")
    live.is_accepted("09:00:30").is_handled("09:00:50", "refused", talked=False)
    live.enters("09:00:52").is_offered("09:00:53", "budi")
    live.joins("09:01:20", "agent").joins("09:01:20", "caller").ends("09:03:00")
    call = live.settle()

    assert [s.entered_at for s in call.stays] == [at("09:00:20")]
    assert stay(call) == (ANSWERED, 60)
    assert call.talks[0].agent == "budi"


def test_a_lost_agent_in_the_talk_makes_a_second_offer():
    live = answered()
    live.enters("09:05:01").is_offered("09:05:02", "budi")
    live.joins("09:05:31", "agent").joins("09:05:31", "caller")
    live.told = [e for e in live.told if not isinstance(e, events.CallReported)]
    call = live.ends("09:06:00").settle()

    assert [stay(call, 0), stay(call, 1)] == [(ANSWERED, 20), (ANSWERED, 30)]
    assert [talk.stay for talk in call.talks] == [0, 1]


def test_hanging_up_in_the_queue_is_abandoning_it():
    live = Live().arrives("09:00:00").enters("09:00:20").hangs_up_waiting("09:01:05")

    assert stay(live.ends("09:01:07").settle()) == (ABANDONED, 45)


@pytest.mark.parametrize(("goes", "how"), [("backup", FLOW_OUT), ("gone", ABANDONED)])
def test_whom_nobody_took_goes_to_another_telephone_or_is_lost(goes, how):
    live = Live().arrives("09:00:00").enters("09:00:20").leaves("09:20:20", goes)

    assert stay(live.ends("09:21:00").settle()) == (how, 1200)


def test_rings_that_nobody_took_are_counted_declines_are_not():
    live = Live().arrives("09:00:00").enters("09:00:20")
    live.is_offered("09:00:21", "a").expires("09:00:41")
    live.is_offered("09:00:42", "b").is_declined("09:00:50", "no-answer")
    live.is_offered("09:00:51", "c").is_declined("09:00:53", "desk")

    assert live.settle().stays[0].missed == 2


def test_a_call_ends_in_the_menu_with_what_was_asked_for_or_without():
    asked = Live().arrives("09:00:00").chooses("09:00:20", "posko_told").ends("09:01:00")
    left = Live().arrives("09:00:00").chooses("09:00:20", "privacy").ends("09:01:00")

    assert asked.settle().contained
    assert not left.settle().contained


def test_nothing_is_made_of_a_call_that_came_to_no_center():
    assert calls.settle(Live().ends("09:00:00").told) is None


# --- calls of another switch --------------------------------------------------------------------


def test_a_queue_an_answer_and_an_end():
    call = settled("09:00:00 queue confirmation", "09:00:12 answer A1", "09:02:00 hangup caller")

    assert stay(call) == (ANSWERED, 12)
    assert talk_s(call) == 108
    assert call.anomalies == 0


def test_hold_is_not_talk_and_ends_with_the_call():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:01:00 hold",
        "09:01:30 unhold",
        "09:02:00 hold",
        "09:02:10 hold",  # told twice: one hold
        "09:02:40 hangup caller",
    )

    assert call.talks[0].holds == (
        (at("09:01:00"), at("09:01:30")),
        (at("09:02:00"), at("09:02:40")),
    )


def test_after_call_work_belongs_to_the_agent_who_did_it():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:02:10 transfer teknis",
        "09:02:10 queue teknis",
        "09:02:30 answer A2",
        "09:03:10 acw_end A1",
        "09:05:00 hangup caller",
        "09:05:20 acw_end A2",
    )

    assert [talk.wrapped_up_at for talk in call.talks] == [at("09:03:10"), at("09:05:20")]
    assert [talk_s(call, n) for n in (0, 1)] == [120, 150]
    assert call.stays[0].transfers == 1


def test_a_transfer_within_one_second_is_read_in_its_order():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:02:10 queue teknis",
        "09:02:10 transfer teknis",
        "09:04:10 hangup caller",
    )

    assert [stay(call, 0), stay(call, 1)] == [(ANSWERED, 10), (ABANDONED, 120)]


def test_from_agent_to_agent_is_one_offer_and_two_parts():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:01:10 transfer A2",
        "09:01:15 answer A2",
        "09:02:00 hangup caller",
    )

    assert len(call.stays) == 1
    assert [talk_s(call, n) for n in (0, 1)] == [60, 45]


@pytest.mark.parametrize(
    "way_out", ["callback_request", "transfer voicemail", "ivr_result voicemail", "queue other"]
)
def test_leaving_a_queue_another_way_is_no_abandoning(way_out):
    call = settled("09:00:00 queue confirmation", f"09:00:30 {way_out}", "09:01:00 hangup caller")

    assert stay(call) == (FLOW_OUT, 30)


def test_the_same_queue_again_while_waiting_is_the_same_stay():
    call = settled(
        "09:00:00 queue confirmation", "09:00:01 queue confirmation", "09:00:30 hangup caller"
    )

    assert [s.entered_at for s in call.stays] == [at("09:00:00")]
    assert stay(call) == (ABANDONED, 30)


def test_a_ring_that_timed_out_does_not_end_the_wait():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:05 ring A1",
        "09:00:25 ring_timeout A1",
        "09:00:40 answer A2",
        "09:01:00 hangup caller",
    )

    assert (stay(call), call.stays[0].missed) == ((ANSWERED, 40), 1)


def test_a_call_back_has_its_own_clock_and_is_no_answer_of_the_queue():
    call = settled(
        "09:00:00 queue confirmation",
        "09:01:00 callback_request",
        "09:01:05 hangup caller",
        "09:30:00 callback_answer A1",
        "09:33:00 callback_end",
    )

    assert (stay(call), call.talks) == ((FLOW_OUT, 60), ())
    assert call.call_back.answered_at == at("09:30:00")
    assert call.reached
    assert call.anomalies == 0


def test_blocked_is_refused_before_any_queue():
    assert settled("09:00:00 blocked no_line").blocked
    mixed = settled("09:00:00 blocked no_line", "09:00:05 queue confirmation")
    assert (mixed.blocked, mixed.anomalies) == (False, 1)


def test_the_disposition_test_takes_the_call_out_of_every_figure():
    assert settled("09:00:00 arrive", "09:00:05 outcome test", "09:00:09 hangup caller").test


def test_still_waiting_has_no_end():
    assert stay(settled("09:00:00 queue confirmation")) == (WAITING, None)


# --- what cannot have been so -------------------------------------------------------------------

IMPOSSIBLE = {
    "answered before the entry": "09:00:01 queue q, 09:00:00 answer A, 09:01:00 hangup",
    "answered after the end": "09:00:00 queue q, 09:00:30 hangup, 09:00:31 answer A",
    "answered without a queue": "09:00:00 arrive, 09:00:09 answer A, 09:01:00 hangup",
    "ended and went on": "09:00:00 queue q, 09:00:05 hangup, 09:00:09 answer A, 09:01:00 hangup",
    "a hold before the talk": "09:00:00 queue q, 09:00:05 hold, 09:00:09 answer A, 09:01:00 hangup",
    "after-call work of nobody": "09:00:00 queue q, 09:00:05 hangup, 09:00:09 acw_end A",
    "a call back unasked for": "09:00:00 arrive, 09:00:05 hangup, 09:10:00 callback_answer A",
}


def impossible(name: str) -> Call:
    return settled(*IMPOSSIBLE[name].split(", "))


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_have_been_is_counted_once(name):
    assert impossible(name).anomalies == 1


def test_an_answer_before_the_entry_waited_no_time():
    assert stay(impossible("answered before the entry")) == (ANSWERED, 0)


def test_an_answer_after_the_end_is_no_answer():
    call = impossible("answered after the end")

    assert (stay(call), call.talks) == ((ABANDONED, 30), ())


def test_an_answer_without_a_queue_waited_since_the_arrival():
    assert stay(impossible("answered without a queue")) == (ANSWERED, 9)


def test_an_entry_stamped_a_moment_after_its_answer_is_that_of_the_answer():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:02:00 transfer teknis",
        "09:02:09 answer B1",
        "09:02:10 queue teknis",
        "09:05:00 hangup caller",
    )

    assert [stay(call, 0), stay(call, 1)] == [(ANSWERED, 10), (ANSWERED, 0)]
    assert call.anomalies == 1


def test_parts_of_a_second_do_not_make_a_wait_negative():
    live = Live().arrives("09:00:00").enters("09:00:10.900").is_offered("09:00:11", "sari")
    live.joins("09:00:10", "agent").joins("09:00:10", "caller").ends("09:01:00")
    call = live.settle()

    assert (stay(call), call.anomalies) == ((ANSWERED, 0), 0)


def test_a_handling_that_ended_before_it_began_took_no_time_and_is_counted():
    call = answered().is_wrapped_up("09:05:50").settle()
    early = [e for e in answered().told if not isinstance(e, events.HandlingEnded)]
    backwards = calls.settle([*early, *Live(offers=1).is_handled("09:00:30").told])

    assert call.anomalies == 0
    assert (talk_s(backwards), backwards.anomalies) == (0, 1)


def test_a_transfer_stamped_after_its_entry_is_a_transfer_still():
    call = settled(
        "09:00:00 queue confirmation",
        "09:00:10 answer A1",
        "09:02:10 queue teknis",
        "09:02:11 transfer teknis",
        "09:02:20 answer B1",
        "09:04:10 hangup caller",
    )

    assert [it.transfers for it in call.stays] == [1, 0]
    assert [stay(call, 0), stay(call, 1)] == [(ANSWERED, 10), (ANSWERED, 10)]


# --- order and repetition -----------------------------------------------------------------------

WHOLE = answered().told + heard(
    "09:06:00 queue teknis",
    "09:06:10 ring A1",
    "09:06:30 answer A1",
    "09:07:00 hold",
    "09:07:30 unhold",
    "09:08:00 transfer lain",
    "09:08:00 queue lain",
    "09:09:00 callback_request",
    "09:09:05 hangup caller",
    "09:40:00 callback_answer A2",
    "09:42:00 callback_end",
    "09:42:10 outcome prank",
    call="CA1",
)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WHOLE)), st.randoms(use_true_random=False))
def test_order_and_repetition_make_no_difference(again, chance):
    told = [*WHOLE, *again]
    chance.shuffle(told)

    assert calls.settle(told) == calls.settle(WHOLE)


@settings(deadline=None)
@given(st.lists(st.sampled_from(WHOLE), unique=True), st.randoms(use_true_random=False))
def test_any_part_of_a_call_is_one_call_in_any_order(some, chance):
    told = [WHOLE[0], *some]
    chance.shuffle(told)
    call = calls.settle(told)

    assert call == calls.settle([WHOLE[0], *some])
    assert kept(call) == call
    assert call.last_at == max([call.ended_at or call.arrived_at, *moments(call)])
    assert all((s.wait_s or 0) >= 0 for s in call.stays)


def kept(call: Call) -> Call:
    """The call as it comes back from where summaries are kept."""
    return summaries.CALLS.decode(json.dumps(msgspec.to_builtins(call)))


def moments(value) -> list:
    """Every instant in the stays, talks and call back of a call."""
    if isinstance(value, datetime):
        return [value]
    if isinstance(value, Call):
        value = (value.stays, value.talks, value.call_back)
    some = value if isinstance(value, tuple) else getattr(value, "__dict__", {}).values()
    return [moment for each in some for moment in moments(each)]


def test_a_summary_holds_everything():
    call = calls.settle(WHOLE)

    assert kept(call) == call
    assert len(call.talks) == 2
    assert call.call_back
    assert call.dispositions == ("prank",)
