"""A source that holds its applicants in memory: for trying out, and for lists of a few."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from callcenter.applicants.source import Known, SourceDown


class MemorySource:
    """Knows who is in ``known``, by NIK. ``down``: plays a source that does not answer."""

    def __init__(self, *, name: str, known: Mapping[str, Known] | None = None) -> None:
        self.name = name
        self.known = dict(known or {})
        self.down = False

    def ask(self, nik: str) -> Known | None:
        if self.down:
            raise SourceDown(f"{self.name} does not answer")
        return self.known.get(nik)

    def refresh(self, now: datetime) -> None:
        if self.down:
            raise SourceDown(f"{self.name} does not answer")
