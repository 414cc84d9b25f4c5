"""The second loop: the clock ticks, we act. Runs the floor, sends the outbox, settles calls.

Any number of workers may run: one at a time leads the floor, all of them send commands.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from callcenter import clock
from callcenter.carriers import carrier
from callcenter.postman import Postman
from callcenter.records import changes, policy, recaps, sealing, summaries
from callcenter.records import floor as floors
from callcenter.records.database import Database, Unavailable
from callcenter.rules.floor import step
from callcenter.rules.policy import Policy
from callcenter.settings import Settings

log = structlog.get_logger("worker")

TICK_S = 1.0
AFTER_TROUBLE_S = 2.0
ROUNDS = 20  # a floor that is not quiet after so many steps is looked at again at the next tick


@dataclass
class Worker:
    """One worker. ``tick`` does everything that is due and can be called from any loop."""

    database: Database
    postman: Postman
    policy: Callable[[], Policy]
    now: Callable[[], datetime]
    leading: bool = True

    def tick(self) -> None:
        """The floor, then the outbox, until both are quiet; then the calls that have ended."""
        for _ in range(ROUNDS):
            moved = self.leading and self.move()
            sent = self.postman.send_due()
            if not moved and not sent:
                break
        with self.database.transaction() as db:
            summaries.settle_ended(db, self.policy(), now=self.now(), limit=200)
            recaps.freeze_due(db, self.policy(), now=self.now())

    def move(self) -> bool:
        """One step of the floor, written in one transaction. Gives whether anything was new."""
        with self.database.transaction() as db:
            moves = step(floors.read(db), self.policy(), self.now()).moves
            return any([floors.make(db, move, now=self.now()) for move in moves])


def make(settings: Settings, *, now: Callable[[], datetime] = clock) -> Worker:
    """A worker for these settings."""
    database = Database(settings.database.url)
    with database.transaction() as db:
        keys = sealing.for_database(db, settings.keys.file)
        policy.ensure(db, settings, now())
    current = policy.Current(database, settings.policy.snapshot)
    postman = Postman(
        database, keys, carrier(settings.carrier), settings.voice.public_url, current, now
    )
    return Worker(database, postman, current, now)


def run(settings: Settings, stop: threading.Event, *, floor: bool = True) -> None:
    """Work until ``stop``: at every hint, and each second without one. Trouble is waited out.

    Without ``floor`` it leaves the floor to other workers, and never leads.
    """
    worker = make(settings)
    log.info("worker started")
    with changes.hints(worker.database) as hints, worker.database.leadership() as leadership:
        while not stop.is_set():
            try:
                worker.leading = floor and leadership.held()
                worker.tick()
                hints.wait(TICK_S)
            except Unavailable as error:
                log.error("the database does not answer", error=type(error).__name__)
                hints.close()
                stop.wait(AFTER_TROUBLE_S)
    worker.database.close()
    log.info("worker stopped")
