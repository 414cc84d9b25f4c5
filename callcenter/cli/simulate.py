"""A whole shift, simulated: callers arrive over the day, agents work their desks, and what really
happened is compared with the product's own figures. Exit code 1 when anything differs.

In one process, on a virtual clock and a database of its own, so that a day takes minutes and
touches nothing; the same seed gives the same day, to the second. With ``--http`` the shift takes
the place of the simulated network beside servers that run, in real time or faster.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from callcenter import clock
from callcenter.cli import Refused
from callcenter.settings import Settings, load

if TYPE_CHECKING:
    from callcenter.simulator.shift import Faults, Plan, Report
    from callcenter.simulator.shift.counts import Counts

NAME = "simulate"
HELP = "a whole shift with simulated callers and agents; exit 0 when all figures agree"
NEEDS_SETTINGS = False
DAY = "2020-04-13"
MEMORY = Path("/dev/shm")  # noqa: S108  where a database that goes away need not reach a disk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agents", type=count, default=30, metavar="N", help="of both centers")
    parser.add_argument("--callers", type=count, default=5000, metavar="N", help="people who call")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="another day each")
    parser.add_argument("--hours", type=hours, default=9.0, metavar="H", help="from 08:00 on (9)")
    parser.add_argument(
        "--duplicate", type=share, default=0.0, metavar="P", help="of callbacks come twice"
    )
    parser.add_argument(
        "--reorder", type=share, default=0.0, metavar="P", help="of callbacks come late"
    )
    parser.add_argument(
        "--fail-rest", type=share, default=0.0, metavar="P", help="of commands fail: 429, 500, none"
    )
    parser.add_argument(
        "--withhold",
        type=count,
        default=0,
        metavar="N",
        help="keep the Nth report of a caller meeting an agent back: this must show",
    )
    parser.add_argument("--database", default="", metavar="URL", help="an empty one to work in")
    parser.add_argument(
        "--http", action="store_true", help="drive the servers that run here; counts are compared"
    )
    parser.add_argument(
        "--speed",
        type=speed,
        default=1.0,
        metavar="N",
        help="with --http: people live N times as fast",
    )


def count(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    if not text.isdecimal() or not 1 <= int(text[:7]) <= 100_000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100000")
    return int(text)


def share(text: str) -> float:
    """A part of a whole, 0 to 1, for argparse."""
    return _between(text, 0.0, 1.0)


def speed(text: str) -> float:
    """How fast people live, for argparse."""
    return _between(text, 1.0, 600.0)


def hours(text: str) -> float:
    """How long the lines are open, for argparse."""
    return _between(text, 0.1, 15.0)


def _between(text: str, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least:g} to {most:g}")
    return number


def run(arguments: argparse.Namespace, _: None) -> int:
    from datetime import timedelta

    from callcenter import logs
    from callcenter.cli.simulation.house import play
    from callcenter.rules import wib
    from callcenter.simulator.shift import Faults, Plan

    logs.set_up("error", process=NAME)
    opens = wib.at(f"{DAY} 08:00")
    closes = opens + timedelta(hours=arguments.hours)
    plan = Plan(arguments.seed, arguments.callers, opens, closes)
    faults = Faults(arguments.duplicate, arguments.reorder, arguments.fail_rest, arguments.withhold)
    began = monotonic()
    told: Report | Counts
    if arguments.http:
        told = against_servers(arguments, plan, faults)
    else:
        with seldom_swept(), house(arguments.database) as settings:
            told = play(settings, plan, arguments.agents, faults)
    print(told)
    print(f"{monotonic() - began:.0f} seconds for {arguments.hours:g} hours")
    return 1 if told.differences else 0


def against_servers(arguments: argparse.Namespace, plan: Plan, faults: Faults) -> Counts:
    """On the configuration of this machine. Raises ``Refused``."""
    from callcenter.cli.simulation import live

    if arguments.fail_rest or arguments.database:
        raise Refused("--fail-rest and --database are for a shift of its own, without --http.")
    settings = load(os.environ, folder=Path.cwd())
    live.refuse_others_carrier(settings)
    return live.play(settings, plan, arguments.agents, faults, arguments.speed, clock)


@contextlib.contextmanager
def seldom_swept() -> Iterator[None]:
    """Python looks for rubbish less often: nearly all that a shift makes lasts as long as it."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextlib.contextmanager
def house(url: str) -> Iterator[Settings]:
    """The demonstration's settings in a folder that goes away, on a database without people.

    Raises ``Refused`` for a database in which somebody works already.
    """
    from callcenter.records import migrations

    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="callcenter-shift-", dir=memory) as folder:
        settings = load(environ(url or f"sqlite:///{folder}/shift.db"), folder=Path(folder))
        migrations.upgrade(settings.database.url)
        if url and _used(settings):
            raise Refused(
                "That database has people in it, so no shift is played there; give an "
                "empty one with --database, or leave it out."
            )
        yield settings


def environ(url: str) -> dict[str, str]:
    """``after_s``: a busy machine is no reason to write into the journal. Cheap passwords: they
    are nobody's."""
    return {
        "CALLCENTER__DATABASE__URL": url,
        "CALLCENTER__JOURNAL__AFTER_S": "10",
        "CALLCENTER__WEB__ARGON2_TIME_COST": "1",
        "CALLCENTER__WEB__ARGON2_MEMORY_KIB": "8",
    }


def _used(settings: Settings) -> bool:
    from callcenter.cli import opening
    from callcenter.records import users

    with opening.database(settings) as database, database.reading() as db:
        return bool(users.everybody(db))
