"""Operator commands: ``python -m callcenter COMMAND``. This file finds them, runs them, and tells
the operator in one sentence what was refused.

A command is one file in this folder with ``NAME``, ``HELP``, ``add_arguments(parser)`` and
``run(arguments, settings) -> int``; it is found by itself. A file without ``NAME`` is no command.
Rooms are imported inside ``run``, so that ``--help`` and a wrong argument answer at once. A command
that must work with a broken configuration says ``NEEDS_SETTINGS = False`` and is given ``None``.

Exit codes: 0 done, 1 refused or failed with one sentence on standard error, 2 wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from types import ModuleType

from callcenter import __version__, settings

# Refusals of the rooms: they already say place, fault and way out. Named, not imported: a room
# that was never loaded has refused nothing.
REFUSALS = (
    ("callcenter.records.backup", "BackupRefused"),
    ("callcenter.records.database", "DatabaseUnreachable"),
    ("callcenter.records.migrations", "MigrationRefused"),
    ("callcenter.records.policy", "PolicyRefused"),
    ("callcenter.records.sealing", "KeysRefused"),
    ("callcenter.records.users", "UserRefused"),
    ("callcenter.simulator.serve", "PortTaken"),
)


class Refused(Exception):
    """A command was not carried out; the text is the sentence for the operator."""


def main(
    argv: Sequence[str] | None = None,
    *,
    ready: Callable[[settings.Settings, str], None] | None = None,
) -> int:
    """Run one command and give its exit code. ``ready`` is given the settings and the program's
    name before the command runs: a process of its own sets its logs up."""
    try:
        words = sys.argv[1:] if argv is None else argv
        arguments = parser(words[0] if words else "").parse_args(words)
    except SystemExit as told:  # argparse has printed help or usage
        return told.code if isinstance(told.code, int) else 2
    command: ModuleType = arguments.command
    try:
        needed = getattr(command, "NEEDS_SETTINGS", True)
        chosen = settings.load(os.environ) if needed else None
        if chosen and ready and not getattr(command, "OWN_LOGS", False):
            ready(chosen, getattr(arguments, "door", None) or command.NAME)
        return int(command.run(arguments, chosen))
    except refusals() as refused:
        print(refused, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser(named: str = "") -> argparse.ArgumentParser:
    """The usage of all commands, or only of the one ``named``, if its file has that name: a server
    starts sooner when the others are not loaded."""
    whole = argparse.ArgumentParser(
        prog="callcenter", description="The call center of a public benefit programme."
    )
    whole.add_argument("--version", action="version", version=f"callcenter {__version__}")
    chosen = whole.add_subparsers(metavar="COMMAND", required=True)
    for command in one_of(named) or commands():
        one = chosen.add_parser(command.NAME, help=command.HELP, description=command.__doc__)
        command.add_arguments(one)
        one.set_defaults(command=command)
    return whole


def one_of(named: str) -> tuple[ModuleType, ...]:
    """The command of this name, if it stands in a file of this name."""
    if not named.isidentifier() or find_spec(f"{__name__}.{named}") is None:
        return ()
    module = import_module(f"{__name__}.{named}")
    return (module,) if getattr(module, "NAME", "") == named else ()


def commands() -> Iterator[ModuleType]:
    """Every command, in the order of the files' names."""
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        if hasattr(module, "NAME"):
            yield module


def refusals() -> tuple[type[Exception], ...]:
    """Every refusal that is a sentence for the operator, of the rooms that are loaded by now."""
    rooms = [getattr(sys.modules[room], name) for room, name in REFUSALS if room in sys.modules]
    return (Refused, settings.SettingsError, *rooms)
