"""A day read from its calls, tickets and agents' states, each counted where it belongs."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection

from callcenter.records import callers, summaries
from callcenter.records.stats.agents import agent_times, busy_spans
from callcenter.records.stats.confirmed import counted
from callcenter.records.stats.parts import SCOPES, Day, Key, Part
from callcenter.records.stats.window import Window
from callcenter.rules.calls import WAITING, Call, Span
from callcenter.rules.policy import Policy, QueueRules
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
    going = steps(db, policy, window, now=now, interval_min=interval_min, as_of=as_of)
    while True:
        try:
            next(going)
        except StopIteration as done:
            return done.value


def steps(
    db: Connection,
    policy: Policy,
    window: Window,
    *,
    now: datetime,
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> Generator[None, None, Raw]:
    """The same in steps of some hundred calls, for whoever has other work in between."""
    grid = Grid(window.cuts(interval_min), window.labels(interval_min))
    counting = Counting(policy.queue, window, as_of or now, grid)
    calls = summaries.arrived(db, window.start, window.end, as_of=as_of)
    while some := list(islice(calls, summaries.AT_ONCE)):
        counting.take(db, some)
        yield
    for row in counted(db, window, as_of=as_of):
        counting.add(row.at, row.center, "", {"confirmations": 1})
    times = agent_times(db, counting.busy, grid.cuts, as_of=counting.then)
    for at, center, spent in times:
        counting.add(at, center, "", vars(spent))
    return Raw(counting.cells, counting.came, counting.final, counting.waiting())


@dataclass
class Counting:
    """What was counted of a day until now."""

    rules: QueueRules
    window: Window
    then: datetime
    grid: Grid
    cells: dict[Place, Sums] = field(default_factory=lambda: defaultdict(Sums))
    came: list[Came] = field(default_factory=list)
    busy: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    live: list[Call] = field(default_factory=list)
    final: bool = True

    def take(self, db: Connection, calls: Sequence[Call]) -> None:
        """Count some calls."""
        for call in calls:
            for at, queue, added in adds(call, self.rules, self.then, self.grid):
                self.add(at, call.center, queue, added)
            for agent, span in busy_spans(call, self.rules, self.then):
                self.busy[agent].append(span)
            self.final = self.final and is_final(call, self.rules, self.then)
        booked = [it for it in calls if summaries.counts(it) and self.window.has(it.booked_at)]
        self.came += _came(db, booked, self.grid)
        self.live += [call for call in booked if call.stays and call.stays[-1].how == WAITING]

    def add(self, at: datetime, center: str, queue: str, added: Added) -> None:
        self.cells[self.grid.label(at), center, queue].take(added)

    def waiting(self) -> Mapping[str, Sequence[datetime]]:
        return waiting(self.live, self.then, timedelta(seconds=self.rules.stale_s))


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
    call: Call, rules: QueueRules, then: datetime, grid: Grid
) -> Iterator[tuple[datetime, str, Added]]:
    """What a call adds within the grid."""
    for piece in pieces(call, rules, then):
        if grid.has(piece.at):
            yield piece
    yield from worked(call, rules, then, grid.cuts)


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
