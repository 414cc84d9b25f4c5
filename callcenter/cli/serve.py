"""The web servers: voice (the carrier's door) and people (the pages), each a server of its own.

With a door named it is this program; with none it starts both and stays with them. Should one of
them end, it is started again, so that a fault on a page never cuts a call; should it end at once,
the command ends too. SIGTERM ends gracefully, SIGHUP reads the settings again.
"""

import argparse
import gc
import os
import signal
import sys
import time

from callcenter.cli import Refused, opening
from callcenter.cli.running.children import Children
from callcenter.cli.running.ports import is_free
from callcenter.settings import Settings

NAME = "serve"
HELP = "the web servers: voice, people, or both"
DOORS = ("voice", "people")
AT_ONCE_S = 10.0  # who ends sooner than this would end again
GRACE_S = 35.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("door", nargs="?", choices=DOORS, help="one server only")
    parser.add_argument("--workers", type=positive, help="processes of each server (2)")
    parser.add_argument(
        "--threads", type=positive, help="threads of each process (voice 8, people 256)"
    )


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse."""
    if not text.isdecimal() or not 1 <= int(text[:5]) <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 1000")
    return int(text)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    if arguments.door is None:
        return both(arguments)
    refuse(arguments.door, settings)
    gc.disable()  # what is loaded now stays; the server looks for rubbish when it is there
    from callcenter.cli.running.server import THREADS, WORKERS, Server

    threads = arguments.threads or THREADS[arguments.door]
    return Server(arguments.door, settings, arguments.workers or WORKERS, threads).serve()


def refuse(door: str, settings: Settings) -> None:
    """Raises what the operator should know before a server starts.

    The voice server starts without a database too: callers are answered and written down.
    """
    table, bind = ("web", settings.web.bind) if door == "people" else ("voice", settings.voice.bind)
    if not is_free(bind):
        raise Refused(
            f"{bind} is taken, so the {door} server cannot start. End the program that listens "
            f"there, or give [{table}] bind another port."
        )
    if door == "people":
        with opening.database(settings):
            pass


def both(arguments: argparse.Namespace) -> int:
    """Both servers, each as a child, until a signal."""
    options = [
        f"--{name}={value}"
        for name in ("workers", "threads")
        if (value := getattr(arguments, name)) is not None
    ]
    children, code = Children(), 0
    children.listen()
    since = {door: start(children, door, options) for door in DOORS}
    while ended := children.wait():
        print(f"The {ended} server ended (code {children.code(ended)}).", file=sys.stderr)
        if time.monotonic() - since[ended] < AT_ONCE_S:
            code = 1
            break
        since[ended] = start(children, ended, options)
    children.end(signal.SIGTERM, grace_s=GRACE_S)
    return code


def start(children: Children, door: str, options: list[str]) -> float:
    """Start one server; gives the moment, in seconds of ``time.monotonic``."""
    children.start(door, ["serve", door, *options], os.environ)
    return time.monotonic()
