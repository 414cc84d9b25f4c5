"""Verbs to TwiML. Written by hand: a document is a few lines, and the library costs 57 us."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from callcenter.carriers import Urls
from callcenter.rules.verbs import (
    Ask,
    Forward,
    GoOn,
    Hangup,
    Leave,
    Listen,
    Meet,
    Music,
    Record,
    Say,
    Spoken,
    Verb,
    Wait,
    WaitOn,
)

LOCALES = {"id": "id-ID", "en": "en-US", "jv": "jv-ID"}
ROOM_EVENTS = "start end join leave mute hold"
FORWARD_S = 30
TALK_LIMIT_S = 14_400


def render(verbs: Sequence[Verb], urls: Urls) -> bytes:
    """The document, UTF-8. Every address in it is one of ``urls``."""
    body = "".join(_verb(verb, urls) for verb in verbs)
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{body}</Response>'.encode()


def _verb(verb: Verb, urls: Urls) -> str:
    match verb:
        case Say(spoken=spoken):
            return _spoken(spoken, urls.audio)
        case Ask():
            return _gather(verb, urls)
        case Music():
            return _tag("Play", f"{urls.audio}/music")
        case Listen(says=says):
            return _listen(says, urls)
        case Wait(queue=queue):
            return _tag("Enqueue", queue, action=urls.left, waitUrl=urls.wait)
        case WaitOn() | GoOn():
            return _tag("Redirect", urls.next)
        case Record():
            return _record(verb, urls)
        case Leave():
            return _tag("Leave")
        case Meet():
            return _conference(verb, urls)
        case Forward(number=number, shown=shown):
            dialled = _tag("Number", number)
            limits: dict[str, Any] = {"timeout": FORWARD_S, "timeLimit": TALK_LIMIT_S}
            limits |= {"callerId": shown} if shown else {}
            limits |= {"action": urls.met} if urls.met else {}  # an empty one means this address
            return _tag("Dial", inside=dialled, **limits)
        case Hangup():
            return _tag("Hangup")


@lru_cache(512)  # the same sentences all day long
def _spoken(spoken: Spoken, audio: str) -> str:
    if spoken.recording:
        return _tag("Play", f"{audio}/{spoken.recording}")
    return _tag("Say", spoken.text, language=LOCALES[spoken.language], voice=spoken.voice)


def _gather(ask: Ask, urls: Urls) -> str:
    """Silence comes back to us too: nobody falls out of the end of a document."""
    return _tag(
        "Gather",
        inside="".join(_spoken(say.spoken, urls.audio) for say in ask.says),
        action=urls.next,
        input="dtmf",
        numDigits=ask.digits,
        timeout=ask.timeout_s,
        finishOnKey=ask.finish,
        actionOnEmptyResult="true",
    )


def _listen(says: Sequence[Say], urls: Urls) -> str:
    """A key is told to the address of the next document, where silence leads too."""
    heard = "".join(_spoken(say.spoken, urls.audio) for say in says)
    return _tag(
        "Gather",
        inside=heard + _tag("Play", f"{urls.audio}/music"),
        action=urls.next,
        input="dtmf",
        numDigits=1,
        timeout=1,
        finishOnKey="",
    )


def _record(record: Record, urls: Urls) -> str:
    """Without ``action`` the recording is told to the address that this document came from. An
    empty one is told to nobody: the carrier goes on with the next verb."""
    recording = _tag(
        "Record",
        maxLength=record.most_s,
        finishOnKey=record.finish,
        timeout=record.silence_s,
        playBeep="true",
    )
    return recording + _tag("Redirect", urls.next)


def _conference(meet: Meet, urls: Urls) -> str:
    """The conference ends with the caller only: an agent who drops leaves the caller to us."""
    room = _tag(
        "Conference",
        meet.room,
        startConferenceOnEnter="true",
        endConferenceOnExit="true" if meet.role == "caller" else "false",
        beep="false",
        waitUrl="",
        participantLabel=meet.role,
        statusCallback=urls.room,
        statusCallbackEvent=ROOM_EVENTS,
    )
    return _tag("Dial", inside=room, action=urls.met, timeLimit=TALK_LIMIT_S)


def _tag(name: str, text: str = "", *, inside: str = "", **attributes: str | int) -> str:
    written = "".join(f" {key}={quoteattr(str(value))}" for key, value in attributes.items())
    content = inside or escape(text)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"
