"""What one call adds to the figures.

The cohort rule: everything of a call is booked where it entered the queue (or arrived, if it
never did), whenever it ended. Only the seconds that agents worked are split by the clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from callcenter.rules import calls
from callcenter.rules.calls import Call, Span, Stay, Talk
from callcenter.rules.calls.call import seconds
from callcenter.rules.policy import QueueRules
from callcenter.rules.tally.counts import Added, Sums
from callcenter.rules.tally.tally import Tally


class Piece(NamedTuple):
    """A part of a call's figures, with the moment and the queue in which it is booked."""

    at: datetime
    queue: str
    added: Added


def tally(call: Call, rules: QueueRules, as_of: datetime) -> Tally:
    """Everything that one call adds, whenever it happened."""
    whole = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
    sums = Sums()
    for piece in (*pieces(call, rules, as_of), *worked(call, rules, as_of, whole)):
        sums.take(piece.added)
    return sums.whole(Tally)


def pieces(call: Call, rules: QueueRules, as_of: datetime) -> Iterator[Piece]:
    """What is booked at one moment: the call itself, and each of its stays in a queue.

    Tests add nothing, and neither do calls that we made: a call back is part of the call in
    which it was asked for, or the same caller would be counted twice.
    """
    if call.test or call.channel != "call":
        return
    yield Piece(call.booked_at, call.queue, _of_call(call))
    for number, stay in enumerate(call.stays):
        talks = [talk for talk in call.talks if talk.stay == number]
        yield Piece(stay.entered_at, stay.queue, _of_stay(stay, talks, rules, as_of))


def _of_call(call: Call) -> Added:
    entered = call.stays or call.blocked
    left_in_menu = call.ended_at and not entered and not call.call_back
    promise = call.call_back
    kept = promise.answered_at if promise else None
    return {
        "inbound": 1,
        "blocked": int(call.blocked),
        "ivr_contained": int(bool(left_in_menu and call.contained)),
        "ivr_abandoned": int(bool(left_in_menu and not call.contained)),
        "unique_calls_answered": int(bool(call.talks)),
        "arrival_to_answer_s": seconds(call.arrived_at, call.talks[0].at) if call.talks else 0,
        "callback_requested": int(promise is not None),
        "callback_completed": int(kept is not None),
        "callback_wait_s": seconds(promise.requested_at, kept) if promise and kept else 0,
        "data_anomalies": call.anomalies,
        "prank": int("prank" in call.dispositions),
        "survey_answered": int(bool(call.solved)),
        "survey_solved": int(call.solved == "yes"),
        "survey_rated": int(call.satisfied > 0),
        "survey_points": call.satisfied,
    }


def _of_stay(stay: Stay, talks: list[Talk], rules: QueueRules, as_of: datetime) -> Added:
    match stay.how:
        case calls.ANSWERED:
            so = _answered(stay.wait_s or 0, talks, rules, as_of)
        case calls.ABANDONED:
            so = _abandoned(stay.wait_s or 0, rules)
        case calls.FLOW_OUT:
            so = {"flow_out": 1}
        case _:
            so = _waiting(seconds(stay.entered_at, as_of), rules)
    return {"offered": 1, "agent_missed": stay.missed, "transferred": stay.transfers, **so}


def _answered(wait_s: int, talks: list[Talk], rules: QueueRules, as_of: datetime) -> dict[str, Any]:
    """A talk without an end is going on, until it is so old that its end must have been lost."""
    so = {"answered": 1, "waits": {wait_s: 1}, "answered_in_target": int(wait_s <= rules.target_s)}
    going_on = [talk for talk in talks if talk.ended_at is None]
    if going_on:
        stale = is_stale(going_on[-1], rules, as_of)
        return so | {"stale_closed": int(stale), "talking_now": int(not stale)}
    spoken_s = sum(seconds(talk.at, talk.ended_at) for talk in talks if talk.ended_at)
    return so | {
        "handled": 1,
        "handle_s": sum(seconds(talk.at, talk.busy_until) for talk in talks if talk.busy_until),
        "short_service": int(spoken_s < rules.short_service_s),
    }


def _abandoned(wait_s: int, rules: QueueRules) -> dict[str, Any]:
    return {
        "abandoned": 1,
        "abandon_waits": {wait_s: 1},
        "short_abandoned": int(wait_s < rules.short_abandon_s),
        "abandoned_in_target": int(wait_s <= rules.target_s),
    }


def _waiting(waited_s: int, rules: QueueRules) -> dict[str, Any]:
    """Nobody waits for hours: then the end was lost, which is no proof that the caller gave up."""
    if waited_s >= rules.stale_s:
        return {"data_anomalies": 1}
    return {"waiting_now": 1, "waiting_longest_s": max(0, waited_s)}


def is_stale(talk: Talk, rules: QueueRules, as_of: datetime) -> bool:
    """Whether a talk without an end is so old that its end must have been lost."""
    return talk.ended_at is None and seconds(talk.at, as_of) >= rules.stale_s


def is_final(call: Call, rules: QueueRules, as_of: datetime) -> bool:
    """Whether time alone changes nothing any more of what the call adds."""
    if any(not is_stale(talk, rules, as_of) for talk in call.talks if talk.ended_at is None):
        return False
    waiting = [stay for stay in call.stays if stay.how == calls.WAITING]
    return all(seconds(stay.entered_at, as_of) >= rules.stale_s for stay in waiting)


def worked(
    call: Call, rules: QueueRules, as_of: datetime, cuts: Sequence[datetime]
) -> Iterator[Piece]:
    """The seconds that agents spent on the call, and when their conversations began and ended,
    split at ``cuts``: each piece is booked at the cut before it, and what lies before the first
    or after the last cut is left out. Of a conversation without an end no seconds are counted.
    """
    if call.test:
        return
    for talk in call.talks:
        queue = call.stays[talk.stay].queue
        over = talk.busy_until or (talk.at if is_stale(talk, rules, as_of) else as_of)
        for start, end in parts(cuts, talk.at, over):
            spoken = _going_on(talk.at, talk.ended_at or over, start, end)
            yield Piece(start, queue, {"talks": spoken, **_seconds(talk, start, end)})
    kept = call.call_back
    if kept and kept.answered_at and kept.ended_at:
        for start, end in parts(cuts, kept.answered_at, kept.ended_at):
            spoken = _going_on(kept.answered_at, kept.ended_at, start, end)
            yield Piece(start, "", {"talks": spoken})


def parts(cuts: Sequence[datetime], at: datetime, until: datetime) -> Iterator[Span]:
    """The intervals between ``cuts`` that a time touches."""
    for place in range(max(0, bisect_right(cuts, at) - 1), len(cuts) - 1):
        if cuts[place] >= until:
            return
        yield cuts[place], cuts[place + 1]


def _seconds(talk: Talk, start: datetime, end: datetime) -> dict[str, Any]:
    if talk.ended_at is None:
        return {}
    hold_s = sum(overlap(*hold, start, end) for hold in talk.holds)
    return {
        "talk_s": overlap(talk.at, talk.ended_at, start, end) - hold_s,
        "hold_s": hold_s,
        "acw_s": overlap(talk.ended_at, talk.busy_until or talk.ended_at, start, end),
    }


def _going_on(at: datetime, ended_at: datetime, start: datetime, end: datetime) -> dict[int, int]:
    """One conversation from ``at`` up to but not including ``ended_at``, cut to the time shown."""
    if overlap(at, ended_at, start, end) == 0:
        return {}
    return {int(max(at, start).timestamp()): 1, int(min(ended_at, end).timestamp()): -1}


def overlap(at: datetime, until: datetime, start: datetime, end: datetime) -> int:
    """The seconds of one span that lie within another."""
    return max(0, seconds(max(at, start), min(until, end)))
