"""Telephone numbers: one spelling for each, and none for callers who hide theirs.

A number is kept in E.164 (``+6281234567890``) and shown as it is dialled in Indonesia
(``0812-3456-7890``). The rules for +62 are our own; the tests hold them against ``phonenumbers``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["mobile", "fixed", "foreign", "withheld", "other"]

# What carriers, switches and agents write instead of a number, without spaces and marks.
HIDDEN_WORDS = frozenset(
    (
        *("anonymous", "restricted", "unknown", "unavailable", "private", "blocked", "withheld"),
        *("hidden", "privatenumber", "unknownnumber", "nocallerid", "nonumber"),
        *("tersembunyi", "disembunyikan", "nomortersembunyi", "nomorpribadi", "tidakdikenal"),
    )
)
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE as a keypad spells them. Looked for in
# the digits as they came, since +62 266 696687 is a real number in Sukabumi.
HIDDEN_DIGITS = frozenset(("266696687", "7378742833", "2562533", "8656696", "86282452253"))
ADDRESSES = ("client:", "sip:", "sips:")

MARKS = re.compile(r"[\s().\-/\u2010-\u2015\u2212\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")

# National numbers, without the leading 0.
MOBILE = re.compile(r"8[1-35-9]\d{7,10}", re.ASCII)
# Area and subscriber together. Which three-digit areas exist changes; a caller from a new one is
# still a caller.
FIXED = re.compile(
    r"(?:2[1-9]|3[1-8]|4[0-8]|5[1-6]|6[1-5]|7[0-7]|9[0-8])\d{6,9}|(?:31|61)\d{5}|2114\d{3}",
    re.ASCII,
)
# Free-phone, premium and 1500xxx numbers: no person is reached there.
SPECIAL = re.compile(r"80\d{6,9}|177\d{6,9}|1500\d{3}", re.ASCII)
FOREIGN = re.compile(r"\+(?!62)[1-9]\d{7,14}", re.ASCII)
SHORT_AREAS = ("21", "22", "24", "31", "61")  # of two digits; all others have three


@dataclass(frozen=True)
class Caller:
    """Who a carrier says is calling. Without a number two calls are never the same caller."""

    number: str | None
    withheld: bool
    kind: Kind


@lru_cache(256)  # one webhook asks several times
def caller(raw: str) -> Caller:
    """What one ``From`` is worth: words, keypad spellings and rubbish are withheld numbers."""
    if number := normalise(raw):
        return Caller(number, withheld=False, kind=kind_of(number))
    if withheld(raw) or not (is_address(raw) or any(ch.isdecimal() for ch in raw)):
        return Caller(None, withheld=True, kind="withheld")
    return Caller(None, withheld=False, kind="other")


def withheld(raw: str) -> bool:
    """Whether the caller's number was hidden: empty, a word for it, or that word in keypad digits.

    An address such as ``client:12`` is no number, but nothing was hidden.
    """
    text = raw.strip().casefold()
    if is_address(text):
        text = text.partition(":")[2].partition("@")[0]
    if not text or "".join(ch for ch in text if ch.isalpha()) in HIDDEN_WORDS:
        return True
    return MARKS.sub("", text).removeprefix("+") in HIDDEN_DIGITS


def is_address(raw: str) -> bool:
    """Whether this is a SIP address or one of our own softphones, not a number."""
    return raw.strip().casefold().startswith(ADDRESSES)


@lru_cache(256)
def normalise(raw: str) -> str | None:
    """The number in E.164, or None where there is none to use.

    Indonesian numbers in any spelling (0812…, 62812…, +62 812…, 8123…, 031-…); others only with
    their ``+``. 62 in front is always the country: carriers leave out the ``+``, and nobody dials
    an area without its 0.
    """
    text = MARKS.sub("", raw.casefold()).removeprefix("tel:")
    plus, digits = text.startswith("+"), text.removeprefix("+")
    if not (digits.isascii() and digits.isdecimal()) or withheld(raw):
        return None
    if plus and not digits.startswith("62"):
        return text if FOREIGN.fullmatch(text) else None
    national = digits.removeprefix("00") if digits.startswith("0062") else digits
    national = national.removeprefix("62").removeprefix("0")
    if national == digits and len(digits) < 9 and FIXED.fullmatch(digits):
        return None  # a local number without its area, not an area with a very short one
    return f"+62{national}" if in_indonesia(national) else None


def in_indonesia(national: str) -> bool:
    """Whether this can be an Indonesian number, written without country and leading 0."""
    return any(shape.fullmatch(national) for shape in (MOBILE, FIXED, SPECIAL))


def kind_of(number: str) -> Kind:
    """What kind of number an E.164 number is."""
    national = number.removeprefix("+62")
    if national == number:
        return "foreign" if FOREIGN.fullmatch(number) else "other"
    if MOBILE.fullmatch(national):
        return "mobile"
    return "fixed" if FIXED.fullmatch(national) else "other"


def dialable(number: str) -> bool:
    """Whether we may ever ring this E.164 number: Indonesian fixed and mobile ones only.

    Premium numbers and foreign ones cost the office money at a caller's word.
    """
    return number.startswith("+62") and kind_of(number) in ("mobile", "fixed")


def groups(number: str) -> tuple[str, ...]:
    """The parts of a number as it is dialled in Indonesia: ``("0812", "3456", "7890")``."""
    national = number.removeprefix("+62")
    if national == number:
        return (number,)
    if national.startswith("1500"):
        return national[:4], national[4:]
    dialled = f"0{national}"
    if national.startswith("80"):
        return tuple(part for part in (dialled[:4], dialled[4:7], dialled[7:]) if part)
    if kind_of(number) == "mobile":
        return dialled[:4], dialled[4:8], dialled[8:]
    cut = 3 if national.startswith(SHORT_AREAS) else 4
    return dialled[:cut], dialled[cut:]


def national(number: str) -> str:
    """An E.164 number as people write it here: ``0812-3456-7890``; a foreign one unchanged."""
    return "-".join(groups(number))


def masked(number: str) -> str:
    """``0812-••••-7890``: enough to recognise a number, not enough to dial it."""
    parts = groups(number)
    first = parts[0] if len(parts) > 1 else number[:3]
    digits = "".join(parts)
    last = digits[-4:] if len(digits) >= 12 else digits[-3:]
    hidden = len(digits) - len(first) - len(last)
    return f"{first}-••••-{last}" if hidden >= 3 else f"{first}-••••"
