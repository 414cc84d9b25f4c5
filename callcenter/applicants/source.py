"""What every source of applicants is like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from callcenter.rules.applicant import Applicant


@dataclass(frozen=True)
class Known:
    """What a source knows of somebody, and when that was so."""

    applicant: Applicant
    as_of: datetime


class SourceDown(Exception):
    """The source cannot answer now: go on with what the registry remembers, and say its age."""


class ApplicantSource(Protocol):
    """Somebody who knows applicants by their NIK."""

    name: str

    def ask(self, nik: str) -> Known | None:
        """What is known under this NIK (16 digits), None where there is nobody.

        Raises :class:`SourceDown`; a source that is down has not said that there is nobody.
        """

    def refresh(self, now: datetime) -> None:
        """Bring up to date what is kept in memory; takes its time, so no caller may wait for it.

        Raises :class:`SourceDown`, and goes on answering from what it had.
        """
