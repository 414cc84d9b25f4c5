"""Planted people and secrets, and a journey with them through every program of the house."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import requests

from callcenter.carriers.twilio.signature import sign
from callcenter.rules.commands import Command
from callcenter.settings import demo
from tests.e2e.house import free_ports

ROOT = Path(__file__).parent.parent
LINE = "+62318293097"

NIK, KK = "3578014101900001", "3578010203150007"
NAME = "Wahyuningtyas Kusumadewi"
PHONE, AGENTS_PHONE = "+6281398765432", "+6281398765433"
KEYED = "73619548"
PASSWORD = "katasandi-yang-ditanam-9"
WORDS = (*NAME.split(), PASSWORD)
NUMBERS = (NIK, KK, PHONE[3:], AGENTS_PHONE[3:], KEYED)
LIBRARIES = ("sqlalchemy", "urllib3", "twilio", "werkzeug", "flask", "alembic", "psycopg")
SERVING = ("network", "voice", "people", "worker")
PROGRAMS = (*SERVING, "import")


def leaks(said: str, *secrets: str, names: bool = True) -> list[str]:
    """What of the planted, and of further ``secrets``, can be found in ``said``."""
    found = [
        number for number in NUMBERS if re.search(r"(?:[\s.()/_-]|%\w\w){0,3}".join(number), said)
    ]
    found += [word for word in WORDS if names and word.casefold() in said.casefold()]
    return found + [secret for secret in secrets if secret in said]


@dataclass
class Journey:
    """``said``: by each program, on both streams. ``troubles``: the pages of a fault."""

    folder: Path
    said: dict[str, str] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    metrics: str = ""
    troubles: list[str] = field(default_factory=list)
    files: bytes = b""
    journal: bytes = b""

    def lines(self) -> list[dict[str, Any]]:
        """Every line of the programs that serve; each must be one of ours."""
        return [json.loads(line) for it in SERVING for line in self.said[it].splitlines()]


def travelled(folder: Path) -> Journey:
    """Start everything, go everywhere, break everything, and give what was said."""
    web, voice, network = free_ports(3)
    environ = {k: v for k, v in os.environ.items() if not k.startswith("CALLCENTER")} | {
        "WEB_PORT": web,
        "VOICE_PORT": voice,
        "NETWORK_PORT": network,
        "PYTHONPATH": str(ROOT),
        "CALLCENTER__LOG__LEVEL": "debug",
        "CALLCENTER__NETWORK__SPEED": "10",
        "CALLCENTER__WEB__ARGON2_TIME_COST": "1",
        "CALLCENTER__WEB__ARGON2_MEMORY_KIB": "8",
    }
    way = Way(Journey(folder), environ, *(f"http://127.0.0.1:{it}" for it in (web, voice, network)))
    way.prepare()
    with way.running():
        way.calls()
        way.desks()
        way.posko()
        way.journal()
        way.breaks()
        way.journey.metrics = "".join(
            requests.get(f"{at}/metrics", timeout=20).text for at in (way.web, way.voice)
        )
    way.collect()
    return way.journey


@dataclass
class Way:
    """The steps of the journey."""

    journey: Journey
    environ: dict[str, str]
    web: str
    voice: str
    network: str
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    waiting: str = ""  # the caller who stands in the queue
    ticket: str = ""  # the page of the one that was logged by hand
    agent: requests.Session = field(default_factory=requests.Session)

    @property
    def database(self) -> Path:
        return self.journey.folder / "var" / "callcenter.db"

    def command(self, *words: str, given: str = "") -> str:
        """An operator's command, its output on both streams."""
        done = subprocess.run(
            [sys.executable, "-m", "callcenter", *words],
            env=self.environ,
            cwd=self.journey.folder,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.stdout

    def prepare(self) -> None:
        """A database, an agent with a telephone, a posko, and a list of applicants."""
        self.journey.said["import"] = self.command("migrate")
        agent = ("--role", "agent", "--center", "CC1", "--phone", AGENTS_PHONE)
        for who, what in (("sari", agent), ("pos", ("--role", "posko", "--posko", "12"))):
            told = self.command("user", "add", who, *what, "--password-stdin", given=PASSWORD)
            self.journey.said["import"] += told
        rows = (
            "nik,full_name,birth_date,phone,kk_number,regency_code,category,status",
            f"{NIK},{NAME},1990-01-41,0813-9876-5432,{KK},35.78,laid_off,under_evaluation",
            f"{NIK},{NAME},1990-01-01,0813-9876-5432,{KK},35.78,laid_off,under_evaluation",
            f"{NIK}9,{NAME},1990-01-01,0813-9876-5432x,{KK}1,{NIK},{NAME},{PHONE}",
            f"{NAME},{NIK},{KK},{NAME},{PHONE},{PASSWORD}",
        )
        listed = self.journey.folder / "list.csv"
        listed.write_text("\n".join(rows) + "\n", "utf-8")
        self.journey.said["import"] += self.command("import-applicants", str(listed))
        token = (self.journey.folder / "var" / "carrier_token").read_text().strip()
        secret = (self.journey.folder / "var" / "secret_key").read_text().strip()
        self.journey.secrets += [token, secret]

    @contextmanager
    def running(self):
        """All programs, each with a file for what it says."""
        with ExitStack() as stack:
            for name in SERVING:
                words = ["serve", name, "--workers=1"] if name in ("voice", "people") else [name]
                out = stack.enter_context((self.journey.folder / f"{name}.log").open("wb"))
                self.programs[name] = subprocess.Popen(
                    [sys.executable, "-m", "callcenter", *words],
                    env=self.environ,
                    cwd=self.journey.folder,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                )
                stack.callback(self.end, name)
            for at in (self.network + "/", *(f"{it}/health/live" for it in (self.web, self.voice))):
                self.until(lambda at=at: answers(at), f"{at} to answer")
            yield

    def end(self, name: str) -> None:
        program = self.programs[name]
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(30)
        except subprocess.TimeoutExpired:
            program.kill()

    def until(self, reached: Callable[[], Any], what: str, *, within_s: float = 60) -> None:
        deadline = time.monotonic() + within_s
        while not reached():
            if time.monotonic() > deadline:
                logs = {it: self.log(it)[-1500:] for it in self.programs}
                raise AssertionError(f"waited for {what}: {logs}")
            time.sleep(0.1)

    def log(self, name: str) -> str:
        return (self.journey.folder / f"{name}.log").read_text("utf-8")

    def said_by(self, name: str, words: str) -> None:
        self.until(lambda: words in self.log(name), f"{name} to say {words}")

    # --- the telephone

    def webhook(self, url: str, *, genuine: bool = True, **fields: str) -> requests.Response:
        """A webhook as the carrier sends it; the token of its answer is a secret too."""
        form = {"AccountSid": demo.ACCOUNT, "CallSid": "CAplanted", "From": PHONE, "To": LINE}
        form |= fields
        signed = sign(self.journey.secrets[0] if genuine else "other", url, list(form.items()))
        answer = requests.post(url, form, headers={"X-Twilio-Signature": signed}, timeout=30)
        self.journey.secrets += re.findall(r"/voice/[a-z_]+/([\w.-]{40,})", answer.text)
        return answer

    def calls(self) -> None:
        """One call by hand with keys pressed, forged ones, and one through the whole network, for
        which the agent's telephone rings."""
        came = self.webhook(f"{self.voice}/voice/incoming")
        gather = ElementTree.fromstring(came.text).find(".//Gather")
        assert gather is not None
        url = gather.attrib["action"].partition("#")[0]
        self.webhook(url, Digits=KEYED)
        self.webhook(url, Digits=f"{NAME} {NIK}")
        self.webhook(url + f"x?nik={NIK}", Digits="1")
        self.webhook(f"{self.voice}/voice/incoming", genuine=False, CallerName=NAME)
        self.webhook(f"{self.voice}/voice/status", CallStatus="completed")
        requests.get(f"{self.voice}/voice/nowhere/{NIK}/{PASSWORD}?name={NAME}", timeout=10)
        agent = self.sign_in("sari")
        state = {"state": "available", "version": hidden(agent, f"{self.web}/desk", "version")}
        self.post(agent, "/desk/state", **state)
        dialled = requests.post(
            f"{self.network}/handset/calls", json={"from": PHONE, "to": LINE}, timeout=10
        ).json()["sid"]
        at = f"{self.network}/handset/calls/{dialled}"
        self.until(lambda: stands(at), "the caller to stand in the queue")
        self.waiting = dialled
        phone = f"{self.network}/handset/phones/{AGENTS_PHONE}"
        self.until(lambda: requests.post(f"{phone}/answer", json={}, timeout=10).ok, "a ring")
        requests.post(f"{phone}/hangup", json={}, timeout=10)

    # --- the pages

    def sign_in(self, name: str, password: str = PASSWORD) -> requests.Session:
        browser = requests.Session()
        browser.get(f"{self.web}/login", timeout=20)
        self.post(browser, "/login", username=name, password=password)
        self.journey.secrets += [str(it.value) for it in browser.cookies]
        return browser

    def post(self, browser: requests.Session, path: str, **form: str) -> requests.Response:
        page = browser.get(f"{self.web}/login", timeout=20).text
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page)[0]
        form["csrf_token"] = token
        return browser.post(self.web + path, form, timeout=20, allow_redirects=False)

    def desks(self) -> None:
        """A sign-in that fails, searches, a call logged by hand, and its ticket with a note."""
        self.sign_in(NIK, password=f"{PASSWORD}-lain")
        agent = self.sign_in("sari")
        for asked in (NIK, NAME, "0813-9876-5432"):
            assert "Kusumadewi" in self.post(agent, "/desk/find", text=asked).text
        written = {"act": "save", "line": LINE, "caller": PHONE, "name": NAME}
        written |= {"reason": "laid_off_list", "outcome": "answered"}
        for name in ("form_id", "day", "clock"):
            written[name] = hidden(agent, f"{self.web}/desk/manual", name)
        saved = self.post(agent, "/desk/manual", **written)
        number = re.findall(r"\d{9}", saved.headers["Location"])[0]
        page = f"/desk/tickets/{number}"
        note = {"more": f"NIK {NIK}, {NAME}, {PHONE}"}
        note["version"] = hidden(agent, self.web + page, "version")
        warned = self.post(agent, f"{page}/note", **note).text  # asks about it once
        note["warned"] = re.findall(r'name="warned" value="([^"]*)"', warned)[0]
        self.post(agent, f"{page}/note", **note)
        self.ticket, self.agent = page, agent

    def posko(self) -> None:
        browser = self.sign_in("pos")
        page = browser.get(f"{self.web}/posko", timeout=20).text
        form = dict(re.findall(r'name="([a-z]+(?:-\d+)?)" value="([^"]*)"', page))
        form.pop("csrf_token", None)
        self.post(browser, "/posko", **form | {"assisted-12": "17"})

    # --- what breaks

    def journal(self) -> None:
        """A call while the database is held by somebody: it is written down beside it."""
        holder = sqlite3.connect(self.database, timeout=20, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        self.webhook(f"{self.voice}/voice/incoming", CallSid="CAwithout")
        folder = self.journey.folder / "var" / "journal"
        self.journey.journal = b"".join(it.read_bytes() for it in folder.glob("*.journal"))
        holder.execute("ROLLBACK")
        holder.close()

    def change(self, statement: str, *values: str) -> None:
        with sqlite3.connect(self.database, timeout=20) as db:
            db.execute(statement, values)

    def breaks(self) -> None:
        """A sealed note that does not open, a table that is gone, a carrier that is gone, a
        command that nobody knows."""
        self.change("UPDATE ticket_note SET text = 'k1.' || text")
        self.journey.troubles.append(self.agent.get(self.web + self.ticket, timeout=20).text)
        self.change("ALTER TABLE person_name_key RENAME TO was_person_name_key")
        self.journey.troubles.append(self.post(self.agent, "/desk/find", text=NAME).text)
        self.change("ALTER TABLE was_person_name_key RENAME TO person_name_key")
        self.journey.troubles.append(
            self.agent.get(f"{self.web}/{NIK}/{NAME}?x={PASSWORD}", timeout=20).text
        )
        self.programs["network"].kill()  # without a word to anybody
        for kind in ("explode", "farewell"):
            self.change(
                "INSERT INTO outbox (id, kind, call_id, offer, created_at, due_at, attempts) "
                "SELECT ?, ?, ?, 1, max(received_at), max(received_at), 0 FROM event",
                *(Command(kind, self.waiting, 1).id, kind, self.waiting),
            )
        self.until(self.refused, "the carrier to be missed")
        self.said_by("worker", "command broke")

    def refused(self) -> Any:
        """What went wrong with the command for which there was no carrier."""
        with sqlite3.connect(self.database, timeout=20) as db:
            found = db.execute("SELECT error FROM outbox WHERE kind = 'farewell'").fetchone()
        return found and found[0]

    def collect(self) -> None:
        for name in SERVING:
            self.journey.said[name] = self.log(name)
        folder = self.journey.folder / "var"
        kept = [it for it in folder.rglob("*") if it.is_file() and it.name not in ("list.csv",)]
        self.journey.files = b"".join(it.read_bytes() for it in kept)


def asked(url: str) -> dict[str, Any]:
    return requests.get(url, timeout=10).json()


def stands(call: str) -> bool:
    """Press 0 for a person whenever somebody listens; gives whether the caller waits for one."""
    now = asked(call)
    if now["listening"]:
        requests.post(f"{call}/keys", json={"digits": "0"}, timeout=10)
    return bool(now["queue"])


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def hidden(browser: requests.Session, url: str, name: str) -> str:
    """The value of a field of a page."""
    page = browser.get(url, timeout=20).text
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, (url, name, page[-2000:])
    return found[1]
