"""A server that reads its settings again while calls come in: nobody is lost, nobody waits."""

import fcntl
import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from callcenter import cli, settings
from callcenter.cli.running import ports
from callcenter.records import keeping
from callcenter.records.database import Database
from callcenter.records.journal import Replay
from callcenter.records.tables import EventRow

CAME = "Booting worker with pid"
WENT = "Worker exiting"
LONG_S = 90


@contextmanager
def served(log: Path):
    """``serve voice`` with two processes, until it is told to end."""
    with log.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "callcenter", "serve", "voice", "--workers=2"],
            stderr=said,
            env=os.environ | {"CALLCENTER__LOG__FORMAT": "json"},
        )
    try:
        bind = settings.load(os.environ).voice.bind
        until(lambda: ports.answers(bind, "/health/live"), process, log)
        yield process
        process.terminate()
        assert process.wait(LONG_S) == 0, log.read_text()[-3000:]
    finally:
        process.kill()
        process.wait()


def until(reached, process, log: Path) -> None:
    ended = time.monotonic() + LONG_S
    while not reached():
        if process.poll() is not None or time.monotonic() > ended:
            pytest.fail(log.read_text()[-3000:])
        time.sleep(0.05)


class Callers:
    """Calls that come in one after the other, each new to us, until ``enough()``."""

    def __init__(self, count: int) -> None:
        self.chosen = settings.load(os.environ)
        self.signs = RequestValidator(self.chosen.carrier.auth_token)
        self.over = threading.Event()
        self.answered: list[str] = []
        self.failed: list[str] = []
        self.slowest_s = 0.0
        self._threads = [threading.Thread(target=self._call, args=(n,)) for n in range(count)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self._threads:
            thread.join()

    def _call(self, caller: int) -> None:
        turn = 0
        while not self.over.wait(0.02):
            turn += 1
            call = f"CA{caller}x{turn}"
            try:
                status, document = self._ask(call)
            except (OSError, http.client.HTTPException) as error:
                self.failed.append(f"{call}: {type(error).__name__}")
                continue
            if status == 200 and b"<Response>" in document:
                self.answered.append(call)
            else:
                self.failed.append(f"{call}: {status}")

    def _ask(self, call: str) -> tuple[int, bytes]:
        """One try, on a connection of its own."""
        fields = {
            "CallSid": call,
            "AccountSid": self.chosen.carrier.account_sid,
            "From": "+6281234567890",
            "To": "+62318293097",
            "CallStatus": "ringing",
        }
        url = f"{self.chosen.voice.public_url}/voice/incoming"
        mark = self.signs.compute_signature(url, MultiDict(fields))
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Twilio-Signature": mark,
        }
        asked = http.client.HTTPConnection(*ports.address(self.chosen.voice.bind), timeout=LONG_S)
        try:
            asked.request("POST", "/voice/incoming", urlencode(fields), headers)
            answer = asked.getresponse()
            return answer.status, answer.read()
        finally:
            asked.close()


def written() -> set[str]:
    """The calls that are in the diary, after the worker's replay."""
    chosen = settings.load(os.environ)
    database = Database(chosen.database.url)
    Replay(chosen.journal.directory).run(partial(keeping.take, database))
    event = EventRow.__table__
    with database.reading() as db:
        arrived = select(event.c.subject).where(event.c.kind == "CallArrived")
        found = [subject.removeprefix("call:") for subject in db.execute(arrived).scalars()]
    database.close()
    assert len(found) == len(set(found))
    return set(found)


@contextmanager
def writing(folder):
    """Somebody else has the writers' turn meanwhile."""
    with (folder / "var" / "callcenter.db.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def test_reloading_twice_under_calls_loses_none(demo_folder):
    """And nobody goes before the new ones can answer, or callers would hear silence meanwhile."""
    log = demo_folder / "voice.log"
    cli.main(["migrate"])
    with served(log) as process, Callers(6) as callers:
        for turn in (1, 2):
            with writing(demo_folder):  # who starts waits for the database as long as it may
                process.send_signal(signal.SIGHUP)
                until(lambda at=turn: log.read_text().count(CAME) == 2 + 2 * at, process, log)
                assert log.read_text().count(WENT) == 2 * turn - 2, "gone before the new ones came"
            until(lambda at=turn: log.read_text().count(WENT) == 2 * at, process, log)
        before = len(callers.answered)
        until(lambda: len(callers.answered) > before + 20, process, log)
        callers.__exit__()

    assert callers.failed == []
    assert written() == set(callers.answered)


def test_a_reload_that_cannot_succeed_changes_nothing(demo_folder):
    log = demo_folder / "voice.log"
    cli.main(["migrate"])
    keys = demo_folder / "var" / "keys.toml"
    good = keys.read_text()
    with served(log) as process, Callers(2) as callers:
        until(lambda: log.read_text().count(CAME) == 2, process, log)  # both are there
        until(lambda: len(callers.answered) > 40, process, log)
        keys.write_text("index = 1\n")
        process.send_signal(signal.SIGHUP)
        until(lambda: "so the old ones stay" in log.read_text(), process, log)
        before = len(callers.answered)
        until(lambda: len(callers.answered) > before + 20, process, log)

        keys.write_text(good)
        process.send_signal(signal.SIGHUP)
        until(lambda: log.read_text().count(CAME) == 6, process, log)
        until(lambda: log.read_text().count(WENT) >= 3, process, log)
        before = len(callers.answered)
        until(lambda: len(callers.answered) > before + 20, process, log)
        callers.__exit__()

    assert callers.failed == []
    assert "cannot be read as a key file" in log.read_text()
    assert written() == set(callers.answered)


def test_a_process_that_is_killed_is_replaced_and_what_was_answered_stays(demo_folder):
    log = demo_folder / "voice.log"
    cli.main(["migrate"])
    with served(log) as process, Callers(4) as callers:
        for killed in range(1, 4):
            before = len(callers.answered)
            until(lambda at=before: len(callers.answered) > at + 10, process, log)
            os.kill(youngest(process.pid), signal.SIGKILL)
            until(lambda at=killed: log.read_text().count(CAME) == 2 + at, process, log)
        before = len(callers.answered)
        until(lambda: len(callers.answered) > before + 20, process, log)
        callers.__exit__()

    assert set(callers.answered) <= written()


def youngest(parent: int) -> int:
    """The process that ``parent`` started last."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return max(map(int, children))
