"""What ``check`` asks the carrier: do our lines lead to us, and do our clocks agree."""

import http.client
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from callcenter.cli.ground_check import DO, HINT, OK, Said
from callcenter.rules import wib
from callcenter.settings import Settings

TRIES = "#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx"  # over in 12 s, inside the carrier's 15
APART = timedelta(seconds=30)
PATHS = {"voice": "/voice/incoming", "fallback": "/voice/fallback", "status": "/voice/status"}
NAMES = {
    "voice": "A call comes in (voice URL)",
    "fallback": "Primary handler fails (fallback URL)",
    "status": "Call status changes (status callback)",
}


def lines(chosen: Settings) -> Iterator[Said]:
    """The account and each of our lines: in order, or what to do."""
    from callcenter.carriers import CommandFailed, CommandGone, carrier

    if not chosen.carrier.account_sid:
        yield OK, "none is configured; calls are logged by hand"
        return
    try:
        found = carrier(chosen.carrier).lines()
    except (CommandFailed, CommandGone) as failed:
        told = f"{chosen.carrier.api_base} refused our account or did not answer ({failed})"
        yield DO, f"{told}. Compare [carrier] with its console, and the way to it."
        return
    yield OK, f"{chosen.carrier.api_base} knows our account"
    for line in (line for center in chosen.centers for line in center.lines):
        yield from line_at(line, found.get(line), chosen)
    if not chosen.demo:
        yield from one_way_only(chosen)


def wanted(chosen: Settings) -> dict[str, str]:
    """The addresses that every line should have, by use."""
    bases = {"fallback": chosen.fallback.public_url or chosen.voice.public_url}
    return {use: bases.get(use, chosen.voice.public_url) + path for use, path in PATHS.items()}


def line_at(line: str, found: Mapping[str, Any] | None, chosen: Settings) -> Iterator[Said]:
    """One line: what the carrier calls for it, against what it should call."""
    voice_url = chosen.voice.public_url
    if found is None:
        trunk = f"{voice_url}/voice/incoming?line={line.replace('+', '%2B')}"
        told = f"{line} is not a number of this account. Add it there; where a trunk brings its"
        yield DO, f"{told} calls, have the trunk call {trunk}"
        return
    has = {use: found.get(use) or "" for use in PATHS}
    wrong = {use: url for use, url in wanted(chosen).items() if plain(has[use]) != url}
    for use, url in wrong.items():
        told = f"{line}: {NAMES[use]} should be {url}{TRIES} and is"
        yield DO, f"{told} {plain(has[use]) or 'empty'}. Set it in the carrier's console."
    if not wrong:
        yield OK, f"{line} leads to {voice_url}"
    patient = [NAMES[use] for use in PATHS if use not in wrong and "#" not in has[use]]
    if patient and not chosen.demo:
        said = (
            f"{line}: no retry settings are behind the address of: {'; '.join(patient)}; so the "
            f"carrier waits 15 s for each and tries once. Write {TRIES} behind them."
        )
        yield HINT, said


def one_way_only(chosen: Settings) -> Iterator[Said]:
    """Whether what kills the voice address also kills the address that stands in for it."""
    voice = urlsplit(chosen.voice.public_url).hostname
    if not chosen.fallback.public_url or urlsplit(chosen.fallback.public_url).hostname == voice:
        said = (
            f"the fallback URL is at {voice} too, so callers hear the carrier's own message when "
            "that proxy or the way to it is dead. Reach the stand-in by another name and way "
            "([fallback] public_url), or keep docs/deploy/fallback.xml on another web server."
        )
        yield HINT, said


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
