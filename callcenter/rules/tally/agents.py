"""Agents' time: how much of it was in calls, ready for the next, or neither."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from callcenter.rules import wib
from callcenter.rules.calls import Span
from callcenter.rules.tally.counts import Sums
from callcenter.rules.tally.of_call import overlap, parts
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
    states: Sequence[State], busy: Iterable[Span], cuts: Sequence[datetime]
) -> dict[datetime, Tally]:
    """One agent's time between ``cuts``, by the first instant of each interval; those with none
    of it are left out. ``busy``: talk, hold and wrap-up.

    An agent is busy in a call whatever state was chosen meanwhile. Calls of somebody who was not
    signed in (a switch that tells no states) are in no part of it.
    """
    calls = united(busy)
    logged_in = spans(states, lambda state: state != OFFLINE)
    available = spans(states, lambda state: state == AVAILABLE)
    sums: dict[datetime, Sums] = defaultdict(Sums)
    for name, sign, some in (
        ("logged_in_s", 1, logged_in),
        ("busy_s", 1, common(calls, logged_in)),
        ("available_s", 1, available),
        ("available_s", -1, common(calls, available)),
    ):
        for span in some:
            for start, end in parts(cuts, *span):
                sums[start].take({name: sign * overlap(*span, start, end)})
    found = {start: each.whole(Tally) for start, each in sums.items()}
    return {start: spent for start, spent in found.items() if spent != Tally()}


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


def common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The times that lie in both. Each list is in order and has no part twice."""
    shared: list[Span] = []
    first = second = 0
    while first < len(some) and second < len(others):
        at = max(some[first][0], others[second][0])
        until = min(some[first][1], others[second][1])
        if at < until:
            shared.append((at, until))
        if some[first][1] < others[second][1]:
            first += 1
        else:
            second += 1
    return shared
