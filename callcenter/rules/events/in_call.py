"""What happens while two people talk: the caller is held, the agent is muted."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.rules.events.base import Event


@dataclass(frozen=True, kw_only=True)
class HoldAsked(Event):
    """The caller is to hear music. ``offer``: the one in whose conference they are. The turns of
    one conference are counted: the odd ones ask for hold, the even ones take the caller back."""

    offer: int
    agent: str
    change: int


@dataclass(frozen=True, kw_only=True)
class ResumeAsked(Event):
    """The caller is to be taken back. Shares its id with a ``HoldAsked`` of the same turn."""

    offer: int
    agent: str
    change: int


@dataclass(frozen=True, kw_only=True)
class HoldTold(Event):
    """The carrier is being told: ``held`` or not, after ``change`` changes of mind."""

    offer: int
    change: int
    held: bool


@dataclass(frozen=True, kw_only=True)
class MuteAsked(Event):
    """The agent's own side is to be silent (``muted``) or heard again; turns are counted."""

    offer: int
    agent: str
    change: int
    muted: bool


@dataclass(frozen=True, kw_only=True)
class MuteTold(Event):
    """The carrier is being told so."""

    offer: int
    change: int
    muted: bool
