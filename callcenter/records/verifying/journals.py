"""What waits in the journals of this host, and what in them cannot be brought in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from callcenter.records import journal, keeping
from callcenter.records.finding import Finding
from callcenter.records.journal import Rejected

SOON = timedelta(minutes=1)  # a worker with a database has brought in everything by then


def findings(directory: Path, *, now: datetime) -> Iterator[Finding]:
    """What a worker has not brought in, will not, or cannot."""
    told = journal.backlog(directory)
    if told.oldest_at is not None and told.oldest_at < now - SOON:
        yield Finding(
            "journal",
            told.records,
            f"{told.records} record(s) stand in {directory} for more than a minute, so what they "
            "tell is in no figure. Start a worker on this host: python -m callcenter worker",
        )
    if told.rejected:
        yield Finding(
            "journal",
            told.rejected,
            f"{told.rejected} record(s) were put aside in {directory / 'rejected'}, so what they "
            "tell is lost to the figures. The reason stands beside each; keep them.",
        )
    if unread := sum(not _can_be_read(record) for record in journal.standing(directory)):
        yield Finding(
            "journal",
            unread,
            f"{unread} record(s) in {directory} cannot be read: the disk or somebody changed them. "
            "Keep a copy of the folder before a worker puts them aside.",
        )


def _can_be_read(record: bytes | None) -> bool:
    if record is None:
        return False
    try:
        keeping.decoded(record)
    except Rejected:
        return False
    return True
