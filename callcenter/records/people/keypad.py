"""Status by keypad: a NIK and a second number open one word; one of them alone opens nothing.

Whatever is wrong costs the same queries and gives the same answer, so that nobody learns whether
a NIK exists. Whoever tries many times, or tries one NIK many times, is told of.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, func, select

from callcenter.records import alarms, audit, ids
from callcenter.records.people.card import opened
from callcenter.records.people.statuses import current_status
from callcenter.records.people.tables import PERSON, TICKET
from callcenter.records.sealing import Keys
from callcenter.records.tables import KeypadTryRow
from callcenter.rules import events
from callcenter.rules.keyed import KK_DIGITS, Second
from callcenter.rules.standing import Finding

TRY: Table = KeypadTryRow.__table__  # type: ignore[assignment]

UNVERIFIED = Finding("unverified")
NOBODY = "0" * 32  # no person has this id
DECOY = "0" * KK_DIGITS
WITHIN = timedelta(minutes=10)
MOST_MISSES = 6  # of one caller or of one NIK within that time: three is what one call may
ALARM = "keypad"


def ask(
    db: Connection,
    keys: Keys,
    *,
    nik: str,
    second: Second,
    call: str,
    number: str,
    now: datetime,
) -> Finding:
    """Look up, count the try and write it to the access log, all in one transaction. ``number``:
    the caller's, E.164, or empty."""
    person_id, found = look(db, keys, nik, second)
    verified = found.word == "verified"
    note_try(db, keys, nik, number, verified=verified, now=now)
    subject = f"person:{person_id}" if verified else events.call(call)
    why = "asked by keypad"
    audit.note(
        db, who="keypad", what="status", subject=subject, why=why, now=now, result=found.word
    )
    return found


def look(db: Connection, keys: Keys, nik: str, second: Second) -> tuple[str, Finding]:
    """The newest status of the applicant with this NIK, if the second number is theirs too; and
    who that is (somebody only where it was verified)."""
    row = db.execute(select(PERSON).where(PERSON.c.nik_index == keys.index(nik, "nik"))).first()
    person_id = row.id if row else NOBODY
    about = select(TICKET.c.person_id).where(
        TICKET.c.number == (second.ticket or DECOY), TICKET.c.void.is_(False)
    )
    of_ticket = db.execute(about).scalar() or ""
    status = current_status(db, person_id)
    ends = hmac.compare_digest(_kk10(keys, row), second.kk10 or DECOY)
    named = hmac.compare_digest(of_ticket, person_id)
    if row is None or not (named if second.ticket else ends and second.kk10):
        return "", UNVERIFIED
    if status is None:
        return person_id, Finding("verified")
    return person_id, Finding("verified", status.status, status.as_of, status.wave)


def note_try(
    db: Connection, keys: Keys, nik: str, number: str, *, verified: bool, now: datetime
) -> bool:
    """Count a try; gives whether it sounded an alarm. ``number``: the caller's, E.164, or empty."""
    db.execute(delete(TRY).where(TRY.c.at <= now - WITHIN))
    nik_index = keys.index(nik, "nik")
    caller_index = keys.index(number, "phone") if number else None
    row = {"id": ids.new(now), "at": now, "nik_index": nik_index, "caller_index": caller_index}
    db.execute(TRY.insert().values(row | {"verified": verified}))
    if verified:
        return False
    guessed = {
        "nik": _misses(db, TRY.c.nik_index == nik_index),
        "caller": _misses(db, TRY.c.caller_index == caller_index) if number else 0,
    }
    subjects = {"nik": nik_index, "caller": caller_index}
    return any(
        alarms.sound(db, kind=ALARM, subject=f"{name}:{subjects[name]}", now=now)
        for name, misses in guessed.items()
        if misses >= MOST_MISSES
    )


def _misses(db: Connection, whose: ColumnElement[bool]) -> int:
    missed = select(func.count()).where(whose, TRY.c.verified.is_(False))
    return db.execute(missed).scalar() or 0


def _kk10(keys: Keys, row: Row[tuple[object, ...]] | None) -> str:
    """The last ten digits of a person's KK; where there is none, as much work for nothing."""
    if row is not None and row.kk:
        return (opened(keys, row, "kk") or DECOY)[-KK_DIGITS:]
    keys.open(keys.seal(DECOY, "person.kk", NOBODY), "person.kk", NOBODY)
    return "none"
