"""When a center is open: its week, holidays and seasons with other hours, together.

A holiday goes before a season, a season before the week. Neither touches a center that is open
always, unless it names it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from callcenter.rules import hours, wib
from callcenter.rules.hours import Hours, Span
from callcenter.rules.policy import Center, Holiday, Policy, Season

LOOK_AHEAD_DAYS = 60
WHOLE_DAY = (Span(0, hours.DAY_MINUTES),)

# What callers mean by a part of the day, in minutes after midnight: siang, sore, pagi.
NOON = Span(11 * 60, 15 * 60)
AFTERNOON = Span(15 * 60, 18 * 60)
MORNING = Span(4 * 60, 11 * 60)
# The time for a call back, as the form of the desk calls it too.
SOON = "soon"
PARTS = {"noon": NOON, "afternoon": AFTERNOON, "tomorrow": MORNING}


def open_at(policy: Policy, center: Center, now: datetime) -> bool:
    """Whether a caller who arrives now can be given to an agent. Closing time is closed."""
    local = wib.local(now)
    minute = local.hour * 60 + local.minute
    return any(it.opens <= minute < it.closes for it in spans(policy, center, local.date()))


def next_opening(policy: Policy, center: Center, now: datetime) -> datetime | None:
    """The first moment from ``now`` on at which the center is open, in WIB; ``now`` while it is.

    None when it does not open within ``LOOK_AHEAD_DAYS``: nobody can be told a day.
    """
    local = wib.local(now)
    if open_at(policy, center, local):
        return local
    return next((start for start, _ in _open(policy, center, local, WHOLE_DAY[0])), None)


def due(policy: Policy, center: Center, window: str, now: datetime) -> datetime:
    """When a call back may begin: the first open moment in the part of the day asked for.

    A part in which the center is never open means as soon as possible.
    """
    local = wib.local(now)
    if part := PARTS.get(window):
        start = wib.end_of(local.date()) if window == "tomorrow" else local
        for opens, _ in _open(policy, center, start, part):
            return opens
    return next_opening(policy, center, local) or local


def holiday(policy: Policy, center: Center, day: date) -> Holiday | None:
    """The holiday that rules this day; one that names the center goes before one for all."""
    mine = [it for it in policy.holidays if it.day == day and _about(it, center)]
    return min(mine, key=lambda it: not it.centers, default=None)


def season(policy: Policy, center: Center, day: date) -> Season | None:
    """The season in which this day lies."""
    mine = [it for it in policy.seasons if it.first <= day <= it.last and _about(it, center)]
    return min(mine, key=lambda it: (not it.centers, it.last - it.first), default=None)


def spans(policy: Policy, center: Center, day: date) -> tuple[Span, ...]:
    """When the center is open on this WIB day, in order; nothing where it is closed all day."""
    if off := holiday(policy, center, day):
        return of_day(off.hours) if off.hours else ()
    if other := season(policy, center, day):
        return week(other.hours).week[day.weekday()]
    if center.hours == hours.ALWAYS:
        return WHOLE_DAY
    return week(center.hours).week[day.weekday()]


@cache
def week(text: str) -> Hours:
    """Opening hours of a week. Raises ``HoursError``."""
    return Hours.parse(text)


@cache
def of_day(text: str) -> tuple[Span, ...]:
    """``08:00-11:30,13:00-15:00``. Raises ``HoursError``."""
    return hours.parse_part(f"Mon {text}")[1]


def _about(it: Holiday | Season, center: Center) -> bool:
    return center.code in it.centers or not (it.centers or center.hours == hours.ALWAYS)


def _open(
    policy: Policy, center: Center, now: datetime, part: Span
) -> Iterator[tuple[datetime, datetime]]:
    """The open times within this part of each day, from ``now`` on: (from, until)."""
    for days in range(LOOK_AHEAD_DAYS + 1):
        day = wib.day_of(now) + timedelta(days=days)
        midnight = datetime.combine(day, time(), wib.WIB)
        for span in spans(policy, center, day):
            opens = midnight + timedelta(minutes=max(span.opens, part.opens))
            closes = midnight + timedelta(minutes=min(span.closes, part.closes))
            if (start := max(opens, now)) < closes:
                yield start, closes
