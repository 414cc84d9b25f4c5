"""What is done beside the calls: the journal's replay, summaries, the recap, what falls due by day.

A chore is one line in :data:`CHORES`. One that fails is told of and tried again when it is due
again; it never keeps a caller from an agent.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from secrets import randbelow

import structlog

from callcenter import fetching, receipting, reconciling, taking_up
from callcenter.carriers import Carrier
from callcenter.records import (
    alarms,
    audit,
    callbacks,
    keeping,
    lookups,
    pace,
    recaps,
    rollups,
    sessions,
    summaries,
    tries,
)
from callcenter.records.database import Database, Unavailable
from callcenter.records.journal import Replay
from callcenter.records.recordings import Folder
from callcenter.records.sealing import Keys
from callcenter.rules.policy import Policy
from callcenter.rules.tickets import DRAWS
from callcenter.settings import Settings

log = structlog.get_logger("chores")


@dataclass(frozen=True)
class House:
    """What a chore may use; ``policy()`` and ``now()`` are asked anew each time."""

    settings: Settings
    database: Database
    keys: Keys
    carrier: Carrier
    policy: Callable[[], Policy]
    now: Callable[[], datetime]


def replay(house: House, journals: dict[str, Replay]) -> None:
    """Take what was written down without a database to the diary."""
    directory = house.settings.journal.directory
    journal = journals.setdefault(str(directory), Replay(directory))
    if taken := journal.run(partial(keeping.take, house.database)):
        log.info("journal taken to the diary", records=taken)


def settle(house: House) -> None:
    """Fold the calls that have ended."""
    with house.database.transaction() as db:
        summaries.settle_ended(db, house.policy(), now=house.now(), limit=200)


def call_back(house: House) -> None:
    """Put requests for a call back on tickets."""
    with house.database.reading() as db:
        if not callbacks.pending(db, limit=1):
            return
    with house.database.transaction() as db:
        callbacks.take_up(db, house.keys, draw=lambda: randbelow(DRAWS), now=house.now())


def receipts(house: House) -> None:
    """Send an SMS with the number of each ticket that was just recorded, where policy says so."""
    receipting.send(
        database=house.database,
        keys=house.keys,
        carrier=house.carrier,
        public_url=house.settings.voice.public_url,
        policy=house.policy(),
        now=house.now(),
    )


def recordings(house: House) -> None:
    """Bring the messages that callers left home from the carrier."""
    folder = Folder(house.settings.recordings.directory, house.keys)
    fetching.bring_home(
        database=house.database, carrier=house.carrier, folder=folder, now=house.now()
    )


def reconcile(house: House) -> None:
    """Ask the carrier about calls of which nothing was heard for long."""
    reconciling.reconcile(database=house.database, carrier=house.carrier, now=house.now())


def measure(house: House) -> None:
    """Note how fast the line moves, for those who wait in it."""
    with house.database.reading() as db:
        measured = pace.measure(db, house.policy().queue, house.now())
    with house.database.transaction() as db:
        pace.note(db, measured, house.now())


def seal(house: House) -> None:
    """Add what was written to the access log to its chain."""
    audit.seal(house.database, house.keys, now=house.now())


def freeze(house: House) -> None:
    """Freeze the recap when its time has come, and again when something came late."""
    recaps.freeze_due(house.database, house.policy(), now=house.now())


def stand_in(house: House) -> None:
    """Take up the calls that only the stand-in met."""
    taking_up.take_up(
        house.settings.journal.directory,
        database=house.database,
        keys=house.keys,
        carrier=house.carrier,
        policy=house.policy,
        now=house.now,
    )


def purge(house: House) -> None:
    """Take away sessions, tries, looks and alarms that no longer count."""
    with house.database.transaction() as db:
        for known in (sessions, tries, lookups, alarms):
            known.purge(db, now=house.now())


@dataclass(frozen=True)
class Chore:
    """``every_s``: how often at most. ``everywhere``: on every host, not only where the floor is
    led. ``asks_carrier``: it may take seconds, so it is done aside."""

    do: Callable[[House], object]
    every_s: float = 0
    everywhere: bool = False
    asks_carrier: bool = False


CHORES = (
    Chore(settle, every_s=1, everywhere=True),
    Chore(call_back, every_s=1),
    Chore(measure, every_s=pace.EVERY_S),
    Chore(receipts, every_s=10, asks_carrier=True),
    Chore(recordings, every_s=15, asks_carrier=True),
    Chore(reconcile, every_s=reconciling.EVERY_S, asks_carrier=True),
    Chore(seal, every_s=1),
    Chore(freeze, every_s=1),
    Chore(purge, every_s=3600),
    Chore(stand_in, every_s=taking_up.EVERY_S, everywhere=True, asks_carrier=True),
)


@dataclass
class Round:
    """Which chore was done when, by this worker. ``aside``: where those are done that ask the
    carrier, one after the other; without it they are done at once."""

    aside: Executor | None = None
    done_at: dict[int, datetime] = field(default_factory=dict)
    journals: dict[str, Replay] = field(default_factory=dict)
    rolling: rollups.Rolling = field(default_factory=rollups.Rolling)
    under_way: dict[int, Future[None]] = field(default_factory=dict)

    def go(self, house: House, *, leading: bool) -> None:
        """Do what is due. Raises ``Unavailable`` when there is no database to do it in."""
        self._do("replay", partial(replay, house, self.journals))
        for number, chore in enumerate(CHORES):
            if (leading or chore.everywhere) and self._due(number, chore, house.now()):
                self.done_at[number] = house.now()
                if chore.asks_carrier and self.aside:
                    self.under_way[number] = self.aside.submit(self._do_aside, chore, house)
                else:
                    self._do(chore.do.__name__, partial(chore.do, house))
        if leading:
            self._do("roll_up", partial(self._roll_up, house))

    def _roll_up(self, house: House) -> None:
        """Go on adding up the days that are over and changed."""
        self.rolling.go_on(house.database, house.policy(), now=house.now())

    def _due(self, number: int, chore: Chore, now: datetime) -> bool:
        if number in self.under_way and not self.under_way[number].done():
            return False
        done_at = self.done_at.get(number)
        return done_at is None or now >= done_at + timedelta(seconds=chore.every_s)

    def _do_aside(self, chore: Chore, house: House) -> None:
        """The floor finds out by itself that there is no database."""
        with suppress(Unavailable):
            self._do(chore.do.__name__, partial(chore.do, house))

    def _do(self, name: str, chore: Callable[[], object]) -> None:
        try:
            chore()
        except Unavailable:
            raise
        except Exception as error:  # one chore that breaks must not stop the floor
            log.error("chore broke", chore=name, error=type(error).__name__, exc_info=error)
