"""The figures of a day, in total, by center, by queue and by interval, as one JSON document."""

from __future__ import annotations

import argparse
import json

from callcenter import clock
from callcenter.cli import Refused, figures, opening
from callcenter.settings import Settings

NAME = "stats"
HELP = "the figures of a day"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=figures.day, required=True, metavar="YYYY-MM-DD", help="WIB")
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
    from callcenter.records import stats

    now = clock()
    with opening.database(settings) as database, database.reading() as db:
        policy = figures.ruling(db)
        known = sorted(center.code for center in policy.centers)
        if arguments.center and arguments.center not in known:
            raise Refused(
                f'center "{arguments.center}" is unknown, so it has no figures; use one of '
                f"{', '.join(known)}."
            )
        document = stats.day_figures(
            db,
            policy,
            arguments.day,
            now=now,
            until=arguments.until,
            center=arguments.center,
            interval_min=arguments.interval,
            as_of=arguments.as_of,
        )
    print(json.dumps(document, ensure_ascii=False, indent=2))
    return 0
