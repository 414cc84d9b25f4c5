"""Signing in: the same answer and the same time for a wrong password and for nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from callcenter.records import audit, passwords, second_step, sessions, tries, users
from callcenter.records.database import Database
from callcenter.records.passwords import Cost
from callcenter.records.sealing import Keys
from callcenter.records.tables import UserRow
from callcenter.records.tries import TooManyTries

USER: Table = UserRow.__table__  # type: ignore[assignment]

__all__ = ["NotKnown", "TooManyTries", "attempt"]


class NotKnown(Exception):
    """No such person, another password, or an account that was closed: never said which."""


def attempt(
    database: Database,
    keys: Keys,
    username: str,
    password: str,
    *,
    cost: Cost,
    two_steps: Collection[str] = (),
    now: datetime,
) -> str:
    """Sign in; gives the token of a new session. Raises ``NotKnown`` or ``TooManyTries``.

    ``two_steps``: the roles that need a second step; until it is passed, the session is worth
    nothing else. The password is checked between the transactions: it is slow on purpose, and
    writers wait for each other.
    """
    name = name_of(keys, username)
    tries.spend(database, name, now=now)
    with database.reading() as db:
        user = _user(db, username)
    matches = passwords.right(password, user and user.password_hash, cost)
    with database.transaction() as db:
        token = ""
        if user and matches:
            tries.forget(db, name)
            _hash_again(db, user, password, cost)
            token = _begun(db, keys, user, two_steps=two_steps, now=now)
        _written_down(db, user, signed_in=bool(token), now=now)
    if not token:
        raise NotKnown
    return token


def name_of(keys: Keys, username: str) -> str:
    """What tries of a password are counted under: for nobody's name too, and telling it to nobody
    who reads the table."""
    return keys.index(users.spelled(username), "username")


def _user(db: Connection, username: str) -> Row[Any] | None:
    """The row of somebody who may sign in."""
    if not users.is_name(users.spelled(username)):
        return None
    theirs = USER.c.username == users.spelled(username), USER.c.disabled_at.is_(None)
    return db.execute(select(USER).where(*theirs)).one_or_none()


def _hash_again(db: Connection, user: Row[Any], password: str, cost: Cost) -> None:
    """Bring an old hash to today's cost, now that the password is known for a moment."""
    if passwords.outdated(user.password_hash, cost):
        fresh = passwords.hashed(password, cost)
        db.execute(update(USER).where(USER.c.id == user.id).values(password_hash=fresh))


def _begun(
    db: Connection, keys: Keys, user: Row[Any], *, two_steps: Collection[str], now: datetime
) -> str:
    """A session; a short one where the second step is still to come."""
    if user.role not in two_steps:
        return sessions.begin(db, user.id, now=now)
    if user.second_since is None:
        second_step.draw(db, keys, user.id)  # a secret that was shown and never used is gone
    return sessions.begin(db, user.id, lasts=sessions.HALF_LASTS, now=now)


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
