"""A whole world in one process, on a virtual clock: the network, both doors, and the worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

import callcenter
from callcenter import worker as worker_room
from callcenter.addresses import Addresses
from callcenter.carriers.twilio.inside import WsgiHttp
from callcenter.records import diary, floor, passwords, users
from callcenter.rules import events
from callcenter.settings import Settings
from callcenter.simulator.calls import Phone
from callcenter.simulator.clock import VirtualClock
from callcenter.simulator.config import LineConfig, NetworkConfig, PhoneConfig
from callcenter.simulator.network import Network
from callcenter.simulator.serve import create_app as network_app
from callcenter.simulator.transport import WsgiTransport
from callcenter.web.house import House

LINE_1, LINE_2 = "+62318293097", "+62318280254"
CALLER = "+6281234567890"
TICK_S = 0.25
PASSWORD = "kata sandi yang panjang"
CHEAP = passwords.Cost(1, 8)


@dataclass
class World:
    """Callers dial through ``network``; ``run`` lets time pass for everybody."""

    settings: Settings
    start: datetime
    phones: dict[str, str] = field(default_factory=dict)  # agent's name -> number
    step: bool = True
    doors: tuple[str, ...] = ("voice", "people")

    def __post_init__(self) -> None:
        voice = self.settings.voice.public_url
        lines = tuple(
            LineConfig(
                n, f"{voice}/voice/incoming", f"{voice}/voice/fallback", f"{voice}/voice/status"
            )
            for n in (LINE_1, LINE_2)
        )
        self.clock = VirtualClock(self.start)
        self.app = callcenter.create_app(self.settings, self.doors, self.clock.now)
        self.house: House = self.app.extensions["callcenter"]
        config = NetworkConfig(
            self.settings.carrier.account_sid,
            self.settings.carrier.auth_token,
            lines,
            tuple(PhoneConfig(n, name) for name, n in self.phones.items()),
            seed=7,
        )
        self.network = Network(config, self.clock, WsgiTransport(self.app))
        self.worker = worker_room.make(self.settings, now=self.clock.now)
        rest = WsgiHttp(network_app(self.network))
        self.worker.postman.carrier.use(rest)  # type: ignore[attr-defined]
        self.worker.leading = self.step
        self.agents: dict[str, str] = {}

    @property
    def addresses(self) -> Addresses:
        return self.app.extensions["callcenter.addresses"]

    def agent(self, name: str, center: str, number: str, *, available: bool = True) -> str:
        """An agent with an own telephone, at the desk."""
        self.network.phones.setdefault(number, _phone(number, name))
        with self.house.database.transaction() as db:
            self.agents[name] = users.add(
                db,
                self.house.keys,
                self.house.policy(),
                username=name,
                full_name=name.title(),
                role="agent",
                center=center,
                phone=number,
                password=PASSWORD,
                cost=CHEAP,
                now=self.clock.now(),
            )
        if available:
            self.choose(name, "available", center)
        return self.agents[name]

    def choose(self, name: str, state: str, center: str = "CC1") -> None:
        chosen = events.StateChosen(
            subject=events.agent(self.agents[name]),
            thread="presence",
            turn=self.clock.now().isoformat(),
            at=self.clock.now(),
            state=state,
            center=center,
        )
        self.write(chosen)

    def write(self, *happened: events.Event) -> tuple[events.Event, ...]:
        with self.house.database.transaction() as db:
            return diary.write(db, happened, now=self.clock.now())

    def run(self, seconds: float, *, hearts: bool = True) -> None:
        """Let time pass: the network, the desks' heartbeats and the worker, in turn."""
        for _ in range(round(seconds / TICK_S)):
            self.clock.run_for(TICK_S)
            if hearts:
                self.beat()
            self.worker.tick()

    def beat(self) -> None:
        with self.house.database.transaction() as db:
            for agent in self.agents.values():
                floor.heard(db, agent, self.clock.now())

    def rows(self, table: type) -> list[Any]:
        with self.house.database.reading() as db:
            return list(db.execute(select(table.__table__)))

    def log(self, kind: str) -> list[dict[str, Any]]:
        return [entry for entry in self.network.log if entry["kind"] == kind]


def _phone(number: str, name: str) -> Any:
    return Phone(number, name)
