"""How many people somebody may look up: as many as the work needs, and then ever more slowly.

Counted in the database, so that all processes count together. The same person or ticket again
within the time counts once: a page that is shown anew is no new look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, Table, delete, func, select

from callcenter.records import alarms, ids
from callcenter.records.tables import LookUpRow, UserRow

LOOK_UP: Table = LookUpRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

WITHIN = timedelta(minutes=10)
STEP_S = 5  # each look too many must wait for so much longer
LONGEST_S = 120


@dataclass(frozen=True)
class Limit:
    """``most`` within ten minutes go at once; then supervisors are told, as ``alarm``."""

    what: str
    most: int
    alarm: str


LOOK_UPS = Limit("look_up", 200, "look_ups")
REVEALS = Limit("reveal", 30, "reveals")


def wait_s(db: Connection, user_id: str, limit: Limit, subject: str, *, now: datetime) -> int:
    """0, and the look counts; else the seconds after which it may be tried again.

    ``subject``: ``person:ID``, ``ticket:ID``, or empty for a search, which counts each time.
    """
    db.execute(select(USER.c.id).where(USER.c.id == user_id).with_for_update())  # one at a time
    mine = LOOK_UP.c.user_id == user_id
    db.execute(delete(LOOK_UP).where(mine, LOOK_UP.c.at <= now - WITHIN))
    if subject and db.execute(select(LOOK_UP.c.at).where(mine, LOOK_UP.c.subject == subject)).all():
        return 0
    counting = select(func.count(), func.max(LOOK_UP.c.at)).where(mine)
    count, last_at = db.execute(counting.where(LOOK_UP.c.what == limit.what)).one()
    if left := _left_s(count - limit.most, last_at, now):
        return left
    row = {"user_id": user_id, "subject": subject or f"search:{ids.new(now)}", "what": limit.what}
    db.execute(LOOK_UP.insert().values(**row, at=now))
    if count + 1 >= limit.most:
        alarms.sound(db, kind=limit.alarm, subject=f"user:{user_id}", now=now)
    return 0


def purge(db: Connection, *, now: datetime) -> None:
    """Take away what no longer counts, of people who look no more."""
    db.execute(delete(LOOK_UP).where(LOOK_UP.c.at <= now - WITHIN))


def _left_s(over: int, last_at: datetime | None, now: datetime) -> int:
    """The seconds still to wait after the last look; ``over``: how many there were too many."""
    if over < 0 or last_at is None:
        return 0
    delay = timedelta(seconds=min(STEP_S * (over + 1), LONGEST_S))
    return max(0, ceil((last_at + delay - now).total_seconds()))
