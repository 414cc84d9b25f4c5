"""A CSV snapshot as a source: asked by NIK, without an import and without the file in memory."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from callcenter.applicants import csvfile
from callcenter.applicants.lines import LONGEST_LINE, Lines
from callcenter.applicants.niktable import NikTable
from callcenter.applicants.source import Known, SourceDown
from callcenter.rules import wib

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Read:
    """What is kept of a file: where each NIK stands, and which file that was."""

    file: tuple[int, int, int]
    columns: csvfile.Columns
    offsets: NikTable
    as_of: datetime


class CsvSource:
    """Answers from ``file``. What a list says is as of its last change on disk."""

    def __init__(self, *, name: str, file: Path) -> None:
        self.name = name
        self._path = file
        self._read: Read | None = None

    def ask(self, nik: str) -> Known | None:
        read = self._read
        if read is None:
            raise SourceDown(f"{self.name}: the list has not been read yet")
        offset = read.offsets.get(nik)
        try:
            with self._path.open("rb") as file:
                if _identity(file.fileno()) != read.file:
                    raise SourceDown(f"{self.name}: the list has changed and is not read yet")
                text = os.pread(file.fileno(), LONGEST_LINE, offset) if offset else b""
        except OSError as error:
            raise SourceDown(f"{self.name}: the list cannot be opened") from error
        return self._known(read, text.decode(errors="ignore")) if text else None

    def refresh(self, now: datetime) -> None:
        """Read the file again if it is another one; takes some 20 s for a million rows."""
        try:
            with csvfile.snapshot(self._path) as snapshot:
                file = _identity(snapshot.file.fileno())
                if self._read is None or self._read.file != file:
                    self._read = _index(snapshot, file, now)
        except csvfile.FileRefused as error:
            raise SourceDown(f"{self.name}: {error}") from error

    def _known(self, read: Read, text: str) -> Known | None:
        record = csvfile.Record(0, 0, Lines(io.StringIO(text, newline="")).record())
        today = wib.day_of(read.as_of)
        row = csvfile.understood(record, read.columns, today=today, as_of=read.as_of)
        return Known(row.applicant, read.as_of) if row.applicant else None


def _index(snapshot: csvfile.Snapshot, file: tuple[int, int, int], now: datetime) -> Read:
    """Where each applicant stands. Rows that are refused are nobody."""
    as_of = min(now, datetime.fromtimestamp(file[1] / 1e9, UTC))
    today, offsets = wib.day_of(as_of), NikTable()
    begins = len(BYTE_ORDER_MARK) if _has_mark(snapshot) else 0
    for record in csvfile.records(snapshot.file):
        row = csvfile.understood(record, snapshot.columns, today=today, as_of=as_of)
        if row.applicant:
            offsets.put(row.applicant.nik, begins + record.offset)
    return Read(file, snapshot.columns, offsets, as_of)


def _has_mark(snapshot: csvfile.Snapshot) -> bool:
    return os.pread(snapshot.file.fileno(), 3, 0) == BYTE_ORDER_MARK


def _identity(file: int) -> tuple[int, int, int]:
    """What changes when a file is replaced or written to."""
    told = os.fstat(file)
    return told.st_ino, told.st_mtime_ns, told.st_size
