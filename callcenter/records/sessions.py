"""Who is signed in. A session is a row; the browser holds a token of which the row keeps a hash.

Whatever changes in the user's row (role, center, disabled) holds at the next request. Where the
role needs a second step that the session has not passed, it is *half*: worth that step only.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256

from sqlalchemy import Connection, Dialect, Table, bindparam, delete, or_, select, update

from callcenter.records.ready import Question
from callcenter.records.tables import SessionRow, UserRow

SESSION: Table = SessionRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

LASTS = timedelta(hours=12)  # a long shift; then everybody signs in again
HALF_LASTS = timedelta(minutes=10)  # from the password to the second step
IDLE = timedelta(minutes=60)
KEPT = timedelta(days=7)  # rows of sessions that are over; the access log keeps sign-ins longer
NOTED_EVERY = timedelta(minutes=1)  # how exactly it is known when somebody was last seen


@dataclass(frozen=True)
class SignedIn:
    """A signed-in person, in the shape that Flask-Login asks for; ``half``: the password was
    right, and the second step is still to come."""

    token: str = field(repr=False)
    session_id: str
    user_id: str
    username: str
    full_name: str
    role: str
    center: str | None
    posko: int | None
    seen_at: datetime
    second_step_at: datetime | None = None
    half: bool = False
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def is_authenticated(self) -> bool:
        return not self.half

    def get_id(self) -> str:
        return self.token


def begin(
    db: Connection,
    user_id: str,
    *,
    lasts: timedelta = LASTS,
    second_step_at: datetime | None = None,
    now: datetime,
) -> str:
    """Sign somebody in; gives the token for the cookie, which is kept nowhere here."""
    token = secrets.token_urlsafe(32)
    row = {"id": _id(token), "user_id": user_id, "created_at": now, "seen_at": now}
    row |= {"expires_at": now + lasts, "second_step_at": second_step_at}
    db.execute(SESSION.insert().values(row))
    return token


def signed_in(
    db: Connection, token: str, *, two_steps: Collection[str] = (), now: datetime
) -> SignedIn | None:
    """Whose token this is; None when the session or the user has ended, or nobody's.

    ``two_steps``: the roles that need a second step.
    """
    row = _question(db.dialect).asked(db, of=_id(token), now=now, idle=now - IDLE)
    if row is None:
        return None
    half = row.second_step_at is None and row.role in two_steps
    return SignedIn(token=token, half=half, **row._asdict())


def due(session: SignedIn, *, now: datetime) -> bool:
    """Whether :func:`touch` would tell anything new."""
    return now - session.seen_at >= NOTED_EVERY


def touch(db: Connection, session_id: str, *, now: datetime) -> None:
    """The person did something just now."""
    newer = SESSION.c.id == session_id, SESSION.c.seen_at < now
    db.execute(update(SESSION).where(*newer).values(seen_at=now))


def end(db: Connection, session_id: str, *, now: datetime) -> None:
    """Sign out: the token is worth nothing from now on."""
    mine = SESSION.c.id == session_id, SESSION.c.ended_at.is_(None)
    db.execute(update(SESSION).where(*mine).values(ended_at=now))


def end_all(db: Connection, user_id: str, *, now: datetime) -> None:
    """Sign somebody out everywhere."""
    theirs = SESSION.c.user_id == user_id, SESSION.c.ended_at.is_(None)
    db.execute(update(SESSION).where(*theirs).values(ended_at=now))


def purge(db: Connection, *, now: datetime) -> None:
    """Take away what has been over for a week."""
    over = SESSION.c.ended_at < now - KEPT, SESSION.c.expires_at < now - KEPT
    db.execute(delete(SESSION).where(or_(*over)))


_OF_SESSION = (SESSION.c.id.label("session_id"), SESSION.c.seen_at, SESSION.c.second_step_at)
_OF_USER = (
    USER.c.id.label("user_id"),
    *(USER.c[name] for name in ("username", "full_name", "role", "center", "posko")),
)


@cache
def _question(dialect: Dialect) -> Question:
    """Asked at every request, so it is put together once."""
    known = (
        SESSION.c.id == bindparam("of"),
        SESSION.c.ended_at.is_(None),
        SESSION.c.expires_at > bindparam("now"),
        SESSION.c.seen_at > bindparam("idle"),
        USER.c.disabled_at.is_(None),
    )
    joined = USER.c.id == SESSION.c.user_id
    return Question(select(*_OF_SESSION, *_OF_USER).join(USER, joined).where(*known), dialect)


def _id(token: str) -> str:
    return sha256(token.encode()).hexdigest()
