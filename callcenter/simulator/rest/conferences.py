"""Conferences by REST: who is in them, holding, muting, adding and removing people."""

from typing import Any

from .. import legs
from ..calls import Call, Callback, Target
from ..conferences import Conference, Seat
from ..network import Network
from .calls import REPORTING, leg
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

DUPLICATE_LABEL, NO_COACHED_CALL = 16025, 13240
ROOM_REPORTING = tuple(f"Conference{name}" for name in REPORTING)
SEATING = (
    *("Label", "Muted", "Beep", "StartConferenceOnEnter", "EndConferenceOnExit"),
    *("WaitUrl", "WaitMethod", "Coaching", "CallSidToCoach"),
)
CHANGES = (
    *("Muted", "Hold", "HoldUrl", "HoldMethod", "EndConferenceOnExit", "BeepOnExit"),
    *("Coaching", "CallSidToCoach"),
)


def listed(network: Network, asked: Asked) -> Answer:
    """Conferences, the newest first."""
    given = Parameters(asked, ("FriendlyName", "Status", *PAGING))
    found = [
        room
        for room in reversed(network.conferences)
        if given.text("FriendlyName") in ("", room.name)
        and given.text("Status") in ("", room.status)
    ]
    return page(network, asked, "/Conferences.json", "conferences", found, shape)


def fetch(network: Network, asked: Asked, sid: str) -> Answer:
    Parameters(asked, ())
    return shape(network, _room(network, sid)), 200


def update(network: Network, asked: Asked, sid: str) -> Answer:
    """End a conference for everybody in it."""
    given = Parameters(asked, ("Status",))
    given.one_of("Status", ("completed",))
    room = _room(network, sid)
    room.end("conference-ended-via-api")
    return shape(network, room), 200


def participants(network: Network, asked: Asked, sid: str) -> Answer:
    given = Parameters(asked, ("Muted", "Hold", "Coaching", *PAGING))
    found = [
        seat
        for seat in _room(network, sid).seats
        if ("Muted" not in given or seat.muted == given.flag("Muted"))
        and ("Hold" not in given or seat.hold == given.flag("Hold"))
        and ("Coaching" not in given or seat.coaching == given.flag("Coaching"))
    ]
    path = f"/Conferences/{sid}/Participants.json"
    return page(network, asked, path, "participants", found, participant)


def one_participant(network: Network, asked: Asked, sid: str, key: str) -> Answer:
    Parameters(asked, ())
    return participant(network, _seat(network, sid, key)), 200


def add(network: Network, asked: Asked, sid: str) -> Answer:
    """Ring a telephone and seat it in the conference of this SID or name when it answers."""
    known = ("To", "From", "Timeout", "TimeLimit", "EarlyMedia", "CallerId", "CallReason")
    given = Parameters(asked, (*known, *SEATING, *REPORTING, *ROOM_REPORTING))
    room = _room(network, sid) if sid.startswith("CF") else network.conference(sid)
    seating = _seating(given, room)
    timeout_s = given.number("Timeout", 60, most=600)
    callback = _callback(given)
    call = leg(network, given)  # the last that may be refused: from here on there is a call
    seat = Seat(call, room, **seating)
    story = legs.seated(network, call, seat, callback)
    network.begin(call, legs.rung(network, call, timeout_s, story))
    return participant(network, seat), 201


def _seating(given: Parameters, room: Conference) -> dict[str, Any]:
    """The fields of a seat as asked for. Raises ``Problem`` for a label that is taken."""
    label = given.text("Label")
    if label and room.seat(label):
        raise Problem(400, DUPLICATE_LABEL, f"Participant label {label} is in use")
    wait = Target(given.url("WaitUrl"), given.method("WaitMethod"))
    return {
        "label": label,
        "muted": given.flag("Muted"),
        "start_on_enter": given.flag("StartConferenceOnEnter", default=True),
        "end_on_exit": given.flag("EndConferenceOnExit"),
        "beep": given.one_of("Beep", ("true", "false", "onEnter", "onExit")),
        "wait": wait if "WaitUrl" in given else None,
        **_coaching(given, room),
    }


def _coaching(given: Parameters, room: Conference) -> dict[str, Any]:
    """Who is coached, as asked for. Raises ``Problem`` for a call that is not in the room."""
    asked: dict[str, Any] = {}
    if "Coaching" in given:
        asked["coaching"] = given.flag("Coaching")
    if "CallSidToCoach" in given:
        asked["coaches"] = given.text("CallSidToCoach")
    if asked.get("coaching") and not room.seat(asked.get("coaches", "")):
        raise Problem(400, NO_COACHED_CALL, "CallSidToCoach is no participant of the conference")
    return asked


def change(network: Network, asked: Asked, sid: str, key: str) -> Answer:
    """Hold, mute or coach one participant."""
    given = Parameters(asked, CHANGES)
    seat = _seat(network, sid, key)
    room, hold = seat.conference, given.flag("Hold", default=seat.hold)
    music = Target(given.url("HoldUrl"), given.method("HoldMethod"))
    muted = given.flag("Muted", default=seat.muted)
    changes = _coaching(given, room)
    if "EndConferenceOnExit" in given:
        changes["end_on_exit"] = given.flag("EndConferenceOnExit")
    if "BeepOnExit" in given:
        changes["beep"] = "onExit" if given.flag("BeepOnExit") else "false"
    if changes:
        room.modify(seat, changes)
    if hold != seat.hold:
        room.set_hold(seat, hold, music if "HoldUrl" in given and hold else None)
    if muted != seat.muted:
        room.set_muted(seat, muted)
    return participant(network, seat), 200


def kick(network: Network, asked: Asked, sid: str, key: str) -> Answer:
    """Put one participant out; its call goes on with whatever follows."""
    seat = _seat(network, sid, key)
    seat.conference.kick(seat)
    return {}, 204


def _callback(given: Parameters) -> Callback:
    return Callback(
        given.url("ConferenceStatusCallback"),
        given.method("ConferenceStatusCallbackMethod"),
        given.words("ConferenceStatusCallbackEvent", ("start", "end")),
    )


def _room(network: Network, sid: str) -> Conference:
    for room in network.conferences:
        if room.sid == sid:
            return room
    raise missing(uri(network, f"/Conferences/{sid}.json"))


def _seat(network: Network, sid: str, key: str) -> Seat:
    seat = _room(network, sid).seat(key)
    if not seat:
        raise missing(uri(network, f"/Conferences/{sid}/Participants/{key}.json"))
    return seat


def shape(network: Network, room: Conference) -> dict[str, Any]:
    """A conference as the interface shows it."""
    place = uri(network, f"/Conferences/{room.sid}")
    return {
        "sid": room.sid,
        "account_sid": network.account_sid,
        "friendly_name": room.name,
        "status": room.status,
        "region": "sg1",
        "api_version": VERSION,
        "date_created": when(room.created_at),
        "date_updated": when(room.updated_at),
        "reason_conference_ended": room.reason_ended,
        "call_sid_ending_conference": room.ended_by,
        "uri": f"{place}.json",
        "subresource_uris": {"participants": f"{place}/Participants.json"},
    }


def participant(network: Network, seat: Seat) -> dict[str, Any]:
    path = f"/Conferences/{seat.conference.sid}/Participants/{seat.call.sid}.json"
    return {
        "account_sid": network.account_sid,
        "call_sid": seat.call.sid,
        "conference_sid": seat.conference.sid,
        "label": seat.label or None,
        "status": _status(seat.call),
        "muted": seat.muted,
        "hold": seat.hold,
        "coaching": seat.coaching,
        "call_sid_to_coach": seat.coaches or None,
        "start_conference_on_enter": seat.start_on_enter,
        "end_conference_on_exit": seat.end_on_exit,
        "queue_time": "0",
        "date_created": when(seat.joined_at or seat.call.created_at),
        "date_updated": when(network.now()),
        "uri": uri(network, path),
    }


def _status(call: Call) -> str:
    words = {"in-progress": "connected", "completed": "complete"}
    return words.get(call.status, call.status if not call.ended else "failed")


ROUTES: Routes = {
    ("GET", "/Conferences.json"): listed,
    ("GET", "/Conferences/<sid>.json"): fetch,
    ("POST", "/Conferences/<sid>.json"): update,
    ("GET", "/Conferences/<sid>/Participants.json"): participants,
    ("POST", "/Conferences/<sid>/Participants.json"): add,
    ("GET", "/Conferences/<sid>/Participants/<key>.json"): one_participant,
    ("POST", "/Conferences/<sid>/Participants/<key>.json"): change,
    ("DELETE", "/Conferences/<sid>/Participants/<key>.json"): kick,
}
