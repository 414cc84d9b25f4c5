"""Brings calls of another switch, or taken while this system was away, into the diary.

One call a line, as JSON (README, "Importing calls"). Lines that cannot be read are told by number
and the rest goes in. The same file twice adds nothing, so an import that was interrupted is simply
repeated. Calls go on meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter import clock
from callcenter.cli import Refused, opening
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.records.database import Database
    from callcenter.records.importing import Report

NAME = "import-calls"
HELP = "bring calls of another switch (JSON Lines) into the diary"
SETTLED_AT_ONCE = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.jsonl")
    parser.add_argument("--strict", action="store_true", help="all lines, or none")
    parser.add_argument("--json", action="store_true", help="the report as one JSON document")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import importing, sealing

    with opening.database(settings) as database:
        with database.transaction() as db:
            keys = sealing.for_database(db, settings.keys.file)
        try:
            if arguments.strict:
                _refuse_faults(arguments.file, database)
            with arguments.file.open(encoding="utf-8-sig") as lines:
                report = importing.bring_in(database, keys, lines, now=clock())
        except OSError as error:
            raise Refused(
                f"{arguments.file} cannot be read ({error.strerror}), so nothing was imported. "
                "Give the path of a file that can."
            ) from error
        except UnicodeDecodeError as error:
            raise Refused(
                f"{arguments.file} is not UTF-8 text, so not all of it could be imported. Save it "
                "as UTF-8 and import it again: what is in already is not added twice."
            ) from error
        _settle(database)
    _tell(report, as_json=arguments.json)
    return 0


def _refuse_faults(file: Path, database: Database) -> None:
    """Go through all lines before the first goes in."""
    from callcenter.records import importing

    with file.open(encoding="utf-8-sig") as lines:
        faults = importing.faults(database, lines)
    for number, fault in faults.items():
        print(f"line {number}: {fault}", file=sys.stderr)
    if faults:
        raise Refused(
            f"{file}: {len(faults)} line(s) cannot be taken, so with --strict nothing was "
            "imported. Correct them, or import the others without --strict."
        )


def _settle(database: Database) -> None:
    """Fold what came in and add up its days, so that the first look at the figures does not have
    to."""
    from callcenter.records import policy, rollups, summaries

    while True:
        with database.transaction() as db:
            ruling = policy.newest(db)
            if ruling is None or not summaries.settle_ended(
                db, ruling, now=clock(), limit=SETTLED_AT_ONCE
            ):
                break
    if ruling is not None:
        rollups.roll_up(database, ruling, now=clock())


def _tell(report: Report, *, as_json: bool) -> None:
    for number, fault in sorted(report.bad.items()):
        print(f"line {number}: {fault}", file=sys.stderr)
    if as_json:
        print(json.dumps(asdict(report)))
        return
    print(f"{report.calls} calls with {report.events} events read, {report.new} of them new.")
    for what, names in (("Centers", report.centers), ("Agents", report.agents)):
        if names:
            print(f"{what} created as imported: {', '.join(sorted(names))}.")
    if report.bad:
        print(f"{len(report.bad)} line(s) refused; the reasons stand above.")
