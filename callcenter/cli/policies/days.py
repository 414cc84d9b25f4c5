"""``policy holidays``: days that are not like their weekday, and seasons with other hours."""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from callcenter.cli import Refused
from callcenter.cli.policies import filling
from callcenter.rules import calendar, wib
from callcenter.rules.policy import Holiday, Policy, Season

HELP = "show or change the days and seasons with other hours"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_mutually_exclusive_group()
    acts.add_argument("--fill", type=int, metavar="YEAR", help="add the days off of a year")
    acts.add_argument("--add", nargs=2, metavar=("DATE", "NAME"), help="a day off")
    acts.add_argument("--remove", metavar="DATE", help="an ordinary day again")
    acts.add_argument(
        "--season",
        nargs=4,
        metavar=("NAME", "FIRST", "LAST", "HOURS"),
        help='other hours for a while, as "Mon-Thu 08:00-15:00; Fri 08:00-15:30"',
    )
    acts.add_argument("--end-season", metavar="NAME", help="take a season away")
    parser.add_argument("--hours", default="", help="with --add: open then, as 08:00-12:00")
    parser.add_argument("--english", default="", metavar="NAME", help="with --add: its name")
    parser.add_argument(
        "--center", action="append", default=[], metavar="CODE", help="only there; may be repeated"
    )


def changed(arguments: argparse.Namespace, ruling: Policy) -> Policy | None:
    """The policy with the change asked for; None where nothing is to be changed, only shown.

    Raises ``Refused``.
    """
    centers = tuple(arguments.center)
    if arguments.fill:
        known = {it.day for it in ruling.holidays}
        fresh = [it for it in filling.days_off([arguments.fill]) if it.day not in known]
        return with_days(ruling, *ruling.holidays, *fresh)
    if arguments.add:
        day, name = day_of(arguments.add[0]), arguments.add[1]
        made = Holiday(day, name, arguments.english or name, "own", arguments.hours, centers)
        others = (it for it in ruling.holidays if (it.day, it.centers) != (day, centers))
        return with_days(ruling, *others, made)
    if arguments.remove:
        day = day_of(arguments.remove)
        return with_days(ruling, *(it for it in ruling.holidays if it.day != day))
    if arguments.season:
        name, first, last, hours = arguments.season
        season = Season(name, day_of(first), day_of(last), hours, centers)
        kept = tuple(it for it in ruling.seasons if it.name != name)
        return replace(ruling, seasons=(*kept, season))
    if arguments.end_season:
        kept = tuple(it for it in ruling.seasons if it.name != arguments.end_season)
        return replace(ruling, seasons=kept)
    return None


def with_days(ruling: Policy, *days: Holiday) -> Policy:
    """The policy with these days, in order."""
    return replace(ruling, holidays=tuple(sorted(days, key=lambda it: (it.day, it.centers))))


def day_of(text: str) -> date:
    """``2020-05-01``. Raises ``Refused``."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Refused(f'policy holidays: "{text}" is not a day; write it as 2020-05-01.') from error


def listed(ruling: Policy, now: datetime) -> Iterator[str]:
    """The days and seasons to come, and whether each center is open now."""
    today = wib.day_of(now)
    for center in ruling.centers:
        opens = calendar.next_opening(ruling, center, now)
        is_open = "open now" if opens and opens <= now else f"opens {opens:%Y-%m-%d %H:%M} WIB"
        yield f"{center.code}: {center.hours} ({is_open if opens else 'never opens'})"
    for season in ruling.seasons:
        if season.last >= today:
            where = f" ({', '.join(season.centers)})" if season.centers else ""
            yield f"{season.first} to {season.last}  {season.name}: {season.hours}{where}"
    for it in ruling.holidays:
        if it.day >= today:
            where = f" ({', '.join(it.centers)})" if it.centers else ""
            yield f"{it.day}  {it.hours or 'closed'}  {it.name}{where}"
