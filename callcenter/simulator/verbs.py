"""The verbs a caller hears and answers: Say, Play, Pause, Gather, Redirect, Hangup, Reject, Leave.

Every verb is a script that returns where to go next, or ``None`` for the next verb.
"""

import io
import wave
from collections.abc import Iterator
from contextlib import contextmanager

from .calls import Call, Target
from .script import HungUp, Left, Reading
from .tasks import Script, Wait
from .twiml import Verb

CHARACTERS_A_SECOND = 14
PLAY_S, DIGIT_S, MOST_LOOPS = 4.0, 0.5, 1000
WRONG_VOICE = 13512


def say(reading: Reading, verb: Verb) -> Script:
    language = verb.get("language") or _language(verb.get("voice")) or "en-US"
    if _language(verb.get("voice")) not in ("", language):
        reading.network.note(
            "webhook-fault",
            reading.call,
            url=reading.url,
            error=WRONG_VOICE,
            text=f"{verb.get('voice')} does not speak {language}: nothing is said",
        )
        return
    for _ in range(verb.number("loop", 1) or MOST_LOOPS):
        reading.network.say(reading.call, "Say", verb.text, language)
        length = max(0.3, len(verb.text) / CHARACTERS_A_SECOND)
        if (yield Wait(reading.network.paced(length))):
            return


def _language(voice: str) -> str:
    """The language a voice belongs to; "" for those that say nothing about it."""
    return voice.removeprefix("Google.")[:5] if voice.startswith("Google.") else ""


def play(reading: Reading, verb: Verb) -> Script:
    if verb.get("digits"):
        yield Wait(reading.network.paced(DIGIT_S * len(verb.get("digits"))))
        return
    url = reading.target(verb.text).url
    length = yield from _length(reading, url)
    if not length:
        return
    for _ in range(verb.number("loop", 1) or MOST_LOOPS):
        reading.network.say(reading.call, "Play", url.rpartition("/")[2], "")
        if (yield Wait(reading.network.paced(length))):
            return


def _length(reading: Reading, url: str) -> Script:
    """Seconds of an audio file, fetched once; 0 for one that cannot be had, which is passed by."""
    heard = reading.network.audio
    if url not in heard:
        answer = yield reading.network.request(reading.call, Target(url, "GET"), bare=True)
        if answer.error:
            reading.network.note(
                "webhook-fault", reading.call, url=url, error=answer.error, text=answer.fault
            )
            return 0.0
        heard[url] = _seconds(answer.body)
    return heard[url]


def _seconds(body: bytes) -> float:
    try:
        with wave.open(io.BytesIO(body)) as sound:
            return sound.getnframes() / sound.getframerate()
    except (wave.Error, EOFError):  # MP3 and others: taken to be of a usual length
        return PLAY_S


def pause(reading: Reading, verb: Verb) -> Script:
    yield Wait(reading.network.paced(verb.number("length", 1)))


def gather(reading: Reading, verb: Verb) -> Script:
    """Collect keys; the first one ends the speech inside. Silence leads to the next verb."""
    early = verb.flag("bargeIn", default=True)
    if not early:
        yield from _prompt(reading, verb, [])
    with listening(reading.call, verb) as keys:
        if early:
            yield from _prompt(reading, verb, keys)
        digits, finished_on, complete = _collected(verb, keys)
        while not complete and (yield Wait(verb.number("timeout", 5))):
            digits, finished_on, complete = _collected(verb, keys)
    if not digits and not verb.flag("actionOnEmptyResult"):
        return None
    form = [("Digits", digits), ("FinishedOnKey", finished_on), ("msg", "Gather End")]
    return reading.target(verb.get("action") or reading.url, verb.get("method"), form)


def _prompt(reading: Reading, verb: Verb, keys: list[str]) -> Script:
    for nested in verb.children:
        if not keys:
            yield from reading.network.verbs[nested.tag](reading, nested)


def _collected(verb: Verb, keys: list[str]) -> tuple[str, str, bool]:
    """The digits so far, the key that finished them if one did, and whether they are all."""
    for count, key in enumerate(keys):
        if key in verb.get("finishOnKey", "#"):
            return "".join(keys[:count]), key, True
        if count + 1 == verb.number("numDigits", 0):
            return "".join(keys[: count + 1]), "", True
    return "".join(keys), "", False


def redirect(reading: Reading, verb: Verb) -> Script:
    yield from ()
    return reading.target(verb.text or reading.url, verb.get("method"))


def hangup(reading: Reading, verb: Verb) -> Script:
    yield from ()
    reading.network.close(reading.call, by="application")
    raise HungUp


def reject(reading: Reading, verb: Verb) -> Script:
    """Refuse a call that nobody has answered yet; an answered one is hung up."""
    yield from ()
    refused = "busy" if verb.get("reason") == "busy" else "no-answer"
    status = refused if reading.call.status == "ringing" else "completed"
    reading.network.close(reading.call, by="application", status=status)
    raise HungUp


def leave(reading: Reading, verb: Verb) -> Script:
    """Out of the queue. Elsewhere it means nothing."""
    yield from ()
    if reading.scene.name == "queue_wait":
        raise Left


@contextmanager
def listening(call: Call, verb: Verb) -> Iterator[list[str]]:
    """Collect the keys pressed meanwhile; keys pressed while nothing listens are lost.

    A ``<Gather>`` for speech alone hears nothing here: nobody speaks on this network.
    """
    keys: list[str] = []
    if "dtmf" in verb.get("input", "dtmf"):
        call.keys = keys
    try:
        yield keys
    finally:
        call.keys = None
