"""Days that are over, added up once: the rows that :mod:`callcenter.records.stats.closed` reads.

Written by the worker and after an import, a day at a time. Reading and adding are done outside of
any transaction that others wait for; in the one that writes, whatever changed meanwhile still
stands noted, so the day is added up again. The worker does it in steps, for callers wait for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, select

from callcenter.records import merging, summaries
from callcenter.records.database import Database
from callcenter.records.stats import closed, raw
from callcenter.records.stats.parts import QUEUE, SCOPES, Key, Part
from callcenter.records.stats.window import Window
from callcenter.records.tables import ChangedDayRow, RolledDayRow, RollUpRow
from callcenter.rules import wib
from callcenter.rules.policy import Policy

CHANGED: Table = ChangedDayRow.__table__  # type: ignore[assignment]
ROLLED: Table = RolledDayRow.__table__  # type: ignore[assignment]
ROLL_UP: Table = RollUpRow.__table__  # type: ignore[assignment]

T = TypeVar("T")

ONE_DAY = timedelta(days=1)
LOOK = timedelta(seconds=30)  # how often days are looked for that changed
GRACE = timedelta(minutes=5)  # what was begun before midnight is written by then


@dataclass(frozen=True)
class Added:
    """A day added up. ``seen``: the notes of changes that are in it; ``version``: of the rows that
    were there before, 0 for none."""

    day: date
    version: int
    seen: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]


def roll_up(database: Database, policy: Policy, *, now: datetime, limit: int | None = None) -> int:
    """Add up the days that are over and need it, the newest first, at most ``limit`` of them.
    Gives how many were written. A day of which something still goes on is left for later."""
    with database.reading() as db:
        due = due_days(db, policy, now=now)
    ready = (day for day in due if one_day(database, policy, day, now=now))
    return sum(1 for _ in islice(ready, limit))


def one_day(database: Database, policy: Policy, day: date, *, now: datetime) -> bool:
    """Add up a day, unless something of it still goes on or another process was first."""
    return _ended(_one_day(database, policy, day, now=now))


@dataclass
class Rolling:
    """Adds days up beside other work that must not wait: a few hundred calls at each ``go_on``."""

    going: Generator[None, None, bool] | None = None
    looked_at: datetime | None = None

    def go_on(self, database: Database, policy: Policy, *, now: datetime) -> None:
        """Go on with the day that was begun; else, now and then, look for the next one."""
        if self.going is None:
            if self.looked_at is not None and self.looked_at <= now < self.looked_at + LOOK:
                return
            self.looked_at = now
            self.going = self._next(database, policy, now)
        going, self.going = self.going, None  # one that fails is not gone on with
        with suppress(StopIteration):
            next(going)
            self.going = going

    def _next(
        self, database: Database, policy: Policy, now: datetime
    ) -> Generator[None, None, bool]:
        with database.reading() as db:
            due = due_days(db, policy, now=now)
        for day in due:
            if (yield from _one_day(database, policy, day, now=now)):
                self.looked_at = None  # there may be another one
                return True
        return False


def _one_day(
    database: Database, policy: Policy, day: date, *, now: datetime
) -> Generator[None, None, bool]:
    with database.reading() as db:
        added = yield from _add(db, policy, day, now=now)
    if added is None:
        return False
    with database.transaction() as db:
        return _write(db, policy, added, now=now)


def _ended(going: Generator[None, None, T]) -> T:
    """What comes of all its steps."""
    while True:
        try:
            next(going)
        except StopIteration as done:
            return done.value


def due_days(db: Connection, policy: Policy, *, now: datetime) -> list[date]:
    """The days that are over and changed since they were added up, or never were, or were by other
    limits; the newest first. A day on which nothing happened is none of them."""
    over = wib.day_of(now - GRACE).isoformat()
    changed = select(CHANGED.c.day).where(CHANGED.c.day < over)
    otherwise = select(ROLLED.c.day).where(ROLLED.c.rules != closed.stamp(policy.queue))
    days = db.execute(changed.union(otherwise)).scalars()
    return [date.fromisoformat(day) for day in sorted(days, reverse=True)]


def wrong_days(db: Connection, policy: Policy, *, now: datetime) -> Iterator[date]:
    """The days that are taken for added up and whose rows are not what adding them up gives."""
    due = set(due_days(db, policy, now=now))
    known = map(date.fromisoformat, db.execute(select(ROLLED.c.day)).scalars().all())
    for day in sorted(set(known) - due):
        added = _ended(_add(db, policy, day, now=now))
        stored = db.execute(select(ROLL_UP).where(ROLL_UP.c.day == day.isoformat()))
        kept = _told(dict(row._mapping) for row in stored)
        if added is not None and _told(added.rows) != kept:
            yield day


def _told(rows: Iterable[Mapping[str, Any]]) -> dict[Any, Part]:
    """Rows by what they are of; the same sums may be written in another order."""
    keys = ("scope", "at", "center", "queue")
    return {tuple(row[key] for key in keys): closed.PARTS.decode(row["body"]) for row in rows}


def forget(db: Connection) -> None:
    """Every day is to be added up anew."""
    for table in (ROLL_UP, ROLLED):
        db.execute(table.delete())


def _add(
    db: Connection, policy: Policy, day: date, *, now: datetime
) -> Generator[None, None, Added | None]:
    """What is to be written; None while a call of the day may still change by itself."""
    window = Window.of(day)
    if summaries.unsettled(db, window.start - ONE_DAY, window.end):
        return None
    known = yield from raw.steps(db, policy, window, now=now, interval_min=closed.MINUTES)
    if not known.final:
        return None
    name = day.isoformat()
    seen = db.execute(select(CHANGED.c.id).where(CHANGED.c.day == name)).scalars()
    version = db.execute(select(ROLLED.c.version).where(ROLLED.c.day == name)).scalar()
    rows = [_row(name, scope, key, part) for scope in SCOPES for key, part in _parts(known, scope)]
    return Added(day, version or 0, tuple(seen), tuple(rows))


def _parts(known: raw.Raw, scope: str) -> Iterator[tuple[Key, Part]]:
    """The parts of a scope that somebody may ask for: what never queued has no queue."""
    found = known.parts(scope).items()
    return ((key, part) for key, part in found if scope != QUEUE or key[2])


def _row(day: str, scope: str, key: Key, part: Part) -> dict[str, Any]:
    at, center, queue = key
    return {
        "day": day,
        "scope": scope,
        "at": at,
        "center": center,
        "queue": queue,
        "body": closed.body(part),
    }


def _write(db: Connection, policy: Policy, added: Added, *, now: datetime) -> bool:
    """Replace the rows of the day, unless somebody else did since they were read."""
    day = added.day.isoformat()
    header = {
        "day": day,
        "rules": closed.stamp(policy.queue),
        "version": added.version + 1,
        "made_at": now,
    }
    statement = merging.insert(db, ROLLED).values(header)
    ours = statement.on_conflict_do_update(
        index_elements=["day"], set_=header, where=ROLLED.c.version == added.version
    )
    if not db.execute(ours.returning(ROLLED.c.version)).scalar():
        return False
    db.execute(ROLL_UP.delete().where(ROLL_UP.c.day == day))
    if added.rows:
        db.execute(ROLL_UP.insert(), list(added.rows))
    for some in summaries.chunks(added.seen):
        db.execute(CHANGED.delete().where(CHANGED.c.id.in_(some)))
    return True
