"""What the posko reported: the newest count of each for a day. No row means not reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, Table, select

from callcenter.records import diary
from callcenter.records.tables import PoskoCountRow, UserRow
from callcenter.rules import events

COUNT: Table = PoskoCountRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

FIRST = "first"  # the version of a form that showed no count yet


class Overtaken(Exception):
    """Somebody else counted this posko after the form was shown; nothing was written."""


@dataclass(frozen=True)
class Count:
    """How many people a posko assisted; ``by`` is the name of whoever entered it."""

    assisted: int
    by: str
    since: datetime

    @property
    def version(self) -> str:
        """What a form that shows this count is about."""
        return self.since.isoformat()


def counts(db: Connection, day: date) -> dict[int, Count]:
    """The counts of a WIB day by posko number."""
    rows = db.execute(
        select(COUNT, USER.c.full_name)
        .outerjoin(USER, USER.c.id == COUNT.c.by)
        .where(COUNT.c.day == day.isoformat())
    )
    return {row.posko: Count(row.assisted, row.full_name or row.by, row.since) for row in rows}


def enter(
    db: Connection,
    number: int,
    day: date,
    assisted: int,
    *,
    version: str,
    by: str,
    now: datetime,
) -> None:
    """Write a count down, for the form that showed ``version``; ``by`` is the user's id.

    The same count twice is one. Raises :class:`Overtaken` when the form is no longer the newest.
    """
    newest = counts(db, day).get(number)
    if newest and newest.assisted == assisted:
        return
    if newest and newest.version != version:
        raise Overtaken
    later = newest.since + timedelta(milliseconds=1) if newest else now  # clocks of hosts differ
    counted = events.PoskoCounted(
        subject=events.posko(number, day.isoformat()),
        thread="count",
        turn=version,
        at=max(now, later),
        posko=number,
        day=day.isoformat(),
        assisted=assisted,
        by=by,
    )
    held = diary.write(db, [counted], now=now)
    if not any(isinstance(one, events.PoskoCounted) and one.assisted == assisted for one in held):
        raise Overtaken
