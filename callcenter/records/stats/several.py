"""The figures of several days: their roll-ups added up, and the days without any as they are.

Counts add up over days; people do not, so how many different ones called is found apart, from
every call, when somebody wants to know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, select

from callcenter.records import callers, summaries
from callcenter.records.stats import closed, raw
from callcenter.records.stats.config import config
from callcenter.records.stats.parts import ALL, CENTER, PLACE, QUEUE, SCOPES, Figures, Key, Part
from callcenter.records.stats.window import Window
from callcenter.records.tables import CallerRow, SummaryRow
from callcenter.rules import wib
from callcenter.rules.policy import Policy
from callcenter.rules.tally import Callers, People, Sums, Tally, figures

CALLER: Table = CallerRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Some days: the sums of their parts, what each day was, and the people if they were asked
    for. ``center``: the only one that is looked at, empty for all."""

    centers: tuple[str, ...]
    center: str = ""
    sums: Mapping[str, dict[Key, Sums]] = field(default_factory=lambda: defaultdict(dict))
    days: dict[date, Part] = field(default_factory=dict)
    people: Mapping[str, Mapping[Key, People]] | None = None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What has to be read of each day: the whole of it first."""
        return (CENTER, PLACE) if self.center else (ALL, CENTER, QUEUE)

    @property
    def whole(self) -> Key:
        return "", self.center, ""

    @property
    def total(self) -> Figures:
        """All figures of all days."""
        return self._figures(self.scopes[0], self.whole)

    def by_center(self) -> dict[str, Figures]:
        """All figures of each center, those of the policy first."""
        seen = sorted(center for _, center, _ in self.sums[CENTER])
        wanted = dict.fromkeys((self.center,) if self.center else (*self.centers, *seen))
        return {center: self._figures(CENTER, ("", center, "")) for center in wanted}

    def by_queue(self) -> dict[str, Figures]:
        """All figures of each queue."""
        scope = self.scopes[-1]
        keys = sorted(key for key in self.sums[scope] if key[1] == self.center and key[2])
        return {key[2]: self._figures(scope, key) for key in keys}

    def by_day(self) -> dict[str, Figures]:
        """All figures of each day."""
        return {day.isoformat(): figures(*part) for day, part in sorted(self.days.items())}

    def take(self, day: date, read: Callable[[str], Mapping[Key, Part]]) -> None:
        """Add a day up with the others. ``read`` gives its parts by scope."""
        for scope in self.scopes:
            parts = read(scope)
            if scope == self.scopes[0]:
                self.days[day] = parts.get(self.whole, Part())
            for key, part in parts.items():
                self.sums[scope].setdefault(key, Sums()).take(_lasting(part.tally))

    def _figures(self, scope: str, key: Key) -> Figures:
        sums = self.sums[scope].get(key)
        people = self.people[scope].get(key, People()) if self.people is not None else None
        return figures(sums.whole(Tally) if sums else Tally(), people)


def period_figures(
    db: Connection,
    policy: Policy,
    first: date,
    last: date,
    *,
    now: datetime,
    center: str = "",
    people: bool = False,
) -> dict[str, Any]:
    """The document of ``stats --to``: as that of a day, with ``days`` for its intervals. Without
    ``people`` the figures of different people are null, those of each day not."""
    known = period(db, policy, first, last, now=now, center=center, people=people)
    return {
        "day": first.isoformat(),
        "to": last.isoformat(),
        "as_of": wib.local(now).isoformat(timespec="seconds"),
        "config": config(policy, closed.MINUTES, center),
        "total": known.total,
        "by_center": known.by_center(),
        "by_queue": known.by_queue(),
        "days": known.by_day(),
    }


def period(
    db: Connection,
    policy: Policy,
    first: date,
    last: date,
    *,
    now: datetime,
    center: str = "",
    people: bool = False,
) -> Period:
    """The days from ``first`` to ``last``, both included, those to come left out."""
    last = min(last, wib.day_of(now))
    centers = tuple(each.code for each in policy.centers)
    known = Period(centers, center, people=_people(db, first, last) if people else None)
    rolled = closed.days(db, policy, first, last, known.scopes)
    for n in range((last - first).days + 1):
        day = first + ONE_DAY * n
        kept = rolled.get(day)
        known.take(day, kept.parts if kept else raw.day(db, policy, Window.of(day), now=now).parts)
    return known


def _lasting(tally: Tally) -> dict[str, Any]:
    """What a day adds to many: of its conversations only the most at one time."""
    return vars(tally) | {"talks": {}, "most_talks": tally.peak_concurrent_talk}


def _people(db: Connection, first: date, last: date) -> Mapping[str, Mapping[Key, People]]:
    """How many different people called in the whole, at each center and in each queue."""
    scopes = (ALL, CENTER, QUEUE, PLACE)
    found: dict[str, dict[Key, Callers]] = {scope: defaultdict(Callers) for scope in scopes}
    for center, queue, index, reached in _came(db, wib.start_of(first), wib.end_of(last)):
        for scope in scopes:
            found[scope][SCOPES[scope]("", center, queue)].take(index, reached)
    return {
        scope: {key: some.people() for key, some in keys.items()} for scope, keys in found.items()
    }


def _came(
    db: Connection, start: datetime, end: datetime
) -> Iterator[tuple[str, str, str | None, bool]]:
    """``(center, queue, index of the number, reached an agent)`` of every call that counts."""
    alive = sorted(summaries.unsettled(db, start - ONE_DAY, end))
    columns = (SUMMARY.c.call_id, SUMMARY.c.center, SUMMARY.c.queue, SUMMARY.c.reached)
    before, after = (wib.day_of(at).isoformat() for at in (start - ONE_DAY, end))
    settled = (
        select(*columns, CALLER.c.number_index)
        .outerjoin(CALLER, CALLER.c.id == SUMMARY.c.caller_id)
        .where(SUMMARY.c.day.between(before, after))
        .where(SUMMARY.c.booked_at >= start, SUMMARY.c.booked_at < end)
    )
    live = frozenset(alive)
    for call, center, queue, reached, index in db.execute(settled):
        if call not in live:
            yield center, queue or "", index, bool(reached)
    for some in summaries.chunks(alive):
        indexes = callers.indexes(db, some)
        for call in summaries.folded(db, some):
            if summaries.counts(call) and start <= call.booked_at < end:
                yield call.center, call.queue, indexes.get(call.id), call.reached
