"""SQLite under sixteen writers in four processes: an open loop, so that a slow write delays the
ones after it, and each is counted from the moment at which it was due.

Every writer puts small events into the diary by the product's own way, at moments drawn beforehand
(exponential pauses), whatever became of the one before.
"""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from multiprocessing.pool import Pool
from random import Random
from statistics import quantiles

from sqlalchemy import func, select

from callcenter.records import diary
from callcenter.records.database import Database
from callcenter.records.tables import EventRow
from callcenter.rules import events
from tests.bench.ground import fresh
from tests.bench.table import Line, limited

PROCESSES, THREADS = 4, 4
RATES = (200, 1000)  # writes a second, all writers together
P99_MS, MAX_MS = 5.0, 50.0
SETTLE_S = 1.0  # until all processes stand at the start


def measure(*, quick: bool) -> Iterator[Line]:
    seconds = 3 if quick else 20
    for rate in RATES:
        with fresh("sqlite") as ground:
            url = ground.settings.database.url
            late_ms = offered(url, rate, seconds)
            if (kept := count(url)) != (written := len(late_ms) + PROCESSES * THREADS):
                raise AssertionError(f"{kept} events in the diary of {written} written")
        name = f"SQLite, 16 writers, {rate:,} writes a second offered"
        done = f"{len(late_ms):,} writes in {seconds} s"
        p50, p99 = percentile(late_ms, 50), percentile(late_ms, 99)
        yield limited(f"{name}: p50", p50, "ms", yardstick=done)
        yield limited(f"{name}: p99", p99, "ms", at_most=P99_MS)
        yield limited(f"{name}: max", max(late_ms), "ms", at_most=MAX_MS)


def offered(url: str, rate: float, seconds: float) -> list[float]:
    """Milliseconds from when each write was due to when it was on the disk."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(PROCESSES) as pool:
        pool.starmap(count, [(url,)] * PROCESSES * 2)  # everything is loaded
        begin = time.monotonic() + SETTLE_S
        each = rate / PROCESSES / THREADS
        jobs = [(url, number, begin, each, seconds) for number in range(PROCESSES)]
        return [ms for late in _each_in_its_own(pool, jobs) for ms in late]


def _each_in_its_own(pool: Pool, jobs: list[tuple[object, ...]]) -> list[list[float]]:
    return pool.starmap(process, jobs, chunksize=1)


def process(url: str, number: int, begin: float, rate: float, seconds: float) -> list[float]:
    """The writers of one process."""
    database = Database(url)
    late: list[list[float]] = [[] for _ in range(THREADS)]
    threads = [
        threading.Thread(
            target=writer,
            args=(database, f"{number}-{thread}", begin, rate, seconds, late[thread]),
        )
        for thread in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    return [ms for some in late for ms in some]


def writer(
    database: Database, name: str, begin: float, rate: float, seconds: float, late: list[float]
) -> None:
    """Write at every moment of the plan, or as soon after it as can be; once before it, so that
    nothing is opened or compiled on the way."""
    put(database, name, -1)
    for turn, after_s in enumerate(plan(name, rate, seconds)):
        pause = begin + after_s - time.monotonic()
        if pause > 0:
            time.sleep(pause)
        put(database, name, turn)
        late.append((time.monotonic() - begin - after_s) * 1000)


def put(database: Database, name: str, turn: int) -> None:
    event = reported(name, turn)
    written = diary.prepared(database.engine.dialect, (event,), now=event.at)
    with database.transaction() as db:
        written(db)


def plan(name: str, rate: float, seconds: float) -> Iterator[float]:
    """The moments, in seconds from the beginning, the same in every run."""
    chance, at = Random(name), 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        yield at


def reported(name: str, turn: int) -> events.Event:
    """A small event of a call of its own."""
    return events.CallReported(
        subject=events.call(f"CA{name}-{turn}"),
        thread="status",
        turn="completed",
        at=datetime.now(UTC),
        status="completed",
    )


def count(url: str) -> int:
    database = Database(url)
    with database.reading() as db:
        kept = db.execute(select(func.count()).select_from(EventRow.__table__)).scalar_one()
    database.close()
    return kept


def percentile(values: list[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1]
