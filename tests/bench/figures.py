"""What the figures cost over ten million calls: a day, a month, today, and different people."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from callcenter.records import policy as policies
from callcenter.records import rollups, stats
from callcenter.records.database import Database
from callcenter.records.stats import Window, closed
from callcenter.records.stats.parts import ALL, CENTER, QUEUE
from callcenter.rules import wib
from tests import postgres
from tests.bench import ground, year
from tests.bench.table import Line, limited
from tests.bench.year import POLICY, Year

DAYS, PER_DAY = 365, 27_400  # 10,001,000 calls
DAY_MS, MONTH_MS = 5, 50
ROUNDS = 15


def measure(*, quick: bool = False) -> Iterator[Line]:
    """PostgreSQL with the whole year, SQLite with a month and a half; both shorter if ``quick``."""
    sizes = {"postgresql": 40 if quick else DAYS, "sqlite": 34 if quick else 45}
    per_day = 2_000 if quick else PER_DAY
    for engine, days in sizes.items():
        try:
            with ground.fresh(engine) as here:
                yield from _on(here, days, per_day)
        except postgres.Unavailable as error:
            yield Line(f"figures, {engine}", f"not measured: {error}")


def _on(here: ground.Ground, days: int, per_day: int) -> Iterator[Line]:
    database = Database(here.environ["CALLCENTER__DATABASE__URL"])
    try:
        with database.transaction() as db:
            policies.add(db, POLICY, by="bench", why="bench", now=wib.start_of(year.DRAWN))
        began = time.perf_counter()
        made = year.load(database, days=days, per_day=per_day)
        what = f"{days * per_day:,} calls, {here.engine}"
        yield limited(f"load {what}", time.perf_counter() - began, "s")
        yield from _closed(made, what)
        yield from _commands(here, made, what)
        yield from _open(made, what)
    finally:
        database.close()


def _closed(made: Year, what: str) -> Iterator[Line]:
    day, first, last = made.day(-5), made.day(-32), made.day(-3)
    for name, limit, ask in (
        ("a day: its queries", DAY_MS, lambda db: _read(db, made, day)),
        ("a day: all its figures", None, lambda db: _day(db, made, day)),
        ("a month: its queries", MONTH_MS, lambda db: _rolled(db, made, first, last)),
        ("a month: all its figures", None, lambda db: _month(db, made, first, last)),
    ):
        yield limited(f"{name} ({what})", _ms(made.database, ask), "ms", at_most=limit)
    people = _ms(made.database, lambda db: _month(db, made, first, last, people=True), rounds=1)
    yield limited(f"a month with different people ({what})", people, "ms")


def _open(made: Year, what: str) -> Iterator[Line]:
    """What is read call by call: a day until 17.00, today, and what the worker adds up."""
    day, today = made.day(-5), made.day(-1)

    def until(db: Any) -> Any:
        words = {"now": made.now, "until": "17:00"}
        return stats.day_figures(db, POLICY, day, **words)

    yield limited(f"a day until 17.00 ({what})", _ms(made.database, until, rounds=3), "ms")
    whole = _ms(made.database, lambda db: _day(db, made, today), rounds=3)
    yield limited(f"today, call by call ({what})", whole, "ms")
    began = time.perf_counter()
    rollups.one_day(made.database, POLICY, day, now=made.now)
    spent = 1000 * (time.perf_counter() - began)
    yield limited(f"adding a day up, once ({what})", spent, "ms")


def _commands(here: ground.Ground, made: Year, what: str) -> Iterator[Line]:
    day, first, last = (str(made.day(n)) for n in (-5, -32, -3))
    for name, words in (
        ("command stats --day", ("--day", day)),
        ("command stats --day --to, a month", ("--day", first, "--to", last)),
    ):
        began = time.perf_counter()
        subprocess.run(
            (sys.executable, "-m", "callcenter", "stats", *words),
            env=os.environ | dict(here.environ),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        yield limited(f"{name} ({what})", 1000 * (time.perf_counter() - began), "ms")


def _ms(database: Database, ask: Callable[[Any], object], *, rounds: int = ROUNDS) -> float:
    """The best of some rounds in milliseconds, after one that warms up: whatever else runs on the
    machine can only add to it."""
    spent = []
    with database.reading() as db:
        if rounds > 1:
            ask(db)
        for _ in range(rounds):
            began = time.perf_counter()
            ask(db)
            spent.append(1000 * (time.perf_counter() - began))
    return min(spent)


def _read(db: Any, made: Year, day: date) -> object:
    return stats.day(db, POLICY, Window.of(day), now=made.now)


def _day(db: Any, made: Year, day: date) -> object:
    return stats.day_figures(db, POLICY, day, now=made.now)


def _rolled(db: Any, made: Year, first: date, last: date) -> object:
    return closed.days(db, POLICY, first, last, (ALL, CENTER, QUEUE))


def _month(db: Any, made: Year, first: date, last: date, *, people: bool = False) -> object:
    return stats.period_figures(db, POLICY, first, last, now=made.now, people=people)


if __name__ == "__main__":
    for line in measure(quick="quick" in sys.argv):
        print(" | ".join(line.cells()), flush=True)
