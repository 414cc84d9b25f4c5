"""What the floor has to tell the carrier while two people talk: hold and mute.

Each time somebody changes their mind it is counted; odd is on, even is off. What the carrier was
told is counted too, so that the newest wish is told once, and older ones not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from callcenter.rules import events
from callcenter.rules.commands import Command
from callcenter.rules.events import Event


@dataclass(frozen=True)
class InCall:
    """What was asked for in one conversation, and what the carrier was told of it."""

    hold_asked: int = 0
    hold_told: int = 0
    mute_asked: int = 0
    mute_told: int = 0

    @property
    def held(self) -> bool:
        """Whether the caller is to hear music."""
        return on(self.hold_asked)

    @property
    def muted(self) -> bool:
        """Whether the agent is not to be heard."""
        return on(self.mute_asked)


NOTHING = InCall()


def on(changes: int) -> bool:
    """What so many changes of mind come to."""
    return changes % 2 == 1


def wishes(
    call: str, offer: int, so: InCall, now: datetime
) -> Iterator[tuple[Event, tuple[Command, ...]]]:
    """What the carrier has not been told yet. A wish that was taken back meanwhile is told too
    when its opposite was: the carrier may just be doing what was asked first."""
    about: dict[str, Any] = {"subject": events.call(call), "at": now, "offer": offer}
    if so.hold_asked > so.hold_told:
        turn, held = so.hold_asked, on(so.hold_asked)
        told: Event = events.HoldTold(
            **about, thread=f"hold_told:{offer}", turn=str(turn), change=turn, held=held
        )
        yield told, (Command("hold" if held else "resume", call, offer, turn),)
    if so.mute_asked > so.mute_told:
        turn, muted = so.mute_asked, on(so.mute_asked)
        told = events.MuteTold(
            **about, thread=f"mute_told:{offer}", turn=str(turn), change=turn, muted=muted
        )
        yield told, (Command("mute" if muted else "unmute", call, offer, turn),)
