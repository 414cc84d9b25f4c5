"""Fills an empty database with the demonstration: people, applicants and an hour of calls.

The passwords of the demonstration's accounts are drawn at its first start and kept beside the
database (``var/demo_accounts.json``, mode 600), so that they can be shown again. A database with
users in it is left as it is.
"""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from callcenter import clock
from callcenter.cli import Refused
from callcenter.settings import Settings

NAME = "demo-data"
HELP = "fill an empty database with the demonstration"


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in to the demonstration."""

    username: str
    password: str
    role: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="the accounts as one JSON document")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    if not settings.demo:
        raise Refused(
            f"{settings.origin} configures a real call center, so no made-up people are added to "
            "it. Move it away and unset CALLCENTER_CONFIG to try the demonstration."
        )
    shown = [asdict(account) for account in accounts(settings)]
    if arguments.json:
        print(json.dumps(shown))
    else:
        print("\n".join(f"{one['username']:<18} {one['password']}" for one in shown))
    return 0


def accounts(settings: Settings) -> Sequence[Account]:
    """The demonstration's accounts, filled in and drawn if this is its first start."""
    from callcenter.cli.demonstration import filling

    kept = settings.policy.snapshot.with_name("demo_accounts.json")
    made = [Account(*one) for one in filling.fill(settings, clock())]
    if made:
        keep(made, kept)
    if not kept.exists():
        return ()
    return [Account(**one) for one in json.loads(kept.read_text("utf-8"))]


def keep(made: Sequence[Account], path: Path) -> None:
    """Write the accounts where their owner alone can read them."""
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump([asdict(account) for account in made], out, indent=2)
