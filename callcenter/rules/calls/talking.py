"""The agents' parts of a call: when each ended, what of it was hold, and the wrap-up after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callcenter.rules import events
from callcenter.rules.calls.call import Span, Stay, Talk
from callcenter.rules.calls.told import Told
from callcenter.rules.events import Event


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
    """The end that the floor gave to an offer of our own; earlier, where the carrier told later
    when the agent had left."""
    ends = told.about(talk.offer, events.HandlingEnded, talked=True) if talk.offer else []
    return min([ends[0].at, *_agent_left(told, talk)]) if ends else None


def _agent_left(told: Told, talk: Talk) -> list[datetime]:
    """When the agent's own leg left the conversation for good; [] when nobody told, or when the
    agent came back. Others who listened or were asked come and go meanwhile."""
    joined = told.about(talk.offer, events.ParticipantJoined, role="agent")
    own = {it.leg for it in joined[:1]}
    gone = told.about(talk.offer, events.ParticipantLeft, role="agent")
    left = [it.at for it in gone if it.leg in own]
    return [at for at in left[-1:] if all(it.at <= at for it in joined)]


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
    """From each hold to the first return after it; a second hold within one is the same. A caller
    who leaves the conference is on hold no longer, and no carrier says so."""
    spans: list[tuple[datetime, datetime | None]] = []
    for event in told.of(events.HoldStarted, events.HoldEnded, events.ParticipantLeft):
        held = bool(spans) and spans[-1][1] is None
        if isinstance(event, events.HoldStarted) and not held:
            spans.append((event.at, None))
        elif held and (isinstance(event, events.HoldEnded) or _caller_left(event)):
            spans[-1] = (spans[-1][0], event.at)
    return spans


def _caller_left(event: Event) -> bool:
    return isinstance(event, events.ParticipantLeft) and event.role == "caller"


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
