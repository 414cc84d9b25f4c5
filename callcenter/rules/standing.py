"""Where one caller stands in the dialogue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from callcenter.rules import events
from callcenter.rules.events import Event


@dataclass(frozen=True)
class Finding:
    """What a look-up of somebody's status gave. ``word``: ``verified``, ``unverified`` or
    ``down``; the rest only where verified: ``status`` is a code of rules/statuses.py, empty where
    no source has spoken yet, and ``as_of`` is when the source knew it."""

    word: str
    status: str = field(default="", repr=False)
    as_of: datetime | None = None
    wave: int | None = None


@dataclass(frozen=True)
class Dialogue:
    """Where one caller stands. It travels sealed in the next URL, so any process can go on.

    ``number``, ``nik``, ``keyed`` and ``found`` may be personal: they are in the token only,
    never in an event, and never shown by ``repr``.
    """

    call: str
    center: str = ""
    line: str = ""
    node: str = "language"
    language: str = "id"
    turn: int = 0
    misses: int = 0
    missed: str = ""  # what was wrong with the last answer, for the words that say so
    reason: str = ""
    found: str = ""  # what a keyed number was read as: a regency
    closed: bool = False  # the caller knows that nobody is there
    checks: int = 0  # look-ups of a status in this call that found nothing
    number: str = field(default="", repr=False)  # where to call back, E.164
    keyed: str = field(default="", repr=False)  # the last number that was keyed in
    nik: str = field(default="", repr=False)
    finding: Finding | None = field(default=None, repr=False)
    window: str = ""  # when to call back, and from when on that is
    due_at: datetime | None = None
    ticket: str = ""  # the number of the ticket that was made
    entry: int = 0  # how many times this caller entered the queue
    waits: int = 0  # wait documents heard since then
    pressed: int = 0  # of these, those that a key without a meaning brought
    alone: int = 0  # of these the last in a row in which no floor was there
    arrived_at: datetime | None = None
    at: datetime | None = None  # when the last answer came
    queued_at: datetime | None = None
    crowded: bool = False  # one of many calls from one number
    thread: str = "ivr"  # in which the turns are counted

    def event(self, kind: type[Event], *, n: int = 0, at: datetime, **body: Any) -> Event:
        """An event of this turn: a repeated webhook computes the same id."""
        return kind(
            subject=events.call(self.call),
            thread=self.thread,
            turn=str(self.turn),
            n=n,
            at=at,
            **body,
        )
