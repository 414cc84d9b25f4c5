"""The figures of several days: their roll-ups added up, and the days without any as they are.

Counts add up over days; people do not, so how many different ones called is found apart, from
every call, when somebody wants to know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, select

from callcenter.records import callers, summaries
from callcenter.records.stats import closed, raw
from callcenter.records.stats.config import config
from callcenter.records.stats.parts import ALL, CENTER, PLACE, QUEUE, SCOPES, Figures, Key, Part
from callcenter.records.stats.window import Window
from callcenter.records.tables import CallerRow, RollUpRow, SummaryRow
from callcenter.rules import wib
from callcenter.rules.policy import Policy
from callcenter.rules.tally import Callers, People, Sums, Tally, figures

CALLER: Table = CallerRow.__table__  # type: ignore[assignment]
ROLL_UP: Table = RollUpRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]

ONE_DAY = timedelta(days=1)
WHOLE: Key = ("", "", "")


@dataclass(frozen=True)
class Period:
    """Some days: the sums of their parts, what each day was, and the people if they were asked
    for."""

    centers: tuple[str, ...]
    sums: Mapping[str, dict[Key, Sums]] = field(default_factory=lambda: defaultdict(dict))
    days: dict[date, Mapping[Key, Part]] = field(default_factory=dict)
    people: Mapping[str, Mapping[Key, People]] | None = None

    def total(self, center: str = "") -> Figures:
        """All figures of all days."""
        return self._figures(CENTER if center else ALL, ("", center, ""))

    def by_center(self, center: str = "") -> dict[str, Figures]:
        """All figures of each center, those of the policy first."""
        seen = sorted(key[1] for key in self.sums[CENTER])
        wanted = dict.fromkeys((center,) if center else (*self.centers, *seen))
        return {each: self._figures(CENTER, ("", each, "")) for each in wanted}

    def by_queue(self, center: str = "") -> dict[str, Figures]:
        """All figures of each queue."""
        scope = PLACE if center else QUEUE
        keys = sorted(key for key in self.sums[scope] if key[1] == center and key[2])
        return {key[2]: self._figures(scope, key) for key in keys}

    def by_day(self, center: str = "") -> dict[str, Figures]:
        """All figures of each day."""
        key = ("", center, "")
        parts = {day: parts.get(key, Part()) for day, parts in sorted(self.days.items())}
        return {day.isoformat(): figures(*part) for day, part in parts.items()}

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
    known = period(db, policy, first, last, now=now, people=people)
    return {
        "day": first.isoformat(),
        "to": last.isoformat(),
        "as_of": wib.local(now).isoformat(timespec="seconds"),
        "config": config(policy, closed.MINUTES, center),
        "total": known.total(center),
        "by_center": known.by_center(center),
        "by_queue": known.by_queue(center),
        "days": known.by_day(center),
    }


def period(
    db: Connection, policy: Policy, first: date, last: date, *, now: datetime, people: bool = False
) -> Period:
    """The days from ``first`` to ``last``, both included, those to come left out."""
    last = min(last, wib.day_of(now))
    known = Period(
        tuple(center.code for center in policy.centers),
        people=_people(db, first, last) if people else None,
    )
    rolled = _rolled(db, policy, first, last)
    for n in range((last - first).days + 1):
        day = first + ONE_DAY * n
        read = rolled.get(day) or raw.day(db, policy, Window.of(day), now=now).parts
        known.days[day] = {**read(ALL), **read(CENTER)}
        for scope in (ALL, CENTER, QUEUE, PLACE):
            for key, part in read(scope).items():
                known.sums[scope].setdefault(key, Sums()).take(_lasting(part.tally))
    return known


def _lasting(tally: Tally) -> dict[str, Any]:
    """What a day adds to many: of its conversations only the most at one time."""
    return vars(tally) | {"talks": {}, "most_talks": tally.peak_concurrent_talk}


def _rolled(db: Connection, policy: Policy, first: date, last: date) -> dict[date, Any]:
    """How to read each day whose roll-ups stand."""
    standing = closed.standing(db, policy, first, last)
    found = {day: closed.Rolled() for day in standing}
    rows = db.execute(
        select(ROLL_UP).where(
            ROLL_UP.c.scope.in_((ALL, CENTER, QUEUE, PLACE)),
            ROLL_UP.c.day.between(first.isoformat(), last.isoformat()),
        )
    )
    for row in rows if standing else ():
        day = date.fromisoformat(row.day)
        if day in found:
            found[day].bodies[row.scope][row.at, row.center, row.queue] = row.body
    return {day: rolled.parts for day, rolled in found.items()}


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
