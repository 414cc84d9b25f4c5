"""The agent's own telephone: it rings, asks for a key, and joins the caller."""

from __future__ import annotations

from dataclasses import replace

from flask import Response

from callcenter.addresses import Meeting
from callcenter.carriers import Urls
from callcenter.records import diary, floor
from callcenter.records.database import Unavailable
from callcenter.rules import events, speech
from callcenter.rules.verbs import Ask, Hangup, Meet
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.voice.caller import meeting_urls
from callcenter.web.voice.door import METHODS, addresses, document, door, facts
from callcenter.web.voice.reporting import report

ASKED_AT_MOST = 3


@door.route("/leg/<token>", methods=METHODS)
@guard.signed
def leg(token: str) -> Response:
    """The telephone was picked up, by the agent or by an answering machine: a key decides."""
    meeting = addresses().open("leg", token, "", Meeting)
    claimed = report(
        events.LegReported,
        "in-progress",
        call=meeting.call,
        thread=f"leg:{meeting.offer}",
        offer=meeting.offer,
        agent=meeting.agent,
        leg=facts().call,
        status="in-progress",
    )
    house().keeper.keep((claimed,), now=house().now())
    try:
        with house().database.reading() as db:
            offer = floor.offered(db, meeting.call, meeting.offer)
    except Unavailable:  # nobody can say yet whether the offer stands
        return _ask(meeting)
    if offer is None or offer.end:
        return _gone()
    if offer.leg != facts().call:  # a ring that was sent twice: the first leg has the command
        return document((Hangup(),))
    return _ask(meeting)


@door.route("/key/<token>", methods=METHODS)
@guard.signed
def key(token: str) -> Response:
    """``1`` accepts, unless the offer has ended otherwise: the database decides, and only it."""
    meeting = addresses().open("key", token, facts().call, Meeting)
    if facts().digits != "1":
        return _ask(replace(meeting, asked=meeting.asked + 1))
    accepted = events.OfferAccepted(
        subject=events.call(meeting.call),
        thread="offer",
        turn=str(meeting.offer),
        at=house().now(),
        offer=meeting.offer,
        agent=meeting.agent,
        how="key",
    )
    try:
        with house().database.transaction() as db:
            written = diary.write(db, (accepted,), now=house().now())
    except Unavailable:  # one of two agents would be wrong: asked again, and then let go
        return _ask(replace(meeting, asked=meeting.asked + 1))
    if not diary.won(written, accepted):
        return _gone()
    return document((Meet(meeting.room, "agent"),), meeting_urls(meeting, facts().call))


def _ask(meeting: Meeting) -> Response:
    if meeting.asked >= ASKED_AT_MOST:
        return _gone()
    said = speech.say("leg_offer", "id", house().policy())
    return document((Ask((said,)),), Urls(next=addresses().of("key", meeting, facts().call)))


def _gone() -> Response:
    return document((speech.say("leg_gone", "id", house().policy()), Hangup()))
