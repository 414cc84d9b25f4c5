"""How we talk to telephone networks. A carrier lives in one folder and passes one contract test."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from callcenter.rules.verbs import Verb


@dataclass(frozen=True)
class Facts:
    """What one webhook says, in our words. Empty where the carrier said nothing."""

    call: str  # the carrier's id of the call or leg that this is about
    account: str
    caller: str  # as the carrier writes it: a number, a word for "withheld", client:, sip:
    dialled: str  # E.164 where it was a number
    status: str
    digits: str
    at: datetime | None  # the carrier's own time of the event
    sequence: str
    duration_s: int | None
    queue_result: str
    queue_sid: str
    queue_time_s: int | None
    queue_position: int | None
    conference: str
    room: str
    conference_event: str
    left_because: str
    dial_status: str
    bridged: bool | None
    recording: str  # the carrier's id of one, never its address
    recording_s: int | None
    error_code: str
    text: str = ""  # the carrier's id of an SMS, and how it stands
    text_status: str = ""
    malformed: str = ""  # the name of a field whose format is not what a carrier sends


@dataclass(frozen=True)
class Urls:
    """Where the carrier finds us next, for the verbs that need it."""

    next: str = ""  # the answer to an Ask, the next wait document
    wait: str = ""
    left: str = ""  # after a stay in the queue
    met: str = ""  # after a meeting or a forwarding
    room: str = ""  # what happens in the conference
    audio: str = ""  # the folder of recordings and music


@dataclass(frozen=True)
class CallTold:
    """What the carrier knows of a call when it is asked. Written as it writes them: ``caller``
    and ``dialled``. Times are aware; None where the carrier names none (yet)."""

    caller: str
    dialled: str
    status: str
    started_at: datetime | None
    ended_at: datetime | None


class CommandFailed(Exception):
    """The carrier could not be asked, or not just now: worth another try."""


class CommandGone(Exception):
    """What the command was about is no longer there: normal when people hang up."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Carrier(Protocol):
    """A telephone network. Webhook methods are pure; the others talk to the carrier's REST."""

    content_type: str

    def genuine(
        self, method: str, url: str, form: Sequence[tuple[str, str]], signature: str
    ) -> bool:
        """Whether the carrier signed this request for this address, as configured by us."""

    def facts(self, form: Mapping[str, str]) -> Facts:
        """What the fields say; unknown ones are ignored, missing ones are empty."""

    def render(self, verbs: Sequence[Verb], urls: Urls) -> bytes:
        """The document that makes the carrier do ``verbs``."""

    def ring(self, *, to: str, shown: str, url: str, status_url: str, timeout_s: int) -> str:
        """Call an agent's telephone; gives the leg's id. Raises Failed or Gone, as all below."""

    def fetch(self, *, call: str, queue: str, url: str) -> None:
        """Take a waiting caller out of the queue: the document at ``url`` comes next."""

    def redirect(self, *, call: str, url: str) -> None:
        """Go on with the document at ``url``, wherever the call is now."""

    def hang_up(self, *, call: str) -> None:
        """End a call or a leg, ringing or answered."""

    def recording(self, sid: str) -> bytes:
        """The sound of a recording, WAV."""

    def forget(self, sid: str) -> None:
        """Delete a recording at the carrier."""

    def text(self, *, to: str, shown: str, body: str, status_url: str) -> str:
        """Send an SMS; gives the carrier's id of it."""

    def texts_to(self, number: str, body: str) -> Sequence[str]:
        """Ids of the SMS with this very text to ``number``, the newest first: what became of a
        request without an answer."""

    def seat(
        self,
        *,
        conference: str,
        call: str,
        hold: bool | None = None,
        music: str = "",
        muted: bool | None = None,
    ) -> None:
        """Change how a call sits in a conference: on ``hold``, with the document at ``music``, or
        back; ``muted``: heard or not. None: as it is."""

    def legs_to(self, number: str, since: datetime) -> Sequence[str]:
        """Ids of the legs we started to ``number``: what became of a request without an answer."""

    def call(self, sid: str) -> CallTold:
        """A call of ours as it stands: for what we have not been told. Gone: there is none."""

    def lines(self) -> Mapping[str, Mapping[str, Any]]:
        """Our numbers at the carrier: for each the ``voice``, ``fallback`` and ``status`` URLs."""


def carrier(settings: Any) -> Carrier:
    """The carrier that ``[carrier] kind`` names."""
    return CARRIERS[settings.kind](settings)


from callcenter.carriers.twilio import Twilio  # noqa: E402  (it implements what stands above)

CARRIERS: dict[str, Callable[[Any], Carrier]] = {"twilio": Twilio}
