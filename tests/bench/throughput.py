"""Webhooks a second over sixteen connections, on real servers: ours as ``serve voice`` starts it,
and the ceiling under the same gunicorn. The two alternate, each from a client of its own process.

Every call is a new one: it arrives, presses a key that leads into the queue, and ends.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from statistics import median, quantiles

import msgspec
from sqlalchemy import func, select, text

from callcenter.addresses import Addresses
from callcenter.records import keeping, sealing
from callcenter.records.database import Database
from callcenter.records.journal import Replay
from callcenter.records.tables import EventRow
from callcenter.rules.dialogue import Dialogue
from tests import postgres
from tests.bench.carrier import Carrier, new_call
from tests.bench.cold import SERVERS, first_answer, running
from tests.bench.ground import ENGINES, Ground, fresh
from tests.bench.pump import Done, Plan
from tests.bench.table import ROOT, Line, compared, said

CONNECTIONS = 16
GOAL = 0.7
STEPS = 3  # webhooks a call
EVENTS_A_CALL = 4  # arrived; chosen and queued; reported
FIRST = 1  # the call that told us that the server is there


def measure(*, quick: bool) -> Iterator[Line]:
    """Both engines."""
    rounds, calls = (2, 20) if quick else (5, 60)
    for engine in ENGINES:
        try:
            with fresh(engine) as ground:
                yield from on(ground, rounds, calls)
        except postgres.Unavailable as error:
            yield Line(f"webhooks a second, {engine}", f"not measured: {error}")


def on(ground: Ground, rounds: int, calls: int) -> Iterator[Line]:
    """``calls``: on each connection, in each round."""
    done: dict[str, list[Done]] = {name: [] for name in SERVERS}
    for turn in range(rounds + 1):
        for name, command in SERVERS.items():
            with running(ground, command):
                first_answer(ground, Carrier(ground.settings).arrives(new_call()))
                pumped(ground, calls // 4)  # every worker and thread is warm
                took = pumped(ground, calls)
                if turn:  # the first round compiles
                    done[name].append(took)
    journaled = counted(ground, (rounds + 1), calls + calls // 4)
    rates = {name: median(it.answered / it.took_s for it in all_) for name, all_ in done.items()}
    late = {name: p99(all_) for name, all_ in done.items()}
    name = f"webhooks a second, {CONNECTIONS} connections, {ground.engine}"
    yield compared(name, rates["ours"], rates["ceiling"], "/s", at_least=GOAL)
    name = f"their p99, {ground.engine} ({journaled} of them went by the journal)"
    yield Line(name, said(late["ours"], "ms"), said(late["ceiling"], "ms"))


def pumped(ground: Ground, calls: int) -> Done:
    """Send ``calls`` calls over each connection; raises ``AssertionError`` when one is refused."""
    plan = msgspec.msgpack.encode(planned(ground, calls))
    client = subprocess.run(
        [sys.executable, "-m", "tests.bench.pump"],
        input=plan,
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    done = msgspec.json.decode(client.stdout, type=Done)
    if done.refused or done.answered != CONNECTIONS * calls * STEPS:
        raise AssertionError(f"{done.answered} answered, {done.refused} refused")
    return done


def planned(ground: Ground, calls: int) -> Plan:
    """Everything is signed beforehand: the client only sends."""
    settings = ground.settings
    carrier, keys = Carrier(settings), sealing.read(settings.keys.file)
    addresses = Addresses(keys, settings.voice.public_url)
    host, _, port = settings.voice.bind.rpartition(":")
    requests = [
        [one for _ in range(calls) for one in call(carrier, addresses)] for _ in range(CONNECTIONS)
    ]
    return Plan(host, int(port), requests)


def call(carrier: Carrier, addresses: Addresses) -> Sequence[bytes]:
    sid, center = new_call(), carrier.settings.centers[0]
    state = Dialogue(sid, center=center.code, line=center.lines[0])
    address = addresses.of("answer", state, sid)
    steps = carrier.arrives(sid), carrier.presses(address, sid, "0"), carrier.ends(sid)
    return [step.request() for step in steps]


def p99(all_: Sequence[Done]) -> float:
    late = [ms for done in all_ for ms in done.late_ms]
    return quantiles(late, n=100, method="inclusive")[98]


def counted(ground: Ground, rounds: int, calls: int) -> int:
    """Every webhook of both servers was written down, some of ours in the journal, because the
    database took too long: gives how many. Raises ``AssertionError``."""
    database = Database(ground.settings.database.url)
    journaled = Replay(ground.settings.journal.directory).run(partial(keeping.take, database))
    with database.reading() as db:
        events = db.execute(select(func.count()).select_from(EventRow.__table__)).scalar_one()
        rows = db.execute(text("SELECT count(*) FROM ceiling")).scalar_one()
    database.close()
    sent = rounds * CONNECTIONS * calls
    wanted = sent * EVENTS_A_CALL + rounds * FIRST, sent * STEPS + rounds * FIRST
    if (events, rows) != wanted:
        raise AssertionError(f"{events} events and {rows} rows were written, not {wanted}")
    return journaled
