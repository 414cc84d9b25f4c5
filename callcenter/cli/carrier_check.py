"""What ``check`` asks the carrier: do our lines lead to us, and do our clocks agree."""

import http.client
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from callcenter.rules import wib
from callcenter.settings import Settings

APART = timedelta(seconds=30)
PATHS = {"voice": "/voice/incoming", "fallback": "/voice/fallback", "status": "/voice/status"}
NAMES = {
    "voice": "A call comes in (voice URL)",
    "fallback": "Primary handler fails (fallback URL)",
    "status": "Call status changes (status callback)",
}


def lines(chosen: Settings) -> Iterator[tuple[bool, str]]:
    """For the account and each of our lines: in order or not, and what to do."""
    from callcenter.carriers import CommandFailed, CommandGone, carrier

    if not chosen.carrier.account_sid:
        yield True, "none is configured; calls are logged by hand"
        return
    try:
        found = carrier(chosen.carrier).lines()
    except (CommandFailed, CommandGone) as failed:
        told = f"{chosen.carrier.api_base} refused our account or did not answer ({failed})"
        yield False, f"{told}. Compare [carrier] with its console, and the way to it."
        return
    yield True, f"{chosen.carrier.api_base} knows our account"
    for line in (line for center in chosen.centers for line in center.lines):
        yield from line_at(line, found.get(line), chosen.voice.public_url)


def line_at(
    line: str, found: Mapping[str, Any] | None, voice_url: str
) -> Iterator[tuple[bool, str]]:
    """One line: what the carrier calls for it, against what it should call."""
    if found is None:
        trunk = f"{voice_url}/voice/incoming?line={line.replace('+', '%2B')}"
        told = f"{line} is not a number of this account. Add it there; where a trunk brings its"
        yield False, f"{told} calls, have the trunk call {trunk}"
        return
    wrong = {
        use: voice_url + path
        for use, path in PATHS.items()
        if plain(found.get(use) or "") != voice_url + path
    }
    for use, url in wrong.items():
        yield False, f"{line}: {NAMES[use]} should be {url}. Set it in the carrier's console."
    if not wrong:
        yield True, f"{line} leads to {voice_url}"


def plain(url: str) -> str:
    """An address without ``?line=`` and without the carrier's retry settings behind ``#``."""
    return url.partition("#")[0].partition("?")[0]


def clocks(chosen: Settings, now: datetime) -> tuple[bool, str]:
    """Whether our clock agrees with the carrier's; both go into every record."""
    theirs = clock_of(chosen.carrier.api_base) if chosen.carrier.account_sid else None
    ours = f"{wib.local(now):%Y-%m-%d %H:%M:%S} WIB"
    if theirs is None:
        return True, f"{ours}; nobody was there to compare it with"
    apart = now - theirs
    if abs(apart) > APART:
        return False, (
            f"{ours} is {abs(apart).total_seconds():.0f} s "
            f"{'ahead of' if apart > timedelta() else 'behind'} the carrier's, so waits and the "
            "cutoff would be wrong. Let the machine set its clock by NTP."
        )
    return True, f"{ours}, as the carrier's"


def clock_of(base: str) -> datetime | None:
    """The time a server tells with its answer; ``None`` when it does not."""
    parts = urlsplit(base)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    asked = kind(parts.hostname or "", parts.port, timeout=5)
    try:
        asked.request("HEAD", "/")
        return parsedate_to_datetime(asked.getresponse().headers["Date"])
    except (OSError, http.client.HTTPException, TypeError, ValueError):
        return None
    finally:
        asked.close()
