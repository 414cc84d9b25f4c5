"""What ``check`` looks at on this host and in the database: what holds when something else fails,
and whether the programs that must run do. Each thing is a word and a sentence."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from callcenter.cli import refusals
from callcenter.cli.running.ports import answers
from callcenter.rules import wib
from callcenter.settings import Settings

OK, DO, HINT = "OK", "DO", "HINT"
Said = tuple[str, str]

SILENT = timedelta(seconds=30)


def journals(chosen: Settings) -> Iterator[Said]:
    """What was written down without a database, and what of it can never be taken."""
    from callcenter.records import fallbacks, journal

    directory = chosen.journal.directory
    told, met = journal.backlog(directory), len(fallbacks.waiting(directory))
    if told.rejected:
        said = (
            f"{directory}/rejected holds {told.rejected} records that could not be taken to the "
            "database. Each has a file .why beside it; keep them, and ask whoever maintains "
            "this program."
        )
        yield DO, said
    if told.records or met:
        since = f" since {wib.local(told.oldest_at):%Y-%m-%d %H:%M} WIB" if told.oldest_at else ""
        said = (
            f"{told.records} records and {met} calls of the stand-in wait{since}; "
            "a worker on this host takes them to the database when it answers"
        )
        yield HINT, said
    elif not told.rejected:
        yield OK, "nothing waits to be taken to the database"


def without_database(chosen: Settings, ruling: int | None) -> Iterator[Said]:
    """Whether the voice server could start now without a database. ``ruling``: the version of the
    policy in the database, if that answers."""
    from callcenter.records import policy, sealing

    snapshot = chosen.policy.snapshot
    cannot = "so the voice server could not start without a database. A server or the worker writes"
    try:
        sealing.read(chosen.keys.file)
        known = policy.read_snapshot(snapshot)
    except refusals() as refused:
        yield DO, str(refused)
    except ValueError:
        yield DO, f"{snapshot} cannot be read, {cannot} it again when it is removed."
    else:
        if known is None:
            yield HINT, f"{snapshot} is not there, {cannot} it when it starts."
        elif ruling is not None and known.version < ruling:
            told = f"{snapshot} has version {known.version} and {ruling} rules"
            yield HINT, f"{told}; a server that runs writes it again"
        else:
            told = f"could start without a database, by version {known.version} of the policy"
            yield OK, told


def stand_in(chosen: Settings) -> Iterator[Said]:
    """Whether somebody answers callers when the voice server is dead."""
    if not chosen.carrier.account_sid:
        return
    bind = chosen.fallback.bind
    if answers(bind, "/health/live"):
        yield OK, f"answers at {bind}"
    else:
        said = (
            f"nobody answers at {bind}, so callers would hear the carrier's own message when the "
            "voice server is dead. Run: python -m callcenter fallback"
        )
        yield HINT, said
    for center in chosen.centers:
        if not center.backup_number:
            said = (
                f"{center.code} has no backup_number in {chosen.origin}, so its callers would only "
                "hear that nobody can take the call, unless `policy show` names one. Name a "
                "telephone that people answer without this system."
            )
            yield HINT, said


def worker(db: Any, now: datetime) -> Iterator[Said]:
    """Whether a worker leads the floor: without one nobody is offered a call."""
    from callcenter.records import vitals

    led_at = vitals.led_at(db)
    if led_at is not None and now - led_at < SILENT:
        yield OK, "leads the floor"
    else:
        since = f"since {wib.local(led_at):%Y-%m-%d %H:%M} WIB" if led_at else "yet"
        said = (
            f"no worker has led the floor {since}, so no caller reaches an agent. "
            "Run: python -m callcenter worker"
        )
        yield HINT, said
