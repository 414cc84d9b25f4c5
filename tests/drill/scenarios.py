"""The drills: what is taken away, when it comes back, and what must be true then."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.drill import faults, ledger
from tests.drill.house import House, house, load
from tests.drill.ledger import Account

Fault = Callable[[], AbstractContextManager[None]]


@dataclass(frozen=True)
class Size:
    """``outage_s``: how long the database is away; ``p99_ms``: None where a machine that is busy
    with other tests says nothing about it."""

    outage_s: float = 60
    before_s: float = 5
    after_s: float = 10
    rate: float = 20
    kills: int = 50
    kill_every_s: float = 1.2
    replay_s: float = 60
    replay_kills: int = 8
    p99_ms: float | None = 500


ENDLESS_S = 3600
REPORTS = ("status",)  # refused, they are sent again; nobody is on the line
SHORT = Size(
    outage_s=3,
    before_s=1,
    after_s=1,
    rate=8,
    kills=6,
    kill_every_s=0.7,
    replay_kills=2,
    p99_ms=None,
)


@dataclass
class Ground:
    """A house on an engine, and the ways in which its database goes away."""

    house: House
    faults: dict[str, Fault]


@contextmanager
def ground(engine: str) -> Iterator[Ground]:
    """A new house; raises ``tests.postgres.Unavailable`` where there is no PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="callcenter-drill-") as name:
        folder = Path(name)
        if engine == "sqlite":
            file = folder / "callcenter.db"
            with house(folder, f"sqlite:///{file}") as made:
                yield Ground(made, {"held": lambda: faults.held(file)})
            return
        (folder / "postgres").mkdir()
        folder.chmod(0o755)
        with faults.server(folder / "postgres") as server, house(folder, server.url) as made:
            ways: dict[str, Fault] = {
                "killed": lambda: faults.killed(server),
                "frozen": lambda: faults.frozen(server),
            }
            yield Ground(made, ways)


def outage(ground: Ground, fault: str, size: Size) -> str:
    """The database goes away while calls run; a voice process is killed in the middle of it."""
    here = ground.house
    here.open()
    with load(here, rate=size.rate, seconds=size.before_s + size.outage_s + size.after_s) as calls:
        time.sleep(size.before_s)
        with ground.faults[fault]():
            time.sleep(size.outage_s / 2)
            faults.kill_voice_workers(here, 1, every_s=0)
            time.sleep(size.outage_s / 2)
        away = here.backlog()
        took_s = here.replayed(size.replay_s)
        hooks = calls.ledger()
    here.replayed(size.replay_s)  # what came while the rest was taken
    account = ledger.settle(here, hooks)
    expect(account, size)
    if not away.records:
        raise AssertionError("nothing was written to the journal: there was no outage")
    return f"{account.told()}; {away.records} records replayed in {took_s:.1f} s"


def started_without(ground: Ground, fault: str, size: Size) -> str:
    """The voice server and the worker are started while the database is away."""
    here = ground.house
    here.open()  # somebody was here before: there is a snapshot of the policy
    here.close()
    with ground.faults[fault]():
        here.open()
        with load(here, rate=size.rate, seconds=size.outage_s / 2, seed=2) as calls:
            hooks = calls.ledger()
    took_s = here.replayed(size.replay_s)
    account = ledger.settle(here, hooks)
    expect(account, size)
    return f"{account.told()}; replayed in {took_s:.1f} s"


def kills(ground: Ground, size: Size) -> str:
    """``kill -9`` of one voice process after another."""
    here = ground.house
    here.open()
    with load(here, rate=size.rate, seconds=ENDLESS_S, seed=3) as calls:
        time.sleep(0.5)
        faults.kill_voice_workers(here, size.kills, every_s=size.kill_every_s)
        calls.stop()
        hooks = calls.ledger()
    here.replayed(size.replay_s)
    account = ledger.settle(here, hooks)
    expect(account, size)
    return f"{size.kills} kills: {account.told()}"


def replay_killed(ground: Ground, fault: str, size: Size) -> str:
    """The worker is killed while it takes the journal to the diary, again and again."""
    here, kills, chance = ground.house, 0, Random(4)
    here.open()
    with ground.faults[fault](), load(here, rate=size.rate, seconds=size.outage_s, seed=4) as calls:
        hooks = calls.ledger()
    while here.backlog().records and kills < size.replay_kills:
        here.kill("worker")
        here.start("worker", "worker")
        kills += 1
        here.at_work(within_s=size.replay_s)
        time.sleep(chance.uniform(0, 0.3))
    took_s = here.replayed(size.replay_s)
    account = ledger.settle(here, hooks)
    expect(account, size)
    return f"{kills} kills of the worker: {account.told()}; then replayed in {took_s:.1f} s"


def disk_full(ground: Ground, fault: str, size: Size) -> str:
    """Neither the database nor the journal takes anything: callers are answered all the same, with
    the center's other telephone; reports are refused, so that the carrier knows."""
    here, third = ground.house, size.outage_s / 3
    here.open()
    with load(here, rate=size.rate, seconds=size.outage_s, seed=5) as calls:
        with ground.faults[fault]():
            time.sleep(third)
            with faults.full_disk(here):
                faults.kill_voice_workers(here, 1, every_s=0)
                time.sleep(third)
            time.sleep(third)
        hooks = calls.ledger()
    here.replayed(size.replay_s)
    account = ledger.settle(here, hooks)
    refused = [one for one in account.not_answered if one.startswith(REPORTS)]
    apologies, told = account.apologies, account.told()
    if not apologies or not refused:
        raise AssertionError(f"the disk was never full: {told}")
    account.apologies = []
    account.not_answered = [one for one in account.not_answered if one not in refused]
    expect(account, size)
    return told


def expect(account: Account, size: Size) -> None:
    """Nothing lost, nothing twice, everybody answered. Raises ``AssertionError``."""
    wrong = account.faults()
    if size.p99_ms is not None and account.p99_ms >= size.p99_ms:
        wrong.append(f"p99 {account.p99_ms:.0f} ms, not under {size.p99_ms:.0f}")
    if wrong:
        raise AssertionError("\n  ".join((account.told(), *wrong)))
