"""Makes the database what it was when a backup was made: all of it, or nothing.

The file and the key file are proved first. A database that is in use is refused, unless --replace
gives it up. Everybody is signed out. Stop the servers and workers before, and run verify after.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from callcenter import clock
from callcenter.rules import wib
from callcenter.settings import Settings

NAME = "restore"
HELP = "make the database what it was when a backup was made"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="give up everything that is in the database now"
    )


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import backup

    told = backup.restore(
        settings.database.url,
        arguments.file,
        key_file=settings.keys.file,
        snapshot=settings.policy.snapshot,
        replace=arguments.replace,
        now=clock(),
    )
    at = f"{wib.date_id(wib.day_of(told.made_at))} {wib.clock(told.made_at)} WIB"
    print(
        f"{told.rows} rows of {len(told.tables)} tables restored, as of {at}. Everybody is signed "
        "out. What happened since is not there, except what stands in the journals, which the "
        "worker brings in. Run: python -m callcenter verify"
    )
    return 0
