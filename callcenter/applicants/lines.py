"""Records of a CSV text, with the line where each begins, going on after a broken one."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator

LONGEST_LINE = 1 << 16  # bytes
MOST_LINES = 50  # in one record: past this a quotation mark was never closed


class NeverClosed(Exception):
    """A record goes on and on: its quotation mark was meant for something else."""


class Lines:
    """Gives the records of ``text`` one by one.

    A quotation mark that is never closed would swallow the rows below it, so these are read again:
    only the line where the broken record began is lost.
    """

    def __init__(self, text: Iterable[str]) -> None:
        self.line = 0  # lines behind us
        self.offset = 0  # bytes behind us, in UTF-8
        self._text = iter(text)
        self._again: deque[str] = deque()
        self._drawn: list[str] = []
        self._reader = csv.reader(self, strict=True)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line, for the reader."""
        if len(self._drawn) >= MOST_LINES:
            raise NeverClosed
        text = self._again.popleft() if self._again else next(self._text)
        self._drawn.append(text)
        return text

    def record(self) -> list[str] | None:
        """The cells of the next record, none for an empty line; None where its quotation marks
        are broken. Raises ``EOFError`` at the end."""
        self._drawn = []
        try:
            cells = next(self._reader)
        except StopIteration:
            raise EOFError from None
        except (csv.Error, NeverClosed):
            self._again.extendleft(reversed(self._drawn[1:]))
            del self._drawn[1:]
            cells = None
        self.line += len(self._drawn)
        self.offset += sum(map(size, self._drawn))
        return cells


def size(text: str) -> int:
    """Its bytes in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
