"""The local journal: what is written down while the database does not answer.

One file a process, only ever added to, each record with its length and checksum and on the disk
before ``append`` returns. A worker of the same host takes the records to the diary (``replay``),
which may be done twice: every event knows whether it is there already. A file is removed when all
of it was taken; a record that can never be taken goes to ``rejected/`` and is told of.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from zlib import crc32

from callcenter import lasting
from callcenter.lasting import Lasting

SUFFIX = ".journal"
HEAD = 17  # "llllllll cccccccc": length and checksum in hex, then the record and a line's end
LONGEST = 1024 * 1024
AT_ONCE = 200
RESERVE = 32 * 1024 * 1024  # bytes


class JournalFailed(Exception):
    """Nothing could be written down here: the disk is full or broken."""


class Rejected(Exception):
    """A record that can never be taken, whatever is done; raised by who takes records."""


class Journal:
    """This process's file in ``directory``. Threads take turns."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file = Lasting(directory, suffix=SUFFIX)

    def append(self, record: bytes) -> None:
        """Write ``record`` down for good. Raises :class:`JournalFailed`; nothing is kept then."""
        try:
            self._file.append(_framed(record))
        except OSError as error:
            raise JournalFailed(
                f"[journal] directory: {self._directory} cannot be written ({error.strerror}), so "
                "calls are answered and not written down. Free the disk or point it elsewhere."
            ) from error

    def reserve(self) -> None:
        """Keep some of the disk for later. A disk that has none to spare is no reason to stop."""
        with suppress(OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            path = self._directory / lasting.RESERVE
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                os.posix_fallocate(file, 0, RESERVE)
            finally:
                os.close(file)


@dataclass(frozen=True)
class Backlog:
    """What waits to be taken to the diary. ``oldest_at``: when the oldest file was begun."""

    records: int = 0
    bytes: int = 0
    oldest_at: datetime | None = None
    rejected: int = 0


def backlog(directory: Path) -> Backlog:
    """What stands in the journals of this host."""
    records = size = 0
    oldest: float | None = None
    for path in _files(directory):
        with suppress(FileNotFoundError):  # taken at this moment
            lines = _lines(path)
            if lines:
                told = path.stat()
                records, size = records + lines, size + told.st_size
                oldest = min(oldest or told.st_mtime, told.st_mtime)
    rejected = sum(1 for _ in (directory / "rejected").glob("*.record"))
    at = datetime.fromtimestamp(oldest, UTC) if oldest is not None else None
    return Backlog(records, size, at, rejected)


def standing(directory: Path) -> Iterator[bytes | None]:
    """Every record that stands in the journals of this host; None in place of a line that is cut
    off or altered."""
    for path in _files(directory):
        with suppress(FileNotFoundError):  # taken at this moment
            torn: list[bytes] = []
            for _, record in _records(path, 0, torn.append):
                yield from [None] * len(torn)
                torn.clear()
                yield record
            yield from [None] * len(torn)


def _lines(path: Path) -> int:
    with path.open("rb") as file:
        return sum(some.count(b"\n") for some in iter(lambda: file.read(1 << 20), b""))


class Replay:
    """Takes the journals of a directory to the diary; remembers how far each was taken."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._taken: dict[Path, int] = {}

    def run(self, take: Callable[[Sequence[bytes]], None]) -> int:
        """Give the records to ``take``, in order, some at a time, and remove what was taken whole.

        What ``take`` raises ends it, and the records come again the next time; only after
        :class:`Rejected` they come one by one, and what is rejected again is put aside. Gives
        how many were taken.
        """
        count = 0
        for path in _files(self._directory):
            with suppress(FileNotFoundError):  # another worker of this host was first
                put_aside = partial(_put_aside, self._directory, why="damaged")
                records = _records(path, self._taken.get(path, 0), put_aside)
                while some := list(islice(records, AT_ONCE)):
                    self._take(take, [record for _, record in some])
                    self._taken[path] = some[-1][0]
                    count += len(some)
                self._remove_if_done(path)
        return count

    def _take(self, take: Callable[[Sequence[bytes]], None], some: Sequence[bytes]) -> None:
        try:
            take(some)
        except Rejected as reason:
            if len(some) == 1:
                _put_aside(self._directory, some[0], why=str(reason))
                return
            for record in some:
                self._take(take, [record])

    def _remove_if_done(self, path: Path) -> None:
        """Remove a file of which all was taken, while nobody can be adding to it."""
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            rest = os.fstat(file).st_size - self._taken.get(path, 0)
            if rest and next(_records(path, self._taken.get(path, 0), lambda _: None), None):
                return  # came since
            if rest:  # the end of a record whose process died: it was never answered for
                _put_aside(self._directory, path.read_bytes()[-rest:], why="cut off")
            path.unlink()
            self._taken.pop(path, None)
        except BlockingIOError:
            return  # somebody adds to it now
        finally:
            os.close(file)


def _framed(record: bytes) -> bytes:
    return b"%08x %08x" % (len(record), crc32(record)) + record + b"\n"


def _files(directory: Path) -> list[Path]:
    return sorted(directory.glob(f"*{SUFFIX}"), key=lambda path: path.name)


def _records(
    path: Path, start: int, damaged: Callable[[bytes], None]
) -> Iterator[tuple[int, bytes]]:
    """The whole records from ``start`` on, each with where it ends. A line that is none is given
    to ``damaged``; one without an end may still be written to, and ends the file."""
    with path.open("rb") as file:
        file.seek(start)
        position = start
        while head := file.read(HEAD):
            record = _record(head, file)
            if record is None:
                file.seek(position)
                torn = file.readline()
                if not torn.endswith(b"\n"):
                    return
                position += len(torn)
                damaged(torn)
                continue
            position += HEAD + len(record) + 1
            yield position, record


def _record(head: bytes, file: object) -> bytes | None:
    try:
        length, checksum = (int(part, 16) for part in head.split(b" "))
    except ValueError:
        return None
    if len(head) < HEAD or length > LONGEST:
        return None
    record = file.read(length + 1)  # type: ignore[attr-defined]
    whole = len(record) == length + 1 and record.endswith(b"\n")
    return record[:-1] if whole and crc32(record[:-1]) == checksum else None


def _put_aside(directory: Path, record: bytes, *, why: str) -> None:
    """Keep what could not be taken, for people to look at. The same record is kept once."""
    folder = directory / "rejected"
    folder.mkdir(exist_ok=True)
    name = f"{crc32(record):08x}-{len(record)}.record"
    (folder / name).write_bytes(record)
    (folder / name).chmod(0o600)
    (folder / f"{name}.why").write_text(why + "\n", "utf-8")
