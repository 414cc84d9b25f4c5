"""Offers, the agent's side of a call, and the agents' own states."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.rules.events.base import Event


@dataclass(frozen=True, kw_only=True)
class CallOffered(Event):
    """A waiting caller is offered to an agent: the desk pops up and the agent's phone rings."""

    offer: int
    entry: int
    agent: str
    center: str
    overflow: bool = False


@dataclass(frozen=True, kw_only=True)
class OfferAccepted(Event):
    """Ends the ring. ``how``: ``key`` on the own phone, ``desk`` by a click."""

    offer: int
    agent: str
    how: str


@dataclass(frozen=True, kw_only=True)
class OfferDeclined(Event):
    """The agent, or the agent's phone (``busy``, ``no-answer``, ``failed``), said no."""

    offer: int
    agent: str
    why: str


@dataclass(frozen=True, kw_only=True)
class OfferExpired(Event):
    """Nobody took the offer in time."""

    offer: int
    agent: str


@dataclass(frozen=True, kw_only=True)
class OfferWithdrawn(Event):
    """The caller left or the agent signed out: no miss, no ``away``."""

    offer: int
    agent: str
    why: str


@dataclass(frozen=True, kw_only=True)
class CallerFetched(Event):
    """The caller is being called out of the queue, into the conference with the agent."""

    offer: int
    entry: int
    agent: str


@dataclass(frozen=True, kw_only=True)
class LegReported(Event):
    """The carrier's word on the agent's leg."""

    offer: int
    agent: str
    leg: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ParticipantJoined(Event):
    """One of the two (``caller``, ``agent``) came into the conference."""

    offer: int
    role: str
    leg: str = ""
    conference: str = ""


@dataclass(frozen=True, kw_only=True)
class ParticipantLeft(Event):
    """One of the two left it."""

    offer: int
    role: str
    leg: str = ""
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class HangUpAsked(Event):
    """The agent ended the conversation at the desk."""

    offer: int
    agent: str


@dataclass(frozen=True, kw_only=True)
class HandlingEnded(Event):
    """The agent's part is over. ``talked`` tells whether wrap-up follows; ``why``:
    ``caller_left``, ``agent_left``, ``agent_lost``, ``caller_gone``, ``refused``."""

    offer: int
    agent: str
    talked: bool
    why: str


@dataclass(frozen=True, kw_only=True)
class WrapUpEnded(Event):
    """The agent is free again. ``by``: ``agent``, ``clock`` or ``lost``."""

    offer: int
    agent: str
    by: str


@dataclass(frozen=True, kw_only=True)
class CommandRefused(Event):
    """The carrier refused a command for good."""

    offer: int
    what: str
    code: int


@dataclass(frozen=True, kw_only=True)
class StateChosen(Event):
    """``available``, ``break``, ``away`` or ``offline``; ``by``: ``agent``, ``floor``,
    ``supervisor``, ``import``."""

    state: str
    center: str = ""
    reason: str = ""
    by: str = "agent"
