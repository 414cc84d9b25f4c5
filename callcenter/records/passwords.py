"""Passwords: argon2id, long rather than complicated, and none that everybody tries first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

SHORTEST, LONGEST = 14, 128
FEWEST_DIFFERENT = 5
# A hashing takes memory on purpose; more at once would let strangers take all of it.
AT_ONCE = BoundedSemaphore(2)

# Of 14 characters and more; shorter ones are refused anyway. Compared without case and spaces.
COMMON = frozenset(
    (
        *("12345678901234", "123456789012345", "1234567890123456", "01234567890123"),
        *(
            "qwertyuiop1234",
            "qwertyuiopasdf",
            "qwertyuiopasdfgh",
            "1q2w3e4r5t6y7u",
            "1qaz2wsx3edc4rfv",
        ),
        *("password123456", "password1234567", "password12345678", "passwordpassword"),
        *("administrator1", "administrator123", "adminadminadmin", "administratoradmin"),
        *("katasandi12345", "katasandi123456", "katasandikatasandi", "rahasiarahasia"),
        *("rahasia12345678", "indonesia12345", "indonesia123456", "indonesiaraya123"),
        *(
            "bismillah12345",
            "bismillah123456",
            "bismillahirrahmanirrahim",
            "bismillahirohmanirohim",
        ),
        *(
            "kartuprakerja",
            "kartuprakerja1",
            "kartuprakerja123",
            "kartuprakerja2020",
            "prakerja12345678",
        ),
        *("surabaya1234567", "surabaya12345678", "jawatimur12345", "jawatimur123456"),
        *("callcenter1234", "callcenter12345", "callcenter123456", "welcome12345678"),
        *("iloveyouiloveyou", "letmeinletmein", "changemechangeme", "correcthorsebatterystaple"),
    )
)


@dataclass(frozen=True)
class Cost:
    """What one hashing costs whoever guesses, and us: passes, and memory in KiB."""

    time: int = 2
    memory_kib: int = 32_768


# code: what is said after "the password".
WEAKNESSES = {
    "short": f"is shorter than {SHORTEST} characters",
    "long": f"is longer than {LONGEST} characters",
    "common": "is one of those that everybody tries first",
    "same": f"has fewer than {FEWEST_DIFFERENT} different characters",
    "name": "is little more than the user's name",
}


def weakness(password: str, username: str) -> str:
    """Why the password is refused, as a code in ``WEAKNESSES``; empty when it is good."""
    plain = "".join(password.casefold().split())
    weak = {
        "short": len(password) < SHORTEST,
        "long": len(password) > LONGEST,
        "common": plain in COMMON,
        "same": len(set(plain)) < FEWEST_DIFFERENT,
        "name": len(plain.replace(username.casefold(), "")) < SHORTEST // 2,
    }
    return next((code for code, found in weak.items() if found), "")


def hashed(password: str, cost: Cost) -> str:
    with AT_ONCE:
        return _argon(cost).hash(password)


def right(password: str, known: str | None, cost: Cost) -> bool:
    """Whether the password is that of the hash ``known``. For nobody (None) it takes as long."""
    if len(password) > LONGEST:
        return False
    with AT_ONCE:
        try:
            return _argon(cost).verify(known or nobody(cost), password) and known is not None
        except VerifyMismatchError:
            return False


def outdated(known: str, cost: Cost) -> bool:
    """Whether the hash was made at another cost than today's."""
    return _argon(cost).check_needs_rehash(known)


@cache
def nobody(cost: Cost) -> str:
    """A hash that stands in for people who do not exist."""
    return _argon(cost).hash("nobody has this password")


@cache
def _argon(cost: Cost) -> PasswordHasher:
    return PasswordHasher(time_cost=cost.time, memory_cost=cost.memory_kib, parallelism=1)
