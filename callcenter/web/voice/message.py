"""The document that records a message, and what becomes of one that was left."""

from __future__ import annotations

from flask import Response

from callcenter.carriers import Urls
from callcenter.records import messages
from callcenter.records.database import Unavailable
from callcenter.rules import dialogue
from callcenter.rules.dialogue import Dialogue
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.voice.caller import say
from callcenter.web.voice.door import METHODS, addresses, document, door, facts


@door.route("/message/<token>", methods=METHODS)
@guard.signed
def message(token: str) -> Response:
    """Record; the carrier tells the recording to this same address, also when the caller hangs up
    at its end. An empty one is silence, and comes back as such."""
    state = addresses().open("message", token, facts().call, Dialogue)
    policy, now = house().policy(), house().now()
    if not facts().recording or facts().recording_s == 0:
        back = addresses().of("answer", state, state.call)
        return document(dialogue.script(state, policy), Urls(next=back, audio=addresses().audio))
    left = dialogue.left_message(
        state,
        facts().recording,
        facts().recording_s or 0,
        number=_number(dialogue.message_ticket(state)),
        policy=policy,
        now=now,
    )
    return say(dialogue.after(state, house().keeper.keep(left, now=now)))


def _number(ticket_id: str) -> str:
    """The number that the caller hears, with or without a database."""
    here = house()
    try:
        with here.database.reading() as db:
            return messages.number(db, here.keys, ticket_id)
    except Unavailable:
        return messages.number(None, here.keys, ticket_id)
