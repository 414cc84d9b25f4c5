"""What the handset page and programs see of the network, as plain values for JSON."""

from typing import Any

from .calls import Call, Phone
from .network import Network

RECENT_S = 300.0  # an ended call stays in sight for so long


def call(network: Network, one: Call) -> dict[str, Any]:
    """One call as the person on it experiences it, and what it is connected with."""
    return {
        "sid": one.sid,
        "direction": one.direction,
        "from": one.from_,
        "to": one.to,
        "state": one.state,
        "status": one.status,
        "started_at": one.created_at.isoformat(),
        "answered_at": one.answered_at.isoformat() if one.answered_at else None,
        "ended_at": one.ended_at.isoformat() if one.ended_at else None,
        "ended_by": one.ended_by or None,
        "listening": one.keys is not None,
        "keys": one.pressed,
        "said": [
            {
                "n": said.n,
                "at": said.at.isoformat(),
                "text": said.text,
                "language": said.language,
                "verb": said.verb,
            }
            for said in one.said
        ],
        "queue": _queue(one),
        "conference": one.seat.conference.name if one.seat else None,
        "muted": bool(one.seat and one.seat.muted),
        "with": _company(network, one),
    }


def _queue(one: Call) -> dict[str, Any] | None:
    if not one.place:
        return None
    return {
        "name": one.place.queue.name,
        "position": one.place.position,
        "since": one.place.entered_at.isoformat(),
    }


def _company(network: Network, one: Call) -> list[dict[str, Any]]:
    """The others on the line, and in which direction each can be heard."""
    if one.seat:
        mine = one.seat
        others = [seat for seat in mine.conference.seats if seat is not mine]
        return [
            _other(network, seat.call, seat.label, mine.hears(seat), seat.hears(mine))
            for seat in others
        ]
    other = one.bridge.other(one) if one.bridge else None
    return [_other(network, other, "", True, True)] if other else []


def _other(
    network: Network, other: Call, label: str, you_hear: bool, hears_you: bool
) -> dict[str, Any]:
    phone = network.phones.get(other.person)
    return {
        "sid": other.sid,
        "number": other.person,
        "name": phone.label if phone else "",
        "label": label,
        "you_hear": you_hear,
        "hears_you": hears_you,
    }


def phone(network: Network, one: Phone) -> dict[str, Any]:
    """One telephone: idle, ringing or in a call; ``call`` is the one it was rung for."""
    here = [other for other in network.live.values() if other.person == one.number]
    rung = next((other for other in here if other.direction != "inbound"), None)
    state = "busy" if here else "idle"
    if rung and rung.answered_at:
        state = "talking"
    elif rung:
        state = "ringing" if rung.status == "ringing" else "idle"
    return {
        "number": one.number,
        "label": one.label,
        "mode": one.mode,
        "state": state,
        "call": call(network, rung) if rung else None,
    }


def everything(network: Network) -> dict[str, Any]:
    """The whole page: lines, telephones, calls that go on and those that ended lately."""
    now = network.now()
    recent = [
        one
        for one in network.calls.values()
        if not one.ended_at or (now - one.ended_at).total_seconds() < RECENT_S
    ]
    return {
        "version": len(network.log),
        "now": now.isoformat(),
        "lines": [
            {"number": line.number, "name": line.friendly_name} for line in network.lines.values()
        ],
        "phones": [phone(network, one) for one in network.phones.values()],
        "calls": [call(network, one) for one in recent],
        "texts": [
            {"to": text.to, "from": text.from_, "body": text.body, "status": text.status}
            for text in network.texts.values()
        ],
        "queues": [
            {"name": queue.name, "waiting": len(queue.places)} for queue in network.queues.values()
        ],
    }
