"""The second loop: the clock ticks, we act. Runs the floor, sends the outbox, does the chores.

Any number of workers may run, and every host of the carrier's door has one, for its journal: one
at a time leads the floor, all of them send commands.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from callcenter import clock
from callcenter.carriers import carrier
from callcenter.chores import House, Round
from callcenter.postman import Postman
from callcenter.records import floor as floors
from callcenter.records import hearing, opening, policy
from callcenter.records.database import Database, Unavailable
from callcenter.rules.floor import step
from callcenter.settings import Settings

log = structlog.get_logger("worker")

TICK_S = 1.0
AFTER_TROUBLE_S = 2.0
ROUNDS = 20  # a floor that is not quiet after so many steps is looked at again at the next tick


@dataclass
class Worker:
    """One worker. ``tick`` does everything that is due and can be called from any loop."""

    house: House
    postman: Postman
    leading: bool = True
    round: Round = field(default_factory=Round)

    @property
    def database(self) -> Database:
        return self.house.database

    def tick(self) -> None:
        """The floor, then the outbox, until both are quiet; then the chores that are due."""
        for _ in range(ROUNDS):
            moved = self.leading and self.move()
            sent = self.postman.send_due()
            if not moved and not sent:
                break
        self.round.go(self.house, leading=self.leading)

    def move(self) -> bool:
        """One step of the floor, written in one transaction. Gives whether anything was new."""
        now = self.house.now()
        with self.database.reading() as db:  # nobody waits for us while we think
            floor, told = floors.read(db), floors.led(db, now, within_s=floors.HEARTBEAT_S)
        moves = step(floor, self.house.policy(), now).moves
        if told and not moves:
            return False
        with self.database.transaction() as db:
            floors.lead(db, now)
            return any([floors.make(db, move, now=now) for move in moves])


def make(settings: Settings, *, now: Callable[[], datetime] = clock) -> Worker:
    """A worker for these settings."""
    database = Database(settings.database.url)
    keys = opening.opened(database, settings, now(), without=False).keys
    current = policy.Current(database, settings.policy.snapshot)
    network = carrier(settings.carrier)
    house = House(settings, database, keys, network, current, now)
    postman = Postman(database, keys, network, settings.voice.public_url, current, now)
    return Worker(house, postman)


def run(settings: Settings, stop: threading.Event, *, floor: bool = True) -> None:
    """Work until ``stop``: at every hint, and each second without one. Trouble is waited out.

    Without ``floor`` it leaves the floor to other workers, and never leads.
    """
    while not stop.is_set():
        try:
            work(make(settings), stop, floor=floor)
        except Unavailable as error:
            log.error("the database does not answer", error=type(error.orig).__name__)
            stop.wait(AFTER_TROUBLE_S)
    log.info("worker stopped")


def work(worker: Worker, stop: threading.Event, *, floor: bool) -> None:
    """Tick until ``stop`` or until the database is gone: raises ``Unavailable``."""
    log.info("worker started")
    try:
        with (
            ThreadPoolExecutor(1, "aside") as worker.round.aside,
            hearing.hints(worker.database) as hints,
            worker.database.leadership() as leadership,
        ):
            while not stop.is_set():
                worker.leading = floor and leadership.held()
                worker.tick()
                hints.wait(TICK_S)
    finally:
        worker.database.close()
