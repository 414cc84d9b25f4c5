"""The events of one call in the order in which they happened, whatever order they came in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from typing import Any, TypeVar

from callcenter.rules import events
from callcenter.rules.events import Event

E = TypeVar("E", bound=Event)

# What is true first when the clock shows the same second for several things.
WITHIN_A_SECOND = (
    events.CallArrived,
    events.CallBlocked,
    events.IvrResult,
    events.Transferred,
    events.QueueEntered,
    events.CallOffered,
    events.AgentRang,
    events.RingTimedOut,
    events.ParticipantJoined,
    events.AgentAnswered,
    events.HoldStarted,
    events.HoldEnded,
    events.CallBackRequested,
    events.CallerHungUp,
)
RANKS = {kind.__name__: rank for rank, kind in enumerate(WITHIN_A_SECOND)}

TERMINAL = frozenset({"completed", "busy", "no-answer", "failed", "canceled"})


class Told:
    """Ask it for the events of a kind. The same event told twice is one."""

    def __init__(self, happened: Iterable[Event]) -> None:
        cut = (replace(e, at=e.at.astimezone(UTC).replace(microsecond=0)) for e in happened)
        known: dict[str, Event] = {}
        for event in sorted(cut, key=_place):
            known.setdefault(event.id, event)
        self.all = tuple(known.values())

    def of(self, *kinds: type[E]) -> list[E]:
        """The events of these kinds, the earliest first."""
        return [event for event in self.all if isinstance(event, kinds)]

    def about(self, offer: int, kind: type[E], **body: object) -> list[E]:
        """The events of a kind about one offer, with these values in their bodies."""
        return [
            event
            for event in self.of(kind)
            if event.offer == offer  # type: ignore[attr-defined]
            and all(getattr(event, name) == value for name, value in body.items())
        ]

    def ends(self) -> list[Event]:
        """Everything that says that the call is over."""
        return [event for event in self.all if _ends(event)]


def _ends(event: Event) -> bool:
    match event:
        case events.CallerHungUp() | events.CallBlocked():
            return True
        case events.CallReported(status=status):
            return status in TERMINAL
        case events.QueueLeft(result=result):
            return result == "hangup"
    return False


def _place(event: Event) -> tuple[Any, ...]:
    rank = RANKS.get(event.kind, len(RANKS))
    return event.at, rank, event.id, event.kind, repr(sorted(event.body().items()))
