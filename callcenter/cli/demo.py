"""One scripted call from ring to recap, over HTTP only, printed step by step.

Starts a house of its own on free ports (a throw-away SQLite database, or the one that
CALLCENTER__DATABASE__URL names), lets a caller and an agent talk, and compares what the simulated
network saw with what the recap counts. Exit code 0 when the numbers add up.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from callcenter import clock
from callcenter.cli import Refused, demo_data, migrate
from callcenter.cli.run import COMMANDS, HEALTH
from callcenter.cli.running.children import Children
from callcenter.cli.running.ports import answers
from callcenter.settings import load

NAME = "demo"
HELP = "one scripted call from ring to recap; exit 0 when the numbers add up"
NEEDS_SETTINGS = False

SPEED = "6"
READY_S = 60
DATABASE = "CALLCENTER__DATABASE__URL"
PORTS = ("WEB_PORT", "VOICE_PORT", "NETWORK_PORT")
ROOT = Path(__file__).parent.parent.parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--without-floor",
        action="store_true",
        help="nobody is offered any call: the demonstration must fail",
    )


class NotAddingUp(Exception):
    """The network's truth and our figures differ, or something did not happen."""


def run(arguments: argparse.Namespace, _: None) -> int:
    from callcenter.cli.demonstration.play import Play

    with _folder() as folder:
        environ = _environment(folder)
        os.chdir(folder)
        settings = load(environ)
        migrate.run(arguments, settings)
        accounts = {one.username: one.password for one in demo_data.accounts(settings)}
        children = Children(width=max(map(len, COMMANDS)))
        try:
            _start(children, environ, floor=not arguments.without_floor)
            _wait(settings)
            Play(settings, accounts, lambda *words: _asked(environ, *words), clock()).act()
        except NotAddingUp as error:
            print(f"\nNOT ADDING UP: {error}", file=sys.stderr)
            return 1
        finally:
            children.end(signal.SIGINT, grace_s=8)
    print("\nThe numbers add up.")
    return 0


@contextlib.contextmanager
def _folder() -> Iterator[Path]:
    """Where the keys and files of this house lie: kept for a database that is kept."""
    if url := os.environ.get(DATABASE):
        kept = Path("var").absolute() / f"demo-{sha256(url.encode()).hexdigest()[:12]}"
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="callcenter-demo-") as folder:
        yield Path(folder)


def _environment(folder: Path) -> dict[str, str]:
    """The demo's settings with ports that are free now."""
    free = dict(zip(PORTS, map(str, _free_ports(len(PORTS))), strict=True))
    own = {
        "CALLCENTER__NETWORK__SPEED": SPEED,
        "PYTHONPATH": str(ROOT),
        "CALLCENTER__LOG__LEVEL": "warning",
    }
    kept = {key: value for key, value in os.environ.items() if key != "CALLCENTER_CONFIG"}
    return kept | own | free


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


def _start(children: Children, environ: Mapping[str, str], *, floor: bool) -> None:
    for name, command in COMMANDS.items():
        more = () if name != "worker" or floor else ("--without-floor",)
        children.start(name, (*command, *more), environ)


def _wait(settings: Any) -> None:
    """Until every server answers."""
    binds = {"people": settings.web.bind, "voice": settings.voice.bind}
    binds["network"] = settings.network.bind
    deadline = time.monotonic() + READY_S
    while not all(answers(at, HEALTH[name]) for name, at in binds.items()):
        if time.monotonic() > deadline:
            raise Refused(f"The servers did not answer within {READY_S} s. See above.")
        time.sleep(0.1)


def _asked(environ: Mapping[str, str], *words: str) -> Any:
    """What one of our own commands prints as JSON."""
    command = [sys.executable, "-m", "callcenter", *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotAddingUp(done.stderr.strip() or f"{words[0]} failed")
    return json.loads(done.stdout)
