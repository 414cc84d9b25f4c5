"""Calls, lines and telephones: what the network knows about each."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from .signing import Form
from .tasks import Task

if TYPE_CHECKING:
    from .bridges import Bridge
    from .conferences import Seat
    from .queues import Place
    from .webhooks import Postbox

WITHHELD = "anonymous"  # what a carrier writes for a caller who hides the number
ENDED_STATUSES = ("completed", "busy", "failed", "no-answer", "canceled")


@dataclass(frozen=True)
class Target:
    """The document a call reads next: at an address, or handed over as ``twiml``."""

    url: str = ""
    method: str = "POST"
    form: Form = ()
    twiml: str = ""
    rescue: bool = False  # it is the fallback itself: nothing comes after it


@dataclass(frozen=True)
class Callback:
    """Where the progress of a call or conference is reported, and which events are wanted."""

    url: str = ""
    method: str = "POST"
    events: tuple[str, ...] = ("completed",)


@dataclass(frozen=True)
class Said:
    """One thing a person heard on the telephone. ``n`` counts from 1 within the call."""

    n: int
    at: datetime
    verb: str
    text: str
    language: str


@dataclass
class Line:
    """One number of ours and what the carrier does with a call to it."""

    sid: str
    number: str
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    friendly_name: str = ""


@dataclass
class Phone:
    """A telephone that can be answered. ``mode`` is "on", "busy" or "off"."""

    number: str
    label: str
    mode: str = "on"


@dataclass(eq=False)
class Call:
    """One leg: a telephone on one side, a document or a conversation on the other."""

    sid: str
    direction: str  # inbound, outbound-api, outbound-dial
    from_: str
    to: str
    created_at: datetime
    postbox: "Postbox"
    status: str = "queued"  # as the carrier's REST says it
    line: Line | None = None
    parent: "Call | None" = None
    callback: Callback = field(default_factory=Callback)
    fallback: Callback = field(default_factory=Callback)
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str = ""  # person, application, rest or network
    reported: int = 0  # callbacks sent, which is the next SequenceNumber
    rescues: int = 0  # documents that failed and were replaced by the fallback
    sip_code: int = 200
    said: list[Said] = field(default_factory=list)
    pressed: str = ""
    keys: list[str] | None = None  # collecting, while something listens for keys
    place: "Place | None" = None
    seat: "Seat | None" = None
    bridge: "Bridge | None" = None
    task: Task = field(init=False, repr=False)

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def person(self) -> str:
        """The number of whoever holds the telephone."""
        return self.from_ if self.direction == "inbound" else self.to

    @property
    def talked_s(self) -> int:
        """Whole seconds from answer to end; 0 while it rings or goes on."""
        if not self.answered_at or not self.ended_at:
            return 0
        return int((self.ended_at - self.answered_at).total_seconds())

    @property
    def state(self) -> str:
        """Where the person is: ringing, menu, queue, waiting, held, talking, ended."""
        if self.ended:
            return "ended"
        if not self.answered_at:
            return "ringing"
        if self.place:
            return "queue"
        if self.seat:
            return self.seat.state
        return "talking" if self.bridge and self.bridge.joins(self) else "menu"


def number(written: Any) -> str:
    """A number as the network writes it: "0812-3456 789" is +628123456789, words stay words."""
    text = str(written).strip()
    if text.lower() in ("withheld", "anonymous", ""):
        return WITHHELD
    if ":" in text or any(letter.isalpha() for letter in text):
        return text
    digits = "".join(sign for sign in text if sign.isdigit())
    if text.startswith("0"):
        return f"+62{digits[1:]}"
    return f"+{digits}" if text.startswith("+") else digits
