"""The engine and the two ways to use it: ``transaction()`` to write, ``reading()`` to read.

SQLite (WAL, one machine) is the embedded default; PostgreSQL is the distributed engine. What is
said here is all that differs between them.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

BUSY_S = 5.0
LEADER = 4_210_413  # PostgreSQL's advisory lock of the worker that leads the floor

# What a statement raises when the database does not answer; other rooms know it by this name.
Unavailable = OperationalError


class DatabaseUnreachable(Exception):
    """The database does not answer; the text says which and what to do."""


class Database:
    """A database by its URL: ``sqlite:///path`` or ``postgresql://...``."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url) if self.sqlite else _postgresql(self.url)
        self._writers = WritersLock(self.url.database) if self.sqlite else None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write in one transaction: committed at the end, rolled back on any exception.

        On SQLite, writers take turns (see :class:`WritersLock`) and the transaction begins
        IMMEDIATE, so it can never fail half-way because somebody else wrote first.
        """
        if self._writers is None:
            with self.engine.begin() as db:
                yield db
            return
        with self._writers, self.engine.connect() as db:
            db.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.exec_driver_sql("ROLLBACK")
                raise
            db.exec_driver_sql("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state; nothing can be written."""
        with self.engine.connect() as db:
            if self.sqlite:
                db.exec_driver_sql("BEGIN")
                try:
                    yield db
                finally:
                    db.exec_driver_sql("ROLLBACK")
            else:
                db = db.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
                with db.begin():
                    yield db

    @contextmanager
    def leadership(self) -> Iterator[Leadership]:
        """The right to run the floor: one process at a time has it."""
        leader = Leadership(self)
        try:
            yield leader
        finally:
            leader.release()

    def ping(self) -> None:
        """Raise :class:`DatabaseUnreachable` with one sentence when nobody answers."""
        try:
            with self.reading() as db:
                db.exec_driver_sql("SELECT 1")
        except OperationalError as error:
            raise DatabaseUnreachable(
                f"[database] url: {self.url.render_as_string()} does not answer, so nothing can "
                "be read or written. Start the database or correct the address."
            ) from error

    def close(self) -> None:
        self.engine.dispose()


class WritersLock:
    """Writers of one SQLite file take turns, in the order they came, across processes.

    SQLite's own waiting is polling with growing pauses: under load some writers starve for most
    of a second. A file lock lets the kernel wake the next one at once.
    """

    def __init__(self, database: str | None) -> None:
        self._turn = threading.Lock()
        self._path = f"{database}.lock" if database and database != ":memory:" else None
        self._file: int | None = None
        self._pid = 0

    def __enter__(self) -> None:
        self._turn.acquire()
        if self._path is None:
            return
        if self._file is None or self._pid != os.getpid():  # a fork must not share the lock
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._pid = os.getpid()
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._turn.release()


class Leadership:
    """Held until released or until the process dies: the kernel, or PostgreSQL, sees to that."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._file: int | None = None
        self._connection: Connection | None = None

    def held(self) -> bool:
        """Whether we lead; tries to, where we do not yet."""
        return self._hold_file() if self._database.sqlite else self._hold_lock()

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
        if self._connection is not None:
            with suppress(OperationalError):  # else the session is gone, and the lock with it
                self._connection.exec_driver_sql(f"SELECT pg_advisory_unlock({LEADER})")
            self._connection.invalidate()
            self._connection.close()
        self._file = self._connection = None

    def _hold_file(self) -> bool:
        if self._file is not None:
            return True
        file = os.open(f"{self._database.url.database}.leader", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _hold_lock(self) -> bool:
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
                return True
            except OperationalError:  # the session is gone, and the lock with it
                self.release()
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LEADER})").scalar():
            self._connection = connection
            return True
        connection.close()
        return False


def _sqlite(url: Any) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_S, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def leave_it_to_us(_: Any) -> None:
        """``transaction`` and ``reading`` say BEGIN themselves."""

    return engine


def _postgresql(url: Any) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=10,
        connect_args={"connect_timeout": 3, "options": "-c timezone=UTC"},
    )
