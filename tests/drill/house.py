"""The house of a drill: the voice server and the worker as programs of their own, on a database
that somebody is about to take away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from callcenter import settings as settings_room
from callcenter.records import journal, migrations
from callcenter.records.database import Database
from callcenter.records.sealing import Keys, read
from callcenter.settings import Settings
from tests.drill.load import Webhook
from tests.postgres import free_port

ROOT = Path(__file__).parents[2]
READY_S = 60.0
GRACE_S = 40.0


@dataclass
class House:
    """Programs by name, in one folder. ``url``: of the database."""

    folder: Path
    url: str
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    network_port: int = field(default_factory=free_port)

    @cached_property
    def environ(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CALLCENTER")}
        own = {"CALLCENTER__DATABASE__URL": self.url, "VOICE_PORT": str(self.port)}
        own["NETWORK_PORT"] = str(self.network_port)
        return kept | own | {"PYTHONPATH": str(ROOT)}

    @cached_property
    def settings(self) -> Settings:
        return settings_room.load(self.environ, folder=self.folder)

    @cached_property
    def keys(self) -> Keys:
        return read(self.settings.keys.file)

    def start(self, name: str, *command: str, **environ: str) -> None:
        """Start ``python -m callcenter COMMAND`` under ``name``; ``environ``: for it alone."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "-m", "callcenter", *command],
                cwd=self.folder,
                env=self.environ | environ,
                stdout=log,
                stderr=log,
            )

    def open(self, *, workers: int = 2) -> None:
        """Start the voice server and the worker, and wait until calls are answered."""
        self.start("voice", "serve", "voice", f"--workers={workers}")
        self.start("worker", "worker")
        deadline = time.monotonic() + READY_S
        while not self.answers():
            if self.running["voice"].poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the voice server did not come up:\n{self.log('voice')}")
            time.sleep(0.05)

    def answers(self) -> bool:
        alive = f"{self.settings.voice.public_url}/health/live"
        with suppress(URLError, OSError), urlopen(alive, timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def kill(self, name: str) -> None:
        """End a program, and what it started, as a power cut would."""
        for pid in children(self.running[name].pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.running[name].kill()
        self.running[name].wait()

    def voice_workers(self) -> list[int]:
        """The processes that answer: children of the voice server's own."""
        return children(self.running["voice"].pid)

    def at_work(self, *, within_s: float) -> None:
        """Wait until the worker that was started last is at work."""
        deadline = time.monotonic() + within_s
        number = f'"pid":{self.running["worker"].pid}'
        while not any("worker started" in one and number in one for one in self.said("worker")):
            if time.monotonic() > deadline:
                raise AssertionError(f"no worker after {within_s} s:\n{self.log('worker')}")
            time.sleep(0.01)

    def said(self, name: str) -> list[str]:
        return self.log(name).splitlines()

    def all_accept(self, *, within_s: float = READY_S) -> list[int]:
        """Wait until every process of the voice server takes connections; gives them."""
        deadline = time.monotonic() + within_s
        while not (there := self.voice_workers()) or not all(map(accepts, there)):
            if time.monotonic() > deadline:
                raise AssertionError(f"not all are back:\n{self.log('voice')}")
            time.sleep(0.02)
        return there

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")[-3000:]

    def backlog(self) -> journal.Backlog:
        return journal.backlog(self.settings.journal.directory)

    def replayed(self, within_s: float) -> float:
        """Wait until the journal is empty: seconds it took. Raises ``AssertionError``."""
        begun = time.monotonic()
        while (backlog := self.backlog()).records:
            if time.monotonic() > begun + within_s:
                raise AssertionError(f"after {within_s} s: {backlog}\n{self.log('worker')}")
            time.sleep(0.1)
        return time.monotonic() - begun

    def close(self) -> None:
        for program in self.running.values():
            if program.poll() is None:
                program.send_signal(signal.SIGCONT)
                program.terminate()
        for program in self.running.values():
            try:
                program.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        database = Database(self.url)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def house(folder: Path, url: str) -> Iterator[House]:
    """A house on a migrated, empty database; nothing runs in it yet."""
    migrations.upgrade(url)
    made = House(folder, url)
    made.start("migrate", "migrate")
    if made.running.pop("migrate").wait(READY_S):
        raise AssertionError(made.log("migrate"))
    try:
        yield made
    finally:
        made.close()


@dataclass
class Load:
    """A telephone network at work; :meth:`ledger` waits for its end."""

    program: subprocess.Popen[bytes]
    file: Path

    def stop(self) -> None:
        """No more calls; those that are there come to their end."""
        self.program.send_signal(signal.SIGTERM)

    def ledger(self) -> list[Webhook]:
        if self.program.wait():
            raise AssertionError(self.file.with_suffix(".log").read_text("utf-8")[-2000:])
        with self.file.open(encoding="utf-8") as told:
            return [Webhook(**json.loads(line)) for line in told]


@contextmanager
def load(house: House, *, rate: float, seconds: float, seed: int = 1) -> Iterator[Load]:
    """Bring calls to ``house`` while the block runs; the block should ask for the ledger."""
    carrier = house.settings.carrier
    plan = {
        "base": house.settings.voice.public_url,
        "account": carrier.account_sid,
        "token": carrier.auth_token,
        "lines": [center.lines[0] for center in house.settings.centers],
        "rate": rate,
        "seconds": seconds,
        "seed": seed,
    }
    file = house.folder / f"ledger-{seed}.jsonl"
    with file.open("wb") as out, file.with_suffix(".log").open("wb") as log:
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.drill.load"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=log,
        )
    assert program.stdin is not None
    with program.stdin as stdin:
        stdin.write(json.dumps(plan).encode())
    try:
        yield Load(program, file)
    finally:
        program.kill()
        program.wait()


def children(pid: int) -> list[int]:
    """The processes that ``pid`` started and that live."""
    told = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in told.read_text("ascii").split()]


def accepts(pid: int) -> bool:
    """Whether a process waits for connections: gunicorn's workers ask the kernel for them by epoll
    once the application is loaded."""
    with suppress(OSError):
        for descriptor in Path(f"/proc/{pid}/fd").iterdir():
            if "eventpoll" in os.readlink(descriptor):
                told = Path(f"/proc/{pid}/fdinfo/{descriptor.name}").read_text("ascii")
                return "tfd:" in told
    return False
