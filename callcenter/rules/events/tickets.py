"""Tickets and the counts of the posko."""

from __future__ import annotations

from dataclasses import dataclass, field

from callcenter.rules.events.base import Event


@dataclass(frozen=True, kw_only=True)
class TicketOpened(Event):
    """A confirmation request. ``channel``: call, callback, manual, posko, ivr, voicemail."""

    number: str
    channel: str
    center: str
    agent: str = ""
    call: str = ""
    line: str = ""
    person: str = ""
    test: bool = False


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(Event):
    """What came of it. The fields a rule asks for (rules/outcomes.py) are in ``given``."""

    reason: str
    outcome: str
    agent: str = ""
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CallBackPromised(Event):
    """The telephone itself promised a call back, without an agent: it confirms nothing yet.
    ``call``: in which it was asked for."""

    window: str
    due_at: str
    call: str
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class OutcomeCorrected(Event):
    """A supervisor or the agent corrected it; the first time stays."""

    reason: str
    outcome: str
    agent: str = ""
    why: str = ""
    given: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class TicketVoided(Event):
    """A supervisor says with a reason that it is none."""

    by: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ReceiptBegun(Event):
    """An SMS with the ticket's number is about to be sent: once a ticket."""


@dataclass(frozen=True, kw_only=True)
class ReceiptReported(Event):
    """How the SMS stands, in the carrier's word. ``message``: the carrier's id of it."""

    message: str
    status: str


@dataclass(frozen=True, kw_only=True)
class PersonLinked(Event):
    """The ticket is about this person."""

    person: str
    agent: str = ""


@dataclass(frozen=True, kw_only=True)
class PoskoCounted(Event):
    """How many people a posko assisted on this day; a later count replaces an earlier one."""

    posko: int
    day: str
    assisted: int
    by: str
