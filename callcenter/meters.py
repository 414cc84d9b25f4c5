"""Numbers that the processes of one server count together, for ``/metrics``.

A server's parent makes the sheet before it starts its processes, and each has a slot of it: so any
of them can add up what all have counted, nothing is lost when one ends, and nobody waits.
"""

from __future__ import annotations

import mmap
import threading
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from hashlib import blake2b

SLOTS = 64  # more processes than a server ever has, those that are ending included
CELLS = 2048  # a slot: numbers of 8 bytes
WIDTH = 8

BOUNDS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 5.0)  # 0.3: our patience with the database
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")

# The first cells of a slot: what it is about, and what holds now in that process.
LAYOUT, STREAMS, BREAKER = range(3)
NOW = (STREAMS, BREAKER)
FIRST = 3


class Sheet:
    """The shared numbers. ``take`` a slot in each process before counting."""

    def __init__(self) -> None:
        self._memory = memoryview(mmap.mmap(-1, SLOTS * CELLS * WIDTH)).cast("d")
        self._lock = threading.Lock()
        self._start = 0

    def take(self, slot: int) -> None:
        """Count in ``slot`` from now on; what the process before counted there stays counted."""
        self._lock = threading.Lock()  # a fork may have copied a lock that somebody held
        self._start = slot * CELLS
        for cell in NOW:
            self._memory[self._start + cell] = 0

    def lay_out(self, mark: float) -> None:
        """What the cells mean here. Another release's numbers in this slot are forgotten."""
        if self._memory[self._start + LAYOUT] != mark:
            for cell in range(FIRST, CELLS):
                self._memory[self._start + cell] = 0
            self._memory[self._start + LAYOUT] = mark

    def add(self, *amounts: tuple[int, float]) -> None:
        """Add to some cells, each with its amount."""
        memory, start = self._memory, self._start
        with self._lock:
            for cell, amount in amounts:
                memory[start + cell] += amount

    def put(self, cell: int, value: float) -> None:
        """What holds now in this process."""
        self._memory[self._start + cell] = value

    def total(self, cell: int) -> float:
        """A cell of all processes that mean the same by it."""
        mark = self._memory[self._start + LAYOUT]
        starts = range(0, SLOTS * CELLS, CELLS)
        return sum(
            self._memory[start + cell] for start in starts if self._memory[start + LAYOUT] == mark
        )


class Requests:
    """Counts requests: by endpoint and class of status, and how long they took, by group."""

    def __init__(self, sheet: Sheet, endpoints: Iterable[str], groups: Sequence[str]) -> None:
        self._sheet = sheet
        self.endpoints, self.groups = tuple(sorted(endpoints)), tuple(groups)
        counts = FIRST + len(self.endpoints) * len(CLASSES)
        self._counted = {name: FIRST + at * len(CLASSES) for at, name in enumerate(self.endpoints)}
        self._width = len(BOUNDS_S) + 2  # a cell a bucket, one for the slower, one for the sum
        self._timed = {name: counts + at * self._width for at, name in enumerate(self.groups)}
        if counts + len(self.groups) * self._width > CELLS:
            raise ValueError("more endpoints than a slot has cells for: enlarge CELLS")
        names = "\n".join((*self.endpoints, "", *self.groups, repr(BOUNDS_S)))
        mark = int.from_bytes(blake2b(names.encode(), digest_size=6).digest()) + 1
        sheet.lay_out(float(mark))

    def seen(self, endpoint: str, group: str, status: int, took_s: float) -> None:
        """One request was answered. Unknown names are not counted."""
        counted, timed = self._counted.get(endpoint), self._timed.get(group)
        if counted is None or timed is None:
            return
        self._sheet.add(
            (counted + min(max(status // 100, 1), 5) - 1, 1),
            (timed + bisect_left(BOUNDS_S, took_s), 1),
            (timed + self._width - 1, took_s),
        )

    def counts(self) -> dict[tuple[str, str], int]:
        """Requests by endpoint and class, those that never came left out."""
        found = {
            (name, kind): int(self._sheet.total(start + at))
            for name, start in self._counted.items()
            for at, kind in enumerate(CLASSES)
        }
        return {key: count for key, count in found.items() if count}

    def times(self, group: str) -> tuple[list[int], float]:
        """How many took how long, each bucket apart and the slower last; and their sum in s."""
        start = self._timed[group]
        cells = [self._sheet.total(start + at) for at in range(self._width)]
        return [int(count) for count in cells[:-1]], cells[-1]


# The sheet of this server: made when the parent loads this module, shared by all its children.
sheet = Sheet()
