"""The engine and the two ways to use it: ``transaction()`` to write, ``reading()`` to read.

SQLite (WAL, one machine) is the embedded default; PostgreSQL is the distributed engine. What is
said here is all that differs between them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as NoneFree

from callcenter.records import changes, ready
from callcenter.records.patience import Breaker
from callcenter.records.turns import TurnNeverCame, WritersLock

BUSY_S = 5.0
READY = 10  # connections that are kept open
LEADER = 4_210_413  # PostgreSQL's advisory lock of the worker that leads the floor

# What a statement raises when the database does not answer; other rooms know it by this name.
Unavailable = OperationalError


class DatabaseUnreachable(Exception):
    """The database does not answer; the text says which and what to do."""


class Database:
    """A database by its URL: ``sqlite:///path`` or ``postgresql://...``.

    With ``patience_s`` everything that is not done by then raises :data:`Unavailable`, and for a
    while after that nobody asks (``breaker``): whoever cannot wait has another way to go on.
    ``tried``: a connection that lay idle is tried before it is used.
    """

    def __init__(self, url: str, *, patience_s: float | None = None, tried: bool = True) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.patience_s = patience_s
        self.breaker = Breaker()
        self._writers = WritersLock(self.url.database) if self.sqlite else None
        if self.sqlite:
            self.engine = self._at_once = _sqlite(self.url, patience_s)
        else:  # a connection of its own kind costs less than changing its kind back and forth
            from callcenter.records import hasty

            self.engine = hasty.engine(self.url, patience_s, tried)
            self._at_once = hasty.engine(self.url, patience_s, tried, isolation_level="AUTOCOMMIT")
            consistent = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            self._readers = self.engine.execution_options(**consistent)
        self._teller = changes.Teller(self._at_once)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Write in one transaction: committed at the end, rolled back on any exception.

        On SQLite, writers take turns (see :class:`WritersLock`) and the transaction begins
        IMMEDIATE, so it can never fail half-way because somebody else wrote first.
        """
        with self._answering():
            if self._writers is None:
                with self._connected(self.engine) as db, db.begin():
                    yield db
            else:
                with self._turn(self._writers) as db:
                    yield db

    @contextmanager
    def statement(self) -> Iterator[Connection]:
        """For one statement: on PostgreSQL it is a transaction of its own, which saves two ways
        to the server and back."""
        if self._writers is None:
            with self._answering(), self._connected(self._at_once) as db:
                yield db
        else:
            with self.transaction() as db:
                yield db

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        """A connection that is ours for as long as we have patience; what was noted with it is
        told afterwards."""
        with engine.connect() as db:
            topics = db.info[changes.NOTED] = set[str]()
            if self.patience_s is None or self.sqlite:
                yield db
            else:
                driver: Any = db.connection.driver_connection
                driver.until = monotonic() + self.patience_s
                try:
                    yield db
                finally:
                    driver.until = None
        if topics:
            self._teller.tell(topics)

    @contextmanager
    def _turn(self, writers: WritersLock) -> Iterator[Connection]:
        with self.engine.connect() as db:
            writers.take(self.patience_s)
            try:
                ready.execute(db, "BEGIN IMMEDIATE")
                with db.begin():
                    yield db
            finally:
                writers.give()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read one consistent state; nothing can be written."""
        if self.sqlite:
            with self._answering(), self.engine.connect() as db:
                db.exec_driver_sql("BEGIN")
                try:
                    yield db
                finally:
                    db.exec_driver_sql("ROLLBACK")
        else:
            with self._answering(), self._connected(self._readers) as db, db.begin():
                yield db

    @contextmanager
    def glance(self) -> Iterator[Connection]:
        """Read with one statement, which needs no transaction around it."""
        with self._answering(), self._connected(self._at_once) as db:
            yield db

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Every way in which a database fails to answer is one: :data:`Unavailable`."""
        if self.patience_s is None:
            try:
                yield
            except DBAPIError as error:
                if error.connection_invalidated and not isinstance(error, OperationalError):
                    raise OperationalError(None, None, error) from error
                raise
            return
        if not self.breaker.allows():
            raise OperationalError(None, None, TurnNeverCame("the database did not answer before"))
        try:
            yield
        except (IntegrityError, DataError):  # it did answer: what we brought is at fault
            self.breaker.worked()
            raise
        except (DBAPIError, NoneFree, TurnNeverCame) as error:
            self.breaker.failed()
            if isinstance(error, OperationalError):
                raise
            raise OperationalError(None, None, error) from error
        self.breaker.worked()

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
        self._teller.close()
        self.engine.dispose()
        self._at_once.dispose()


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
            with suppress(SQLAlchemyError):  # else the session is gone, and the lock with it
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
            except SQLAlchemyError:  # the session is gone, and the lock with it
                self.release()
        connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if connection.exec_driver_sql(f"SELECT pg_try_advisory_lock({LEADER})").scalar():
            self._connection = connection
            return True
        connection.close()
        return False


def _sqlite(url: Any, patience_s: float | None) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    busy_s = BUSY_S if patience_s is None else patience_s
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"timeout": busy_s, "isolation_level": None},
        pool_size=READY,
        max_overflow=-1,  # who waits for a turn to write must not keep others from reading
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def leave_it_to_us(_: Any) -> None:
        """``transaction`` and ``reading`` have said BEGIN, each in its way."""

    return engine
