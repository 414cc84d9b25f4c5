"""The people who sign in: their role, center or posko, and the telephone of an agent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, select, update

from callcenter.records import ids, passwords, sessions
from callcenter.records.passwords import Cost
from callcenter.records.sealing import Keys
from callcenter.records.tables import UserRow
from callcenter.rules import phone as telephone
from callcenter.rules.policy import Policy

USER: Table = UserRow.__table__  # type: ignore[assignment]

ROLES = ("agent", "posko", "supervisor", "admin", "auditor")
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,79}")


class UserRefused(ValueError):
    """Why there is no such user now, in one sentence for whoever asked."""


class PasswordRefused(UserRefused):
    """The same about a password; ``code``: which of ``passwords.WEAKNESSES``."""

    def __init__(self, code: str) -> None:
        why = passwords.WEAKNESSES[code]
        super().__init__(f"the password {why}; choose another of 14 to 128 characters.")
        self.code = code


@dataclass(frozen=True)
class User:
    """A user as lists show them: no password, no telephone. ``second_since``: since when there is
    a second step."""

    id: str
    username: str
    full_name: str
    role: str
    center: str | None
    posko: int | None
    has_phone: bool
    created_at: datetime
    disabled_at: datetime | None
    second_since: datetime | None


def add(
    db: Connection,
    keys: Keys,
    policy: Policy,
    *,
    username: str,
    role: str,
    password: str,
    full_name: str = "",
    center: str | None = None,
    posko: int | None = None,
    phone: str | None = None,
    cost: Cost,
    now: datetime,
) -> str:
    """Add a user and give the id. ``phone`` in any spelling. Raises :class:`UserRefused`."""
    username = spelled(username)
    for refusal in (
        _refused_name(db, username),
        _refused_role(role, center, posko, policy),
        _refused_phone(phone),
    ):
        if refusal:
            raise UserRefused(refusal)
    _refuse_weak(password, username)
    user_id = ids.new(now)
    number = telephone.normalise(phone) if phone else None
    row = {
        "id": user_id,
        "username": username,
        "full_name": full_name.strip() or username,
        "role": role,
        "center": center if role in ("agent", "supervisor") else None,
        "posko": posko if role == "posko" else None,
        "phone": keys.seal(number, "user.phone", user_id) if number else None,
        "password_hash": passwords.hashed(password, cost),
        "created_at": now,
    }
    db.execute(USER.insert().values(row))
    return user_id


def by_name(db: Connection, username: str) -> User | None:
    """The user of that name, disabled or not."""
    row = db.execute(select(USER).where(USER.c.username == spelled(username))).one_or_none()
    return _user(row) if row else None


def of(db: Connection, user_id: str) -> User | None:
    """The user of that id, disabled or not."""
    row = db.execute(select(USER).where(USER.c.id == user_id)).one_or_none()
    return _user(row) if row else None


def everybody(db: Connection) -> tuple[User, ...]:
    """All users, those who may sign in first, by name."""
    rows = db.execute(select(USER).order_by(USER.c.disabled_at.is_not(None), USER.c.username))
    return tuple(_user(row) for row in rows)


def phone(db: Connection, keys: Keys, user_id: str) -> str | None:
    """Where this agent's calls ring, E.164; None for a softphone only."""
    sealed = db.execute(select(USER.c.phone).where(USER.c.id == user_id)).scalar()
    return keys.open(sealed, "user.phone", user_id) if sealed else None


def set_password(db: Connection, user_id: str, password: str, *, cost: Cost, now: datetime) -> None:
    """Change it and sign the user out everywhere. Raises :class:`PasswordRefused`."""
    username = db.execute(select(USER.c.username).where(USER.c.id == user_id)).scalar_one()
    _refuse_weak(password, username)
    fresh = passwords.hashed(password, cost)
    db.execute(update(USER).where(USER.c.id == user_id).values(password_hash=fresh))
    sessions.end_all(db, user_id, now=now)


def password_hash(db: Connection, user_id: str) -> str:
    """What a password is compared with."""
    return db.execute(select(USER.c.password_hash).where(USER.c.id == user_id)).scalar_one()


def disable(db: Connection, user_id: str, *, now: datetime) -> None:
    """The user cannot sign in any more and is signed out at the next request; the row stays,
    because the diary speaks of it."""
    active = USER.c.id == user_id, USER.c.disabled_at.is_(None)
    db.execute(update(USER).where(*active).values(disabled_at=now))
    sessions.end_all(db, user_id, now=now)


def enable(db: Connection, user_id: str) -> None:
    """The user may sign in again."""
    db.execute(update(USER).where(USER.c.id == user_id).values(disabled_at=None))


def spelled(username: str) -> str:
    """Names are one whatever the case and the spaces around them."""
    return username.strip().casefold()


def is_name(username: str) -> bool:
    """Whether it can be the name of a user at all, as :func:`spelled`."""
    return NAME.fullmatch(username) is not None


def _refused_name(db: Connection, username: str) -> str:
    if not is_name(username):
        return (
            f'user name "{username[:20]}": it must be 2 to 80 of a-z, 0-9, dot, dash and '
            "underscore, and begin with a letter or digit; choose another."
        )
    if by_name(db, username):
        return f'user name "{username}" is taken, so nobody was added; choose another.'
    return ""


def _refused_role(role: str, center: str | None, posko: int | None, policy: Policy) -> str:
    centers = [known.code for known in policy.centers]
    if role not in ROLES:
        return f'role "{role}" is unknown; use one of {", ".join(ROLES)}.'
    if role == "agent" and not center:
        return f"an agent belongs to a center; add --center with one of {', '.join(centers)}."
    if center and center not in centers:
        return f'center "{center}" is unknown; use one of {", ".join(centers)}.'
    numbers = {known.number for known in policy.posko}
    if role == "posko" and posko is None:
        return f"a posko user needs its number; add --posko with one of 1 to {max(numbers)}."
    if posko is not None and posko not in numbers:
        return f"posko {posko} is unknown; use one of 1 to {max(numbers)}."
    return ""


def _refused_phone(phone: str | None) -> str:
    """The number itself is not repeated: refusals end up in terminals and logs."""
    if not phone:
        return ""
    number = telephone.normalise(phone)
    if number and telephone.dialable(number):
        return ""
    return (
        "the telephone cannot be rung from here: only Indonesian fixed and mobile numbers are; "
        "write it as 0812-3456-7890 or 031-1234567."
    )


def _refuse_weak(password: str, username: str) -> None:
    if code := passwords.weakness(password, username):
        raise PasswordRefused(code)


def _user(row: Row[Any]) -> User:
    names = ("id", "username", "full_name", "role", "center", "posko", "created_at", "disabled_at")
    told = {name: getattr(row, name) for name in (*names, "second_since")}
    return User(**told, has_phone=row.phone is not None)
