"""Waiting for hints (``changes.py``), on each engine in its own way. Nothing here raises because a
database does not answer: then there are no hints, and afterwards one for everything."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any, Protocol

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from callcenter.records import hasty
from callcenter.records.changes import CHANNEL, EVERYTHING, unpacked
from callcenter.records.database import Database
from callcenter.records.hasty import Hasty

POLL_S = 0.05
MOST = 1000  # events told one by one; after an import of more, everything changed
ANSWER_S = 3.0  # how long the server may take for what costs it nothing
SILENCE_S = 10.0  # after this it is asked whether it is still there
AGAIN_S = 1.0
KEEPALIVES = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}

NOTHING: frozenset[str] = frozenset()
ALL = frozenset({EVERYTHING})


class Ear(Protocol):
    """One way to hear of changes."""

    def open(self) -> bool:
        """Hear from now on; False while the database does not answer."""

    def wait(self, timeout_s: float) -> frozenset[str]:
        """The topics that changed, as soon as there are any; empty when the time is up."""

    def close(self) -> None:
        """Hear no more."""


@contextmanager
def hints(database: Database) -> Iterator[Ear]:
    """An ear for what changes from now on. For one thread."""
    ear = Reader(database) if database.sqlite else Listener(database)
    ear.open()
    try:
        yield ear
    finally:
        ear.close()


class Reader:
    """SQLite: asks the file whether anybody wrote (which reads no page of it), and only then the
    diary which events are new."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: Any = None
        self._missed = False
        self._version = self._last = 0
        self._words: dict[str, int] = {}

    def open(self) -> bool:
        if self._held is None:
            try:
                self._held = self._database.engine.raw_connection()
                self._version = self._data_version()
                self._last, self._words = self._newest(), self._counts()
            except (sqlite3.Error, DBAPIError, NoneFree):
                self._lose()
        return self._held is not None

    def wait(self, timeout_s: float) -> frozenset[str]:
        until = monotonic() + timeout_s
        while True:
            topics = self._look()
            left = until - monotonic()
            if topics or left <= 0:
                return topics
            sleep(min(POLL_S, left))

    def close(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None

    def _look(self) -> frozenset[str]:
        if not self.open():
            return NOTHING
        if self._missed:
            self._missed = False
            return ALL
        try:
            version = self._data_version()
            if version == self._version:
                return NOTHING
            self._version = version
            return self._events() | self._changed_words()
        except sqlite3.Error:
            self._lose()
            return NOTHING

    def _events(self) -> frozenset[str]:
        """Rows of the diary are only ever added, so a new one has a higher number."""
        rows = self._ask(
            "SELECT rowid, subject FROM event WHERE rowid > ? ORDER BY rowid LIMIT ?",
            (self._last, MOST),
        )
        if rows and len(rows) < MOST:
            self._last = rows[-1][0]
            return frozenset(subject for _, subject in rows)
        before, self._last = self._last, self._newest()
        return NOTHING if self._last == before else ALL

    def _changed_words(self) -> frozenset[str]:
        before, self._words = self._words, self._counts()
        return frozenset(word for word, n in self._words.items() if before.get(word) != n)

    def _data_version(self) -> int:
        return int(self._ask("PRAGMA data_version")[0][0])

    def _newest(self) -> int:
        return int(self._ask("SELECT max(rowid) FROM event")[0][0] or 0)

    def _counts(self) -> dict[str, int]:
        return dict(self._ask("SELECT topic, count FROM change"))

    def _ask(self, statement: str, values: tuple[Any, ...] = ()) -> list[Any]:
        rows: list[Any] = self._held.driver_connection.execute(statement, values).fetchall()
        return rows

    def _lose(self) -> None:
        self._missed = True
        if self._held is not None:
            self._held.invalidate()
            self._held = None


class Listener:
    """PostgreSQL: a connection of its own that LISTENs, made anew whenever it is lost."""

    def __init__(self, database: Database) -> None:
        self._url = database.url.set(drivername="postgresql")
        self._heard: Hasty | None = None
        self._missed = False
        self._again_at = self._quiet_since = 0.0

    def open(self) -> bool:
        if self._heard is None and monotonic() >= self._again_at:
            self._again_at = monotonic() + AGAIN_S
            self._heard = self._listening()
            self._quiet_since = monotonic()
            self._missed = self._missed or self._heard is None
        return self._heard is not None

    def wait(self, timeout_s: float) -> frozenset[str]:
        if not self.open() or self._heard is None:
            sleep(timeout_s)
            return NOTHING
        if self._missed:
            self._missed = False
            return ALL
        try:
            return self._notices(self._heard, timeout_s)
        except psycopg.Error:
            self._missed = True
            self.close()
            return NOTHING

    def close(self) -> None:
        if self._heard is not None:
            self._heard.close()
            self._heard = None

    def _notices(self, heard: Hasty, timeout_s: float) -> frozenset[str]:
        first = [notice.payload for notice in heard.notifies(timeout=timeout_s, stop_after=1)]
        if first:
            self._quiet_since = monotonic()
            more = [notice.payload for notice in heard.notifies(timeout=0)]
            return frozenset().union(*map(unpacked, first + more))
        if monotonic() - self._quiet_since >= SILENCE_S:
            heard.execute("SELECT 1")
            self._quiet_since = monotonic()
        return NOTHING

    def _listening(self) -> Hasty | None:
        target = self._url.render_as_string(hide_password=False)
        options = {"connect_timeout": round(ANSWER_S), "autocommit": True, **KEEPALIVES}
        try:
            made = hasty.connect(target, ANSWER_S, **options)
        except psycopg.Error:
            return None
        try:
            made.execute(f"LISTEN {CHANNEL}")
        except psycopg.Error:
            made.close()
            return None
        return made
