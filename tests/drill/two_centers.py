"""Two centers at work, and one of them loses its power: all of its desks fall silent, and the
server of their pages is killed, in the middle of a crowd of live calls."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from sqlalchemy import select

from callcenter import clock
from callcenter.cli import network as network_room
from callcenter.cli.simulation.house import staff
from callcenter.records import policy as policies
from callcenter.records import stats
from callcenter.records.database import Database
from callcenter.records.tables import CallRow, OfferRow
from callcenter.rules import wib
from callcenter.rules.policy import Policy
from callcenter.simulator.clock import Clock
from callcenter.simulator.config import NetworkConfig
from callcenter.simulator.serve import Server
from callcenter.simulator.shift import Faults, Hurry, Outside, Pages, Plan, Shift, Staff
from callcenter.simulator.shift.counts import COUNTS, Counts, counted
from callcenter.simulator.transport import Transport
from tests.drill.house import READY_S, House
from tests.drill.scenarios import Ground, Size
from tests.postgres import free_port

LOST, KEPT = "CC1", "CC2"
OFFERED_WITHIN_S = 30.0
OVERFLOW_S = 3600  # nobody goes to the other center but from a dark one
SETTLES_S = 60.0
PATIENT_S = 1e7  # nobody gives up while waiting


@dataclass(frozen=True)
class Crowd:
    """``callers`` dial within ``arrive_s``; all live ``speed`` times as fast as the clock."""

    callers: int = 200
    agents: int = 24
    arrive_s: float = 20
    speed: float = 8


SMALL = Crowd(callers=16, agents=6, arrive_s=40, speed=20)


@dataclass
class Stage:
    """The house with a server of pages for each center, and the network with its people."""

    house: House
    shift: Shift
    server: Server
    database: Database
    policy: Policy
    people: Sequence[Staff]  # of the centers in turn

    @property
    def network(self) -> Any:
        return self.server.network

    def said(self) -> dict[str, Any]:
        now = clock()
        with self.database.reading() as db:
            total = stats.day_figures(db, self.policy, wib.day_of(now), now=now)["total"]
        return {key: total[key] for key in COUNTS}


@dataclass
class Loss:
    """Watches the crowd, and kills the pages of one center when everybody has called."""

    stage: Stage
    callers: int
    desks: Sequence[str]  # those of the lost center, by the agents' numbers
    live: int = 0
    at: datetime | None = None

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)
        if self.at is None and self.stage.server.clock.ask(self._all_stand):
            self.live = self.stage.server.clock.ask(lambda: len(self.stage.network.live))
            self.stage.house.kill(f"people {LOST}")
            self.at = clock()
            for name in self.desks:
                self.stage.shift.agents[name].gone = True

    def _all_stand(self) -> bool:
        """Everybody has called, and is through the menu."""
        attempts = self.stage.network.truth.attempts.values()
        through = [one for one in attempts if one.stays or one.ended_at]
        return len(through) >= self.callers


def dark(ground: Ground, size: Size) -> str:
    """Its waiting callers are offered at the other within 30 s, in order; nobody is lost."""
    crowd = SMALL if size.p99_ms is None else Crowd()
    with _stage(ground.house, crowd) as stage:
        lost = [one.number for one in stage.people[::2]]
        before, loss = stage.said(), Loss(stage, crowd.callers, lost)
        stage.shift.watch(stage.server.clock, loss.pause)
        told = _settled(stage, before)
        if loss.at is None:
            raise AssertionError("the shift was over before everybody had called")
        first_s = _in_order(stage.database, loss.at)
    if size.p99_ms is not None and first_s > OFFERED_WITHIN_S:  # a busy machine says nothing
        raise AssertionError(f"the first was offered at {KEPT} after {first_s:.1f} s")
    if told.differences:
        raise AssertionError("\n  ".join(told.differences))
    seen = {name: count for name, count, _ in told.rows}
    return (
        f"{loss.live} calls and legs when {LOST} lost its desks; its callers at {KEPT} in order, "
        f"the first after {first_s:.1f} s; of {seen['inbound']} calls {seen['answered']} answered, "
        f"{seen['abandoned']} given up, none lost, none twice"
    )


def _in_order(database: Database, lost_at: datetime) -> float:
    """Callers of the lost center who had been offered to nobody are offered at the other in the
    order in which they came; seconds until the first. Raises ``AssertionError``."""
    call, offer = CallRow.__table__, OfferRow.__table__
    with database.reading() as db:
        rows = db.execute(
            select(call.c.id, call.c.queued_at, offer.c.offered_at, offer.c.center)
            .join(offer, offer.c.call_id == call.c.id)
            .where(call.c.center == LOST)
            .order_by(offer.c.offered_at, call.c.queued_at)
        ).all()
    first: dict[str, Any] = {}
    for row in rows:
        first.setdefault(row.id, row)
    elsewhere = [it for it in first.values() if it.offered_at > lost_at and it.center == KEPT]
    if not elsewhere:
        raise AssertionError(f"no caller of {LOST} was offered at {KEPT}")
    if [it.queued_at for it in elsewhere] != sorted(it.queued_at for it in elsewhere):
        raise AssertionError(f"offered at {KEPT} out of order")
    return float((elsewhere[0].offered_at - lost_at).total_seconds())


def _settled(stage: Stage, before: dict[str, Any]) -> Counts:
    """What was seen and what is said, once the last call is added up."""
    ends = time.monotonic() + SETTLES_S
    told = counted(stage.network.truth, before, stage.said())
    while told.differences and time.monotonic() < ends:
        time.sleep(1)
        told = counted(stage.network.truth, before, stage.said())
    return told


@contextmanager
def _stage(house: House, crowd: Crowd) -> Iterator[Stage]:
    ports = {code: free_port() for code in (LOST, KEPT)}
    with house.reading() as database:
        policy = _far_apart(database, house)
        house.open(workers=1)
        for code, port in ports.items():
            words = ("serve", "people", "--workers=1")
            house.start(f"people {code}", *words, WEB_PORT=str(port))
        for port in ports.values():
            _answers(port)
        opens = clock() + timedelta(seconds=5)
        closes = opens + timedelta(seconds=crowd.arrive_s)
        plan = Plan(7, crowd.callers, opens, closes, PATIENT_S, breaks=0)
        with _standing(house, plan) as server:
            hurry = Hurry(server.clock, opens - timedelta(seconds=60), crowd.speed)
            shift = Shift(plan, server.network, hurry, Pages(""))  # type: ignore[arg-type]
            people = _people(house, database, policy, crowd.agents)
            for place, port in enumerate(ports.values()):
                own = partial(shift.staff, people[place::2], _at(port), Pages(_at(port)))
                server.clock.ask(own)
            yield Stage(house, shift, server, database, policy, people)


def _far_apart(database: Database, house: House) -> Policy:
    """The policy, with centers that leave each other's callers alone while both are well."""
    with database.transaction() as db:
        policy = policies.ensure(db, house.settings, clock())
        queue = replace(policy.queue, overflow_s=OVERFLOW_S)
        changed = replace(policy, queue=queue)
        return policies.add(db, changed, by="drill", why="drill", now=clock())


def _people(house: House, database: Database, policy: Policy, agents: int) -> list[Staff]:
    own = SimpleNamespace(database=database, keys=house.keys, policy=lambda: policy)
    return staff(own, agents, clock())


@contextmanager
def _standing(house: House, plan: Plan) -> Iterator[Server]:
    def outside(config: NetworkConfig, clock: Clock, transport: Transport) -> Outside:
        return Outside(config, clock, transport, Faults(), plan.chance("faults"))

    config = replace(network_room.config(house.settings), phones=(), speed=10.0)
    server = Server(config, outside).start()
    try:
        yield server
    finally:
        server.stop()


def _answers(port: int) -> None:
    """Wait until the pages there are served. Raises ``AssertionError``."""
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        with suppress(URLError, OSError), urlopen(f"{_at(port)}/health/live", timeout=2):
            return
        time.sleep(0.1)
    raise AssertionError(f"no pages at {port}")


def _at(port: int) -> str:
    return f"http://127.0.0.1:{port}"
