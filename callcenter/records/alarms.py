"""What a supervisor should look at: somebody looks up very many people, or guesses codes.

An alarm stays open until somebody says that they looked. It names ids, never people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Table, delete, select, update

from callcenter.records import audit, ids
from callcenter.records.tables import AlarmRow, UserRow

ALARM: Table = AlarmRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

AGAIN = timedelta(hours=1)  # the same about the same is one alarm for so long
KEPT = timedelta(days=30)  # after somebody looked; the access log keeps it longer
SHOWN = 5

log = structlog.get_logger("alarm")


@dataclass(frozen=True)
class Alarm:
    """``kind``: ``look_ups``, ``reveals``, ``second_step``; ``who``: a user's full name."""

    id: str
    at: datetime
    kind: str
    who: str


def sound(db: Connection, *, kind: str, subject: str, now: datetime) -> bool:
    """Tell supervisors, the access log and the log. False where they were told just now."""
    same = ALARM.c.subject == subject, ALARM.c.kind == kind, ALARM.c.at > now - AGAIN
    if db.execute(select(ALARM.c.id).where(*same).limit(1)).first():
        return False
    row = {"id": ids.new(now), "at": now, "kind": kind, "subject": subject, "seen_by": ""}
    db.execute(ALARM.insert().values(row))
    audit.note(
        db, who="callcenter", what="alarm", subject=subject, why=kind, now=now, result="sounded"
    )
    log.warning("alarm", kind=kind)
    return True


def unseen(db: Connection) -> tuple[Alarm, ...]:
    """The alarms that nobody has looked at, the newest first; a few are enough for a page."""
    open_ones = select(ALARM).where(ALARM.c.seen_at.is_(None)).order_by(ALARM.c.at.desc())
    rows = db.execute(open_ones.limit(SHOWN)).all()
    users = {row.subject.removeprefix("user:") for row in rows}
    known = db.execute(select(USER.c.id, USER.c.full_name).where(USER.c.id.in_(users)))
    names = {f"user:{row.id}": row.full_name for row in known}
    return tuple(Alarm(row.id, row.at, row.kind, names.get(row.subject, "")) for row in rows)


def look(db: Connection, alarm_id: str, *, by: str, now: datetime) -> bool:
    """Somebody looked at it. False where another did before."""
    still = ALARM.c.id == alarm_id, ALARM.c.seen_at.is_(None)
    changed = update(ALARM).where(*still).values(seen_at=now, seen_by=by)
    if db.execute(changed).rowcount != 1:
        return False
    subject = f"alarm:{alarm_id}"
    audit.note(db, who=by, what="alarm_seen", subject=subject, why="looked at", now=now)
    return True


def purge(db: Connection, *, now: datetime) -> None:
    """Take away what was looked at long ago."""
    db.execute(delete(ALARM).where(ALARM.c.seen_at < now - KEPT))
