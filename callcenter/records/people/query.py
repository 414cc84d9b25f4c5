"""What somebody typed into the one box: a number of some kind, or a name with hints."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from callcenter.rules import identity, names, phone, regions, tickets

FEWEST_LETTERS = 3  # with fewer everybody would be found
LONGEST = 200
FIRST_YEAR = 1900
LONGEST_PLACE = 4  # words: "kabupaten kepulauan bangka barat" is as long as they get

YEAR = re.compile(r"\d{4}", re.ASCII)
AREA = re.compile(r"\d\d\.?\d\d", re.ASCII)


@dataclass(frozen=True)
class Numbers:
    """What a row of digits may stand for; each is None where it cannot be one."""

    nik: str | None
    ticket: str | None
    phone: str | None


@dataclass(frozen=True)
class Named:
    """A name, and what else is known: regency codes (any of them) and the year of birth."""

    name: str
    regencies: frozenset[str] = frozenset()
    year: int | None = None


def numbers(text: str) -> Numbers:
    """The readings of a text as a number."""
    digits = identity.MARKS.sub("", text)
    nik = None if identity.sixteen_digits(digits) else digits
    return Numbers(nik, tickets.parse(text), phone.normalise(text))


def readings(text: str, *, this_year: int) -> tuple[Named, ...]:
    """The readings of a text as a name, none for too short a text.

    The first takes every word for a part of the name. Where some can be a regency, the second is
    narrower: ``siti aminah surabaya 1990`` is Siti Aminah of Surabaya, born in 1990.
    """
    words: list[str] = []
    year, codes = None, frozenset[str]()
    for word in text[:LONGEST].split():
        if year is None and YEAR.fullmatch(word) and FIRST_YEAR <= int(word) <= this_year:
            year = int(word)
        elif not codes and AREA.fullmatch(word) and regions.regency(_dotted(word)):
            codes = frozenset([_dotted(word)])
        else:
            words.append(word)
    found = [Named(" ".join(words), codes, year)]
    if not codes and (placed := _placed(words)):
        rest, codes = placed
        found.append(Named(" ".join(rest), codes, year))
    return tuple(it for it in found if sum(map(str.isalpha, it.name)) >= FEWEST_LETTERS)


def _dotted(code: str) -> str:
    digits = code.replace(".", "")
    return f"{digits[:2]}.{digits[2:]}"


def _placed(words: Sequence[str]) -> tuple[list[str], frozenset[str]] | None:
    """The words without those that name a regency, and its codes: the last and longest name."""
    plain = [names.plain(word).strip(" .,") for word in words]
    for size in range(min(LONGEST_PLACE, len(words) - 1), 0, -1):
        for start in range(len(words) - size, -1, -1):
            if codes := _places().get(" ".join(plain[start : start + size])):
                return [*words[:start], *words[start + size :]], codes
    return None


@cache
def _places() -> dict[str, frozenset[str]]:
    """Codes by every way to say a regency: ``surabaya``, ``kota surabaya``, ``kab malang``."""
    said: dict[str, set[str]] = defaultdict(set)
    for code, regency in regions.REGENCIES.items():
        kind, _, name = names.plain(regency.name).partition(" ")
        ways = (name, f"{kind} {name}", f"{kind[:3]} {name}")
        for way in ways:
            said[" ".join(way.split())].add(code)
    return {way: frozenset(codes) for way, codes in said.items()}
