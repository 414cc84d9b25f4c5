"""The sealed tokens in the carrier's next address: where a caller stands, or what a leg is for.

A token opens only for the door and the call (or room) it was made for. Floor changes never
travel in tokens: the diary says what happened, a token only what is said next.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import msgspec

from callcenter.records.sealing import Keys, SealBroken
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.events import call as call_subject
from callcenter.rules.events import event_id

T = TypeVar("T")

# Over in 12 s at most, inside the carrier's 15, then the fallback address.
RETRIES = "#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx"


@dataclass(frozen=True)
class Meeting:
    """One agent's part in one call: what a leg, a room or a way back is about."""

    offer: int
    agent: str
    dialogue: Dialogue = field(default_factory=lambda: Dialogue(""))
    asked: int = 0  # how often the leg was asked to press 1

    @property
    def call(self) -> str:
        return self.dialogue.call

    @property
    def room(self) -> str:
        """The conference's name: it means nothing to anybody else."""
        return room(self.call, self.offer)


def room(call: str, offer: int) -> str:
    return f"r-{event_id(call_subject(call), 'room', str(offer))[:20]}"


class Addresses:
    """Makes the addresses that we hand to the carrier, and opens the tokens in them."""

    def __init__(self, keys: Keys, public_url: str) -> None:
        self._keys = keys
        self._base = public_url

    def of(self, door: str, state: Dialogue | Meeting, bound_to: str) -> str:
        """The address of ``door`` for ``state``: ``bound_to`` is a call's id or a room's name."""
        token = self._keys.token(msgspec.json.encode(state), f"{door}:{bound_to}")
        return f"{self._base}/voice/{door}/{token}{RETRIES}"

    @property
    def audio(self) -> str:
        """The folder of recordings and music."""
        return f"{self._base}/voice/audio"

    def open(self, door: str, token: str, bound_to: str, kind: type[T]) -> T:
        """The state in ``token``. Raises ``SealBroken`` for any other door, call or room."""
        raw = self._keys.open_token(token, f"{door}:{bound_to}")
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.ValidationError as error:
            raise SealBroken("a token of another release") from error
