"""What ``check`` says of the policy: whether each center opens, and whether days off are known."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from callcenter.rules import calendar, hours, speech, wib
from callcenter.rules.policy import Policy

AHEAD = timedelta(days=60)


def hints(ruling: Policy, now: datetime) -> Iterator[str]:
    """What an operator may want to know or change; each sentence says how."""
    for center in ruling.centers:
        if calendar.next_opening(ruling, center, now) is None:
            yield f"{center.code} does not open in the next 60 days. See: policy holidays"
    year = wib.day_of(now + AHEAD).year
    with_hours = any(center.hours != hours.ALWAYS for center in ruling.centers)
    if with_hours and not any(it.day.year == year for it in ruling.holidays):
        yield f"no day off of {year} is known. Run: policy holidays --fill {year}"
    for language in ("jv", "en"):
        if missing := speech.gaps(ruling, language):
            yield (
                f"{len(missing)} sentences are said in Indonesian to callers of {language}. "
                "See which: policy show --gaps"
            )
    for it in ruling.announcements:
        if it.ends_at is None or it.ends_at > now:
            until = f" until {wib.local(it.ends_at):%Y-%m-%d %H:%M} WIB" if it.ends_at else ""
            where = ", ".join(it.centers) or "all centers"
            yield f"callers of {where} hear an announcement{until}. End it: policy announce --clear"
