"""Folds everything that is derived from the diary anew: live calls, offers, presence, posko counts,
tickets and summaries. With --verify nothing is written; what differs from the diary is told.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from callcenter import clock
from callcenter.cli import Refused, figures, opening
from callcenter.settings import Settings

NAME = "rebuild"
HELP = "fold everything derived from the diary anew"
TOLD_AT_MOST = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--verify", action="store_true", help="compare only, write nothing")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import rebuilding

    with opening.database(settings) as database:
        if arguments.verify:
            return _verify(rebuilding.verify(database))
        with database.transaction() as db:
            count = rebuilding.rebuild(db, figures.ruling(db), now=clock())
    print(f"{count} events folded anew.")
    return 0


def _verify(different: Iterator[str]) -> int:
    count = 0
    for count, sentence in enumerate(different, 1):
        if count <= TOLD_AT_MOST:
            print(sentence, file=sys.stderr)
    if count:
        raise Refused(
            f"{count} row(s) are not what the diary says, so figures may be wrong. Run: "
            "python -m callcenter rebuild"
        )
    print("Everything is as the diary says.")
    return 0
