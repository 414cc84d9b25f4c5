"""How long we wait for a database that does not answer, and when we stop asking it.

A frozen server answers no time-out of its own, so the limit stands on our side: the connection
gives up at ``until``, and with it whatever the server may still do. That is safe, because all
that we write may be written again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic
from typing import Any

import psycopg

PAUSE_S = 1.0
LONGEST_PAUSE_S = 5.0


class Breaker:
    """Closed while the database answers. After a failure nobody asks for ``PAUSE_S``; then one
    does, for all: a caller on the line must not wait again for what has just been waited for. The
    pause doubles with every one who asked in vain."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._closed = True
        self._again_at = 0.0
        self._pause_s = PAUSE_S

    @property
    def closed(self) -> bool:
        return self._closed

    def allows(self) -> bool:
        """Whether to ask the database now."""
        if self._closed:
            return True
        with self._lock:
            if self._now() < self._again_at:
                return False
            self._again_at = self._now() + self._pause_s  # this one asks, for the others too
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
            return True

    def worked(self) -> None:
        self._closed, self._pause_s = True, PAUSE_S

    def failed(self) -> None:
        with self._lock:
            self._again_at = self._now() + self._pause_s
            self._closed = False


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
