"""The policy: show the version that rules, make a file the next version, announce, days off.

``policy show > policy.json``, edit, ``policy import policy.json``. Nothing is lost: every version
stays, and the one before can be imported again.
"""

import argparse
from pathlib import Path

from callcenter import clock
from callcenter.cli import Refused, opening
from callcenter.cli.policies import announcing, days
from callcenter.rules import speech
from callcenter.rules.policy import LANGUAGES, Policy
from callcenter.settings import Settings

NAME = "policy"
HELP = "show or change what the call centers do"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="show|import|announce|holidays", required=True)
    show = acts.add_parser("show", help="the ruling version as one JSON document")
    show.add_argument(
        "--gaps", action="store_true", help="what callers of each language hear in Indonesian"
    )
    imported = acts.add_parser("import", help="make a file the next version")
    imported.add_argument("file", type=Path, metavar="FILE.json")
    imported.add_argument("--why", default="imported", help="kept with the version")
    announcing.add_arguments(acts.add_parser("announce", help=announcing.HELP))
    days.add_arguments(acts.add_parser("holidays", help=days.HELP))


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    from callcenter.records import policy

    now = clock()
    with opening.database(settings) as database, database.transaction() as db:
        ruling = policy.ensure(db, settings, now)
        wanted, why = _wanted(arguments, ruling)
        if wanted is None:
            _show(arguments, ruling)
            return 0
        try:
            policy.checked(wanted)
        except policy.PolicyRefused as refused:
            where = f"{arguments.file}: " if arguments.act == "import" else ""
            raise Refused(f"{where}{refused}") from refused
        made = policy.follow(db, ruling, wanted, by="command", why=why, now=now)
    print(f"Version {made.version} rules now. Running servers read it within a second.")
    return 0


def _wanted(arguments: argparse.Namespace, ruling: Policy) -> tuple[Policy | None, str]:
    """The policy that is asked for, and why; None where there is only something to show."""
    match arguments.act:
        case "import":
            return _read(arguments.file), arguments.why
        case "announce":
            return announcing.announced(arguments, ruling, clock()), "announcement"
        case "holidays":
            return days.changed(arguments, ruling), "days with other hours"
    return None, ""


def _read(file: Path) -> Policy:
    from callcenter.records import policy

    try:
        return policy.read(file.read_bytes())
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}.") from error
    except policy.PolicyRefused as refused:
        raise Refused(f"{file}: {refused}") from refused


def _show(arguments: argparse.Namespace, ruling: Policy) -> None:
    from callcenter.records import policy

    if arguments.act == "holidays":
        print("\n".join(days.listed(ruling, clock())))
    elif arguments.gaps:
        for language in LANGUAGES:
            missing = speech.gaps(ruling, language)
            print(f"{language}: {len(missing)} said in Indonesian{':' if missing else ''}")
            print("".join(f"  {prompt}\n" for prompt in missing), end="")
    else:
        print(policy.written(ruling))
