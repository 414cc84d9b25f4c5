"""Our lines by REST: which addresses the carrier calls for each of them."""

from typing import Any

from ..calls import Line
from ..network import Network
from .wording import PAGING, VERSION, Answer, Asked, Parameters, Routes, missing, page, uri

ADDRESSES = {  # parameter: field of a line
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
}
METHODS = {
    f"{name.removesuffix('Url')}Method": f"{field.removesuffix('_url')}_method"
    for name, field in ADDRESSES.items()
}


def listed(network: Network, asked: Asked) -> Answer:
    """Our lines; ``PhoneNumber`` may be a part of the number."""
    given = Parameters(asked, ("PhoneNumber", "FriendlyName", *PAGING))
    found = [
        line
        for line in network.lines.values()
        if given.text("PhoneNumber") in line.number
        and given.text("FriendlyName") in ("", line.friendly_name)
    ]
    path = "/IncomingPhoneNumbers.json"
    return page(network, asked, path, "incoming_phone_numbers", found, shape)


def fetch(network: Network, asked: Asked, sid: str) -> Answer:
    Parameters(asked, ())
    return shape(network, _line(network, sid)), 200


def update(network: Network, asked: Asked, sid: str) -> Answer:
    """Have the carrier call other addresses from the next call on."""
    given = Parameters(asked, (*ADDRESSES, *METHODS, "FriendlyName"))
    line = _line(network, sid)
    changes = {field: given.url(name) for name, field in ADDRESSES.items() if name in given}
    changes |= {field: given.method(name) for name, field in METHODS.items() if name in given}
    if "FriendlyName" in given:
        changes["friendly_name"] = given.text("FriendlyName")
    for field, value in changes.items():
        setattr(line, field, value)
    network.note("line-changed", None, number=line.number, **changes)
    return shape(network, line), 200


def _line(network: Network, sid: str) -> Line:
    for line in network.lines.values():
        if line.sid == sid:
            return line
    raise missing(uri(network, f"/IncomingPhoneNumbers/{sid}.json"))


def shape(network: Network, line: Line) -> dict[str, Any]:
    """A line as the interface shows it."""
    fields = {field: getattr(line, field) for field in (*ADDRESSES.values(), *METHODS.values())}
    return {
        "sid": line.sid,
        "account_sid": network.account_sid,
        "phone_number": line.number,
        "friendly_name": line.friendly_name,
        **fields,
        "voice_caller_id_lookup": False,
        "voice_receive_mode": "voice",
        "capabilities": {"voice": True, "sms": False, "mms": False, "fax": False},
        "status": "in-use",
        "origin": "twilio",
        "beta": False,
        "api_version": VERSION,
        "uri": uri(network, f"/IncomingPhoneNumbers/{line.sid}.json"),
    }


ROUTES: Routes = {
    ("GET", "/IncomingPhoneNumbers.json"): listed,
    ("GET", "/IncomingPhoneNumbers/<sid>.json"): fetch,
    ("POST", "/IncomingPhoneNumbers/<sid>.json"): update,
}
