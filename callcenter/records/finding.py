"""What a look at the records finds: one line for the operator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """``subject``: audit, journal, orphans, sealing, derived. ``count``: of how many rows it is
    told. ``text``: what, how many, and what to do; without personal data."""

    subject: str
    count: int
    text: str
