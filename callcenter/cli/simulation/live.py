"""A shift against the servers that run on this machine: the network of the people in it takes the
place of the simulated one, and what the product counted meanwhile is compared with what happened.

Only counts are compared: the people live faster than the product's clock.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from callcenter.cli import Refused, network, opening
from callcenter.cli.simulation.house import staff
from callcenter.settings import Settings
from callcenter.simulator.clock import Clock
from callcenter.simulator.config import NetworkConfig
from callcenter.simulator.serve import PortTaken, Server
from callcenter.simulator.shift import Faults, Hurry, Outside, Pages, Plan, Shift, Staff
from callcenter.simulator.shift.counts import COUNTS, Counts, counted
from callcenter.simulator.transport import Transport

SETTLES_S = 60.0  # by then the product has added up the last call
LOOKS_EVERY_S = 1.0


def refuse_others_carrier(settings: Settings) -> None:
    """Raises ``Refused`` unless the servers take their carrier where this network will stand."""
    if settings.carrier.api_base != f"http://{settings.network.bind}":
        raise Refused(
            f"{settings.origin}: [carrier] api_base is {settings.carrier.api_base}, which is no "
            f"simulated network. Set it to http://{settings.network.bind}, start `serve` and "
            "`worker`, and leave `network` out: this shift takes its place."
        )


def play(
    settings: Settings,
    plan: Plan,
    agents: int,
    faults: Faults,
    speed: float,
    now: Callable[[], Any],
) -> Counts:
    """Live through one shift. Raises ``Refused`` where the network cannot stand."""
    config = replace(network.config(settings), phones=(), speed=max(1.0, speed))
    with _house(settings) as house, _standing(config, plan, faults) as server:
        people = _hired(house, agents, now())
        before = _said(house, now())
        outside: Any = server.network
        hurry = Hurry(server.clock, plan.opens, speed)
        shift = Shift(plan, outside, hurry, Pages(settings.web.public_url))
        server.clock.ask(lambda: shift.staff(people, settings.web.public_url))
        try:
            shift.watch(server.clock, time.sleep)
            return _settled(house, outside, before, now)
        finally:
            _dismissed(house, people, now())


@contextmanager
def _house(settings: Settings) -> Iterator[Any]:
    from callcenter.records import policy, sealing

    with opening.database(settings) as database:
        with database.transaction() as db:
            keys = sealing.for_database(db, settings.keys.file)
            ruling = policy.newest(db)
        if ruling is None:
            raise Refused(
                "There is no policy yet. Start the servers once: python -m callcenter serve"
            )
        yield SimpleNamespace(database=database, keys=keys, policy=lambda: ruling)


@contextmanager
def _standing(config: NetworkConfig, plan: Plan, faults: Faults) -> Iterator[Server]:
    """The network, at the address where the product's commands go."""

    def outside(config: NetworkConfig, clock: Clock, transport: Transport) -> Outside:
        return Outside(config, clock, transport, faults, plan.chance("faults"))

    try:
        server = Server(config, outside).start()
    except PortTaken as taken:
        raise Refused(f"{taken}; `network` must not run beside this shift") from taken
    try:
        yield server
    finally:
        server.stop()


def _hired(house: Any, agents: int, now: Any) -> list[Staff]:
    """Accounts that nobody else can use, for this shift only."""
    prefix, password = f"shift.{secrets.token_hex(3)}", secrets.token_urlsafe(16)
    return staff(house, agents, now, prefix=prefix, password=password)


def _dismissed(house: Any, people: list[Staff], now: Any) -> None:
    from callcenter.records import users

    with house.database.transaction() as db:
        for one in people:
            if user := users.by_name(db, one.name):
                users.disable(db, user.id, now=now)


def _settled(
    house: Any, outside: Outside, before: Mapping[str, Any], now: Callable[[], Any]
) -> Counts:
    """What was seen and what is said: as soon as they agree, or when waiting longer is no use."""
    ends = time.monotonic() + SETTLES_S
    while True:
        told = counted(outside.truth, before, _said(house, now()))
        if not told.differences or time.monotonic() > ends:
            return told
        time.sleep(LOOKS_EVERY_S)


def _said(house: Any, now: Any) -> Mapping[str, Any]:
    """The product's own figures of today."""
    from callcenter.records import stats
    from callcenter.rules import wib

    with house.database.reading() as db:
        document = stats.day_figures(db, house.policy(), wib.day_of(now), now=now)
    total: Mapping[str, Any] = document["total"]
    return {key: total[key] for key in COUNTS}
