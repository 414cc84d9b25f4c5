"""A day's sheet of counts: what was reported, what was typed, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext as _

from callcenter.records.posko import FIRST, Count
from callcenter.rules import wib
from callcenter.rules.policy import Posko

MOST = 5_000  # nobody assists more in a day: it is a slip of the keys
WHOLE = re.compile(r"\d{1,6}|\d{1,3}\.\d{3}", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One posko: its newest count, and what stands in its field. Unlike 0, ``None`` means that it
    has not reported."""

    posko: Posko
    count: Count | None
    text: str
    version: str
    fault: str = ""

    @property
    def assisted(self) -> int | None:
        """What is typed, as a number."""
        return int(self.text.replace(".", "")) if WHOLE.fullmatch(self.text) else None

    def typed(self, text: str, version: str) -> Line:
        """The line as a form brought it."""
        line = replace(self, text=text.strip(), version=version)
        return replace(line, fault=line.refused())

    def refused(self) -> str:
        """Why what is typed is no count."""
        if self.assisted is None:
            return _("Tulis angka bulat, misalnya 12. Tulis 0 jika tidak ada yang dibantu.")
        if self.assisted > MOST:
            return _("Lebih dari 5.000 orang sehari tidak mungkin. Periksa angkanya.")
        return ""

    def overtaken(self, newest: Count) -> Line:
        """Somebody was quicker: both numbers are shown, and sending again replaces theirs."""
        told = _(
            "Baru saja diisi %(n)s oleh %(who)s. Simpan lagi jika angka Anda yang benar.",
            n=wib.thousands(newest.assisted),
            who=newest.by,
        )
        return replace(self, count=newest, version=newest.version, fault=told)


@dataclass(frozen=True)
class Sheet:
    """The lines of a day, those not reported first."""

    day: date
    lines: tuple[Line, ...]

    def typed(self, form: Mapping[str, str]) -> Sheet:
        """The sheet with what a form says; lines that it leaves as they were are as they were."""
        return replace(self, lines=tuple(_typed(line, form) for line in self.lines))

    @property
    def changed(self) -> tuple[Line, ...]:
        """The lines that somebody typed in."""
        return tuple(line for line in self.lines if line.fault or line.text != _text(line.count))

    def holding(self, faulty: Iterable[Line]) -> Sheet:
        """The sheet with these lines as they were typed, each with its fault."""
        kept = {line.posko.number: line for line in faulty}
        return replace(self, lines=tuple(kept.get(line.posko.number, line) for line in self.lines))

    @property
    def total(self) -> int:
        """People assisted, at the posko that have reported."""
        return sum(line.count.assisted for line in self.lines if line.count)

    @property
    def reported(self) -> int:
        return sum(line.count is not None for line in self.lines)

    @property
    def missing(self) -> int:
        return len(self.lines) - self.reported

    @property
    def faulty(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.fault)

    @property
    def begins_at(self) -> int | None:
        """The posko whose field the keyboard goes to first."""
        wanting = self.faulty or tuple(line for line in self.lines if line.count is None)
        return wanting[0].posko.number if wanting else None


def sheet(day: date, posko: Iterable[Posko], counts: Mapping[int, Count]) -> Sheet:
    """The sheet as it stands, those not reported first."""
    lines = [_line(one, counts.get(one.number)) for one in posko]
    missing_first = sorted(lines, key=lambda line: (line.count is not None, line.posko.number))
    return Sheet(day, tuple(missing_first))


def _line(posko: Posko, count: Count | None) -> Line:
    return Line(posko, count, _text(count), count.version if count else FIRST)


def _text(count: Count | None) -> str:
    return str(count.assisted) if count else ""


def _typed(line: Line, form: Mapping[str, str]) -> Line:
    number = line.posko.number
    text = form.get(f"assisted-{number}", "").strip()
    if text == form.get(f"was-{number}", ""):
        return line
    return line.typed(text, form.get(f"version-{number}", FIRST)[:40])
