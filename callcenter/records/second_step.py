"""The second step of signing in: six digits from an application on the user's telephone (TOTP,
RFC 6238, 30 s), or a recovery code on the day on which that telephone is lost.

Each code works once. The secret is sealed in the user's row; of recovery codes a keyed hash is
kept.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pyotp import TOTP, random_base32
from sqlalchemy import Connection, Row, Table, delete, func, or_, select, update

from callcenter.records import alarms, audit, sessions, tries
from callcenter.records.database import Database
from callcenter.records.sealing import Keys
from callcenter.records.sessions import SignedIn
from callcenter.records.tables import RecoveryCodeRow, UserRow

USER: Table = UserRow.__table__  # type: ignore[assignment]
RECOVERY: Table = RecoveryCodeRow.__table__  # type: ignore[assignment]

NEEDED_BY = frozenset({"supervisor", "admin"})  # they see much, or decide who may

TURN_S = 30
APART = (-1, 0, 1)  # turns that a telephone's clock may be off
CODES = 10
CODE_DIGITS = 12
ISSUER = "Pusat Panggilan"

TOTP_CODE = re.compile(r"\d{6}", re.ASCII)
RECOVERY_CODE = re.compile(rf"\d{{{CODE_DIGITS}}}", re.ASCII)
MARKS = re.compile(r"[\s-]+")


class WrongCode(Exception):
    """The code is not the one of this moment, or it was used before."""


@dataclass(frozen=True)
class Standing:
    """How far somebody is. ``secret``: only until it is confirmed; ``since``: None until then."""

    since: datetime | None
    codes_left: int
    secret: str = field(default="", repr=False)
    address: str = field(default="", repr=False)  # otpauth://, what telephones read

    @property
    def groups(self) -> str:
        """The secret as people type it: groups of four."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


@dataclass(frozen=True)
class Passed:
    """``token``: of the new session; ``codes``: fresh recovery codes, after the first time only."""

    token: str = field(repr=False)
    codes: tuple[str, ...] = field(repr=False)


def draw(db: Connection, keys: Keys, user_id: str) -> None:
    """A new secret, worth nothing until it is confirmed with a code."""
    sealed = keys.seal(random_base32(), "user.second_secret", user_id)
    row = {"second_secret": sealed, "second_since": None, "second_turn": None}
    db.execute(update(USER).where(USER.c.id == user_id).values(row))


def standing(db: Connection, keys: Keys, user_id: str) -> Standing:
    """How far the user is; the secret of somebody who has not begun is drawn."""
    row = _row(db, user_id)
    if row.second_since is not None:
        return Standing(row.second_since, codes_left(db, user_id))
    if row.second_secret is None:
        draw(db, keys, user_id)
        row = _row(db, user_id)
    secret = _secret(keys, row)
    uri = TOTP(secret).provisioning_uri(name=row.username, issuer_name=ISSUER)
    return Standing(None, 0, secret, uri)


def attempt(database: Database, keys: Keys, who: SignedIn, code: str, *, now: datetime) -> Passed:
    """Pass the second step with ``code``, in any spelling: the half session ends, a whole one
    begins. Raises ``WrongCode`` or :class:`~callcenter.records.tries.TooManyTries`.
    """
    name = keys.index(who.user_id, "second_step")
    try:
        tries.spend(database, name, now=now)
    except tries.TooManyTries:
        with database.transaction() as db:  # whoever is here knows the password
            alarms.sound(db, kind="second_step", subject=f"user:{who.user_id}", now=now)
        raise
    with database.transaction() as db:
        row = _row(db, who.user_id)
        by = _accepted(db, keys, row, MARKS.sub("", code), now)
        passed = _passed(db, keys, row, who, now) if by else None
        if passed:
            tries.forget(db, name)
        result = "done" if passed else "refused"
        _noted(db, who.username, "second_step", who.user_id, by or "code", now, result)
    if passed is None:
        raise WrongCode
    return passed


def new_codes(db: Connection, keys: Keys, user_id: str, *, now: datetime) -> tuple[str, ...]:
    """Fresh recovery codes, shown once and never again; those before are worth nothing."""
    db.execute(delete(RECOVERY).where(RECOVERY.c.user_id == user_id))
    codes = [f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" for _ in range(CODES)]
    about = {"user_id": user_id, "made_at": now}
    rows = [about | {"code_index": _index(keys, user_id, code)} for code in codes]
    db.execute(RECOVERY.insert(), rows)
    return tuple(f"{code[:4]} {code[4:8]} {code[8:]}" for code in codes)


def codes_left(db: Connection, user_id: str) -> int:
    """How many recovery codes still work."""
    left = RECOVERY.c.user_id == user_id, RECOVERY.c.used_at.is_(None)
    return db.execute(select(func.count()).select_from(RECOVERY).where(*left)).scalar_one()


def reset(db: Connection, user_id: str, *, now: datetime) -> bool:
    """The telephone is lost: the next sign-in begins a new secret, and whoever is signed in is out.
    False where there was nothing to reset. The caller writes down who asked for it."""
    none = {"second_secret": None, "second_since": None, "second_turn": None}
    had = USER.c.id == user_id, USER.c.second_secret.is_not(None)
    found = db.execute(update(USER).where(*had).values(none)).rowcount
    db.execute(delete(RECOVERY).where(RECOVERY.c.user_id == user_id))
    sessions.end_all(db, user_id, now=now)
    return found == 1


def _row(db: Connection, user_id: str) -> Row[Any]:
    return db.execute(select(USER).where(USER.c.id == user_id)).one()


def _secret(keys: Keys, row: Row[Any]) -> str:
    return keys.open(row.second_secret, "user.second_secret", row.id)


def _accepted(db: Connection, keys: Keys, row: Row[Any], code: str, now: datetime) -> str:
    """By what the step is passed, with that used up; empty when it is not."""
    if TOTP_CODE.fullmatch(code) and row.second_secret:
        turn = _turn_of(_secret(keys, row), code, now)
        return "code" if turn is not None and _use_turn(db, row.id, turn) else ""
    if RECOVERY_CODE.fullmatch(code) and row.second_since:
        mine = RECOVERY.c.code_index == _index(keys, row.id, code)
        unused = update(RECOVERY).where(mine, RECOVERY.c.used_at.is_(None)).values(used_at=now)
        return "recovery code" if db.execute(unused).rowcount == 1 else ""
    return ""


def _turn_of(secret: str, code: str, now: datetime) -> int | None:
    """The turn that the code is of, the newest first; None for none near ``now``."""
    one = TOTP(secret)
    present = int(now.timestamp()) // TURN_S
    for turn in sorted((present + apart for apart in APART), reverse=True):
        if hmac.compare_digest(one.generate_otp(turn), code):
            return turn
    return None


def _use_turn(db: Connection, user_id: str, turn: int) -> bool:
    """Whether nobody used this turn's code or a later one before us."""
    unused = or_(USER.c.second_turn.is_(None), USER.c.second_turn < turn)
    used = update(USER).where(USER.c.id == user_id, unused).values(second_turn=turn)
    return db.execute(used).rowcount == 1


def _passed(db: Connection, keys: Keys, row: Row[Any], who: SignedIn, now: datetime) -> Passed:
    codes: tuple[str, ...] = ()
    if row.second_since is None:
        db.execute(update(USER).where(USER.c.id == row.id).values(second_since=now))
        codes = new_codes(db, keys, row.id, now=now)
        _noted(db, who.username, "second_step_begun", row.id, "first sign-in", now, "done")
    sessions.end(db, who.session_id, now=now)
    return Passed(sessions.begin(db, row.id, second_step_at=now, now=now), codes)


def _index(keys: Keys, user_id: str, code: str) -> str:
    return keys.index(f"{user_id}:{code}", "recovery_code")


def _noted(
    db: Connection, who: str, what: str, user_id: str, why: str, now: datetime, result: str
) -> None:
    subject = f"user:{user_id}"
    audit.note(db, who=who, what=what, subject=subject, why=why, now=now, result=result)
