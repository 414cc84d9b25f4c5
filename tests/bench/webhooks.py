"""What one webhook costs in processor time, in process, beside a bare view and the ceiling.

Every call is a new one and goes its whole way: it arrives, presses a key, presses another that
leads into the queue, and ends. Rounds of the three applications alternate, so that whatever else
the machine does hits all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from statistics import median
from time import process_time
from typing import Any

from sqlalchemy import func, select, text

import callcenter
from callcenter.records.database import Database
from callcenter.records.tables import EventRow
from tests import postgres
from tests.bench.carrier import Carrier, Webhook, new_call
from tests.bench.ceiling import bare, ceiling
from tests.bench.ground import ENGINES, Ground, fresh, quiet
from tests.bench.table import Line, compared

STEPS = ("incoming call", "key press", "key press into the queue", "status callback")
EVENTS_A_CALL = 5  # arrived; chosen; chosen and queued; reported
ACTION = re.compile(rb'action="([^"]+)"')
GOAL = 1.5


@dataclass
class Subject:
    """One application under measurement: seconds a request of each step, by round."""

    answer: Callable[[Webhook], bytes]
    spent: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    calls: int = 0

    def round(self, carrier: Carrier, calls: int) -> None:
        total = dict.fromkeys(STEPS, 0.0)
        for _ in range(calls):
            address, sid = "/voice/answer/none", new_call()
            for step in STEPS:
                asked = webhook(carrier, step, sid, address)
                total[step] += self.timed(asked)
                if found := ACTION.search(self.said):
                    address = unescape(found[1].decode())
        for step, seconds in total.items():
            self.spent[step].append(seconds / calls)
        self.calls += calls

    def timed(self, asked: Webhook) -> float:
        environ = asked.environ()
        begun = process_time()
        self.said = self.answer(environ)  # type: ignore[arg-type]
        return process_time() - begun

    def us(self, step: str) -> float:
        return median(self.spent[step]) * 1e6


def webhook(carrier: Carrier, step: str, sid: str, address: str) -> Webhook:
    match step:
        case "incoming call":
            return carrier.arrives(sid)
        case "key press":
            return carrier.presses(address, sid, "1")
        case "key press into the queue":
            return carrier.presses(address, sid, "0")
        case _:
            return carrier.ends(sid)


def application(app: Any) -> Callable[[Any], bytes]:
    """The application as a function of the request's environment. Refuses a refusal."""

    def answer(environ: dict[str, Any]) -> bytes:
        told: list[str] = []
        chunks = app(environ, lambda status, _: told.append(status))
        body = b"".join(chunks)
        chunks.close()
        if not told[0].startswith("2"):
            raise AssertionError(f"{environ['PATH_INFO'][:20]}: {told[0]}")
        return body

    return answer


def measure(*, quick: bool) -> Iterator[Line]:
    """Both engines."""
    rounds, calls = (5, 40) if quick else (15, 100)
    for engine in ENGINES:
        try:
            with fresh(engine) as ground:
                yield from on(ground, rounds, calls)
        except postgres.Unavailable as error:
            yield Line(f"webhooks, {engine}", f"not measured: {error}")


def on(ground: Ground, rounds: int, calls: int) -> Iterator[Line]:
    settings = ground.settings
    carrier = Carrier(settings)
    with quiet(ground.folder / "log"):
        ours = callcenter.create_app(settings, ("voice",))
        plain = Database(settings.database.url)
        subjects = {
            "ours": Subject(application(ours)),
            "bare": Subject(application(bare())),
            "ceiling": Subject(application(ceiling(settings))),
            "library": Subject(application(ceiling(settings, twilios=True))),
        }
        for subject in subjects.values():
            subject.round(carrier, calls)  # everything is loaded, compiled and connected
            subject.spent = {step: [] for step in STEPS}
        for _ in range(rounds):
            for subject in subjects.values():
                subject.round(carrier, calls)
        counted(plain, subjects)
    ours.extensions["callcenter"].database.close()
    plain.close()
    for step in STEPS:
        us = {name: subject.us(step) for name, subject in subjects.items()}
        name = f"{step}, {ground.engine}: CPU"
        yield compared(f"{name}, beside the ceiling", us["ours"], us["ceiling"], "us", at_most=GOAL)
        by_library = f"{name}, beside the ceiling by the carrier's library"
        yield compared(by_library, us["ours"], us["library"], "us", at_most=GOAL)
        yield compared(f"{name}, beside a bare view", us["ours"], us["bare"], "us")


def counted(database: Database, subjects: dict[str, Subject]) -> None:
    """Every webhook was written down, ours and the ceiling's; raises ``AssertionError``."""
    with database.reading() as db:
        events = db.execute(select(func.count()).select_from(EventRow.__table__)).scalar_one()
        rows = db.execute(text("SELECT count(*) FROM ceiling")).scalar_one()
    others = subjects["ceiling"].calls + subjects["library"].calls
    wanted = subjects["ours"].calls * EVENTS_A_CALL, others * len(STEPS)
    if (events, rows) != wanted:
        raise AssertionError(f"{events} events and {rows} rows were written, not {wanted}")
