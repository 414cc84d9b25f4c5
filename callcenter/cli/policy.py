"""The policy: show the version that rules, or make a file the next version.

``policy show > policy.json``, edit, ``policy import policy.json``. Nothing is lost: every version
stays, and the one before can be imported again.
"""

import argparse
from pathlib import Path

from callcenter import clock
from callcenter.cli import Refused, opening
from callcenter.settings import Settings

NAME = "policy"
HELP = "show the policy that rules, or make a file the next version"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="show|import", required=True)
    acts.add_parser("show", help="the ruling version as one JSON document")
    imported = acts.add_parser("import", help="make a file the next version")
    imported.add_argument("file", type=Path, metavar="FILE.json")
    imported.add_argument("--why", default="imported", help="kept with the version")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import policy

    with opening.database(settings) as database, database.transaction() as db:
        ruling = policy.ensure(db, settings, clock())
        if arguments.act == "show":
            print(policy.written(ruling))
            return 0
        try:
            wanted = policy.read(arguments.file.read_bytes())
        except OSError as error:
            raise Refused(f"{arguments.file} cannot be read: {error.strerror}.") from error
        except policy.PolicyRefused as refused:
            raise Refused(f"{arguments.file}: {refused}") from refused
        made = policy.follow(db, ruling, wanted, by="command", why=arguments.why, now=clock())
    print(f"Version {made.version} rules now. Running servers read it within a second.")
    return 0
