"""``<Dial><Conference>``: sitting in a conference, and what is heard there in the background."""

from .calls import Callback, Target
from .conferences import Conference, Seat
from .script import Diverted, Fault, HungUp, Over, Reading, Scene, Stirred, read
from .tasks import Script, Wait
from .twiml import Verb

CARRIERS_MUSIC = "(musik tunggu)"
DUPLICATE_LABEL = 16025


def meet(reading: Reading, dial: Verb, noun: Verb) -> Script:
    """Join the conference and stay; then the Dial's action, which is told "answered"."""
    network, call = reading.network, reading.call
    conference = network.conference(noun.text)
    seat = _seat(reading, noun, conference)
    answered = [("DialCallStatus", "answered")]
    try:
        yield from sit(reading, seat, _callback(reading, noun), star=dial.flag("hangupOnStar"))
    except HungUp:
        done = reading.action(dial, answered)
        if done:
            network.tell(call, done)
        raise
    return reading.action(dial, answered)


def sit(reading: Reading, seat: Seat, callback: Callback, *, star: bool = False) -> Script:
    """Be in the conference until it lets go. With ``star`` the key * leaves it."""
    seat.call.seat = seat
    seat.conference.join(seat, callback)
    seat.call.keys = [] if star else None
    try:
        yield from _listen(reading, seat)
        seat.conference.leave(seat, "participant_left")
    except Over:
        pass
    except (HungUp, Diverted, Fault) as cause:
        why = "participant_hung_up" if isinstance(cause, HungUp) else "participant_redirected"
        seat.conference.leave(seat, why)
        raise
    finally:
        seat.call.seat, seat.call.keys = None, None


def _listen(reading: Reading, seat: Seat) -> Script:
    """Background, then silence or conversation; anew whenever the background changes."""
    while True:
        try:
            yield from _background(reading, seat)
            while not (yield Wait()) or "*" not in (seat.call.keys or ()):
                pass
            return
        except Stirred:
            pass


def _background(reading: Reading, seat: Seat) -> Script:
    """Hold music, or the wait document, played once; nothing in a conversation."""
    if not seat.hold and seat.conference.status != "init":
        return
    music = seat.hold_music if seat.hold else seat.wait
    if music is None:
        reading.network.say(seat.call, "Play", CARRIERS_MUSIC, "")
    elif music.url:
        yield from read(reading.network, seat.call, music, Scene("conference_wait"))


def _seat(reading: Reading, noun: Verb, conference: Conference) -> Seat:
    label = noun.get("participantLabel")
    if label and conference.seat(label):
        reading.network.note(
            "webhook-fault",
            reading.call,
            url=reading.url,
            error=DUPLICATE_LABEL,
            text=f"the label {label} is taken in {conference.name}: joined without it",
        )
        label = ""
    return Seat(
        reading.call,
        conference,
        label=label,
        muted=noun.flag("muted"),
        start_on_enter=noun.flag("startConferenceOnEnter", default=True),
        end_on_exit=noun.flag("endConferenceOnExit"),
        beep=noun.get("beep", "true"),
        wait=_wait_music(reading, noun),
        coaching=bool(noun.get("coach")),
        coaches=noun.get("coach"),
    )


def _wait_music(reading: Reading, noun: Verb) -> Target | None:
    if "waitUrl" not in noun.attributes:
        return None
    if not noun.get("waitUrl"):
        return Target()
    return reading.target(noun.get("waitUrl"), noun.get("waitMethod"))


def _callback(reading: Reading, noun: Verb) -> Callback:
    if not noun.get("statusCallback"):
        return Callback()
    events = noun.get("statusCallbackEvent", "start end").split()
    url = reading.target(noun.get("statusCallback")).url
    return Callback(url, noun.get("statusCallbackMethod", "POST"), tuple(events))
