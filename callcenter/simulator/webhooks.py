"""What the product is told: the forms of a carrier's webhooks, and the order they leave in."""

from collections import deque
from datetime import datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING

from .calls import WITHHELD, Call
from .delivery import Answer, Post
from .signing import Form

if TYPE_CHECKING:
    from .network import Network

API_VERSION = "2010-04-01"
COUNTRIES = (("+62", "ID"), ("+60", "MY"), ("+65", "SG"), ("+1", "US"))


def call_form(account_sid: str, call: Call) -> list[tuple[str, str]]:
    """What every request about a call carries. Empty values are sent, as carriers do.

    A caller who hides the number has no place either.
    """
    form = [
        ("Called", call.to),
        ("To", call.to),
        ("Caller", call.from_),
        ("From", call.from_),
        ("CallSid", call.sid),
        ("AccountSid", account_sid),
        ("CallStatus", call.status),
        ("ApiVersion", API_VERSION),
        ("Direction", call.direction),
    ]
    if call.parent:
        form.append(("ParentCallSid", call.parent.sid))
    whole = WITHHELD not in (call.from_, call.to)
    for sides, number in ((("Called", "To"), call.to), (("Caller", "From"), call.from_)):
        for side in sides:
            form += _place(side, number, whole)
    return form


def _place(side: str, number: str, whole: bool) -> list[tuple[str, str]]:
    if not number.startswith("+"):
        return []
    country = next((code for prefix, code in COUNTRIES if number.startswith(prefix)), "")
    rest = [(f"{side}{part}", "") for part in ("City", "State", "Zip")] if whole else []
    return [(f"{side}Country", country), *rest]


def progress_form(account_sid: str, call: Call, event: str, now: datetime) -> Form:
    """The form of one status callback of a call. ``event`` is initiated ... completed."""
    status = {"answered": "in-progress", "completed": call.status}.get(event, event)
    form = dict(call_form(account_sid, call)) | {
        "CallStatus": status,
        "Timestamp": format_datetime(now),
        "CallbackSource": "call-progress-events",
        "SequenceNumber": str(call.reported),
    }
    if event == "completed":
        form |= {
            "CallDuration": str(call.talked_s),
            "Duration": str(-(-call.talked_s // 60)),
            "SipResponseCode": str(call.sip_code),
        }
    return tuple(form.items())


class Postbox:
    """Reports about one call or conference: they leave one after the other, in order.

    A carrier promises no order between separate requests; this one keeps it, so that a seed
    gives the same day twice.
    """

    def __init__(self, network: "Network"):
        self._network = network
        self._posts: deque[Post] = deque()
        self._busy = False

    def send(self, post: Post) -> None:
        self._posts.append(post)
        if not self._busy:
            self._next()

    def _next(self) -> None:
        self._busy = bool(self._posts)
        if self._busy:
            post = self._posts.popleft()
            work = self._network.delivery(post)
            self._network.clock.fetch(work, lambda answer: self._sent(post, answer))

    def _sent(self, post: Post, answer: Answer) -> None:
        if answer.error:
            self._network.note(
                "webhook-fault", None, url=post.url, error=answer.error, text=answer.fault
            )
        self._next()
