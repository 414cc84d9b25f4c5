"""What live pages cost, and how soon they show what happened.

200 supervisors look at the board while one event a second arrives, on a day with a thousand calls;
and 50 agents wait at their desks while callers come in, with the worker running. The server is
``serve people`` as an operator starts it; the browsers are a program of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import urlsplit

import msgspec
from flask import Flask
from sqlalchemy import select

import callcenter
from callcenter.cli.running.ports import answers
from callcenter.records import diary, duty, importing, passwords, sessions, summaries, users
from callcenter.rules import events
from callcenter.web.house import House
from tests import postgres
from tests.bench.browsers import Plan, Seen
from tests.bench.carrier import Carrier, new_call
from tests.bench.cold import environ, first_answer, running
from tests.bench.ground import ENGINES, Ground, fresh
from tests.bench.pump import ask
from tests.bench.table import ROOT, Line, limited
from tests.bench.webhooks import ACTION

SUPERVISORS, AGENTS = 200, 50
CALLS = 1000
SHARE_GOAL, RING_GOAL_MS = 10.0, 300.0
RINGING = r'id="call-(\w+)-ringing"'
INBOUND = r'data-figure="inbound">([\d.]+)<'
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
CHEAP = passwords.Cost(1, 8)
LINE = "+62318293097"


def measure(*, quick: bool) -> Iterator[Line]:
    """Both, on each engine that there is."""
    for engine in ENGINES:
        try:
            with fresh(engine, WEB_PORT=str(postgres.free_port())) as ground:
                yield from board(ground, seconds=15 if quick else 60, calls=100 if quick else CALLS)
            ports = {"WEB_PORT": postgres.free_port(), "NETWORK_PORT": postgres.free_port()}
            with fresh(engine, **{name: str(port) for name, port in ports.items()}) as ground:
                yield from desks(ground, calls=10 if quick else 60)
        except postgres.Unavailable:
            continue


def board(ground: Ground, *, seconds: int, calls: int) -> Iterator[Line]:
    house, app = opened(ground)
    busy_day(house, calls)
    cookies = [signed_in(house, app, f"supervisor.{n}", "supervisor") for n in range(SUPERVISORS)]
    plan = plan_of(ground, cookies, "/board/live", INBOUND)
    with running(ground, ("callcenter", "serve", "people")) as server:
        ready(ground)
        with looking(ground, plan) as browsers:
            before, begun = spent(server.pid), time.monotonic()
            happened = [one_event(house, n) for n in seconds_of(seconds)]
            share = (spent(server.pid) - before) / (time.monotonic() - begun) * 100
            time.sleep(3)
            seen = browsers()
    house.database.close()
    told = f"{SUPERVISORS} live browsers, an event a second, {calls:,} calls today, {ground.engine}"
    beside = counted(seen, seconds)
    yield limited(f"{told}: of a core", share, "%", at_most=SHARE_GOAL, yardstick=beside)
    late = delays(happened, seen, calls)
    yield limited(f"{told}: event to screen, p95", p95(late), "ms", at_most=2000)


def counted(seen: Seen, seconds: int) -> str:
    return f"{seen.fetched / seconds:.0f} fetches a second, {seen.refused} without a stream"


def delays(happened: Sequence[float], seen: Seen, before: int) -> list[float]:
    """For each event and browser, the milliseconds until the figure has it."""
    late = []
    for browser in range(SUPERVISORS):
        shown = [(at, int(what.replace(".", ""))) for at, who, what in seen.shown if who == browser]
        for number, at in enumerate(happened, 1):
            there = [when for when, figure in shown if figure >= before + number]
            late.append((min(there) - at) * 1000 if there else float("inf"))
    return late


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[18]


def seconds_of(count: int) -> Iterator[int]:
    """0, 1, ... each a second after the one before."""
    begun = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, begun + number - time.monotonic()))
        yield number


def one_event(house: House, number: int) -> float:
    """A call arrives; gives when that was committed."""
    now = house.now()
    about = {"subject": events.call(f"CA-live-{number}"), "thread": "arrival", "turn": "0"}
    arrived = events.CallArrived(**about, at=now, line=LINE, center="CC1")
    with house.database.transaction() as db:
        diary.write(db, [arrived], now=now)
    return time.monotonic()


def opened(ground: Ground) -> tuple[House, Flask]:
    app = callcenter.create_app(ground.settings, ("people",))
    return app.extensions["callcenter"], app


def busy_day(house: House, calls: int) -> None:
    """Calls of today, ended and folded."""
    now = house.now()
    lines = [json.dumps(a_call(number, now)) for number in range(calls)]
    importing.bring_in(house.database, house.keys, lines, now=now)
    later = now + timedelta(days=1)
    while True:
        with house.database.transaction() as db:
            if not summaries.settle_ended(db, house.policy(), now=later, limit=500):
                return


def a_call(number: int, now: datetime) -> dict[str, object]:
    begun = now - timedelta(seconds=10 * number + 400)
    told = [("arrive", 0, {}), ("queue", 20, {"queue": "confirmation"})]
    if number % 5:
        agent = {"agent": f"agent.{number % AGENTS}"}
        told += [("ring", 30, agent), ("answer", 35, agent), ("hangup", 200, {"by": "caller"})]
        told += [("outcome", 210, {"code": "confirmed"}), ("acw_end", 230, agent)]
    else:
        told += [("hangup", 60, {"by": "caller"})]
    return {
        "call": f"today {number}",
        "center": f"CC{number % 2 + 1}",
        "caller": f"0812{number:08d}",
        "test": False,
        "events": [
            {"at": (begun + timedelta(seconds=after)).isoformat(), "ev": ev, **more}
            for ev, after, more in told
        ],
    }


def signed_in(house: House, app: Flask, name: str, role: str, **more: str) -> str:
    """The cookie of somebody who is signed in."""
    now = house.now()
    about = {"username": name, "role": role, "password": "kata sandi yang panjang", **more}
    with house.database.transaction() as db:
        user = users.add(db, house.keys, house.policy(), **about, cost=CHEAP, now=now)
        token = sessions.begin(db, user, now=now)
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    kept = {"_user_id": token, "_fresh": True, "csrf_token": token[:40]}
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(kept)}"


def plan_of(ground: Ground, cookies: list[str], fragment: str, shown: str) -> Plan:
    host, _, port = ground.settings.web.bind.rpartition(":")
    return Plan(host, int(port), cookies, fragment, shown)


@contextmanager
def looking(ground: Ground, plan: Plan) -> Iterator[Callable[[], Seen]]:
    """The browsers, all of them with their page shown; called, they tell what they saw."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.browsers"],
        cwd=ROOT,
        env=environ(ground),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as them:

        def say(words: str) -> str:
            them.stdin.write(f"{words}\n")
            them.stdin.flush()
            return them.stdout.readline()

        if say(msgspec.json.encode(plan).decode()).strip() != "ready":
            raise AssertionError("the browsers saw nothing")
        yield lambda: msgspec.json.decode(say("enough"), type=Seen)


def ready(ground: Ground) -> None:
    deadline = time.monotonic() + 60
    while not answers(ground.settings.web.bind, "/health/live"):
        if time.monotonic() > deadline:
            raise AssertionError((ground.folder / "server.log").read_text("utf-8")[-2000:])
        time.sleep(0.1)


def spent(pid: int) -> float:
    """Processor seconds of a process and its children."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if stat.parent.name == str(pid) or rest[1] == str(pid):
            total += int(rest[11]) + int(rest[12])
    return total * TICK_S


def desks(ground: Ground, *, calls: int) -> Iterator[Line]:
    """A call a second into the queue: from the answer to its webhook to the desk that rings."""
    house, app = opened(ground)
    cookies = [an_agent(house, app, number) for number in range(AGENTS)]
    plan = plan_of(ground, cookies, "/desk/live", RINGING)
    with ExitStack() as stack:
        stack.enter_context(carrier_at(ground.settings.carrier.api_base))
        for command in ("serve people", "serve voice", "worker"):
            stack.enter_context(running(ground, ("callcenter", *command.split())))
        ready(ground)
        first_answer(ground, Carrier(ground.settings).arrives(new_call()))
        browsers = stack.enter_context(looking(ground, plan))
        all_are_ready(house)
        queued = dict(into_the_queue(ground, calls))
        time.sleep(2)
        seen = browsers()
    house.database.close()
    shown = {call: at for at, _, call in reversed(seen.shown) if call}
    late = [(shown.get(call, inf) - at) * 1000 for call, at in queued.items()]
    told = f"{AGENTS} desks, a call a second, {ground.engine}: webhook to screen, p95"
    beside = f"median {median(late):.0f} ms, most {max(late):.0f} ms"
    yield limited(told, p95(late), "ms", at_most=RING_GOAL_MS, yardstick=beside)


def into_the_queue(ground: Ground, calls: int) -> Iterator[tuple[str, float]]:
    """Calls that choose an agent; gives each and when that webhook was answered."""
    carrier, (host, _, port) = Carrier(ground.settings), ground.settings.voice.bind.rpartition(":")
    place, sids = (host, int(port)), [new_call() for _ in range(calls)]
    for number in seconds_of(calls):
        call = sids[number]
        said = ask(place, carrier.arrives(call).request())
        for keys in ("1", "0"):
            address = unescape(ACTION.search(said)[1].decode())
            said = ask(place, carrier.presses(address, call, keys).request())
        yield call, time.monotonic()
        if number >= 3:  # it rings no more
            ask(place, carrier.ends(sids[number - 3]).request())


def an_agent(house: House, app: Flask, number: int) -> str:
    """Somebody with a telephone; gives the cookie."""
    more = {"center": f"CC{number % 2 + 1}", "phone": f"0811{number:07d}"}
    return signed_in(house, app, f"agent.{number}", "agent", **more)


def all_are_ready(house: House) -> None:
    """Every agent wants calls; whose desk was not heard before would be taken for gone."""
    wanted = select(users.USER.c.id, users.USER.c.center).where(users.USER.c.role == "agent")
    with house.database.transaction() as db:
        for agent, center in list(db.execute(wanted)):
            chosen = {"center": center, "version": "first", "state": "available", "reason": ""}
            assert duty.choose_state(db, agent=agent, **chosen, now=house.now())


class Carriers(BaseHTTPRequestHandler):
    """A carrier that takes every command and does nothing."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = json.dumps({"sid": new_call(), "calls": [], "status": "queued"}).encode()
        self.send_response(201 if self.command == "POST" else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *_: object) -> None:
        """It says nothing."""


@contextmanager
def carrier_at(address: str) -> Iterator[None]:
    """The carrier's interface, on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", urlsplit(address).port or 80), Carriers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
