"""Writers of one SQLite file take turns, in the order they came, across processes.

SQLite's own waiting is polling with growing pauses: under load some writers starve for most of a
second. A file lock lets the kernel wake the next one at once.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from queue import SimpleQueue
from time import monotonic
from typing import Any


class TurnNeverCame(Exception):
    """Somebody writes for longer than the caller was willing to wait."""


class Queue:
    """A lock within one process that is handed on in the order of asking."""

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._taken = False
        self.waiting: deque[Any] = deque()

    def take(self, patience_s: float | None) -> bool:
        """Whether the turn came in time."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self.waiting.append(mine)
        if mine.acquire(timeout=-1 if patience_s is None else patience_s):
            return True
        with self._mutex:
            if mine in self.waiting:
                self.waiting.remove(mine)
                return False
        return True  # it came while we gave up

    def give(self) -> None:
        with self._mutex:
            if self.waiting:
                self.waiting.popleft().release()
            else:
                self._taken = False


class Wish:
    """One writer's wait for the file, which may be given up."""

    def __init__(self) -> None:
        self.granted = threading.Event()
        self.over = threading.Lock()
        self.given_up = False


class WritersLock:
    """``take`` and ``give``; within a process by thread, between processes by the file."""

    def __init__(self, database: str | None) -> None:
        self._turn = Queue()
        self._path = f"{database}.lock" if database and database != ":memory:" else None
        self._pid = 0
        self._file = self._watched = self._held = -1
        self._wishes: SimpleQueue[Wish] = SimpleQueue()

    def take(self, patience_s: float | None) -> None:
        """Wait for the turn. Raises :class:`TurnNeverCame` after ``patience_s``."""
        until = None if patience_s is None else monotonic() + patience_s
        if not self._turn.take(patience_s):
            raise TurnNeverCame
        try:
            if self._path is not None:
                self._open()
                self._lock(until)
        except BaseException:
            self._turn.give()
            raise

    def give(self) -> None:
        if self._held >= 0:
            fcntl.flock(self._held, fcntl.LOCK_UN)
        self._turn.give()

    def _open(self) -> None:
        """Two files of one name: a wait that was given up must not unlock another's turn."""
        if self._pid != os.getpid():  # a fork must not share the lock
            self._file, self._watched = (
                os.open(self._path or "", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                for _ in range(2)
            )
            self._wishes = SimpleQueue()
            threading.Thread(
                target=self._watch, args=(self._wishes,), name="turns", daemon=True
            ).start()
            self._pid = os.getpid()

    def _lock(self, until: float | None) -> None:
        self._held = self._file
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if until is None:
                fcntl.flock(self._file, fcntl.LOCK_EX)
                return
        wish = Wish()
        self._wishes.put(wish)
        if not wish.granted.wait(max(0.0, until - monotonic())):
            with wish.over:
                wish.given_up = not wish.granted.is_set()
            if wish.given_up:
                raise TurnNeverCame
        self._held = self._watched

    def _watch(self, wishes: SimpleQueue[Wish]) -> None:
        """The kernel's wait cannot be given up, so this thread waits in the writer's place."""
        while True:
            wish = wishes.get()
            fcntl.flock(self._watched, fcntl.LOCK_EX)
            with wish.over:
                if wish.given_up:
                    fcntl.flock(self._watched, fcntl.LOCK_UN)
                else:
                    wish.granted.set()
