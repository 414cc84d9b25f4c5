"""Sends each caller one SMS with the number of a ticket that was just recorded.

That it is being sent is written down first, so it is never begun twice; after a request without
an answer the carrier is asked whether it has the message before it is sent again.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from callcenter.addresses import Addresses
from callcenter.carriers import Carrier, CommandFailed, CommandGone
from callcenter.records import diary, receipts
from callcenter.records.database import Database
from callcenter.records.receipts import Receipt
from callcenter.records.sealing import Keys
from callcenter.rules import events
from callcenter.rules import receipts as rules
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.policy import Policy

log = structlog.get_logger("receipting")

AT_ONCE = 5  # a round; each may take as long as the carrier's time-out


def send(
    *,
    database: Database,
    keys: Keys,
    carrier: Carrier,
    public_url: str,
    policy: Policy,
    now: datetime,
) -> None:
    """Send what is due. A carrier that cannot be asked ends the round; the next one goes on."""
    if not policy.receipts_from:
        return
    with database.reading() as db:
        due = receipts.due(db, keys, policy, now=now, limit=AT_ONCE)
    for it in due:
        if not _begin(database, it, now):
            continue
        body = rules.words(it.number, it.on, it.line, language=it.language, policy=policy)
        place = Dialogue(it.call, ticket=it.ticket)
        url = Addresses(keys, public_url).of("text_status", place, "")
        try:
            sent = carrier.texts_to(it.to, body) if it.begun else ()
            message = next(iter(sent), "") or carrier.text(
                to=it.to, shown=policy.receipts_from, body=body, status_url=url
            )
            _report(database, it, message, "queued", now)
        except CommandGone as error:
            log.info("text refused", code=error.code)
            _report(database, it, "", "refused", now)
        except CommandFailed as error:
            log.warning("text not taken", error=str(error))
            return


def _begin(database: Database, it: Receipt, now: datetime) -> bool:
    """Whether this one is ours to send: of two workers only one begins it."""
    if it.begun:
        return True
    begun = events.ReceiptBegun(
        subject=events.ticket(it.ticket), thread=receipts.THREAD, turn=receipts.BEGUN, at=now
    )
    with database.transaction() as db:
        if receipts.is_begun(db, it.ticket):
            return False
        diary.write(db, (begun,), now=now)
    return True


def _report(database: Database, it: Receipt, message: str, status: str, now: datetime) -> None:
    told = events.ReceiptReported(
        subject=events.ticket(it.ticket),
        thread=receipts.THREAD,
        turn=receipts.TAKEN,
        at=now,
        message=message,
        status=status,
    )
    with database.transaction() as db:
        diary.write(db, (told,), now=now)
