"""Connections to PostgreSQL that wait no longer than we have patience.

A frozen server answers no time-out of its own, so the limit stands on our side: the connection
gives up at ``until``, and with it whatever the server may still do. That is safe, because all
that we write may be written again. Loaded where PostgreSQL is used and nowhere else.
"""

from __future__ import annotations

import threading
from concurrent.futures import Future
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError

IDLE_S = 5.0
MOST = 20  # connections of one process


class Hasty(psycopg.Connection[Any]):
    """A connection to PostgreSQL that waits until ``until`` (``time.monotonic``) and no longer;
    while it is nobody's, for ``patience_s`` at each question."""

    patience_s: float | None = None
    until: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if self.patience_s is None or timeout is not None:  # who names a limit has a use for it
            return super().wait(gen, interval, timeout)
        until = self.until or monotonic() + self.patience_s
        try:
            return super().wait(gen, interval, max(until - monotonic(), 0.001))
        except psycopg.Error:
            if monotonic() >= until:  # half an answer may be on its way: not to be used again
                self.close()
                raise psycopg.OperationalError("the database did not answer in time") from None
            raise


def connect(url: str, patience_s: float | None, **options: Any) -> Hasty:
    """A connection within ``patience_s``. The library's own limit knows whole seconds only, so a
    thread of its own connects, and what comes too late is closed again."""
    if patience_s is None:
        return Hasty.connect(url, **options)
    coming: Future[Hasty] = Future()

    def try_it() -> None:
        try:
            made = Hasty.connect(url, **options)
        except psycopg.Error as error:
            if coming.set_running_or_notify_cancel():
                coming.set_exception(error)
            return
        if coming.set_running_or_notify_cancel():
            coming.set_result(made)
        else:
            made.close()

    threading.Thread(target=try_it, name="connect", daemon=True).start()
    try:
        made = coming.result(patience_s)
    except TimeoutError:
        if coming.cancel():
            raise psycopg.OperationalError("the database took no connection in time") from None
        made = coming.result(1.0)  # it came at this very moment
    made.patience_s = patience_s
    return made


def engine(url: Any, patience_s: float | None, tried: bool, **more: Any) -> Engine:
    target = url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = {"connect_timeout": 3, "tcp_user_timeout": 15_000, "options": "-c timezone=UTC"}
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        creator=lambda: connect(target, patience_s, **options),
        hide_parameters=True,
        use_native_hstore=False,
        pool_size=MOST,  # no overflow: what goes beyond a pool is connected anew each time
        max_overflow=0,
        pool_timeout=30 if patience_s is None else patience_s,
        **more,
    )
    if tried:
        try_when_idle(engine)
    return engine


def try_when_idle(engine: Engine) -> None:
    """A connection that lay idle is tried before it is used: trying it each time would cost as
    much as what most pages ask."""

    @event.listens_for(engine, "checkin")
    def rest(_: Any, record: Any) -> None:
        record.info["resting_since"] = monotonic()

    @event.listens_for(engine, "checkout")
    def wake(connection: Any, record: Any, _: Any) -> None:
        if monotonic() - record.info.get("resting_since", monotonic()) < IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as error:
            raise DisconnectionError from error  # the pool opens another
