"""How long after its start the voice server answers its first signed webhook.

The server is started as an operator does it, ``serve voice``; the ceiling under the same gunicorn
alternates with it. Whether ``twilio.rest`` was loaded is asked of a process that opened the same
door and answered a webhook.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from tests.bench.carrier import Carrier, Webhook, new_call
from tests.bench.ground import Ground, fresh
from tests.bench.pump import Refused, ask
from tests.bench.table import ROOT, Line, limited

GOAL_S = 0.5
READY_S = 60.0
HEAVY = ("twilio.rest", "alembic", "holidays", "argon2", "flask_babel", "sqlalchemy.orm.session")
OPENED = """
import json, os, sys
import callcenter
from callcenter import settings
app = callcenter.create_app(settings.load(os.environ), ("voice",))
asked = json.load(sys.stdin)
answer = app.test_client().post(asked["path"], data=asked["body"], headers=asked["headers"])
print("", answer.status_code, *sorted(sys.modules))
"""
SERVERS = {
    "ours": ("callcenter", "serve", "voice"),
    "ceiling": ("tests.bench.ceiling", "serve"),
}


def measure(*, quick: bool) -> Iterator[Line]:
    """On SQLite: what is loaded is the same, and no other process takes the processor."""
    with fresh("sqlite") as ground:
        starts: dict[str, list[float]] = {name: [] for name in SERVERS}
        for command in SERVERS.values():
            started(ground, command)  # compiles everything, makes the keys and the policy
        for _ in range(3 if quick else 9):
            for name, command in SERVERS.items():
                starts[name].append(started(ground, command))
        beside = f"{median(starts['ceiling']):.2f} s, the ceiling's"
        name = "voice server, from its start to the first signed answer"
        yield limited(name, median(starts["ours"]), "s", at_most=GOAL_S, yardstick=beside)
        there = [module for module in HEAVY if module in loaded(ground)]
        told = f"loaded: {', '.join(there) or 'none of them'}"
        yield Line(
            f"voice server: modules that it has no use for ({', '.join(HEAVY)})",
            told,
            goal="not twilio.rest",
            met="twilio.rest" not in there,
        )


def started(ground: Ground, command: Sequence[str]) -> float:
    """Seconds from the start of a server to its first answer."""
    asked = Carrier(ground.settings).arrives(new_call())
    begun = time.monotonic()
    with running(ground, command):
        first_answer(ground, asked)
        return time.monotonic() - begun


@contextmanager
def running(
    ground: Ground, command: Sequence[str], *options: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A server in the ground's folder, ended at the end."""
    with (ground.folder / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            cwd=ground.folder,
            env=environ(ground),
            stdout=log,
            stderr=log,
        )
    try:
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(40)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def environ(ground: Ground) -> dict[str, str]:
    """As on a host where the program was started before: what was compiled then is there."""
    ours = ("CALLCENTER", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    compiled = {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(ground.folder / "compiled")}
    return kept | compiled | dict(ground.environ)


def first_answer(ground: Ground, asked: Webhook) -> None:
    """Ask until somebody answers; raises ``AssertionError`` with the log when nobody does."""
    host, _, port = ground.settings.voice.bind.rpartition(":")
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        try:
            ask((host, int(port)), asked.request())
            return
        except ConnectionError:
            time.sleep(0.002)
        except Refused as refused:
            raise AssertionError(str(refused)) from refused
    raise AssertionError((ground.folder / "server.log").read_text("utf-8")[-2000:])


def loaded(ground: Ground) -> frozenset[str]:
    """The modules of a process that opened the voice door and answered a webhook."""
    asked = Carrier(ground.settings).arrives(new_call())
    told = {
        "path": "/voice/incoming",
        "body": asked.body.decode(),
        "headers": {
            "X-Twilio-Signature": asked.signature,
            "Content-Type": "application/x-www-form-urlencoded",
        },
    }
    done = subprocess.run(
        [sys.executable, "-c", OPENED],
        input=json.dumps(told),
        cwd=ground.folder,
        env=environ(ground),
        capture_output=True,
        text=True,
        check=True,
    )
    status, *modules = done.stdout.splitlines()[-1].split()
    if status != "200":
        raise AssertionError(f"the first webhook was answered {status}")
    return frozenset(modules)
