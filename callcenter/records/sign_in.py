"""Signing in: the same answer and the same time for a wrong password and for nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, func, select, update

from callcenter.records import audit, ids, passwords, sessions, users
from callcenter.records.database import Database
from callcenter.records.passwords import Cost
from callcenter.records.sealing import Keys
from callcenter.records.tables import SignInTryRow, UserRow

TRY: Table = SignInTryRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

TRIES = 5
WITHIN = timedelta(minutes=1)


class NotKnown(Exception):
    """No such person, another password, or an account that was closed: never said which."""


class TooManyTries(Exception):
    """This name was tried too often just now; other names go on."""


def attempt(
    database: Database, keys: Keys, username: str, password: str, *, cost: Cost, now: datetime
) -> str:
    """Sign in; gives the token of a new session. Raises ``NotKnown`` or ``TooManyTries``.

    The password is checked between the transactions: it is slow on purpose, and writers wait for
    each other. The try is written before it, so that many at once do not all come first.
    """
    name = keys.index(users.spelled(username), "username")
    with database.transaction() as db:
        this_try = _tried(db, name, now)
    with database.reading() as db:
        tries = _tries(db, name, now)
        user = _user(db, username)
    if tries > TRIES:
        with database.transaction() as db:  # who keeps trying does not wait for longer
            db.execute(delete(TRY).where(TRY.c.id == this_try))
        raise TooManyTries
    matches = passwords.right(password, user and user.password_hash, cost)
    with database.transaction() as db:
        token = _welcome(db, user, name, password, cost, now) if user and matches else ""
        _written_down(db, user, signed_in=bool(token), now=now)
    if not token:
        raise NotKnown
    return token


def _user(db: Connection, username: str) -> Row[Any] | None:
    """The row of somebody who may sign in."""
    if not users.is_name(users.spelled(username)):
        return None
    theirs = USER.c.username == users.spelled(username), USER.c.disabled_at.is_(None)
    return db.execute(select(USER).where(*theirs)).one_or_none()


def _tried(db: Connection, name: str, now: datetime) -> str:
    """Write the try down; those that no longer count go."""
    db.execute(delete(TRY).where(TRY.c.at <= now - WITHIN))
    this_try = ids.new(now)
    db.execute(TRY.insert().values(id=this_try, name_index=name, at=now))
    return this_try


def _tries(db: Connection, name: str, now: datetime) -> int:
    recent = TRY.c.name_index == name, TRY.c.at > now - WITHIN
    return db.execute(select(func.count()).select_from(TRY).where(*recent)).scalar_one()


def _welcome(
    db: Connection, user: Row[Any], name: str, password: str, cost: Cost, now: datetime
) -> str:
    db.execute(delete(TRY).where(TRY.c.name_index == name))
    if passwords.outdated(user.password_hash, cost):
        fresh = passwords.hashed(password, cost)
        db.execute(update(USER).where(USER.c.id == user.id).values(password_hash=fresh))
    return sessions.begin(db, user.id, now=now)


def _written_down(db: Connection, user: Row[Any] | None, *, signed_in: bool, now: datetime) -> None:
    """Kept for nobody too: it must not take longer for those who exist, nor keep what was typed."""
    audit.note(
        db,
        who=user.username if user else "unknown",
        what="sign_in",
        subject=f"user:{user.id if user else 'unknown'}",
        why="password",
        now=now,
        result="done" if signed_in else "refused",
    )
