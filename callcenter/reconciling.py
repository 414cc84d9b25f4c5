"""Asks the carrier what became of calls of which we have heard nothing for long, and writes down
the endings that never reached us: a call that ended unheard would stand on the board for ever."""

from __future__ import annotations

from datetime import datetime

import structlog

from callcenter.carriers import Carrier, CommandFailed, CommandGone
from callcenter.records import diary, live, unheard
from callcenter.records.database import Database
from callcenter.records.unheard import Unheard

log = structlog.get_logger("reconciling")

EVERY_S = 60
AT_ONCE = 10  # a round; each may take as long as the carrier's time-out


def reconcile(*, database: Database, carrier: Carrier, now: datetime) -> None:
    """One round. A carrier that cannot be asked ends it: those left out are asked about again."""
    with database.reading() as db:
        due = unheard.due(db, now=now)
    for missing in due[:AT_ONCE]:
        try:
            _ask(database, carrier, missing, now)
        except CommandFailed as error:
            log.warning("not reconciled", error=str(error), left=len(due))
            return


def _ask(database: Database, carrier: Carrier, missing: Unheard, now: datetime) -> None:
    """Write down the ending, if there is one. A late report of it changes nothing any more."""
    try:
        told = carrier.call(missing.sid)
    except CommandGone:  # the carrier has forgotten it; so shall we: see [queue] stale_s
        return
    if told.status in live.TERMINAL:
        ended = missing.ended(told.status, told.ended_at or now)
        with database.transaction() as db:
            diary.write(db, (ended,), now=now)
        log.info("an ending was missing", call=missing.sid, status=told.status)
