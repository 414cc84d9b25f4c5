"""What becomes of a center as a whole: what people choose, and what its desks' silence says."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.rules.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CenterStateChosen(Event):
    """Somebody chose ``open``, ``draining`` or ``closed`` (rules/centers.py). ``by``: a user's id;
    ``why``: a code."""

    state: str
    by: str
    why: str


@dataclass(frozen=True, kw_only=True)
class CenterWentDark(Event):
    """None of the center's desks is heard any more. ``desks``: how many were at work."""

    desks: int


@dataclass(frozen=True, kw_only=True)
class CenterCameBack(Event):
    """One of its desks is heard again."""
