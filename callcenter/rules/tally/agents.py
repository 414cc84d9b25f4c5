"""Agents' time: how much of it was in calls, ready for the next, or neither."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from callcenter.rules import wib
from callcenter.rules.calls import Span
from callcenter.rules.tally.of_call import overlap
from callcenter.rules.tally.tally import Tally

OFFLINE, AVAILABLE = "offline", "available"
FOREVER = datetime.max.replace(tzinfo=wib.WIB)


@dataclass(frozen=True, order=True)
class State:
    """What an agent was from ``at`` on. ``imported``: another switch said so, and may never say
    when it ended; then it lasts until midnight at most."""

    at: datetime
    state: str
    imported: bool = False


def agent_time(
    states: Sequence[State], busy: Iterable[Span], start: datetime, end: datetime
) -> Tally:
    """One agent's time from ``start`` up to ``end``. ``busy``: talk, hold and wrap-up.

    An agent is busy in a call whatever state was chosen meanwhile. Calls of somebody who was not
    signed in (a switch that tells no states) are in no part of it.
    """
    calls = united(busy)
    logged_in = spans(states, lambda state: state != OFFLINE)
    available = spans(states, lambda state: state == AVAILABLE)
    ready_s = sum(overlap(*span, start, end) for span in available)
    return Tally(
        logged_in_s=sum(overlap(*span, start, end) for span in logged_in),
        busy_s=common_s(calls, logged_in, start, end),
        available_s=ready_s - common_s(calls, available, start, end),
    )


def spans(states: Sequence[State], wanted: Callable[[str], bool]) -> list[Span]:
    """From when to when an agent's state was a wanted one; the last one goes on for ever."""
    found = []
    for state, following in pairwise([*sorted(states), State(FOREVER, OFFLINE)]):
        over = following.at
        if state.imported:
            over = min(over, wib.end_of(wib.day_of(state.at)))
        if wanted(state.state):
            found.append((state.at, over))
    return found


def united(some: Iterable[Span]) -> list[Span]:
    """The same time without any part of it twice."""
    whole: list[Span] = []
    for at, until in sorted(some):
        if whole and at <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], until))
        else:
            whole.append((at, until))
    return whole


def common_s(some: Sequence[Span], others: Sequence[Span], start: datetime, end: datetime) -> int:
    """The seconds between ``start`` and ``end`` that lie in both."""
    return sum(
        overlap(max(at, start), min(until, end), *other) for at, until in some for other in others
    )
