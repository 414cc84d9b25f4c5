"""Calls from another switch (interface.md, "Importing calls")."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.rules.events.base import Event


@dataclass(frozen=True, kw_only=True)
class AgentRang(Event):
    """An agent's telephone rang."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class RingTimedOut(Event):
    """An agent did not answer in time."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class AgentAnswered(Event):
    """An agent and the caller were connected."""

    agent: str


@dataclass(frozen=True, kw_only=True)
class HoldStarted(Event):
    """The caller was put on hold. ``offer``: in which of our own conferences."""

    offer: int = 0


@dataclass(frozen=True, kw_only=True)
class HoldEnded(Event):
    """The caller was taken back."""

    offer: int = 0


@dataclass(frozen=True, kw_only=True)
class Transferred(Event):
    """The caller went from this agent to another queue or agent."""

    to: str


@dataclass(frozen=True, kw_only=True)
class CallerHungUp(Event):
    """The call ended; ``by``: ``caller``, ``agent``, ``system`` or empty where unknown."""

    by: str = ""


@dataclass(frozen=True, kw_only=True)
class AfterCallEnded(Event):
    """The agent finished the after-call work."""

    agent: str = ""


@dataclass(frozen=True, kw_only=True)
class CallBackRequested(Event):
    """The caller asked to be called back. Ours name the ``window`` (rules/calendar.py), from when
    on that is (``due_at``, ISO), and the need that was chosen; another switch's name nothing."""

    window: str = ""
    due_at: str = ""
    language: str = ""
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class CallBackAnswered(Event):
    """An agent reached a caller who had asked for it."""

    agent: str = ""


@dataclass(frozen=True, kw_only=True)
class CallBackEnded(Event):
    """That conversation ended."""


@dataclass(frozen=True, kw_only=True)
class IvrResult(Event):
    """What the menu gave: ``contained`` with a result, or not."""

    result: str


@dataclass(frozen=True, kw_only=True)
class OutcomeNoted(Event):
    """What came of an imported call: an outcome or a disposition."""

    code: str
    reason: str = "application_status"
