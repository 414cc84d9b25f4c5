"""What a caller does, from the first ring to the carrier's last word."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.rules.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CallArrived(Event):
    """The first we hear of a call. ``center`` is that of the line dialled, for ever."""

    line: str
    center: str
    withheld: bool = False
    test: bool = False
    channel: str = "call"


@dataclass(frozen=True, kw_only=True)
class CallBlocked(Event):
    """Refused before any queue (``closed``, ``no_line``, ``blacklist``); nothing was recorded for
    the caller."""

    why: str


@dataclass(frozen=True, kw_only=True)
class CenterClosed(Event):
    """The caller came, or asked for a person, outside the hours. Whether the call was refused is
    decided by what follows: see rules/calls/settling.py."""


@dataclass(frozen=True, kw_only=True)
class CallResumed(Event):
    """The caller of ``before``, who had hung up while waiting, calls again: what was answered then
    need not be asked, and the place is kept. ``since`` and ``behind`` (ISO): when that caller
    began to wait, and when they left the line: whoever was in it at that moment and still is comes
    first."""

    before: str
    since: str
    behind: str
    language: str = "id"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CallCrowded(Event):
    """One of many calls a minute from one number. Those with the same ``crowd`` (the id of the
    first of them) hold one place in the queue together."""

    crowd: str


@dataclass(frozen=True, kw_only=True)
class LanguageChosen(Event):
    """The caller chose, or by silence accepted, a language."""

    language: str
    goes: str


@dataclass(frozen=True, kw_only=True)
class MenuChosen(Event):
    """The caller chose an option; ``reason`` is the need that it stands for, if any."""

    answer: str
    goes: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class InputMissed(Event):
    """A key that is no option, or silence. ``answer``: a word of the menu for what was wrong with
    a number, never the number."""

    answer: str = ""


@dataclass(frozen=True, kw_only=True)
class MenuAbandoned(Event):
    """Too many misses: the caller goes to a person, nobody is cut off for not knowing keys."""

    goes: str


@dataclass(frozen=True, kw_only=True)
class StatusAsked(Event):
    """A status was looked up by keypad: ``verified``, ``unverified`` or ``down``. Neither what was
    keyed nor the status is here."""

    result: str


@dataclass(frozen=True, kw_only=True)
class MessageLeft(Event):
    """The caller left a message. ``recording``: the carrier's id of it, never an address."""

    recording: str
    duration_s: int
    goes: str


@dataclass(frozen=True, kw_only=True)
class RecordingMoved(Event):
    """What became of a recording: ``kept`` by us or ``absent``, then ``deleted`` at the carrier or
    ``gone`` there."""

    recording: str
    result: str


@dataclass(frozen=True, kw_only=True)
class SurveyAnswered(Event):
    """After the conversation: ``solved`` (``yes``, ``partly``, ``no``) or ``satisfied`` (``1`` to
    ``5``); an empty answer is silence."""

    question: str
    answer: str
    goes: str


@dataclass(frozen=True, kw_only=True)
class CallBackTaken(Event):
    """A request for a call back (the id of its event) stands on this ticket: on that of an open
    request from the same number, if there was one."""

    request: str
    ticket: str


@dataclass(frozen=True, kw_only=True)
class QueueEntered(Event):
    """The caller stands in a queue; ``entry`` counts the times (2 and more: an agent was
    lost)."""

    queue: str
    entry: int
    reason: str = ""
    language: str = "id"


@dataclass(frozen=True, kw_only=True)
class Waited(Event):
    """One turn of the wait document; ``position`` is our floor's, None while it cannot be
    read. ``estimate_s``: in how many seconds, rounded up, somebody should be there by
    rules/estimate.py, None where nobody can tell; ``told``: whether the caller was told."""

    entry: int
    position: int | None = None
    queue_sid: str = ""
    estimate_s: int | None = None
    told: bool = False


@dataclass(frozen=True, kw_only=True)
class WaitEnded(Event):
    """The caller leaves the queue on our word: ``goes`` names the node that follows."""

    entry: int
    goes: str


@dataclass(frozen=True, kw_only=True)
class QueueLeft(Event):
    """The carrier says how a stay in the queue ended (its nine QueueResults)."""

    entry: int
    result: str
    waited_s: int | None = None
    queue_sid: str = ""


@dataclass(frozen=True, kw_only=True)
class CallReported(Event):
    """The carrier's word on the caller's call; the terminal ones end it."""

    status: str
    duration_s: int | None = None
