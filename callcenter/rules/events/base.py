"""What every event has in common: its place in the diary, and the id computed from that place.

- **Questions we put** (a menu turn, an offer, a form version): the kind is not part of the id,
  so the answers to one question exclude each other and the first wins.
- **Reports of the carrier**: ``turn`` holds the status, the sequence number and a hash of the
  body (see :func:`report`), so reports never exclude each other.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache, cached_property
from hashlib import blake2b
from typing import Any, ClassVar

EVENTS: dict[str, type[Event]] = {}
BASE = ("subject", "thread", "turn", "n", "at")


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened. ``subject``: ``call:SID``, ``agent:ID``, ``ticket:ID``,
    ``center:CODE`` or ``posko:NO:DAY``; ``thread`` and ``turn`` name the question within it;
    ``n`` counts the events of one turn, and the one with ``n = 0`` decides whether it is new.
    """

    subject: str
    thread: str
    turn: str
    n: int = 0
    at: datetime

    kind: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.kind = cls.__name__
        EVENTS[cls.kind] = cls

    @cached_property
    def id(self) -> str:
        return event_id(self.subject, self.thread, self.turn, self.n)

    @property
    def leader_id(self) -> str:
        """The id of the event that decides whether this one's turn is new."""
        return event_id(self.subject, self.thread, self.turn) if self.n else self.id

    @property
    def of(self) -> str:
        """The id within the subject: the call's SID, the agent's or the ticket's id."""
        return self.subject.partition(":")[2]

    def body(self) -> dict[str, Any]:
        """What this kind adds to the common fields: JSON values only."""
        return {name: getattr(self, name) for name in _added(self.kind)}


@cache
def _added(kind: str) -> tuple[str, ...]:
    return tuple(f.name for f in fields(EVENTS[kind]) if f.name not in BASE)


def event_id(subject: str, thread: str, turn: str, n: int = 0) -> str:
    """32 hex digits that stand for this place in this thread, and for nothing else."""
    place = "\x1f".join((subject, thread, turn, str(n)))
    return blake2b(place.encode(), digest_size=16).hexdigest()


def report(word: str, sequence: str, body: bytes) -> str:
    """The turn of a carrier's report: some carriers number every report 0, hence the hash."""
    return f"{word}:{sequence}:{blake2b(body, digest_size=6).hexdigest()}"


def call(sid: str) -> str:
    """The subject of everything about one call."""
    return f"call:{sid}"


def agent(agent_id: str) -> str:
    """The subject of an agent's presence."""
    return f"agent:{agent_id}"


def ticket(ticket_id: str) -> str:
    """The subject of everything about one ticket."""
    return f"ticket:{ticket_id}"


def center(code: str) -> str:
    """The subject of what becomes of a center as a whole."""
    return f"center:{code}"


def posko(number: int, day: str) -> str:
    """The subject of one posko's count of one WIB day (ISO)."""
    return f"posko:{number}:{day}"
