"""Whether a file is what it should be: a text in UTF-8, told from its bytes before it is read."""

from __future__ import annotations

import hashlib
import os
import re
from codecs import getincrementaldecoder
from itertools import pairwise
from pathlib import Path
from stat import S_ISREG
from typing import Any, BinaryIO

from callcenter.applicants.lines import LONGEST_LINE

LARGEST = 1 << 30  # bytes: five million applicants take about 750 million
CHUNK = 1 << 20
NEWLINE = b"\n"
LINE_END = re.compile(rb"[\r\n]")

MAKE_CSV = 'Save it as "CSV UTF-8 (comma delimited)" and import that.'
UTF_16 = f'is "Unicode text" (UTF-16), so its names cannot be read. {MAKE_CSV}'
PACKED = f"is a workbook or another packed file, so it holds no lines to read. {MAKE_CSV}"
SIGNS = {b"\xff\xfe": UTF_16, b"\xfe\xff": UTF_16, b"PK\x03\x04": PACKED, b"\x1f\x8b": PACKED}
NOT_UTF_8 = f"is not in UTF-8, so names would be spoilt. {MAKE_CSV}"
NUL = f"holds NUL bytes, so this is no text in UTF-8. {MAKE_CSV}"
TOO_LONG = f"is longer than {LONGEST_LINE} bytes, so this is no list of applicants. {MAKE_CSV}"
CUT_OFF = "ends in the middle of a letter, so the file is not whole. Copy it again."


class FileRefused(Exception):
    """The file as a whole cannot be read; the text is the sentence for the operator."""


def opened(path: Path) -> BinaryIO:
    """The file, open, not empty and not too large. Raises :class:`FileRefused`, at once."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileRefused(
            f"{path}: cannot be opened ({error.strerror}), so nothing was read. Correct the name, "
            "or let this user read it."
        ) from error
    told = os.fstat(file.fileno())
    wrong = ""
    if not S_ISREG(told.st_mode):
        wrong = "is no plain file, so it cannot be gone through twice. Save it as one first."
    elif not told.st_size:
        wrong = "is empty, so there is nothing to read. Export it again."
    elif told.st_size > LARGEST:
        wrong = (
            f"is larger than {LARGEST >> 30} GiB, more than five million applicants take, so it "
            "was not read. Split it, each part with the header."
        )
    if wrong:
        file.close()
        raise FileRefused(f"{path}: {wrong}")
    return file


def digest(path: Path, file: BinaryIO) -> str:
    """SHA-256 of the file, in hexadecimal, all of which is text with lines of a sensible length.

    Takes a second for 500 MB. Raises :class:`FileRefused` naming the line.
    """
    whole, decoder = hashlib.sha256(), getincrementaldecoder("utf-8")()
    line, begun = 1, 0  # the line in which a chunk ends, and how much of it is behind us
    for chunk in iter(lambda: file.read(CHUNK), b""):
        whole.update(chunk)
        wrong = _not_text(chunk, decoder, first=line == 1 and not begun)
        ends = [-1 - begun, *(mark.start() for mark in LINE_END.finditer(chunk)), len(chunk)]
        for start, end in pairwise(ends):
            if wrong is None and end - start > LONGEST_LINE + 1:
                wrong = max(start + 1, 0), TOO_LONG
        if wrong:
            at, sentence = wrong
            raise FileRefused(f"{path}: line {line + chunk.count(NEWLINE, 0, at)} {sentence}")
        line += chunk.count(NEWLINE)
        begun = ends[-1] - ends[-2] - 1
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise FileRefused(f"{path}: line {line} {CUT_OFF}") from None
    return whole.hexdigest()


def _not_text(chunk: bytes, decoder: Any, *, first: bool) -> tuple[int, str] | None:
    """Where a chunk stops being text, and what to say of it."""
    if first:
        for sign, sentence in SIGNS.items():
            if chunk.startswith(sign):
                return 0, sentence
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as error:
        return error.start, NOT_UTF_8
    at = chunk.find(b"\0")
    return None if at < 0 else (at, NUL)
