"""Hints that something changed. They carry a topic and nothing else; who cares reads again.

PostgreSQL: one NOTIFY per topic, delivered after the commit. SQLite: a counter per topic, polled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Connection, Table, select, text

from callcenter.records import merging
from callcenter.records.database import Database
from callcenter.records.tables import ChangeRow

CHANNEL = "callcenter"
POLL_S = 0.05
CHANGE: Table = ChangeRow.__table__  # type: ignore[assignment]


def note(db: Connection, topics: Iterable[str]) -> None:
    """Say, with this transaction's commit, that these topics changed."""
    if db.dialect.name == "postgresql":
        for topic in sorted(set(topics)):
            db.execute(
                text("SELECT pg_notify(:channel, :topic)"), {"channel": CHANNEL, "topic": topic}
            )
        return
    for topic in sorted(set(topics)):
        statement = merging.insert(db, CHANGE).values(topic=topic, count=1)
        db.execute(
            statement.on_conflict_do_update(
                index_elements=["topic"], set_={"count": CHANGE.c.count + 1}
            )
        )


class Hints:
    """Waits for hints: ``wait(timeout_s)`` gives the topics that changed since the last call."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._counts = {} if not database.sqlite else self._read()
        self._listening: Connection | None = None

    def wait(self, timeout_s: float) -> frozenset[str]:
        """The topics that changed, empty when the time is up. A hint may be for nothing."""
        return self._poll(timeout_s) if self._database.sqlite else self._listen(timeout_s)

    def close(self) -> None:
        if self._listening is not None:
            self._listening.close()
            self._listening = None

    def _poll(self, timeout_s: float) -> frozenset[str]:
        until = monotonic() + timeout_s
        while True:
            counts = self._read()
            changed = {topic for topic, count in counts.items() if self._counts.get(topic) != count}
            self._counts = counts
            if changed or monotonic() >= until:
                return frozenset(changed)
            sleep(min(POLL_S, max(0.0, until - monotonic())))

    def _read(self) -> dict[str, int]:
        with self._database.reading() as db:
            rows = db.execute(select(CHANGE.c.topic, CHANGE.c["count"]))
            return {topic: count for topic, count in rows}

    def _listen(self, timeout_s: float) -> frozenset[str]:
        if self._listening is None:
            self._listening = self._database.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
            self._listening.exec_driver_sql(f"LISTEN {CHANNEL}")
        driver: Any = self._listening.connection.driver_connection
        heard = {notify.payload for notify in driver.notifies(timeout=timeout_s, stop_after=1)}
        heard |= {notify.payload for notify in driver.notifies(timeout=0)}
        return frozenset(heard)


@contextmanager
def hints(database: Database) -> Iterator[Hints]:
    listener = Hints(database)
    try:
        yield listener
    finally:
        listener.close()
