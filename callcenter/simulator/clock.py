"""Time on the network: one loop and a heap of timed actions, in a real and a virtual form.

All state of the network is touched on the loop only. Whoever stands outside (a REST call, the
handset page) asks the loop with ``ask``; slow work outside (a webhook) goes through ``fetch``.
"""

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

Action = Callable[[], Any]
REQUESTS_AT_ONCE = 24


class Timer:
    """One action at one moment; in order of time, then of asking."""

    __slots__ = ("action", "at", "turn")

    def __init__(self, at: float, turn: int, action: Action):
        self.at, self.turn, self.action = at, turn, action

    def __lt__(self, other: "Timer") -> bool:
        return (self.at, self.turn) < (other.at, other.turn)

    def cancel(self) -> None:
        self.action = _nothing


def _nothing() -> None:
    pass


class VirtualClock:
    """Single-threaded time that skips what nobody waits for: tests and whole simulated shifts.

    Nothing happens by itself: ``run_for`` and ``run_until`` let time pass. Requests are made
    inline, and take as many virtual seconds as their answer says (``took_s``).
    """

    def __init__(self, start: datetime):
        self._start, self._at, self._turn = start, 0.0, 0
        self._heap: list[Timer] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._at)

    def after(self, seconds: float, action: Action) -> Timer:
        self._turn += 1
        timer = Timer(self._at + seconds, self._turn, action)
        heapq.heappush(self._heap, timer)
        return timer

    def ask(self, action: Callable[[], Any]) -> Any:
        return action()

    def fetch(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def make() -> None:
            answer = work()
            self.after(answer.took_s, lambda: done(answer))

        self.after(0, make)

    def next_at(self) -> datetime | None:
        """When something happens next; ``None`` when nothing is due at all."""
        while self._heap and self._heap[0].action is _nothing:
            heapq.heappop(self._heap)
        return self._start + timedelta(seconds=self._heap[0].at) if self._heap else None

    def run_for(self, seconds: float) -> None:
        """Let that much time pass, and everything in it happen."""
        end = self._at + seconds
        while self._heap and self._heap[0].at <= end:
            self._step()
        self._at = end

    def run_until(self, reached: Callable[[], Any], *, within_s: float = 600.0) -> Any:
        """Let time pass until ``reached()`` is true, and give back what it said.

        Raises ``TimeoutError`` when it is still not true after ``within_s`` virtual seconds.
        """
        end = self._at + within_s
        while not (found := reached()):
            if not self._heap or self._heap[0].at > end:
                raise TimeoutError(f"not reached within {within_s} s of virtual time")
            self._step()
        return found

    def _step(self) -> None:
        timer = heapq.heappop(self._heap)
        self._at = max(self._at, timer.at)
        timer.action()


class RealClock:
    """The same loop on a thread of its own, in real time; requests are made in a small pool."""

    def __init__(self) -> None:
        self._heap: list[Timer] = []
        self._turn = 0
        self._changed = threading.Condition()
        self._stopped = False
        self._pool = ThreadPoolExecutor(REQUESTS_AT_ONCE, thread_name_prefix="webhook")
        self._thread = threading.Thread(target=self._loop, name="network", daemon=True)

    def start(self) -> None:
        self._thread.start()

    @property
    def running(self) -> bool:
        """False once stopped, and after a fault in the network's own code."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Stop the loop. Requests under way are given up; those not begun are not made."""
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def now(self) -> datetime:
        return datetime.now(UTC)

    def after(self, seconds: float, action: Action) -> Timer:
        with self._changed:
            self._turn += 1
            timer = Timer(monotonic() + seconds, self._turn, action)
            heapq.heappush(self._heap, timer)
            self._changed.notify()
        return timer

    def ask(self, action: Callable[[], Any]) -> Any:
        """Run ``action`` on the loop and give back its result or raise its error.

        Raises ``RuntimeError`` when the network has stopped.
        """
        self._alive()
        answer: Future[Any] = Future()

        def run() -> None:
            try:
                answer.set_result(action())
            except Exception as error:  # belongs to the one who asked, not to the loop
                answer.set_exception(error)

        self.after(0, run)
        while not wait([answer], timeout=1.0).done:
            self._alive()
        return answer.result()

    def _alive(self) -> None:
        if not self.running:
            raise RuntimeError("the telephone network has stopped; start it again")

    def fetch(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        def make() -> None:
            answer = work()
            self.after(0, lambda: done(answer))

        if not self._stopped:
            self._pool.submit(make)

    def _loop(self) -> None:
        while timer := self._due():
            timer.action()

    def _due(self) -> Timer | None:
        """The next timer whose time has come; ``None`` once stopped."""
        with self._changed:
            while not self._stopped:
                left_s = self._heap[0].at - monotonic() if self._heap else None
                if left_s is not None and left_s <= 0:
                    return heapq.heappop(self._heap)
                self._changed.wait(left_s)
        return None


Clock = RealClock | VirtualClock
