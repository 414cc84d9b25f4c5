"""A day read from its calls, tickets and agents' states, each counted where it belongs."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from callcenter.records import callers, summaries
from callcenter.records.stats.agents import agent_times
from callcenter.records.stats.confirmed import counted
from callcenter.records.stats.parts import SCOPES, Day, Key, Part
from callcenter.records.stats.window import Window
from callcenter.rules.calls import WAITING, Call
from callcenter.rules.policy import Policy
from callcenter.rules.tally import Added, Callers, Sums, Tally, is_final, pieces, worked

Place = tuple[str, str, str]  # interval, center, queue


class Came(NamedTuple):
    """One call in the people's figures. ``caller``: the blind index of the number, None if it was
    withheld."""

    place: Place
    caller: str | None
    reached: bool


@dataclass(frozen=True)
class Raw:
    """What was read, by place. ``final``: time alone changes nothing of it any more."""

    cells: Mapping[Place, Sums]
    came: Sequence[Came]
    final: bool
    waiting: Mapping[str, Sequence[datetime]]
    _parts: dict[str, Mapping[Key, Part]] = field(default_factory=dict)

    def parts(self, scope: str) -> Mapping[Key, Part]:
        """The parts of a scope; each scope is added up once."""
        if scope not in self._parts:
            self._parts[scope] = self._added(scope)
        return self._parts[scope]

    def _added(self, scope: str) -> Mapping[Key, Part]:
        key = SCOPES[scope]
        sums: dict[Key, Sums] = defaultdict(Sums)
        people: dict[Key, Callers] = defaultdict(Callers)
        for place, cell in self.cells.items():
            sums[key(*place)].take(cell.so_far)
        for place, caller, reached in self.came:
            people[key(*place)].take(caller, reached)
        return {it: Part(sums[it].whole(Tally), people[it].people()) for it in {**sums, **people}}


def day(
    db: Connection,
    policy: Policy,
    window: Window,
    *,
    now: datetime,
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> Day:
    """A day by what is known now; with ``as_of`` by what had happened until then."""
    raw = read(db, policy, window, now=now, interval_min=interval_min, as_of=as_of)
    centers = tuple(center.code for center in policy.centers)
    return Day(window, as_of or now, interval_min, centers, raw.parts, raw.waiting)


def read(
    db: Connection,
    policy: Policy,
    window: Window,
    *,
    now: datetime,
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> Raw:
    """Read and count everything that the figures of a day are made of."""
    then, grid = as_of or now, Grid(window.cuts(interval_min), window.labels(interval_min))
    calls = list(summaries.arrived(db, window.start, window.end, as_of=as_of))
    booked = [call for call in calls if summaries.counts(call) and window.has(call.booked_at)]
    cells: dict[Place, Sums] = defaultdict(Sums)
    for call in calls:
        for at, queue, added in adds(call, policy, then, grid):
            cells[grid.label(at), call.center, queue].take(added)
    for row in counted(db, window, as_of=as_of):
        cells[grid.label(row.at), row.center, ""].take({"confirmations": 1})
    for at, center, spent in agent_times(db, calls, policy.queue, grid.cuts, as_of=then):
        cells[grid.label(at), center, ""].take(vars(spent))
    return Raw(
        cells,
        list(_came(db, booked, grid)),
        all(is_final(call, policy.queue, then) for call in calls),
        waiting(booked, then, timedelta(seconds=policy.queue.stale_s)),
    )


@dataclass(frozen=True)
class Grid:
    """The intervals of what is looked at: where each begins and the last one ends, and their
    names."""

    cuts: Sequence[datetime]
    labels: Sequence[str]

    def label(self, at: datetime) -> str:
        """The name of the interval in which a moment lies."""
        return self.labels[bisect_right(self.cuts, at) - 1]

    def has(self, at: datetime) -> bool:
        return self.cuts[0] <= at < self.cuts[-1]


def adds(
    call: Call, policy: Policy, then: datetime, grid: Grid
) -> Iterator[tuple[datetime, str, Added]]:
    """What a call adds within the grid."""
    for piece in pieces(call, policy.queue, then):
        if grid.has(piece.at):
            yield piece
    yield from worked(call, policy.queue, then, grid.cuts)


def _came(db: Connection, booked: Sequence[Call], grid: Grid) -> Iterator[Came]:
    for some in summaries.chunks(booked):
        indexes = callers.indexes(db, [call.id for call in some])
        for call in some:
            place = grid.label(call.booked_at), call.center, call.queue
            yield Came(place, indexes.get(call.id), call.reached)


def waiting(
    booked: Iterable[Call], then: datetime, stale: timedelta
) -> Mapping[str, Sequence[datetime]]:
    """Since when somebody waits, by center, the longest first."""
    since: dict[str, list[datetime]] = defaultdict(list)
    for call in booked:
        last = call.stays[-1] if call.stays else None
        if last and last.how == WAITING and then - last.entered_at < stale:
            since[call.center].append(last.entered_at)
    return {center: sorted(times) for center, times in since.items()}
