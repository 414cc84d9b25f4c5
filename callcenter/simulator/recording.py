"""``<Record>``: a person speaks after a tone until a finishing key, the longest time or a hang-up.

Nobody really speaks on this network: whoever is on the line is taken to talk all the time. A
recording of less than a second is empty, and as at the carrier it is told to nobody: the next
verb follows.
"""

from .calls import Callback, Target
from .script import HungUp, Reading
from .signing import Form
from .tasks import Script, Wait
from .twiml import Verb
from .verbs import listening

ANY_KEY = "1234567890*#"
SHORTEST_S, LONGEST_S = 1, 3600


def record(reading: Reading, verb: Verb) -> Script:
    """Returns where the recording is told: to ``action``, else to this document's own address."""
    network, call = reading.network, reading.call
    began = network.now()
    if verb.flag("playBeep", default=True):
        network.say(call, "Play", "beep", "")

    def ended(key: str) -> Target | None:
        length = int((network.now() - began).total_seconds())
        if length < SHORTEST_S:
            return None
        told = _told(reading, verb, network.sid("RE"), length)
        network.note("recorded", call, seconds=length)
        return reading.target(
            verb.get("action") or reading.url, verb.get("method"), (*told, ("Digits", key))
        )

    try:
        key = yield from _until_finished(reading, verb)
    except HungUp:
        if target := ended("hangup"):
            network.tell(call, target)
        raise
    return ended(key)


def _until_finished(reading: Reading, verb: Verb) -> Script:
    """Returns the key that ended it; none when the longest time did."""
    network, finish = reading.network, verb.get("finishOnKey", ANY_KEY)
    longest_s, began = network.paced(verb.number("maxLength", LONGEST_S)), network.now()
    with listening(reading.call, verb) as keys:
        while (left := longest_s - (network.now() - began).total_seconds()) > 0:
            yield Wait(left)
            if key := next((key for key in keys if key in finish), ""):
                return key
    return ""


def _told(reading: Reading, verb: Verb, sid: str, length: int) -> Form:
    """What is said of the recording, here and to ``recordingStatusCallback`` if there is one."""
    network, call = reading.network, reading.call
    network.recordings[sid] = length
    url = f"https://recordings.invalid/{network.account_sid}/Recordings/{sid}"
    form = (("RecordingUrl", url), ("RecordingSid", sid), ("RecordingDuration", str(length)))
    if address := verb.get("recordingStatusCallback"):
        callback = Callback(
            reading.target(address).url, verb.get("recordingStatusCallbackMethod") or "POST"
        )
        more = (
            ("AccountSid", network.account_sid),
            ("CallSid", call.sid),
            ("RecordingStatus", "completed"),
            ("RecordingChannels", "1"),
            ("RecordingSource", "RecordVerb"),
        )
        network.report(call.postbox, callback, (*form, *more))
    return form
