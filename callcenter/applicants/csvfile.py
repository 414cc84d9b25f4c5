"""Snapshots as CSV files: one dated list of applicants, in UTF-8, with a header row.

A file that cannot be what it should be is refused whole, before a row of it is read, with one
sentence (``textfile`` looks at its bytes). A row that cannot is refused alone (``rows``). Reading
keeps no more than a row in memory, and some 30 bytes for each NIK, so that one that comes twice is
told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from callcenter.applicants import textfile
from callcenter.applicants.lines import Lines
from callcenter.applicants.niktable import NikTable
from callcenter.applicants.rows import COLUMNS, NOT_KEPT, REQUIRED, Row, understand
from callcenter.applicants.textfile import FileRefused

__all__ = ["FileRefused", "Record", "Snapshot", "snapshot"]

SAMPLE = 1000  # rows looked at for the marks of a spreadsheet
ENOUGH = 20  # long numbers that all end in 0: by chance once in a hundred million million million
HEADER = f"The first line must name the columns: {','.join(COLUMNS)}"


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in the file. ``cells`` is None where they cannot be told apart;
    ``offset``: the bytes before it, a byte order mark left out."""

    line: int
    offset: int
    cells: list[str] | None


@dataclass(frozen=True)
class Columns:
    """Which cell is what. ``ignored``: names of columns that we have no use for."""

    places: Mapping[str, int]
    width: int
    ignored: tuple[str, ...]


@dataclass(frozen=True)
class Snapshot:
    """An open file that looks like a list of applicants. ``digest``: SHA-256 of its bytes."""

    digest: str
    columns: Columns
    file: BinaryIO = field(repr=False)

    def rows(self, *, today: date, as_of: datetime) -> Iterator[Row]:
        """Every row in order, understood or refused. ``today``: the WIB day by which ages are
        told; ``as_of``: when the list was so. May be asked again after the end."""
        met = NikTable()
        for record in records(self.file):
            row = understood(record, self.columns, today=today, as_of=as_of)
            if row.applicant and (first := met.put(row.applicant.nik, record.line)) is not None:
                row.fault("nik", "repeated", first)
            yield row


@contextmanager
def snapshot(path: Path) -> Iterator[Snapshot]:
    """Open a file for reading its rows. Raises :class:`FileRefused`.

    Its bytes are gone through once before the first row, so that nothing is taken from a file of
    which the end is no text.
    """
    with textfile.opened(path) as file:
        digest = textfile.digest(path, file)
        columns = _columns(path, next(_everything(file), None))
        sample = [record.cells for record in islice(records(file), SAMPLE) if record.cells]
        for name in ("nik", "kk_number"):
            place = columns.places.get(name)
            if place is not None and _rounded([it[place] for it in sample if place < len(it)]):
                raise FileRefused(
                    f"{path}: every number in column {name} ends in 0, so a spreadsheet has "
                    "rounded them and nobody could be found. Export the list again from its "
                    "origin, with that column as text."
                )
        yield Snapshot(digest, columns, file)


def records(file: BinaryIO) -> Iterator[Record]:
    """The records below the header. Empty ones, which spreadsheets leave at the end, are none."""
    return islice(_everything(file), 1, None)


def understood(record: Record, columns: Columns, *, today: date, as_of: datetime) -> Row:
    """The row of a record, or why it is refused."""
    cells = record.cells
    if cells is None or len(cells) != columns.width:
        row = Row(record.line)
        row.fault("", "quotes" if cells is None else "columns")
        return row
    named = {name: cells[place] for name, place in columns.places.items()}
    return understand(record.line, named, today=today, as_of=as_of)


def _everything(file: BinaryIO) -> Iterator[Record]:
    """The header and the records, without the empty ones."""
    same = os.dup(file.fileno())  # its end must not be the file's
    with open(same, encoding="utf-8-sig", newline="") as text:
        text.seek(0)
        lines = Lines(text)
        while True:
            line, offset = lines.line + 1, lines.offset
            try:
                cells = lines.record()
            except EOFError:
                return
            if cells is None or any(map(str.strip, cells)):
                yield Record(line, offset, cells)


def _columns(path: Path, header: Record | None) -> Columns:
    """The columns by the header. Its words are not quoted where they may be somebody's row."""
    names = [name.strip().casefold() for name in header.cells or ()] if header else []
    missing = [name for name in REQUIRED if name not in names]
    twice = sorted({name for name in names if name in COLUMNS and names.count(name) > 1})
    if missing and len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
        raise FileRefused(
            f"{path}: its columns are not parted by commas, so they cannot be told apart. "
            f"{textfile.MAKE_CSV}"
        )
    if missing:
        raise FileRefused(
            f"{path}: column {' and '.join(missing)} is missing, so nobody could be found by it. "
            f"{HEADER}"
        )
    if twice:
        raise FileRefused(
            f"{path}: column {' and '.join(twice)} is there twice, so one would hide the other. "
            "Remove one of them."
        )
    kept = set(COLUMNS).difference(NOT_KEPT)
    places = {name: place for place, name in enumerate(names) if name in kept}
    ignored = tuple(name[:40] or "(no name)" for name in names if name not in places)
    return Columns(places, len(names), ignored)


def _rounded(column: Sequence[str]) -> bool:
    """Whether a spreadsheet kept fifteen digits of sixteen and filled up with 0."""
    numbers = [cell.strip() for cell in column]
    long = [number for number in numbers if len(number) == 16 and number.isdecimal()]
    return len(long) >= ENOUGH and all(number.endswith("0") for number in long)
