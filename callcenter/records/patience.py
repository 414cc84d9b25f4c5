"""When we stop asking a database that does not answer, and when somebody asks again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

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
