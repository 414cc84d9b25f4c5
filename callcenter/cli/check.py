"""The doctor: looks at everything the program leans on and says what to do about each.

``OK``: in order. ``DO``: must be done; then the exit code is 1. ``HINT``: may be right as it is.
Nothing is changed. It runs while the database or the carrier is away, and says so.
"""

import argparse
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from callcenter import clock, settings
from callcenter.cli import carrier_check, ground_check, opening, refusals
from callcenter.cli.ground_check import DO, HINT, OK, Said
from callcenter.cli.policies import checking
from callcenter.settings import Settings

NAME = "check"
HELP = "look at everything the program leans on, and say what to do"
NEEDS_SETTINGS = False  # faults of the configuration are what it is asked for


@dataclass(frozen=True)
class Finding:
    """One thing looked at: in order, perhaps with a hint, or what must be done."""

    subject: str
    ok: bool
    text: str
    hint: bool = False

    @property
    def mark(self) -> str:
        return HINT if self.hint else OK if self.ok else DO


def findings_of(subject: str, said: Iterable[Said]) -> Iterator[Finding]:
    """Words and sentences as findings."""
    for mark, text in said:
        yield Finding(subject, mark != DO, text, hint=mark == HINT)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace, _: None) -> int:
    found = findings()
    ok = all(finding.ok for finding in found)
    if arguments.json:
        print(json.dumps({"ok": ok, "findings": [asdict(finding) for finding in found]}))
    else:
        for finding in found:
            print(f"{finding.mark:<4}  {finding.subject:<14} {finding.text}")
    return 0 if ok else 1


def findings() -> list[Finding]:
    """All findings; with a configuration at fault its faults only."""
    try:
        chosen = settings.load(os.environ)
    except settings.SettingsError as refused:
        return [Finding("configuration", False, str(fault)) for fault in refused.faults]
    return [finding for check in CHECKS for finding in check(chosen)]


def configuration(chosen: Settings) -> Iterator[Finding]:
    """Where the settings come from, and whether others can read what is secret in them."""
    lines = sum(len(center.lines) for center in chosen.centers)
    told = f"{chosen.origin}: {len(chosen.centers)} centers, {lines} lines"
    yield Finding("configuration", True, told)
    file = Path(chosen.origin)
    if not chosen.demo and file.is_file() and file.stat().st_mode & 0o077:
        told = f"{file} can be read by others on this machine. Run: chmod 600 {file}"
        yield Finding("configuration", False, told)


def addresses(chosen: Settings) -> Iterator[Finding]:
    """Whether what callers key and who signs in travels unreadable."""
    for table, url in (
        ("[web] public_url", chosen.web.public_url),
        ("[voice] public_url", chosen.voice.public_url),
        ("[carrier] api_base", chosen.carrier.api_base),
    ):
        parts = urlsplit(url)
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        if parts.scheme == "http" and not local:
            told = f"{table} is http, so everybody on the way can read along. Use https."
            yield Finding("addresses", False, told)


def sources(chosen: Settings) -> Iterator[Finding]:
    """What is configured and not asked must not look as if it were."""
    for source in chosen.sources:
        told = (
            f"[[source]] {source.name} is not asked in this release, so its statuses do not show. "
            "Bring them in: python -m callcenter import-applicants FILE.csv"
        )
        yield Finding("sources", False, told)


def folders(chosen: Settings) -> Iterator[Finding]:
    """Whether there is a place to write when the database is away."""
    for subject, folder in (
        ("journal", chosen.journal.directory),
        ("policy", chosen.policy.snapshot.parent),
    ):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            reason = (error.strerror or "fault").lower()
            told = f"{folder} cannot be written ({reason}). Create it for the program's user."
            yield Finding(subject, False, told)
        else:
            yield Finding(subject, True, f"{folder} can be written")


def database(chosen: Settings) -> Iterator[Finding]:
    """The database answers, is of this release, and its keys and first policy are there."""
    from callcenter.records import policy

    try:
        with opening.database(chosen) as opened:
            yield Finding("database", True, opened.url.render_as_string())
            yield keys(chosen, opened)
            with opened.reading() as db:
                ruling = policy.newest(db)
                yield from findings_of("worker", ground_check.worker(db, clock()))
    except refusals() as refused:
        yield Finding("database", False, str(refused))
        yield from without(chosen, None)
        return
    if ruling is None:
        yield Finding("policy", False, "There is none yet. Run: python -m callcenter migrate")
    else:
        yield Finding("policy", True, f"version {ruling.version} rules")
        said = ((HINT, hint) for hint in checking.hints(ruling, clock()))
        yield from findings_of("policy", said)
        yield from without(chosen, ruling.version)


def without(chosen: Settings, ruling: int | None) -> Iterator[Finding]:
    """Whether callers would be answered if the database were away."""
    if chosen.keys.file.exists():
        yield from findings_of("voice", ground_check.without_database(chosen, ruling))


def journals(chosen: Settings) -> Iterator[Finding]:
    """What waits on this host to be taken to the database."""
    yield from findings_of("journal", ground_check.journals(chosen))


def stand_in(chosen: Settings) -> Iterator[Finding]:
    """Who answers when the voice server does not."""
    yield from findings_of("stand-in", ground_check.stand_in(chosen))


def keys(chosen: Settings, opened: Any) -> Finding:
    """The key file fits the database, and is its owner's alone."""
    from callcenter.records import sealing

    file = chosen.keys.file
    if not file.exists():
        told = f"{file} is not there. Restore it; for a new database run: callcenter migrate"
        return Finding("keys", False, told)
    try:
        with opened.transaction() as db:
            sealing.for_database(db, file)
    except sealing.KeysRefused as refused:
        return Finding("keys", False, str(refused))
    if file.stat().st_mode & 0o077:
        told = f"{file} can be read by others on this machine. Run: chmod 600 {file}"
        return Finding("keys", False, told)
    return Finding("keys", True, f"{file} fits the database")


def carrier(chosen: Settings) -> Iterator[Finding]:
    """The account answers, and our lines lead to us."""
    yield from findings_of("carrier", carrier_check.lines(chosen))


def time(chosen: Settings) -> Iterator[Finding]:
    """This machine's clock against the carrier's: waits and the recap's cutoff depend on it."""
    ok, told = carrier_check.clocks(chosen, clock())
    yield Finding("clock", ok, told)


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    configuration,
    addresses,
    sources,
    folders,
    database,
    journals,
    stand_in,
    carrier,
    time,
)
