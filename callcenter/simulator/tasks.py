"""What a call does next, written as a generator: it yields what it waits for and is resumed.

A script yields ``Wait`` or ``Fetch`` and is resumed with the answer. Other things that happen
(a hang-up, a redirect) are thrown into it as exceptions where it stands, so whatever it was in
the middle of cleans up after itself. One script moves at a time: what a move does to another
script waits until the move is over.
"""

from collections import deque
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any

from .clock import Clock, Timer


@dataclass(frozen=True)
class Wait:
    """Wait so many seconds, or for ever; resumed with ``None``, or with what woke it."""

    seconds: float | None = None


@dataclass(frozen=True)
class Fetch:
    """Have ``work`` done outside the loop; resumed with its answer."""

    work: Callable[[], Any]


Script = Generator[Wait | Fetch, Any, Any]


class Stage:
    """Where scripts take turns."""

    def __init__(self, clock: Clock):
        self.clock = clock
        self._turns: deque[Callable[[], None]] = deque()
        self._busy = False

    def turn(self, move: Callable[[], None]) -> None:
        self._turns.append(move)
        if self._busy:
            return
        self._busy = True
        try:
            while self._turns:
                self._turns.popleft()()
        finally:
            self._busy = False


class Task:
    """One script under way."""

    def __init__(self, stage: Stage, script: Script):
        self._stage, self._script = stage, script
        self._awaits = 0  # which Wait or Fetch is open: answers to an older one are dropped
        self._wakeable = False
        self._timer: Timer | None = None
        self.done = False

    def start(self) -> None:
        self._stage.turn(lambda: self._move(self._script.send, None))

    def wake(self, word: Any) -> None:
        """End its ``Wait`` early, with a word. A script that waits for an answer sleeps on."""
        if self._wakeable:
            self._resume(self._awaits, word)

    def interrupt(self, reason: Exception, *, when: Callable[[], bool] = lambda: True) -> None:
        """Throw ``reason`` into the script where it stands, if ``when()`` still holds then."""

        def move() -> None:
            if when():
                self._move(self._script.throw, reason)

        self._stage.turn(move)

    def _resume(self, awaited: int, answer: Any) -> None:
        def move() -> None:
            if awaited == self._awaits:
                self._move(self._script.send, answer)

        self._stage.turn(move)

    def _move(self, resume: Callable[[Any], Wait | Fetch], value: Any) -> None:
        if self.done:
            return
        self._awaits += 1
        if self._timer:
            self._timer.cancel()
            self._timer = None
        try:
            self._await(resume(value))
        except StopIteration:
            self.done = True

    def _await(self, awaited: Wait | Fetch) -> None:
        turn = self._awaits
        self._wakeable = isinstance(awaited, Wait)
        if isinstance(awaited, Fetch):
            self._stage.clock.fetch(awaited.work, lambda answer: self._resume(turn, answer))
        elif awaited.seconds is not None:
            self._timer = self._stage.clock.after(awaited.seconds, lambda: self._resume(turn, None))
