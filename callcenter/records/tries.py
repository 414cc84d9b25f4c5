"""How often a secret was tried: five times a minute for one name, and never a lock for all.

The try is written before the secret is checked, so that many at once do not all come first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, delete, func, select

from callcenter.records import ids
from callcenter.records.database import Database
from callcenter.records.tables import SignInTryRow

TRY: Table = SignInTryRow.__table__  # type: ignore[assignment]

TRIES = 5
WITHIN = timedelta(minutes=1)


class TooManyTries(Exception):
    """This name was tried too often just now; other names go on."""


def spend(database: Database, name: str, *, now: datetime) -> None:
    """Use up one try of ``name`` (a blind index). Raises :class:`TooManyTries`.

    In transactions of its own: what follows is slow, or may be undone, and the try counts.
    """
    with database.transaction() as db:
        db.execute(delete(TRY).where(TRY.c.at <= now - WITHIN))
        this_try = ids.new(now)
        db.execute(TRY.insert().values(id=this_try, name_index=name, at=now))
    with database.reading() as db:
        recent = TRY.c.name_index == name, TRY.c.at > now - WITHIN
        tries = db.execute(select(func.count()).select_from(TRY).where(*recent)).scalar_one()
    if tries > TRIES:
        with database.transaction() as db:  # who keeps trying does not wait for longer
            db.execute(delete(TRY).where(TRY.c.id == this_try))
        raise TooManyTries


def forget(db: Connection, name: str) -> None:
    """It was right: the tries before it say nothing any more."""
    db.execute(delete(TRY).where(TRY.c.name_index == name))


def purge(db: Connection, *, now: datetime) -> None:
    """Take away what no longer counts."""
    db.execute(delete(TRY).where(TRY.c.at <= now - WITHIN))
