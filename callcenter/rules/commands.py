"""What we ask of the carrier. A command has no content: it names the call and the offer, and what
is said is decided when the carrier comes back to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from callcenter.rules.events import call, event_id

Kind = Literal[
    "ring", "fetch", "release", "farewell", "requeue", "hold", "resume", "mute", "unmute"
]


@dataclass(frozen=True)
class Command:
    """``ring`` the agent's telephone · ``fetch`` the caller out of the queue · ``release`` the
    agent's leg · ``farewell``: the caller hears good-bye · ``requeue``: back into the queue ·
    ``hold`` the caller with music and ``resume`` · ``mute`` the agent and ``unmute``: these may be
    given again in one call, and ``turn`` counts them."""

    kind: Kind
    call: str
    offer: int
    turn: int = 0

    @property
    def id(self) -> str:
        """Giving a command twice gives it once."""
        place = f"{self.offer}:{self.turn}" if self.turn else str(self.offer)
        return event_id(call(self.call), f"command:{self.kind}", place)
