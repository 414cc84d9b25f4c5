"""Writes everything in the database to one file, while calls run, and reads it again to be sure.

The file fits both engines and is its owner's alone. The key file is not in it, on purpose: keep a
copy of that in another place. Journals are not in it either: the worker brings them in.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from callcenter import __version__, clock
from callcenter.cli import opening
from callcenter.settings import Settings

NAME = "backup"
HELP = "write everything in the database to one file"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="must not be there yet")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import backup, journal, sealing

    with opening.database(settings) as database:
        with database.transaction() as db:
            keys = sealing.for_database(db, settings.keys.file)
        made = backup.save(database, keys, arguments.file, version=__version__, now=clock())
    size = arguments.file.stat().st_size / 1_000_000
    print(
        f"{arguments.file}: {made.rows} rows of {len(made.tables)} tables, {size:.1f} MB, read "
        f"again and whole. The key file is not in it: keep a copy of {settings.keys.file} in "
        "another place, or nobody can restore it."
    )
    if waiting := journal.backlog(settings.journal.directory).records:
        print(
            f"{waiting} record(s) stand in {settings.journal.directory} and are not in it, since "
            "the worker has not brought them in yet. Make another backup when it has.",
            file=sys.stderr,
        )
    return 0
