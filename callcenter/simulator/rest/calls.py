"""Calls by REST: make one, look at them, lead a live one elsewhere, end it."""

import re
from datetime import UTC, datetime
from typing import Any

from .. import legs
from ..calls import ENDED_STATUSES, Call, Callback, Target
from ..network import Network
from ..script import Diverted, follow
from .wording import (
    BAD_URL,
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

NO_TO, BAD_TO, NO_FROM, FROM_NOT_OURS, NOT_IN_PROGRESS = 21201, 21211, 21213, 21210, 21220
TWIML_TOO_LONG, LONGEST_TWIML = 32018, 4000
ADDRESS = re.compile(r"\+[1-9]\d{6,14}|client:[A-Za-z0-9_]{1,256}|sips?:\S+")
EVENTS = ("initiated", "ringing", "answered", "completed")
REPORTING = ("StatusCallback", "StatusCallbackMethod", "StatusCallbackEvent")
DOCUMENT = ("Url", "Method", "Twiml", "FallbackUrl", "FallbackMethod")
TIMES = tuple(f"{side}Time{sign}" for side in ("Start", "End") for sign in ("", "<", ">"))


def create(network: Network, asked: Asked) -> Answer:
    """Ring a telephone and have it read a document once it is answered."""
    known = ("To", "From", "Timeout", "TimeLimit", "CallerId", "CallReason", *DOCUMENT, *REPORTING)
    given = Parameters(asked, known)
    target = document(given)
    if not target:
        raise Problem(400, BAD_URL, "Url, Twiml or ApplicationSid is required")
    timeout_s = given.number("Timeout", 60, most=600)
    limit_s = given.number("TimeLimit", 14_400, most=86_400)
    call = leg(network, given)
    network.begin(call, legs.rung(network, call, timeout_s, follow(network, call, target)))
    network.clock.after(limit_s, lambda: network.hang_up(call, by="network"))
    return shape(network, call), 201


def leg(network: Network, given: Parameters) -> Call:
    """An outbound call that does not ring yet. Raises ``Problem`` for ends that cannot be."""
    to, from_ = given.needed("To", NO_TO), given.needed("From", NO_FROM)
    if not ADDRESS.fullmatch(to):
        raise Problem(400, BAD_TO, "The 'To' number is not a valid phone number.")
    if not to.startswith("client:") and from_ not in network.lines:
        raise Problem(
            400, FROM_NOT_OURS, "'From' phone number not verified: it is no line of this account"
        )
    events = given.words("StatusCallbackEvent", ("completed",))
    if set(events) - set(EVENTS):
        raise Problem(400, 21626, f"StatusCallbackEvent must be of {', '.join(EVENTS)}")
    return network.new_call(
        "outbound-api",
        from_=from_,
        to=to,
        callback=Callback(
            given.url("StatusCallback"), given.method("StatusCallbackMethod"), events
        ),
        fallback=Callback(given.url("FallbackUrl"), given.method("FallbackMethod")),
    )


def document(given: Parameters) -> Target | None:
    """The document that Url or Twiml name; ``None`` for neither."""
    if twiml := given.text("Twiml"):
        if len(twiml) > LONGEST_TWIML:
            raise Problem(400, TWIML_TOO_LONG, "Twiml parameter is too long")
        return Target(twiml=twiml)
    url = given.url("Url")
    return Target(url, given.method("Method")) if url else None


def fetch(network: Network, asked: Asked, sid: str) -> Answer:
    Parameters(asked, ())
    return shape(network, _call(network, sid)), 200


def update(network: Network, asked: Asked, sid: str) -> Answer:
    """End a call, or lead one that is in progress to another document."""
    given = Parameters(asked, ("Status", *DOCUMENT, *REPORTING))
    call, target = _call(network, sid), document(given)
    status = given.one_of("Status", ("", "completed", "canceled"))
    if not target and not status:
        raise Problem(400, BAD_URL, "Url, Twiml or Status is required")
    unborn = call.status in ("queued", "ringing")
    if call.ended or (unborn and target) or (status == "canceled" and not unborn):
        raise Problem(400, NOT_IN_PROGRESS, "Call is not in-progress. Cannot redirect.")
    if status:
        end = "canceled" if unborn and call.direction != "inbound" else "completed"
        network.hang_up(call, by="rest", status=end)
    elif target:
        call.task.interrupt(Diverted(target))
    return shape(network, call), 200


def listed(network: Network, asked: Asked) -> Answer:
    """Calls, the newest first."""
    given = Parameters(asked, ("To", "From", "Status", "ParentCallSid", *TIMES, *PAGING))
    wanted = {"to": given.text("To"), "from_": given.text("From"), "status": given.text("Status")}
    found = [
        call
        for call in reversed(network.calls.values())
        if all(getattr(call, name) == value for name, value in wanted.items() if value)
        and given.text("ParentCallSid") in ("", call.parent.sid if call.parent else None)
        and _in_time(call.answered_at or call.created_at, given, "StartTime")
        and _in_time(call.ended_at, given, "EndTime")
    ]
    return page(network, asked, "/Calls.json", "calls", found, shape)


def _in_time(moment: datetime | None, given: Parameters, name: str) -> bool:
    """Whether a moment lies on the day asked for, or before or after the moment asked for."""
    day, before, after = (given.text(name + sign) for sign in ("", "<", ">"))
    if not moment:
        return not (day or before or after)
    return (
        (not day or moment.date() == _moment(day, name).date())
        and (not before or moment <= _moment(before, name))
        and (not after or moment >= _moment(after, name))
    )


def _moment(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise Problem(400, 20001, f"{name} must be a date: {text}") from error


def _call(network: Network, sid: str) -> Call:
    if sid not in network.calls:
        raise missing(uri(network, f"/Calls/{sid}.json"))
    return network.calls[sid]


def shape(network: Network, call: Call) -> dict[str, Any]:
    """A call as the interface shows it."""
    place = uri(network, f"/Calls/{call.sid}")
    line = network.lines.get(call.to if call.direction == "inbound" else call.from_)
    return {
        "sid": call.sid,
        "account_sid": network.account_sid,
        "parent_call_sid": call.parent.sid if call.parent else None,
        "phone_number_sid": line.sid if line else None,
        "to": call.to,
        "to_formatted": call.to,
        "from": call.from_,
        "from_formatted": call.from_,
        "status": call.status,
        "direction": call.direction,
        "date_created": when(call.created_at),
        "date_updated": when(call.ended_at or call.answered_at or call.created_at),
        "start_time": when(call.answered_at or (call.created_at if call.ended else None)),
        "end_time": when(call.ended_at),
        "duration": str(call.talked_s) if call.status in ENDED_STATUSES else None,
        "queue_time": "0",
        "api_version": VERSION,
        "price_unit": "USD",
        **dict.fromkeys(
            ("price", "answered_by", "forwarded_from", "group_sid", "caller_name", "trunk_sid")
        ),
        "uri": f"{place}.json",
        "subresource_uris": {},
    }


ROUTES: Routes = {
    ("POST", "/Calls.json"): create,
    ("GET", "/Calls.json"): listed,
    ("GET", "/Calls/<sid>.json"): fetch,
    ("POST", "/Calls/<sid>.json"): update,
}
