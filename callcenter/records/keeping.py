"""Keeping what a webhook brought, for good, before it is answered: in the diary, or, when the
database does not answer in time, in the local journal. Replay takes the same way through
``diary.write``, where every event knows whether it is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from callcenter.records import diary, turn
from callcenter.records.callers import Caller
from callcenter.records.database import Database, Unavailable
from callcenter.records.journal import Journal, Rejected
from callcenter.rules.events import EVENTS, Event

log = structlog.get_logger("journal")


@dataclass(frozen=True)
class Entry:
    """What one webhook brought: the events, and who called, sealed. ``at``: when it came."""

    events: tuple[Event, ...]
    callers: tuple[Caller, ...]
    at: datetime


class Keeper:
    """Keeps entries. One a process.

    ``proof``: asked once, in the first transaction of a process that was started without a
    database; it raises when this database is not the one our keys belong to.
    """

    def __init__(
        self,
        database: Database,
        journal: Journal,
        *,
        proof: Callable[[Connection], object] | None = None,
    ) -> None:
        self._database = database
        self._journal = journal
        self._proof = proof

    def keep(
        self, happened: Sequence[Event], *, who: Sequence[Caller] = (), now: datetime
    ) -> tuple[Event, ...]:
        """Keep what happened and give back what is true of those turns: what the diary holds, or
        without a database what was just decided.

        Raises :class:`~callcenter.records.journal.JournalFailed` when neither could be written.
        """
        entry = Entry(tuple(happened), tuple(who), now)
        written = diary.prepared(self._database.engine.dialect, entry.events, now=now, who=who)
        try:
            with self._way(entry)() as db:
                if self._proof:
                    self._proof(db)
                    self._proof = None
                return written(db)
        except Unavailable as error:
            self._journal.append(encoded(entry))
            log.warning("written to the journal", why=type(error.orig).__name__)
            return entry.events

    def _way(self, entry: Entry) -> Callable[[], AbstractContextManager[Connection]]:
        one = entry.events and turn.fits(entry.events, entry.callers)
        return self._database.statement if one else self._database.transaction


def write(db: Connection, entry: Entry) -> tuple[Event, ...]:
    """Write an entry to the database, in the caller's transaction."""
    return diary.write(db, entry.events, now=entry.at, who=entry.callers)


def take(database: Database, records: Sequence[bytes]) -> None:
    """Take records of the journal to the diary, in one transaction. When they came to us is kept
    to that of the last one. Raises :class:`Rejected` when one can never be taken."""
    entries = [decoded(record) for record in records]
    if not entries:
        return
    together = Entry(
        tuple(event for entry in entries for event in entry.events),
        tuple(caller for entry in entries for caller in entry.callers),
        entries[-1].at,
    )
    try:
        with database.transaction() as db:
            write(db, together)
    except (IntegrityError, DataError, ValueError) as error:
        raise Rejected(f"the database refuses it ({type(error).__name__})") from error


def encoded(entry: Entry) -> bytes:
    """An entry as a record of the journal: JSON, one line."""
    told = [
        {
            "kind": event.kind,
            "place": (event.subject, event.thread, event.turn, event.n),
            "at": event.at,
            "body": event.body(),
        }
        for event in entry.events
    ]
    return msgspec.json.encode({"at": entry.at, "events": told, "callers": entry.callers})


def decoded(record: bytes) -> Entry:
    """The entry of a record. Raises :class:`Rejected` for what no release of ours wrote."""
    try:
        read = msgspec.json.decode(record, type=Record)
        return Entry(tuple(_event(told) for told in read.events), read.callers, read.at)
    except (msgspec.DecodeError, KeyError, TypeError) as error:
        raise Rejected(f"it cannot be read ({type(error).__name__})") from error


class Told(msgspec.Struct):
    """An event as it stands in a record."""

    kind: str
    place: tuple[str, str, str, int]
    at: datetime
    body: dict[str, Any]


class Record(msgspec.Struct):
    """A record of the journal."""

    at: datetime
    events: tuple[Told, ...]
    callers: tuple[Caller, ...] = ()


def _event(told: Told) -> Event:
    subject, thread, turn, n = told.place
    return EVENTS[told.kind](
        subject=subject, thread=thread, turn=turn, n=n, at=told.at, **told.body
    )
