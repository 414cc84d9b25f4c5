"""SMS by REST: send one, look at them. Every message arrives; its sender is told so."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from ..calls import Callback
from ..network import Network
from ..webhooks import Postbox
from .wording import (
    PAGING,
    VERSION,
    Answer,
    Asked,
    Parameters,
    Problem,
    Routes,
    missing,
    page,
    uri,
    when,
)

NO_TO, BAD_TO, NO_FROM, NO_BODY, TOO_LONG = 21604, 21211, 21603, 21602, 21617
NUMBER = re.compile(r"\+[1-9]\d{6,14}")
LONGEST = 1600
STEPS = (("sent", 1.0), ("delivered", 3.0))  # seconds after it was taken


@dataclass
class Text:
    """One SMS."""

    sid: str
    to: str
    from_: str
    body: str
    created_at: datetime
    status: str = "queued"


def create(network: Network, asked: Asked) -> Answer:
    """Take a message, and deliver it a little later."""
    known = ("To", "From", "MessagingServiceSid", "Body", "StatusCallback")
    given = Parameters(asked, known)
    to = given.needed("To", NO_TO)
    from_ = given.text("From") or given.needed("MessagingServiceSid", NO_FROM)
    body = given.needed("Body", NO_BODY)
    if not NUMBER.fullmatch(to):
        raise Problem(400, BAD_TO, "The 'To' number is not a valid phone number.")
    if len(body) > LONGEST:
        raise Problem(400, TOO_LONG, f"The message body exceeds {LONGEST} characters")
    callback = Callback(given.url("StatusCallback"), "POST")
    text = Text(network.sid("SM"), to, from_, body, network.now())
    network.texts[text.sid] = text
    network.note("text-taken", None, sid=text.sid, to=to, body=body, **{"from": from_})
    postbox = Postbox(network)
    for status, seconds in STEPS:
        tell = partial(_go_on, network, text, status, callback, postbox)
        network.clock.after(network.paced(seconds), tell)
    return shape(network, text), 201


def _go_on(network: Network, text: Text, status: str, callback: Callback, postbox: Postbox) -> None:
    text.status = status
    network.note(f"text-{status}", None, sid=text.sid)
    if callback.url:
        form = (
            ("AccountSid", network.account_sid),
            ("MessageSid", text.sid),
            ("MessageStatus", status),
            ("SmsSid", text.sid),
            ("SmsStatus", status),
            ("To", text.to),
            ("From", text.from_),
            ("ApiVersion", VERSION),
        )
        network.report(postbox, callback, form)


def fetch(network: Network, asked: Asked, sid: str) -> Answer:
    Parameters(asked, ())
    if sid not in network.texts:
        raise missing(uri(network, f"/Messages/{sid}.json"))
    return shape(network, network.texts[sid]), 200


def listed(network: Network, asked: Asked) -> Answer:
    """Messages, the newest first."""
    given = Parameters(asked, ("To", "From", *PAGING))
    wanted = {"to": given.text("To"), "from_": given.text("From")}
    found = [
        text
        for text in reversed(network.texts.values())
        if all(value in ("", getattr(text, name)) for name, value in wanted.items())
    ]
    return page(network, asked, "/Messages.json", "messages", found, shape)


def shape(network: Network, text: Text) -> dict[str, Any]:
    """A message as the interface shows it."""
    return {
        "sid": text.sid,
        "account_sid": network.account_sid,
        "to": text.to,
        "from": text.from_,
        "body": text.body,
        "status": text.status,
        "direction": "outbound-api",
        "num_segments": str(-(-len(text.body) // 160)),
        "num_media": "0",
        "date_created": when(text.created_at),
        "date_sent": None if text.status == "queued" else when(text.created_at),
        "date_updated": when(text.created_at),
        "error_code": None,
        "error_message": None,
        "api_version": VERSION,
        "uri": uri(network, f"/Messages/{text.sid}.json"),
    }


ROUTES: Routes = {
    ("POST", "/Messages.json"): create,
    ("GET", "/Messages.json"): listed,
    ("GET", "/Messages/<sid>.json"): fetch,
}
