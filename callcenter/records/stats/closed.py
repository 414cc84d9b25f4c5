"""Days that are over, read from their roll-ups: as long as nothing of them changed since, and the
limits that their sums depend on are those of today. Else nobody finds them here.

A row holds the sums of one part of a day. What does not add up is in it for its own part: the most
conversations at one time, and how many different people called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec
from sqlalchemy import Connection, Table, select

from callcenter.records import summaries
from callcenter.records.stats.parts import (
    ALL,
    CENTER,
    CENTER_INTERVAL,
    INTERVAL,
    PLACE,
    QUEUE,
    Day,
    Key,
    Part,
)
from callcenter.records.stats.window import DAY_END, Window
from callcenter.records.tables import ChangedDayRow, RolledDayRow, RollUpRow
from callcenter.rules import wib
from callcenter.rules.policy import Policy, QueueRules

CHANGED: Table = ChangedDayRow.__table__  # type: ignore[assignment]
ROLLED: Table = RolledDayRow.__table__  # type: ignore[assignment]
ROLL_UP: Table = RollUpRow.__table__  # type: ignore[assignment]

MINUTES = 30
FORMULAS = 1  # to be counted up when a release counts differently: then every day is added up anew
ONE_DAY = timedelta(days=1)
PARTS = msgspec.json.Decoder(Part)


def answers(window: Window, interval_min: int) -> bool:
    """Whether this is what roll-ups are made for: a whole day in half hours."""
    return window.until == DAY_END and interval_min == MINUTES


def stamp(rules: QueueRules) -> str:
    """The limits that the sums depend on."""
    limits = (rules.target_s, rules.short_abandon_s, rules.short_service_s, rules.stale_s)
    return "/".join(map(str, (FORMULAS, *limits)))


def day(
    db: Connection, policy: Policy, window: Window, *, now: datetime, center: str = ""
) -> Day | None:
    """The day, or one center's part of it, from its roll-ups; None where they are not there or
    hold no longer."""
    scopes = (CENTER, PLACE, CENTER_INTERVAL) if center else (ALL, CENTER, QUEUE, INTERVAL)
    rolled = days(db, policy, window.day, window.day, scopes).get(window.day)
    if rolled is None:
        return None
    centers = tuple(each.code for each in policy.centers)
    return Day(window, now, MINUTES, centers, rolled.parts, center=center)


def days(
    db: Connection, policy: Policy, first: date, last: date, scopes: Sequence[str]
) -> dict[date, Rolled]:
    """The parts of these scopes of every day whose roll-ups stand."""
    found = {day: Rolled() for day in standing(db, policy, first, last)}
    if not found:
        return {}
    rows = select(*ROLL_UP.c).where(
        ROLL_UP.c.scope.in_(scopes),
        ROLL_UP.c.day.between(first.isoformat(), last.isoformat()),
    )
    for on, scope, at, center, queue, told in db.execute(rows):
        rolled = found.get(date.fromisoformat(on))
        if rolled is not None:
            rolled.bodies[scope][at, center, queue] = told
    return found


def standing(db: Connection, policy: Policy, first: date, last: date) -> set[date]:
    """The days from ``first`` to ``last`` whose roll-ups are what the calls would give."""
    between = first.isoformat(), last.isoformat()
    changed = select(CHANGED.c.day).where(CHANGED.c.day.between(*between))
    made = select(ROLLED.c.day).where(
        ROLLED.c.day.between(*between),
        ROLLED.c.rules == stamp(policy.queue),
        ROLLED.c.day.not_in(changed),
    )
    days = {date.fromisoformat(day) for day in db.execute(made).scalars()}
    if days:
        start, end = wib.start_of(first) - ONE_DAY, wib.end_of(last)
        for arrived_at in summaries.unsettled(db, start, end).values():
            days -= {wib.day_of(arrived_at), wib.day_of(arrived_at) + ONE_DAY}
    return days


@dataclass
class Rolled:
    """Rows of roll-ups by scope and key, each read only when it is asked for."""

    bodies: Mapping[str, dict[Key, str]] = field(default_factory=lambda: defaultdict(dict))

    def parts(self, scope: str) -> Mapping[Key, Part]:
        return {key: PARTS.decode(body) for key, body in self.bodies[scope].items()}


def body(part: Part) -> str:
    """A part as it is kept: what is zero left out, and the conversations by their seconds too, of
    which only the most at one time will ever be asked."""
    tally = {name: value for name, value in vars(part.tally).items() if value and name != "talks"}
    if most := part.tally.peak_concurrent_talk:
        tally["most_talks"] = most
    people = {name: value for name, value in vars(part.people).items() if value}
    return msgspec.json.encode([tally, people]).decode()
