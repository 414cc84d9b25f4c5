"""Everything of one day that figures are made of, read once and added up in many ways."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, select

from callcenter.records import callers, summaries
from callcenter.records.stats.agents import agent_times
from callcenter.records.stats.confirmed import confirmation_list
from callcenter.records.stats.window import DAY_END, Window
from callcenter.records.tables import CallerRow
from callcenter.rules import wib
from callcenter.rules.calls import WAITING, Call
from callcenter.rules.policy import Policy, QueueRules
from callcenter.rules.tally import People, Tally, add, figures, pieces, worked

CALLER: Table = CallerRow.__table__  # type: ignore[assignment]

# A call belongs to the day on which it entered the queue, which may be the day after it came.
BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """A part of the figures: of which interval (its first instant), center and queue."""

    at: datetime
    center: str
    queue: str
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True)
class Caller(Entry):
    """One call as a part of the people's figures. ``index``: of its number, None if withheld."""

    index: str | None = None
    reached: bool = False


@dataclass(frozen=True)
class Day:
    """The part of a day that is looked at. ``booked``: the calls that are counted in it."""

    window: Window
    as_of: datetime
    rules: QueueRules
    minutes: int
    centers: tuple[str, ...]
    booked: tuple[Call, ...]
    entries: tuple[Entry, ...]
    callers: tuple[Caller, ...]

    @cached_property
    def total(self) -> dict[str, Any]:
        """All figures of the whole."""
        return _figures(self.entries, self.callers)

    def by_center(self) -> dict[str, dict[str, Any]]:
        """All figures of each center, those of the policy first."""
        seen = sorted({entry.center for entry in self.entries} - set(self.centers))
        return self._by(lambda entry: entry.center, (*self.centers, *seen))

    def by_queue(self) -> dict[str, dict[str, Any]]:
        """All figures of each queue; what never entered one is in none of them."""
        queues = {entry.queue for entry in self.entries} - {""}
        return self._by(lambda entry: entry.queue, sorted(queues))

    def intervals(self) -> dict[str, dict[str, Any]]:
        """All figures of each interval by its beginning, ``09:00``, those without calls too."""
        cuts = self.window.cuts(self.minutes)[:-1]
        found = self._by(lambda entry: entry.at, cuts)
        return {f"{wib.local(cut):%H:%M}": each for cut, each in found.items()}

    def waiting(self) -> dict[str, list[datetime]]:
        """Since when somebody waits now, by center, the longest first; as ``waiting_now``."""
        since: dict[str, list[datetime]] = defaultdict(list)
        for call in self.booked:
            last = call.stays[-1] if call.stays else None
            if last and last.how == WAITING and self.as_of - last.entered_at < self.stale:
                since[call.center].append(last.entered_at)
        return {center: sorted(times) for center, times in since.items()}

    @property
    def stale(self) -> timedelta:
        return timedelta(seconds=self.rules.stale_s)

    def only(self, center: str) -> Day:
        """The same of one center."""
        return Day(
            self.window,
            self.as_of,
            self.rules,
            self.minutes,
            (center,),
            tuple(call for call in self.booked if call.center == center),
            tuple(entry for entry in self.entries if entry.center == center),
            tuple(caller for caller in self.callers if caller.center == center),
        )

    def _by(self, key: Callable[[Entry], Any], wanted: Iterable[Any]) -> dict[Any, dict[str, Any]]:
        entries: dict[Any, list[Entry]] = defaultdict(list)
        people: dict[Any, list[Caller]] = defaultdict(list)
        for entry in self.entries:
            entries[key(entry)].append(entry)
        for caller in self.callers:
            people[key(caller)].append(caller)
        return {one: _figures(entries[one], people[one]) for one in wanted}


def day_figures(
    db: Connection,
    policy: Policy,
    on: date,
    *,
    now: datetime,
    until: str = DAY_END,
    center: str = "",
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """The document of ``stats --json``: total, by center, by queue and by interval.

    ``until`` leaves out what entered a queue later (and tickets counted later); ``as_of`` leaves
    out what happened later, whatever is known of it now.
    """
    known = day(db, policy, Window.of(on, until), now=now, interval_min=interval_min, as_of=as_of)
    known = known.only(center) if center else known
    return {
        "day": on.isoformat(),
        "until": known.window.until,
        "as_of": wib.local(known.as_of).isoformat(timespec="seconds"),
        "config": _config(policy, interval_min, center),
        "total": known.total,
        "by_center": known.by_center(),
        "by_queue": known.by_queue(),
        "intervals": known.intervals(),
    }


def day(
    db: Connection,
    policy: Policy,
    window: Window,
    *,
    now: datetime,
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> Day:
    """Read what the figures of a day are made of."""
    then, cuts = as_of or now, window.cuts(interval_min)
    calls = list(summaries.arrived(db, window.start - BEFORE, window.end, as_of=as_of))
    booked = [call for call in calls if _counts(call) and window.has(call.booked_at)]
    entries = chain(
        _of_calls(calls, policy.queue, then, cuts),
        _of_tickets(db, window, cuts, as_of),
        (Entry(*one) for one in agent_times(db, calls, policy.queue, cuts, as_of=then)),
    )
    return Day(
        window,
        then,
        policy.queue,
        interval_min,
        tuple(center.code for center in policy.centers),
        tuple(booked),
        tuple(_together(entries)),
        tuple(_callers(db, booked, cuts)),
    )


def _together(entries: Iterable[Entry]) -> Iterator[Entry]:
    """One entry for each interval, center and queue: what is added up many times is then short."""
    alike: dict[tuple[datetime, str, str], list[Tally]] = defaultdict(list)
    for entry in entries:
        alike[entry.at, entry.center, entry.queue].append(entry.tally)
    return (Entry(*place, add(tallies)) for place, tallies in alike.items())


def _counts(call: Call) -> bool:
    return not call.test and call.channel == "call"


def _of_calls(
    calls: Iterable[Call], rules: QueueRules, then: datetime, cuts: Sequence[datetime]
) -> Iterator[Entry]:
    for call in calls:
        for piece in pieces(call, rules, then):
            if cuts[0] <= piece.at < cuts[-1]:
                yield Entry(_interval(cuts, piece.at), call.center, piece.queue, piece.tally)
        for piece in worked(call, rules, then, cuts):
            yield Entry(piece.at, call.center, piece.queue, piece.tally)


def _of_tickets(
    db: Connection, window: Window, cuts: Sequence[datetime], as_of: datetime | None
) -> Iterator[Entry]:
    for row in confirmation_list(db, window, as_of=as_of):
        yield Entry(_interval(cuts, row.at), row.center, "", Tally(confirmations=1))


def _callers(db: Connection, booked: Sequence[Call], cuts: Sequence[datetime]) -> Iterator[Caller]:
    indexes: dict[str, str] = {}
    for some in summaries.chunks([callers.of_call(call.id) for call in booked]):
        rows = db.execute(select(CALLER.c.id, CALLER.c.number_index).where(CALLER.c.id.in_(some)))
        indexes |= {row.id: row.number_index for row in rows}
    for call in booked:
        yield Caller(
            _interval(cuts, call.booked_at),
            call.center,
            call.queue,
            index=indexes.get(callers.of_call(call.id)),
            reached=call.reached,
        )


def _interval(cuts: Sequence[datetime], at: datetime) -> datetime:
    return cuts[bisect_right(cuts, at) - 1]


def _figures(entries: Iterable[Entry], people: Iterable[Caller]) -> dict[str, Any]:
    known = People.of((caller.index, caller.reached) for caller in people)
    return figures(add(entry.tally for entry in entries), known)


def _config(policy: Policy, interval_min: int, center: str) -> dict[str, Any]:
    """What the figures depend on besides the calls."""
    rules = policy.queue
    return {
        "tz": "Asia/Jakarta",
        "target_s": rules.target_s,
        "short_abandon_s": rules.short_abandon_s,
        "short_service_s": rules.short_service_s,
        "stale_s": rules.stale_s,
        "interval_min": interval_min,
        "center": center or None,
        "policy": policy.version,
    }
