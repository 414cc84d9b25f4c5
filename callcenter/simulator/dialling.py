"""``<Dial>``: a conference, or telephones rung at once of which the first to answer talks."""

from .bridges import Bridge
from .calls import Call, Callback
from .legs import dialled, rung, whispered
from .meeting import meet
from .script import Diverted, Fault, HungUp, Reading
from .signing import Form
from .tasks import Script, Wait
from .twiml import Verb

LONGEST_S = 14_400  # the carrier's time limit of one call


def dial(reading: Reading, verb: Verb) -> Script:
    conferences = verb.all("Conference")
    if conferences:
        return (yield from meet(reading, verb, conferences[0]))
    return (yield from _numbers(reading, verb))


def _numbers(reading: Reading, verb: Verb) -> Script:
    """Ring them all, talk with the first, and report it to ``action``."""
    network, call = reading.network, reading.call
    bridge = call.bridge = Bridge(call)
    call.keys = [] if verb.flag("hangupOnStar") else None
    numbers = verb.all("Number") or ([verb] if verb.text else [])
    rang = [_leg(reading, verb, bridge, noun) for noun in numbers]
    try:
        yield from _talk(bridge, verb)
        _let_go(reading, bridge)
    except (HungUp, Diverted, Fault) as cause:
        _let_go(reading, bridge)
        done = reading.action(verb, _outcome(bridge, rang))
        if done and isinstance(cause, HungUp):
            network.tell(call, done)
        raise
    finally:
        call.bridge, call.keys = None, None
    return reading.action(verb, _outcome(bridge, rang))


def _talk(bridge: Bridge, verb: Verb) -> Script:
    """Until no leg is left, the time limit is over, or the caller presses the star."""
    while bridge.legs and not bridge.connected:
        yield Wait()
    left_s: float | None = verb.number("timeLimit", LONGEST_S)
    while bridge.legs and "*" not in (bridge.caller.keys or ()):
        if not (yield Wait(left_s)):
            return


def _leg(reading: Reading, verb: Verb, bridge: Bridge, noun: Verb) -> Call:
    network, caller = reading.network, reading.call
    leg = network.new_call(
        "outbound-dial",
        from_=verb.get("callerId") or caller.from_,
        to=noun.text,
        parent=caller,
        callback=_callback(reading, noun),
    )
    leg.bridge = bridge
    bridge.legs.append(leg)
    whisper = reading.target(noun.get("url"), noun.get("method")) if noun.get("url") else None
    story = rung(network, leg, verb.number("timeout", 30), whispered(network, leg, bridge, whisper))
    network.begin(leg, dialled(network, leg, bridge, story))
    return leg


def _callback(reading: Reading, noun: Verb) -> Callback:
    if noun.tag != "Number" or not noun.get("statusCallback"):
        return Callback()
    events = tuple(noun.get("statusCallbackEvent", "completed").split())
    url = reading.target(noun.get("statusCallback")).url
    return Callback(url, noun.get("statusCallbackMethod", "POST"), events)


def _let_go(reading: Reading, bridge: Bridge) -> None:
    for leg in list(bridge.legs):
        status = "completed" if leg.answered_at else "canceled"
        reading.network.hang_up(leg, by="network", status=status)


def _outcome(bridge: Bridge, rang: list[Call]) -> Form:
    """What the action is told. Picked up but never connected is "completed" and not bridged."""
    leg = bridge.answered
    if not leg:
        ends = [call.status for call in rang] or ["failed"]
        worst = next((end for end in ("busy", "canceled", "no-answer") if end in ends), "failed")
        sid = [("DialCallSid", rang[-1].sid)] if rang else []
        return (("DialCallStatus", worst), *sid, ("DialBridged", "false"))
    return (
        ("DialCallStatus", "completed"),
        ("DialCallSid", leg.sid),
        ("DialCallDuration", str(leg.talked_s)),
        ("DialBridged", "true" if bridge.was_connected else "false"),
    )
