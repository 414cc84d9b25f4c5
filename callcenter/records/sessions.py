"""Who is signed in. A session is a row; the browser holds a token of which the row keeps a hash.

Whatever changes in the user's row (role, center, disabled) holds at the next request.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Table, select, update

from callcenter.records.tables import SessionRow, UserRow

SESSION: Table = SessionRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

LASTS = timedelta(hours=12)  # a long shift; then everybody signs in again
IDLE = timedelta(minutes=60)
NOTED_EVERY = timedelta(minutes=1)  # how exactly it is known when somebody was last seen


@dataclass(frozen=True)
class SignedIn:
    """A signed-in person, in the shape that Flask-Login asks for."""

    token: str = field(repr=False)
    session_id: str
    user_id: str
    username: str
    full_name: str
    role: str
    center: str | None
    posko: int | None
    seen_at: datetime
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    def get_id(self) -> str:
        return self.token


def begin(db: Connection, user_id: str, *, now: datetime) -> str:
    """Sign somebody in; gives the token for the cookie, which is kept nowhere here."""
    token = secrets.token_urlsafe(32)
    row = {"id": _id(token), "user_id": user_id, "created_at": now, "seen_at": now}
    db.execute(SESSION.insert().values(**row, expires_at=now + LASTS))
    return token


def signed_in(db: Connection, token: str, *, now: datetime) -> SignedIn | None:
    """Whose token this is; None when the session or the user has ended, or nobody's."""
    found = (
        select(SESSION.c.id.label("session_id"), SESSION.c.seen_at, *_OF_USER)
        .join(USER, USER.c.id == SESSION.c.user_id)
        .where(
            SESSION.c.id == _id(token),
            SESSION.c.ended_at.is_(None),
            SESSION.c.expires_at > now,
            SESSION.c.seen_at > now - IDLE,
            USER.c.disabled_at.is_(None),
        )
    )
    row = db.execute(found).one_or_none()
    return SignedIn(token=token, **row._mapping) if row else None


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


_OF_USER = (
    USER.c.id.label("user_id"),
    *(USER.c[name] for name in ("username", "full_name", "role", "center", "posko")),
)


def _id(token: str) -> str:
    return sha256(token.encode()).hexdigest()
