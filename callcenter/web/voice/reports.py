"""What the carrier tells us of calls, legs and conferences; nothing is said in return."""

from __future__ import annotations

from typing import Any

import structlog
from flask import Response, abort

from callcenter.addresses import Meeting
from callcenter.rules import events
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.events import Event
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.voice.door import METHODS, addresses, door, facts
from callcenter.web.voice.reporting import report

log = structlog.get_logger("voice")


@door.route("/status", methods=METHODS)
@guard.signed
def status() -> Response:
    """The line's status callback: how a caller's call stands, mostly that it ended."""
    said = facts()
    if not said.call:
        abort(400)
    return _keep(
        report(
            events.CallReported,
            said.status,
            call=said.call,
            thread="status",
            status=said.status,
            duration_s=said.duration_s,
        )
    )


@door.route("/leg_status/<token>", methods=METHODS)
@guard.signed
def leg_status(token: str) -> Response:
    """How the agent's leg stands: ringing, answered, busy, ended."""
    meeting = addresses().open("leg_status", token, "", Meeting)
    return _keep(
        report(
            events.LegReported,
            facts().status,
            call=meeting.call,
            thread=f"leg:{meeting.offer}",
            offer=meeting.offer,
            agent=meeting.agent,
            leg=facts().call,
            status=facts().status,
        )
    )


@door.route("/text_status/<token>", methods=METHODS)
@guard.signed
def text_status(token: str) -> Response:
    """How the SMS with a ticket's number stands: sent, delivered, or not."""
    said = facts()
    ticket = addresses().open("text_status", token, "", Dialogue).ticket
    if not said.text_status:
        return Response(status=204)
    reported = events.ReceiptReported(
        subject=events.ticket(ticket),
        thread="receipt",
        turn=f"status:{said.text_status}",
        at=house().now(),
        message=said.text,
        status=said.text_status,
    )
    return _keep(reported)


@door.route("/room/<token>", methods=METHODS)
@guard.signed
def room(token: str) -> Response:
    """Who came into the conference and who left it."""
    said = facts()
    meeting = addresses().open("room", token, said.room, Meeting)
    if not said.call:  # the conference as a whole: its start and its end
        return Response(status=204)
    role = "caller" if said.call == meeting.call else "agent"
    about: dict[str, Any] = {"call": meeting.call, "thread": f"room:{meeting.offer}"}
    match said.conference_event:
        case "participant-join":
            return _keep(
                report(
                    events.ParticipantJoined,
                    "join",
                    offer=meeting.offer,
                    role=role,
                    leg=said.call,
                    conference=said.conference,
                    **about,
                )
            )
        case "participant-leave":
            return _keep(
                report(
                    events.ParticipantLeft,
                    "leave",
                    offer=meeting.offer,
                    role=role,
                    leg=said.call,
                    why=said.left_because,
                    **about,
                )
            )
        case "participant-hold" | "participant-unhold" if role == "caller":
            held = said.conference_event == "participant-hold"
            kind = events.HoldStarted if held else events.HoldEnded
            return _keep(report(kind, said.conference_event, offer=meeting.offer, **about))
    return Response(status=204)


def _keep(event: Event) -> Response:
    house().keeper.keep((event,), now=house().now())
    return Response(status=204)
