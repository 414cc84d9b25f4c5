"""The agents' parts of a call: when each ended, what of it was hold, and the wrap-up after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callcenter.rules import events
from callcenter.rules.calls.call import Span, Stay, Talk
from callcenter.rules.calls.told import Told


def completed(
    told: Told, spoken: Sequence[Talk], stays: Sequence[Stay], ended_at: datetime | None
) -> tuple[tuple[Talk, ...], int]:
    """The talks with their ends, holds and wrap-ups, and how many of those fit nowhere."""
    talks, strays = [], 0
    for place, talk in enumerate(spoken):
        end = _handled(told, talk) or _end(told, talk, spoken[place + 1 :], stays, ended_at)
        strays += end is not None and end < talk.at
        talks.append(replace(talk, ended_at=end and max(end, talk.at)))
    for start, end in _holds(told):
        strays += _hold(talks, start, end)
    for over in told.of(events.WrapUpEnded):
        strays += _wrap_up(talks, [t for t in talks if t.offer == over.offer], over.at)
    for done in told.of(events.AfterCallEnded):
        own = [t for t in talks if not t.offer and done.agent in ("", t.agent)]
        strays += _wrap_up(talks, own, done.at)
    return tuple(talks), strays


def _handled(told: Told, talk: Talk) -> datetime | None:
    """The end that the floor gave to an offer of our own."""
    ends = told.about(talk.offer, events.HandlingEnded, talked=True) if talk.offer else []
    return ends[0].at if ends else None


def _end(
    told: Told,
    talk: Talk,
    following: Sequence[Talk],
    stays: Sequence[Stay],
    ended_at: datetime | None,
) -> datetime | None:
    """Whatever took the caller away first: a transfer, another agent or queue, the end."""
    ends = [event.at for event in told.of(events.Transferred)]
    ends += [other.at for other in following[:1]]
    ends += [stay.entered_at for stay in stays[talk.stay + 1 :]]
    ends += [ended_at] if ended_at else []
    return min((at for at in ends if at >= talk.at), default=None)


def _holds(told: Told) -> list[tuple[datetime, datetime | None]]:
    """From each hold to the first return after it; a second hold within one is the same."""
    spans: list[tuple[datetime, datetime | None]] = []
    for event in told.of(events.HoldStarted, events.HoldEnded):
        held = bool(spans) and spans[-1][1] is None
        if isinstance(event, events.HoldStarted) and not held:
            spans.append((event.at, None))
        elif isinstance(event, events.HoldEnded) and held:
            spans[-1] = (spans[-1][0], event.at)
    return spans


def _hold(talks: list[Talk], start: datetime, end: datetime | None) -> int:
    """Give a hold to the talk in which it began; it lasts no longer than the talk. 1: to none."""
    for place, talk in enumerate(talks):
        if talk.at <= start and (talk.ended_at is None or start <= talk.ended_at):
            over = min(filter(None, (end, talk.ended_at)), default=None)
            span: tuple[Span, ...] = ((start, over),) if over and over > start else ()
            talks[place] = replace(talk, holds=talk.holds + span)
            return 0
    return 1


def _wrap_up(talks: list[Talk], own: Sequence[Talk], at: datetime) -> int:
    """Give the end of a wrap-up to the latest of the agent's talks before it. 1: to none."""
    ended = [talk for talk in own if talk.ended_at and talk.ended_at <= at]
    if not ended:
        return 1
    talk = ended[-1]
    if talk.wrapped_up_at is None:
        talks[talks.index(talk)] = replace(talk, wrapped_up_at=at)
    return 0
