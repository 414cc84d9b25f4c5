"""What may be taken away: a database that is killed, frozen or held, a process, the disk."""

from __future__ import annotations

import os
import pwd
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from tests import postgres
from tests.drill.house import House, children

TORN = 64  # bytes of a file, the beginning of a record
HOLD = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@dataclass
class Postgres:
    """A PostgreSQL that may be killed and frozen, and comes back with what was committed."""

    folder: Path
    url: str
    running: subprocess.Popen[bytes]

    def kill(self) -> None:
        """All of its processes at once."""
        victims = [self.running.pid, *children(self.running.pid)]
        for pid in victims:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.running.wait()

    def restart(self) -> None:
        who: dict[str, Any] = {}
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        environ = {"HOME": str(self.folder), "LC_ALL": "C"}
        with (self.folder / "log").open("ab") as log:
            self.running = subprocess.Popen(
                self.running.args, cwd=self.folder, env=environ, stdout=log, stderr=log, **who
            )
        postgres.wait_for(self.url, self.running, self.folder)

    def freeze(self) -> None:
        """Its processes stand still and answer nothing, not even that they do not."""
        for pid in (self.running.pid, *self._rest(signal.SIGSTOP)):
            os.kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in (*children(self.running.pid), self.running.pid):
            os.kill(pid, signal.SIGCONT)

    def _rest(self, first: signal.Signals) -> list[int]:
        os.kill(self.running.pid, first)  # from now on it starts no others
        return children(self.running.pid)

    def end(self) -> None:
        with suppress(ProcessLookupError):
            self.thaw()
        self.running.send_signal(signal.SIGQUIT)
        self.running.wait()


@contextmanager
def server(folder: Path) -> Iterator[Postgres]:
    """A PostgreSQL of this drill alone; raises ``tests.postgres.Unavailable``.

    A commit is written before it is answered, as it is not in other tests: a killed server must
    not forget what it has promised. (It need not reach the disk, the machine lives on.)
    """
    url, running = postgres.start(folder)
    made = Postgres(folder, url, running)
    try:
        with psycopg.connect(url, autocommit=True) as db:
            db.execute("ALTER ROLE callcenter SET synchronous_commit = on")
        yield made
    finally:
        made.end()


@contextmanager
def killed(server: Postgres) -> Iterator[None]:
    """Gone during the block, back after it."""
    server.kill()
    try:
        yield
    finally:
        server.restart()


@contextmanager
def frozen(server: Postgres) -> Iterator[None]:
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


@contextmanager
def held(file: Path) -> Iterator[None]:
    """Somebody outside holds the SQLite file's lock for writing during the block."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    try:
        if holder.stdout.readline() != b"held\n":
            raise AssertionError("the file could not be held")
        yield
    finally:
        holder.kill()
        holder.communicate()


def kill_voice_workers(house: House, times: int, *, every_s: float, seed: int = 1) -> None:
    """``kill -9`` one process of the voice server after another, each when all are there."""
    chance = Random(seed)
    for _ in range(times):
        begun = time.monotonic()
        os.kill(chance.choice(house.all_accept()), signal.SIGKILL)
        time.sleep(max(0.0, begun + every_s - time.monotonic()))


@contextmanager
def full_disk(house: House) -> Iterator[None]:
    """No process of the voice server can write a whole record during the block."""
    _, most = resource.prlimit(house.running["voice"].pid, resource.RLIMIT_FSIZE)
    _limit(house, TORN, most)  # who is started now, in place of a killed one, inherits it
    try:
        yield
    finally:
        _limit(house, most, most)


def _limit(house: House, size: int, most: int) -> None:
    for pid in (house.running["voice"].pid, *house.voice_workers()):
        with suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, most))
