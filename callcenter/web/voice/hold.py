"""What a caller on hold hears: music, again and again until the agent is back."""

from __future__ import annotations

from flask import Response

from callcenter.addresses import Meeting
from callcenter.carriers import Urls
from callcenter.rules.verbs import GoOn, Music
from callcenter.web import guard
from callcenter.web.voice.door import METHODS, addresses, document, door


@door.route("/hold/<token>", methods=METHODS)
@guard.signed
def hold(token: str) -> Response:
    """Half a minute of music, then this document again: carriers play it once only."""
    meeting = addresses().open("hold", token, "", Meeting)
    made = addresses()
    return document((Music(), GoOn()), Urls(next=made.of("hold", meeting, ""), audio=made.audio))
