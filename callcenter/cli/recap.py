"""The recap of a day: the sentence for the press, or its numbers as one JSON document.

After the cutoff a recap is frozen as a numbered revision; what changes it later makes the next one.
"""

from __future__ import annotations

import argparse
import json

from callcenter import clock
from callcenter.cli import figures, opening
from callcenter.settings import Settings

NAME = "recap"
HELP = "the recap of a day: text, or JSON"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", type=figures.day, required=True, metavar="YYYY-MM-DD", help="WIB")
    parser.add_argument(
        "--until", type=figures.until, metavar="HH:MM", help="WIB; default: the cutoff"
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--text", action="store_true", help="the text (the default)")
    form.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import recaps
    from callcenter.rules import recap

    with opening.database(settings) as database:
        with database.reading() as db:
            policy = figures.ruling(db)
        until = arguments.until or ""
        made = recaps.recap(database, policy, arguments.day, until=until, now=clock())
    print(json.dumps(made.as_json(), indent=2) if arguments.json else recap.text(made))
    return 0
