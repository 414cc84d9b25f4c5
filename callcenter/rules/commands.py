"""What we ask of the carrier. A command has no content: it names the call and the offer, and what
is said is decided when the carrier comes back to us."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from callcenter.rules.events import call, event_id

Kind = Literal["ring", "fetch", "release", "farewell", "requeue"]


@dataclass(frozen=True)
class Command:
    """``ring`` the agent's telephone · ``fetch`` the caller out of the queue · ``release`` the
    agent's leg · ``farewell``: the caller hears good-bye · ``requeue``: back into the queue."""

    kind: Kind
    call: str
    offer: int

    @property
    def id(self) -> str:
        """Giving a command twice gives it once."""
        return event_id(call(self.call), f"command:{self.kind}", str(self.offer))
