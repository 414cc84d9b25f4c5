"""Everything at once, in the foreground, for trying it out: what ``make run`` starts.

Brings the database up to date, fills an empty one with the demonstration, starts the simulated
telephone network, both web servers and the worker, and ends them all together. With a
configuration of your own nothing is filled in, and the network starts only if it is your carrier.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterable

from callcenter.cli import Refused, demo_data, migrate
from callcenter.cli.running.children import Children
from callcenter.cli.running.ports import answers, is_free
from callcenter.settings import Settings

NAME = "run"
HELP = "everything at once in the foreground, to try it out"
READY_S = 90.0  # a slow machine compiles everything at its first start
GRACE_S = 8.0

COMMANDS = {
    "network": ("network",),
    "voice": ("serve", "voice", "--workers=1"),
    "people": ("serve", "people", "--workers=1"),
    "worker": ("worker",),
}
PORTS = {"people": "WEB_PORT", "voice": "VOICE_PORT", "network": "NETWORK_PORT"}
PAGES = {"Agents": "/desk", "Supervisors": "/board", "Posko": "/posko", "Administration": "/admin"}
HEALTH = {"people": "/health/live", "voice": "/health/live", "network": "/"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    binds = listening(settings)
    refuse_taken(binds)
    migrate.run(arguments, settings)
    accounts = demo_data.accounts(settings) if settings.demo else ()
    children = Children(width=max(map(len, COMMANDS)))
    children.listen()
    for name, command in COMMANDS.items():
        if name in binds or name == "worker":
            children.start(name, command, spoken(settings))
    try:
        if ready(children, binds):
            print(box(welcome(settings, accounts)), flush=True)
            children.wait()
        return farewell(children)
    finally:
        children.end(signal.SIGINT, grace_s=GRACE_S)


def spoken(settings: Settings) -> dict[str, str]:
    """The environment of the programs: what they say comes through us, to whom we say it."""
    readable = settings.log.format == "auto" and sys.stdout.isatty()
    return dict(os.environ) | ({"CALLCENTER__LOG__FORMAT": "text"} if readable else {})


def listening(settings: Settings) -> dict[str, str]:
    """The servers to start and where each listens; the network only if it is the carrier."""
    binds = {"people": settings.web.bind, "voice": settings.voice.bind}
    if settings.carrier.api_base == f"http://{settings.network.bind}":
        binds["network"] = settings.network.bind
    return binds


def refuse_taken(binds: dict[str, str]) -> None:
    """Raises ``Refused`` naming each place where somebody else already listens."""
    taken = [name for name, bind in binds.items() if not is_free(bind)]
    if taken:
        places = " and ".join(f"{binds[name]} ({name})" for name in taken)
        others = " ".join(f"{PORTS[name]}={9000 + index}" for index, name in enumerate(taken))
        raise Refused(
            f"{places} {'is' if len(taken) == 1 else 'are'} taken, so nothing was started. "
            "End the program that listens there "
            f"(an earlier start of this one?), or choose other ports: {others} make run"
        )


def ready(children: Children, binds: dict[str, str]) -> bool:
    """Wait until every server answers. False: one of the children ended, or we were told to."""
    deadline = time.monotonic() + READY_S
    waiting = dict(binds)
    while waiting and time.monotonic() < deadline:
        if children.wait(0) or children.stopping.is_set():
            return False
        waiting = {name: at for name, at in waiting.items() if not answers(at, HEALTH[name])}
    if waiting:
        print(f"Not answering after {READY_S:.0f} s: {', '.join(waiting)}", file=sys.stderr)
    return not waiting


def farewell(children: Children) -> int:
    """The exit code, and in words what ended; 0 only when we were told to stop."""
    if children.stopping.is_set():
        print("Ending.", flush=True)
        return 0
    if name := children.wait(0):
        print(
            f"{name} ended by itself (code {children.code(name)}), so everything else is ended "
            "too. What it said is above.",
            file=sys.stderr,
            flush=True,
        )
    return 1


def welcome(settings: Settings, accounts: Iterable["demo_data.Account"]) -> list[str]:
    """What the operator needs to know now."""
    lines = [f"{name:<18} {settings.web.public_url}{path}" for name, path in PAGES.items()]
    if "network" in listening(settings):
        lines.append(f"{'A telephone':<18} http://{settings.network.bind}/")
    lines.append(f"{'Voice webhooks':<18} {settings.voice.public_url}/voice/incoming")
    for center in settings.centers:
        lines.append(f"{'Line of ' + center.code:<18} {', '.join(center.lines)} ({center.name})")
    if shown := list(accounts):
        lines += ["", f"{'Account':<18} {'Password':<22} Role"]
        lines += [f"{one.username:<18} {one.password:<22} {one.role}" for one in shown]
    return [*lines, "", "Ctrl-C ends everything; what was recorded stays under var/."]


def box(lines: list[str]) -> str:
    """The lines in a frame."""
    width = max(map(len, lines))
    bar = "─" * (width + 2)
    inside = "\n".join(f"│ {line:<{width}} │" for line in lines)
    return f"╭{bar}╮\n{inside}\n╰{bar}╯"
