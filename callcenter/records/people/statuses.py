"""What sources said of an application. Nothing is overwritten: the newest word is the status."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from sqlalchemy import Connection, Row, select

from callcenter.records import merging
from callcenter.records.people.tables import PERSON, STATUS
from callcenter.rules.statuses import STATUSES

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class UnknownPerson(Exception):
    """There is nobody with this id."""


@dataclass(frozen=True)
class Status:
    """One source's word. ``status``: a code of rules/statuses.py; ``status_at``: when it became
    so, where the source says; ``as_of``: when the source knew it; ``by``: who typed it in."""

    status: str
    as_of: datetime
    source: str
    status_at: datetime | None = None
    wave: int | None = None
    by: str = ""


def statuses(db: Connection, person_id: str) -> tuple[Status, ...]:
    """Everything that was said, the newest knowledge first."""
    return _of(db, [person_id]).get(person_id, ())


def current_status(db: Connection, person_id: str) -> Status | None:
    """The newest word of any source."""
    return next(iter(statuses(db, person_id)), None)


def current_statuses(db: Connection, person_ids: Collection[str]) -> Mapping[str, Status]:
    """The newest word on each of these people, those of whom nothing is known left out."""
    return {person: said[0] for person, said in _of(db, person_ids).items()}


def add_status(
    db: Connection,
    *,
    person_id: str,
    status: str,
    status_at: datetime | None,
    as_of: datetime,
    source: str = "agent",
    wave: int | None = None,
    by: str,
    now: datetime,
) -> Status:
    """Keep what somebody heard elsewhere. ``as_of``: when they heard it, not after ``now``.

    The same word of the same source and time is kept once. Raises :class:`UnknownPerson`, and
    ``ValueError`` for a status that is none and for a time to come.
    """
    if status not in STATUSES:
        raise ValueError("this is not a status of the programme")
    if as_of > now:
        raise ValueError("a status cannot be known before it is heard")
    if db.execute(select(PERSON.c.id).where(PERSON.c.id == person_id)).first() is None:
        raise UnknownPerson(person_id)
    said = Status(status, as_of, source, status_at, wave, by)
    row = {
        "id": status_id(person_id, source=source, as_of=as_of, status=status),
        "person_id": person_id,
        "status": status,
        "status_at": status_at,
        "as_of": as_of,
        "source": source,
        "wave": wave,
        "by": by,
    }
    db.execute(merging.insert(db, STATUS).values(row).on_conflict_do_nothing())
    return said


def status_id(person_id: str, *, source: str, as_of: datetime, status: str) -> str:
    """Computed, so that what a source said at one time is kept once however often it is read."""
    known_at = as_of.astimezone(UTC).isoformat()
    said = "\x1f".join((person_id, source, known_at, status))
    return sha256(said.encode()).hexdigest()[:32]


def _of(db: Connection, person_ids: Collection[str]) -> dict[str, tuple[Status, ...]]:
    rows = db.execute(select(STATUS).where(STATUS.c.person_id.in_(person_ids)))
    found: dict[str, list[Row[tuple[object, ...]]]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return {
        person: tuple(_said(row) for row in sorted(said, key=_newness, reverse=True))
        for person, said in found.items()
    }


def _newness(row: Row[tuple[object, ...]]) -> tuple[datetime, datetime, str]:
    """Sorted here, since the engines disagree on where NULL belongs."""
    return row.as_of, row.status_at or LONG_AGO, row.id


def _said(row: Row[tuple[object, ...]]) -> Status:
    return Status(row.status, row.as_of, row.source, row.status_at, row.wave, row.by)
