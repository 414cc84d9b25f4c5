"""The agents' parts of a call: when each ended, what was hold, and the wrap-up after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from callcenter.rules import events
from callcenter.rules.calls.call import Span, Stay, Talk
from callcenter.rules.calls.told import Told


def talks_of(
    told: Told, spoken: Sequence[Talk], stays: Sequence[Stay], ended_at: datetime | None
) -> tuple[tuple[Talk, ...], int]:
    """The talks with their ends, holds and wrap-ups, and how many of these fit nowhere."""
    offered = {(e.agent, e.entry): e.offer for e in told.of(events.CallOffered)}
    handled = {e.offer: e.at for e in told.of(events.HandlingEnded) if e.talked}
    numbers = _offers(told)
    del offered
    done = []
    for place, talk in enumerate(spoken):
        known = handled.get(numbers.get((talk.agent, talk.at), 0))
        rest = spoken[place + 1 :]
        done.append(replace(talk, ended_at=known or _end(told, talk, rest, stays, ended_at)))
    return (), 0
