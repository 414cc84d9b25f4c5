"""Hints that something changed. They carry topics and nothing else; who cares reads again.

A topic is the subject of an event (``call:SID``, ``agent:ID``), a word (``outbox``), a kind of
subject (``call``: some call) or ``EVERYTHING``. A hint may be for nothing, and one that is lost
costs a second: nobody relies on them alone.

PostgreSQL: a NOTIFY after the commit, for many transactions at once. Within the transaction it
would cost every webhook a statement, and a lock that lets commits through one by one. SQLite:
nothing is written, the diary itself says what is new (``hearing.py``); only words have a counter.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from time import sleep

from sqlalchemy import Connection, Engine, Table
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoneFree

from callcenter.records import merging
from callcenter.records.tables import ChangeRow

CHANNEL = "callcenter"
EVERYTHING = "*"
BETWEEN = "\x1f"
LONGEST = 7900  # bytes; PostgreSQL's limit of a payload is 8000
GAP_S = 0.02  # what is noted meanwhile goes into one NOTIFY
IDLE_S = 10.0
NOTED = "callcenter.noted"
CHANGE: Table = ChangeRow.__table__  # type: ignore[assignment]


def note(db: Connection, topics: Collection[str]) -> None:
    """Say, once this transaction is committed, that these topics changed. ``db`` comes from
    ``Database.transaction``."""
    if db.dialect.name == "postgresql":
        db.info[NOTED].update(topics)
        return
    for word in sorted(topic for topic in set(topics) if ":" not in topic):
        statement = merging.insert(db, CHANGE).values(topic=word, count=1)
        db.execute(
            statement.on_conflict_do_update(
                index_elements=["topic"], set_={"count": CHANGE.c.count + 1}
            )
        )


def kind(topic: str) -> str:
    """``call`` of ``call:SID``; a word is its own kind."""
    return topic.partition(":")[0]


def packed(topics: Collection[str]) -> str:
    """The topics as one payload; their kinds when they would be too long for one."""
    payload = BETWEEN.join(sorted(topics))
    if len(payload.encode()) <= LONGEST:
        return payload
    return BETWEEN.join(sorted({kind(topic) for topic in topics}))


def unpacked(payload: str) -> set[str]:
    return set(payload.split(BETWEEN))


class Teller:
    """Tells PostgreSQL's listeners what was committed, from a thread of its own, which runs only
    while there is something to tell."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._topics: set[str] = set()
        self._thread: threading.Thread | None = None

    def tell(self, topics: Collection[str]) -> None:
        with self._lock:
            self._topics.update(topics)
            if self._thread is None or not self._thread.is_alive():  # a fork leaves it behind
                self._thread = threading.Thread(target=self._run, name="teller", daemon=True)
                self._thread.start()
        self._wake.set()

    def close(self) -> None:
        """What is left is told first. A database that does not answer is not waited for."""
        self._wake.set()
        thread = self._thread
        if thread is not None:
            thread.join(1.0)

    def _run(self) -> None:
        while True:
            self._wake.wait(IDLE_S)
            self._wake.clear()
            with self._lock:
                topics, self._topics = self._topics, set()
                if not topics:
                    self._thread = None
                    return
            self._send(packed(topics))
            sleep(GAP_S)

    def _send(self, payload: str) -> None:
        try:
            with self._engine.connect() as db:
                db.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
        except (DBAPIError, NoneFree):
            return  # whoever waits for hints looks by itself before long
