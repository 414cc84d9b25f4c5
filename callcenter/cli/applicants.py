"""Brings a list of applicants into the registry: one CSV file, one dated snapshot.

Columns: nik,full_name,birth_date,phone,kk_number,regency_code,district_code,category,status,
status_at,wave,note; only nik and full_name are needed. Rows that cannot be read are told by line,
column and reason, and the rest goes in. The same file twice adds nothing, and one that was
interrupted is simply imported again. Calls go on meanwhile.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter import clock
from callcenter.cli import Refused, opening
from callcenter.rules import wib
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.applicants.csvfile import Snapshot
    from callcenter.applicants.rows import Remark
    from callcenter.records.applicants_import import Changes
    from callcenter.records.database import Database
    from callcenter.records.people.snapshots import Said
    from callcenter.records.sealing import Keys
    from callcenter.rules.applicant import Applicant

NAME = "import-applicants"
HELP = "bring a list of applicants (CSV) into the registry"
LONGEST_SOURCE = 40


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.csv")
    parser.add_argument(
        "--as-of",
        type=instant,
        metavar="ISO-TIME",
        help="when the list was so (WIB unless it says otherwise); default: now, or for a file "
        "that was imported before, as it was then",
    )
    parser.add_argument(
        "--source", type=source, default="import", help="who says so, shown with every status"
    )
    parser.add_argument("--dry-run", action="store_true", help="tell what would change")
    parser.add_argument("--strict", action="store_true", help="all rows, or none")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.applicants.csvfile import FileRefused, snapshot
    from callcenter.records import sealing

    with opening.database(settings) as database:
        with database.transaction() as db:
            keys = sealing.for_database(db, settings.keys.file)
        try:
            with snapshot(arguments.file) as opened:
                return bring(arguments, database, keys, opened)
        except FileRefused as refused:
            raise Refused(str(refused)) from refused


def bring(arguments: argparse.Namespace, database: Database, keys: Keys, opened: Snapshot) -> int:
    """Import what was opened, and report."""
    from callcenter.records import applicants_import

    said = circumstances(arguments, database, keys, opened)
    if arguments.strict:
        refuse_faults(arguments.file, opened, said)
    if not arguments.dry_run:
        with database.transaction() as db:
            applicants_import.begin(db, keys, opened.digest, said)
    report = Report()
    changes = applicants_import.bring_in(
        database, keys, report.good(opened, said), said, dry_run=arguments.dry_run, told=progress
    )
    report.tell(changes, opened, said, dry_run=arguments.dry_run)
    if report.refused and not changes.read:
        raise Refused(
            f"{arguments.file}: none of its rows can be read, so nothing was imported. The "
            "reasons stand above."
        )
    return 0


def circumstances(
    arguments: argparse.Namespace, database: Database, keys: Keys, opened: Snapshot
) -> Said:
    """Source and time of the snapshot. Raises ``Refused`` for a time to come."""
    from callcenter.records import applicants_import
    from callcenter.records.people.snapshots import Said

    now, as_of = clock(), arguments.as_of
    if as_of and as_of > now:
        raise Refused(
            f"--as-of {as_of.isoformat()}: that is still to come, so every later list would seem "
            "older. Give the time when the list was made."
        )
    with database.reading() as db:
        before = applicants_import.known_as_of(db, keys, opened.digest, arguments.source)
    if before and not as_of:
        print(f"This file was imported before, so it counts as of {shown(before)} again.")
    return Said(arguments.source, as_of or before or now, NAME, now)


def refuse_faults(file: Path, opened: Snapshot, said: Said) -> None:
    """Go through all rows before the first goes in. Raises ``Refused`` when one cannot be read."""
    report = Report()
    for _ in report.good(opened, said):
        pass
    if report.refused:
        raise Refused(
            f"{file}: {count(report.refused, 'row')} cannot be read, so with --strict nothing was "
            "imported. Correct them, or import the others without --strict."
        )


@dataclass
class Report:
    """What is told of the rows. Faults are told at once, so that none has to be kept; warnings
    are counted, with the first line of each."""

    refused: int = 0
    warnings: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def good(self, opened: Snapshot, said: Said) -> Iterator[Applicant]:
        """The applicants of the rows that can be read."""
        for row in opened.rows(today=wib.day_of(said.as_of), as_of=said.as_of):
            for fault in row.faults:
                print(told(fault))
            for warning in row.warnings if row.applicant else ():
                met = self.warnings.setdefault((warning.column, warning.code), [0, row.line])
                met[0] += 1
            if row.applicant:
                yield row.applicant
            else:
                self.refused += 1

    def tell(self, changes: Changes, opened: Snapshot, said: Said, *, dry_run: bool) -> None:
        """The end of the report."""
        from callcenter.applicants.rows import SENTENCES

        for (column, code), (times, line) in self.warnings.items():
            print(
                f"{count(times, 'row')}, column {column}: {SENTENCES[code][1]} First: line {line}"
            )
        if opened.columns.ignored:
            names = (name.encode("ascii", "replace").decode() for name in opened.columns.ignored)
            print(f"Columns that are not kept: {', '.join(names)}")
        print(f"As of {shown(said.as_of)}, source {said.source}:")
        print(
            f"{count(changes.read, 'applicant')}: {changes.new} new, {changes.changed} changed, "
            f"{changes.same} as before; {count(changes.statuses, 'entry', 'entries')} added to "
            f"status histories; {count(self.refused, 'row')} refused."
        )
        if dry_run:
            print("This was a dry run: nothing was written.")


def told(fault: Remark) -> str:
    """``line 7, column nik: All digits are the same.``"""
    from callcenter.applicants.rows import SENTENCES

    place = f"line {fault.line}" + (f", column {fault.column}" if fault.column else "")
    other = f" See line {fault.other_line}." if fault.other_line else ""
    return f"{place}: {SENTENCES[fault.code][1]}{other}"


def progress(changes: Changes) -> None:
    """How far it is, for somebody who watches."""
    if sys.stderr.isatty():
        print(f"\r{changes.read}", end="\r", file=sys.stderr)


def count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def shown(instant: datetime) -> str:
    """``13 April 2020 16.00 WIB``."""
    return f"{wib.date_en(wib.day_of(instant))} {wib.clock(instant)} WIB"


def instant(text: str) -> datetime:
    try:
        return wib.at(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no time; write 2020-04-13T16:00') from None


def source(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_SOURCE or not text.isprintable():
        raise argparse.ArgumentTypeError(f"a source has 1 to {LONGEST_SOURCE} letters")
    return text.strip()
