"""Looks whether everything that is remembered is whole: the access log's chain, the journals of
this host, rows that point nowhere, sealed values, and what is derived from the diary.

One line a subject, and one for each finding with what to do. Exit code 1 when there is any.
Nothing is written.
"""

from __future__ import annotations

import argparse
import json
import re
from dataclasses import asdict
from typing import TYPE_CHECKING

from callcenter import clock
from callcenter.cli import opening
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.records.finding import Finding

NAME = "verify"
HELP = "look whether everything that is remembered is whole"
HEAD = re.compile(r"[0-9a-fA-F]{16,64}", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument(
        "--deep", action="store_true", help="open every sealed value, not some of each column"
    )
    parser.add_argument(
        "--quick", action="store_true", help="leave out what is derived: of a large house, hours"
    )
    parser.add_argument(
        "--printed",
        type=head,
        action="append",
        default=[],
        metavar="HEAD",
        help='the "Jejak audit" of a printed recap; may be given several times',
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import sealing, verifying

    with opening.database(settings) as database:
        with database.transaction() as db:
            keys = sealing.for_database(db, settings.keys.file)
        found = list(
            verifying.findings(
                database,
                keys,
                settings.journal.directory,
                now=clock(),
                deep=arguments.deep,
                quick=arguments.quick,
                printed=arguments.printed,
            )
        )
    if arguments.json:
        print(json.dumps({"ok": not found, "findings": [asdict(finding) for finding in found]}))
    else:
        looked_at = verifying.SUBJECTS[:-1] if arguments.quick else verifying.SUBJECTS
        tell(found, looked_at)
    return 1 if found else 0


def tell(found: list[Finding], subjects: tuple[str, ...]) -> None:
    """Every subject, and under it what was found."""
    for subject in subjects:
        told = [finding.text for finding in found if finding.subject == subject]
        for text in told:
            print(f"DO    {subject:<14} {text}")
        if not told:
            print(f"OK    {subject:<14} whole")


def head(text: str) -> str:
    """A head as it is printed: at least 16 hex digits, in groups or not."""
    digits = "".join(text.split())
    if not HEAD.fullmatch(digits):
        raise argparse.ArgumentTypeError(f'"{text}" is no head; write the 16 digits of the recap')
    return digits
