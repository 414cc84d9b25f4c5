"""From the fields of a webhook to facts, in whatever dialect a TwiML carrier speaks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from callcenter.carriers import Facts
from callcenter.rules import phone

# The signed string has no delimiters, so a field must look like what it is.
FORMATS = {
    "CallSid": re.compile(r"[A-Za-z0-9_-]{1,128}"),
    "Digits": re.compile(r"[0-9*#]{0,32}|hangup"),
    "QueueTime": re.compile(r"\d{0,9}"),
    "QueuePosition": re.compile(r"\d{0,9}"),
    "SequenceNumber": re.compile(r"\d{0,9}"),
    "CallDuration": re.compile(r"\d{0,9}"),
    "CallStatus": re.compile(r"[A-Za-z_-]{1,64}"),
    "QueueResult": re.compile(r"[A-Za-z_-]{1,64}"),
    "QueueSid": re.compile(r"[A-Za-z0-9_-]{1,128}"),
    "RecordingSid": re.compile(r"[A-Za-z0-9_-]{1,128}"),
    "RecordingDuration": re.compile(r"-?\d{0,9}"),
    "MessageSid": re.compile(r"[A-Za-z0-9_-]{1,128}"),
    "MessageStatus": re.compile(r"[A-Za-z_-]{1,64}"),
    "ConferenceSid": re.compile(r"[A-Za-z0-9_-]{1,128}"),
}
LONGEST = 4096


def facts(form: Mapping[str, str]) -> Facts:
    """What ``form`` says. Unknown fields are ignored, missing ones are empty, never an error."""
    get = form.get
    return Facts(
        call=get("CallSid", ""),
        account=get("AccountSid", ""),
        caller=get("From") or get("Caller", ""),
        dialled=phone.normalise(get("To") or get("Called", "")) or "",
        status=get("CallStatus", ""),
        digits=get("Digits", ""),
        at=timestamp(get("Timestamp", "")),
        sequence=get("SequenceNumber", ""),
        duration_s=_whole(get("CallDuration", "")),
        queue_result=get("QueueResult", ""),
        queue_sid=get("QueueSid", ""),
        queue_time_s=_whole(get("QueueTime", "")),
        queue_position=_whole(get("QueuePosition", "")),
        conference=get("ConferenceSid", ""),
        room=get("FriendlyName", ""),
        conference_event=get("StatusCallbackEvent", ""),
        left_because=get("ReasonParticipantLeft", ""),
        dial_status=get("DialCallStatus", ""),
        bridged={"true": True, "false": False}.get(get("DialBridged", "")),
        recording=get("RecordingSid", ""),
        recording_s=_whole(get("RecordingDuration", "")),
        error_code=get("ErrorCode", ""),
        text=get("MessageSid", ""),
        text_status=get("MessageStatus", ""),
        malformed=_malformed(form),
    )


def timestamp(text: str) -> datetime | None:
    """RFC 2822, Telin's ``Etc/UTC``, or ISO; None where there is none that can be read."""
    if not text:
        return None
    for read in (_mail_date, datetime.fromisoformat):
        try:
            at = read(text.replace("Etc/UTC", "+0000"))
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            continue
    return None


def _mail_date(text: str) -> datetime:
    return parsedate_to_datetime(text)


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _malformed(form: Mapping[str, str]) -> str:
    for name, value in form.items():
        if value:
            shape = FORMATS.get(name)
            if (shape and not shape.fullmatch(value)) or len(value) > LONGEST or "\x00" in value:
                return name
    return ""
