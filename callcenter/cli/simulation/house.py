"""The whole product beside a simulated network, in one process and on one virtual clock: both
doors, the worker, and agents with accounts. No address is opened; everything goes over WSGI."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from callcenter.settings import Settings
from callcenter.simulator.clock import VirtualClock
from callcenter.simulator.config import LineConfig, NetworkConfig
from callcenter.simulator.serve import create_app as network_app
from callcenter.simulator.shift import (
    FailingRest,
    Faults,
    Outside,
    Plan,
    Report,
    Shift,
    Staff,
    report,
)
from callcenter.simulator.transport import Reply, Request, WsgiTransport

PASSWORD = "satu kalimat yang panjang sekali"  # noqa: S105  of people who live for one run
EARLY = timedelta(minutes=2)  # the house is open before the lines are


@dataclass
class Told:
    """A transport or application that says whenever the product was reached."""

    inner: Any
    touch: Callable[[], None] = lambda: None

    def send(self, request: Request, *, connect_s: float, read_s: float) -> Reply:
        self.touch()
        return self.inner.send(request, connect_s=connect_s, read_s=read_s)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "POST":
            self.touch()
        return self.inner(environ, start)


def play(settings: Settings, plan: Plan, agents: int, faults: Faults) -> Report:
    """Live through one shift, and compare what happened with what the product says."""
    import callcenter
    from callcenter import worker as worker_room

    random.seed(plan.seed)  # the pauses before a command is tried again
    clock = VirtualClock(plan.opens - EARLY)
    app = callcenter.create_app(settings, ("voice", "people"), clock.now)
    worker = worker_room.make(settings, now=clock.now)
    voice, pages = Told(WsgiTransport(app)), Told(app)
    network = Outside(_network(settings, plan), clock, voice, faults, plan.chance("faults"))
    worker.postman.carrier.use(_rest(network, faults, plan.chance("rest")))  # type: ignore[attr-defined]
    shift = Shift(plan, network, clock, pages, worker.tick)
    voice.touch = pages.touch = shift.touch
    people = staff(app.extensions["callcenter"], agents, clock.now())
    shift.staff(people, settings.web.public_url)
    try:
        shift.run(clock)
        return report(network.truth, _figures(app, plan), _centers(settings))
    finally:
        app.extensions["callcenter"].database.close()
        worker.database.close()


def _rest(network: Outside, faults: Faults, chance: Random) -> Any:
    from callcenter.carriers.twilio.inside import WsgiHttp

    return WsgiHttp(FailingRest(network_app(network), faults.fail_rest, chance))


def _network(settings: Settings, plan: Plan) -> NetworkConfig:
    voice = settings.voice.public_url
    addresses = [f"{voice}/voice/{door}" for door in ("incoming", "fallback", "status")]
    lines = tuple(LineConfig(line, *addresses) for line in _centers(settings))
    account = settings.carrier
    return NetworkConfig(account.account_sid, account.auth_token, lines, seed=plan.seed)


def _centers(settings: Settings) -> Mapping[str, str]:
    """The center's code by line."""
    return {line: center.code for center in settings.centers for line in center.lines}


def staff(
    house: Any, agents: int, now: datetime, *, prefix: str = "petugas", password: str = PASSWORD
) -> list[Staff]:
    """Accounts for so many agents, of the centers in turn. ``house``: its database, keys and
    policy."""
    from callcenter.records import passwords, users

    codes = sorted(center.code for center in house.policy().centers)
    numbers = (f"+628119{n:06d}" for n in range(agents))
    people = [Staff(f"{prefix}.{n:03d}", password, number) for n, number in enumerate(numbers)]
    with house.database.transaction() as db:
        for place, one in enumerate(people):
            users.add(
                db,
                house.keys,
                house.policy(),
                username=one.name,
                role="agent",
                center=codes[place % len(codes)],
                phone=one.number,
                password=one.password,
                cost=passwords.Cost(1, 8),
                now=now,
            )
    return people


def _figures(app: Any, plan: Plan) -> dict[str, Any]:
    """The product's own figures of the day, as ``stats --json`` prints them."""
    from callcenter.records import stats
    from callcenter.rules import wib

    house = app.extensions["callcenter"]
    with house.database.reading() as db:
        return stats.day_figures(db, house.policy(), wib.day_of(plan.opens), now=house.now())
