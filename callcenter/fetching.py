"""Brings messages that callers left home: fetched, sealed on our disk, then deleted at the carrier.

Each step is written down when it is done, so that one that was cut off is only done again. Nothing
is deleted before it is safely here.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from callcenter.carriers import Carrier, CommandFailed, CommandGone
from callcenter.records import diary, recordings
from callcenter.records.database import Database
from callcenter.records.recordings import FORGOTTEN, KEPT, Folder
from callcenter.rules import events

log = structlog.get_logger("fetching")

AT_ONCE = 3  # a round; each may take as long as the carrier's time-out
MADE_BY = timedelta(minutes=10)  # before that a recording that is not there may still be made


def bring_home(*, database: Database, carrier: Carrier, folder: Folder, now: datetime) -> None:
    """One round. A carrier that cannot be asked ends it; the next one goes on."""
    with database.reading() as db:
        waiting = recordings.at_the_carrier(db, now=now, limit=AT_ONCE)
    for message, here in waiting:
        try:
            if here or _kept(database, carrier, folder, message, now):
                _forgotten(database, carrier, message, now)
        except CommandFailed as error:
            log.warning("recording not fetched", error=str(error))
            return


def _kept(
    database: Database,
    carrier: Carrier,
    folder: Folder,
    message: events.MessageLeft,
    now: datetime,
) -> bool:
    """Whether we are done with its sound: it is on our disk, or there is none."""
    try:
        folder.keep(message.recording, carrier.recording(message.recording))
        result = "kept"
    except CommandGone as error:
        if now - message.at < MADE_BY:
            return False
        log.error("a message has no sound", error=str(error))
        result = "absent"
    _write(database, recordings.step(message, KEPT, result, now), now)
    return True


def _forgotten(
    database: Database, carrier: Carrier, message: events.MessageLeft, now: datetime
) -> None:
    try:
        carrier.forget(message.recording)
        result = "deleted"
    except CommandGone:
        result = "gone"
    _write(database, recordings.step(message, FORGOTTEN, result, now), now)


def _write(database: Database, event: events.Event, now: datetime) -> None:
    with database.transaction() as db:
        diary.write(db, (event,), now=now)
