"""Legs that the network itself makes: a telephone rings, and something happens when it answers."""

from typing import TYPE_CHECKING

from .bridges import Bridge
from .calls import Call, Callback, Target
from .conferences import Seat
from .meeting import sit
from .script import Diverted, Fault, HungUp, Reading, Scene, follow, read
from .tasks import Script, Wait

if TYPE_CHECKING:
    from .network import Network

TO_THE_TELEPHONE_S = 0.5  # from "initiated" to the first ring
BEFORE_WE_ANSWER_S = 0.3  # what a caller hears of ringing before the product is asked
SIP_CODES = {"busy": 486, "no-answer": 487, "canceled": 487, "failed": 404, "off": 480}


def inbound(network: "Network", call: Call, target: Target) -> Script:
    yield Wait(network.paced(BEFORE_WE_ANSWER_S))
    yield from follow(network, call, target)


def rung(network: "Network", call: Call, timeout_s: float, story: Script) -> Script:
    """Ring the telephone; ``story`` begins when it is answered."""
    verdict = yield from ring(network, call, timeout_s)
    if verdict != "answered":
        call.sip_code = SIP_CODES[verdict]
        status = "no-answer" if verdict == "off" else verdict
        network.close(call, by="network", status=status)
        raise HungUp
    yield from story


def ring(network: "Network", call: Call, timeout_s: float) -> Script:
    """Returns answered, busy, no-answer or off.

    A number without a telephone rings for nobody until ``timeout_s`` is over.
    """
    network.progress(call, "initiated")
    yield Wait(network.paced(TO_THE_TELEPHONE_S))
    phone = network.phones.get(call.to)
    if phone and (phone.mode == "busy" or network.engaged(call.to, except_for=call)):
        return "busy"
    if phone and phone.mode == "off":
        return "off"
    call.status = "ringing"
    network.note("ringing", call)
    network.progress(call, "ringing")
    verdict = yield Wait(timeout_s)
    if verdict != "answered":
        return verdict or "no-answer"
    network.pick_up(call)
    network.progress(call, "answered")
    return verdict


def whispered(network: "Network", call: Call, bridge: Bridge, whisper: Target | None) -> Script:
    """A dialled leg once answered: the whisper in its ear, then the conversation.

    A whisper that hangs up or fails leaves the two unconnected.
    """
    bridge.answered = call
    for other in list(bridge.legs):
        if other is not call:
            network.hang_up(other, by="network", status="canceled")
    if whisper:
        yield from read(network, call, whisper, Scene("number_url"))
    network.note("bridged", call, other=bridge.caller.sid)
    bridge.connect(call)
    yield Wait()


def dialled(network: "Network", call: Call, bridge: Bridge, story: Script) -> Script:
    """A leg of ``<Dial>``: whatever becomes of it, the bridge hears that it is over."""
    try:
        yield from story
    except Diverted as order:
        bridge.part(call)
        call.bridge = None
        yield from follow(network, call, order.target)
        return
    except (HungUp, Fault):
        if not call.ended:
            network.close(call, by="network")
        bridge.part(call)
        raise HungUp from None
    bridge.part(call)


def seated(network: "Network", call: Call, seat: Seat, callback: Callback) -> Script:
    """A participant made by REST: it has no document, only its seat.

    If the conference ended while the telephone rang, a new one of the same name begins.
    """
    if seat.conference.status == "completed":
        seat.conference = network.conference(seat.conference.name)
    try:
        yield from sit(Reading(network, call, "", Scene()), seat, callback)
    except Diverted as order:
        yield from follow(network, call, order.target)
    except Fault:  # noted already: a wait document that fails means no conference
        network.close(call, by="network")
        raise HungUp from None
