"""The figures of a day, in total, by center, by queue and by interval, as one JSON document; or of
several days, by day instead of by interval."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from callcenter import clock
from callcenter.cli import Refused, figures, opening
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.rules.policy import Policy

NAME = "stats"
HELP = "the figures of a day"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=figures.day, required=True, metavar="YYYY-MM-DD", help="WIB")
    parser.add_argument(
        "--to", type=figures.day, metavar="YYYY-MM-DD", help="of all days up to this one"
    )
    parser.add_argument(
        "--people", action="store_true", help="with --to: count different callers too, which takes"
    )
    parser.add_argument(
        "--until", type=figures.until, default="24:00", metavar="HH:MM", help="WIB, exclusive"
    )
    parser.add_argument("--center", default="", metavar="CODE", help="of one center only")
    parser.add_argument(
        "--interval", type=figures.interval, default=30, metavar="MIN", help="1 to 1440 minutes"
    )
    parser.add_argument(
        "--as-of", type=figures.instant, metavar="ISO-TIME", help="by what had happened until then"
    )
    parser.add_argument("--json", action="store_true", help="the only form there is")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.to:
        _one_range(arguments)
    with opening.database(settings) as database, database.reading() as db:
        policy = figures.ruling(db)
        known = sorted(center.code for center in policy.centers)
        if arguments.center and arguments.center not in known:
            raise Refused(
                f'center "{arguments.center}" is unknown, so it has no figures; use one of '
                f"{', '.join(known)}."
            )
        document = _document(db, policy, arguments)
    print(json.dumps(document, ensure_ascii=False, indent=2))
    return 0


def _one_range(arguments: argparse.Namespace) -> None:
    """Refuse what means nothing for several days."""
    if arguments.to < arguments.day:
        raise Refused(f"--to {arguments.to} is before --day {arguments.day}; give the later day.")
    if arguments.as_of or arguments.until != "24:00" or arguments.interval != 30:
        raise Refused(
            "--to counts whole days by what is known now, so --until, --interval and --as-of say "
            "nothing there; leave them out, or ask for each day."
        )


def _document(db: Any, policy: Policy, arguments: argparse.Namespace) -> dict[str, Any]:
    from callcenter.records import stats

    if arguments.to:
        return stats.period_figures(
            db,
            policy,
            arguments.day,
            arguments.to,
            now=clock(),
            center=arguments.center,
            people=arguments.people,
        )
    return stats.day_figures(
        db,
        policy,
        arguments.day,
        now=clock(),
        until=arguments.until,
        center=arguments.center,
        interval_min=arguments.interval,
        as_of=arguments.as_of,
    )
