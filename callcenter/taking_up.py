"""Taking up the calls that only the stand-in met: the worker asks the carrier who called and when
it ended, and writes the same events as for any other call."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import monotonic

import structlog

from callcenter.carriers import Carrier, CommandFailed, CommandGone
from callcenter.records import fallbacks
from callcenter.records.database import Database
from callcenter.records.fallbacks import Met, Told
from callcenter.records.sealing import Keys
from callcenter.rules.policy import Policy

log = structlog.get_logger("fallback")

EVERY_S = 10
AT_ONCE_S = 1.0  # the floor waits meanwhile


def take_up(
    directory: Path,
    *,
    database: Database,
    keys: Keys,
    carrier: Carrier,
    policy: Callable[[], Policy],
    now: Callable[[], datetime],
) -> int:
    """Take up what stands in ``directory``, as far as a second goes; gives how many calls are done
    with. A carrier that cannot be asked is asked again the next time, and so is one about a call
    that has not ended."""
    over, done = monotonic() + AT_ONCE_S, set[str]()
    waiting = fallbacks.waiting(directory)
    for met in random.sample(waiting, len(waiting)):  # long calls must not stand before others
        if monotonic() > over:
            break
        with database.reading() as db:
            settled = met.left_at is None and fallbacks.known(db, met.call)
        if not settled:
            try:
                told = ask(carrier, met)
            except CommandFailed as error:
                log.warning("the carrier cannot be asked for a call", error=str(error))
                break
            settled = keep(directory, database, keys, policy(), met, told, now())
        if settled:
            done.add(met.call)
    if done:
        fallbacks.forget(directory, done)
        log.info("calls of the stand-in taken up", count=len(done))
    return len(done)


def ask(carrier: Carrier, met: Met) -> Told | None:
    """What the carrier knows of the call; None when it knows nothing (any more)."""
    try:
        told = carrier.call(met.call)
    except CommandGone:
        return None
    return Told(told.caller, told.dialled, told.status, told.ended_at)


def keep(
    directory: Path,
    database: Database,
    keys: Keys,
    policy: Policy,
    met: Met,
    told: Told | None,
    now: datetime,
) -> bool:
    """Write it down; gives whether that was the last of it."""
    with database.transaction() as db:
        ours = fallbacks.keep(db, keys, policy, met, told or Told(), now=now)
    if not ours:
        fallbacks.put_aside(directory, met, "no center has its line")
        log.error("a call of the stand-in has no line of ours", call=met.call)
    return told is None or told.over or not ours
