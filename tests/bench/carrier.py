"""The carrier's side of the bench: signed webhooks, for an application or for a socket."""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlencode, urlsplit

from callcenter.carriers.twilio import signature
from callcenter.settings import Settings

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
numbers = count(1)

# What Twilio sends beside what we read: a form of the usual width.
PLACES = {
    f"{who}{what}": value
    for who in ("Caller", "Called", "From", "To")
    for what, value in (("City", ""), ("State", ""), ("Zip", ""), ("Country", "ID"))
}


@dataclass(frozen=True)
class Webhook:
    """A signed request: the address as signed, and the form as sent."""

    url: str
    body: bytes
    signature: str

    def environ(self) -> dict[str, Any]:
        """The request as a WSGI server hands it to an application."""
        parts = urlsplit(self.url)
        return {
            "REQUEST_METHOD": "POST",
            "SCRIPT_NAME": "",
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SERVER_NAME": parts.hostname,
            "SERVER_PORT": str(parts.port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": parts.netloc,
            "CONTENT_TYPE": FORM,
            "CONTENT_LENGTH": str(len(self.body)),
            "HTTP_X_TWILIO_SIGNATURE": self.signature,
            "HTTP_USER_AGENT": "TwilioProxy/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
        }

    def request(self) -> bytes:
        """The request as bytes on a connection that stays open."""
        parts = urlsplit(self.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: TwilioProxy/1.1\r\n"
            f"Content-Type: {FORM}\r\nContent-Length: {len(self.body)}\r\n"
            f"X-Twilio-Signature: {self.signature}\r\n\r\n"
        )
        return head.encode("latin-1") + self.body


@dataclass(frozen=True)
class Carrier:
    """Signs for the account and the voice address of ``settings``."""

    settings: Settings

    def webhook(self, where: str, call: str, **fields: str) -> Webhook:
        """A webhook about ``call`` to a path of ours, or to an address that we gave."""
        base = self.settings.voice.public_url
        url = (where if where.startswith("http") else base + where).partition("#")[0]
        form = {
            "AccountSid": self.settings.carrier.account_sid,
            "ApiVersion": "2010-04-01",
            "CallSid": call,
            "From": f"+62812{int(call[-7:], 16) % 10**8:08d}",
            "To": self.settings.centers[0].lines[0],
            "Direction": "inbound",
            "CallStatus": "in-progress",
            **PLACES,
            **fields,
        }
        fields_in_order = list(form.items())
        token = self.settings.carrier.auth_token
        signed = signature.sign(token, url, fields_in_order)
        return Webhook(url, urlencode(form).encode(), signed)

    def arrives(self, call: str) -> Webhook:
        return self.webhook("/voice/incoming", call, CallStatus="ringing")

    def presses(self, address: str, call: str, keys: str) -> Webhook:
        return self.webhook(address, call, Digits=keys, msg="Gather End")

    def ends(self, call: str) -> Webhook:
        told = {"CallDuration": "61", "SequenceNumber": "0", "CallStatus": "completed"}
        stamp = {"Timestamp": "Mon, 13 Apr 2020 02:00:00 +0000"}
        return self.webhook("/voice/status", call, **told, **stamp)


def new_call() -> str:
    """A CallSid that was never used."""
    return f"CA{next(numbers):032x}"
