"""One box: a NIK, a telephone number, a ticket number or a name; at most ``LIMIT`` people.

Names are found by equal keys in an ordinary index and put in order by ``names.score``, so that
every engine gives the same people in the same order. No text finds everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from callcenter.records.people import query
from callcenter.records.people.card import masked, regency_name
from callcenter.records.people.naming import name_keys
from callcenter.records.people.query import Named
from callcenter.records.people.statuses import Status, current_statuses
from callcenter.records.people.tables import NAME_KEY, PERSON, PHONE, TICKET
from callcenter.records.sealing import Keys
from callcenter.rules import names

LIMIT = 20
CANDIDATES = 200  # names that are compared with the one typed: some 0.1 ms each
COMMON = 2000  # a key that more people share is looked at only together with another one
MOST_KEYS = 12
REASONS = ("exact", "word_order", "spelling", "part", "similar")  # of names.score, best first
WHOLE = REASONS[:3]  # every word of the name was typed
SHORT = (PERSON.c.id, PERSON.c.full_name)  # what a candidate is compared by


@dataclass(frozen=True)
class Found:
    """Somebody who may be meant, masked.

    ``matched_by``: ``nik``, ``ticket``, ``phone``, or why the name fits (``names.score``).
    """

    person_id: str
    full_name: str
    masked_nik: str
    regency: str
    birth_year: int | None
    matched_by: str
    status: Status | None


Match = tuple[str, str]  # whose id, and by what


def find(db: Connection, keys: Keys, text: str, *, now: datetime) -> tuple[Found, ...]:
    """Who may be meant by ``text``, best first; nobody for a text that could mean anybody."""
    numbers = query.numbers(text)
    matches: list[Match] = []
    if numbers.nik:
        index = keys.index(numbers.nik, "nik")
        matches += _people(db, PERSON.c.nik_index == index, "nik")
    if numbers.ticket:
        meant = select(TICKET.c.person_id).where(TICKET.c.number == numbers.ticket)
        matches += _people(db, PERSON.c.id.in_(meant), "ticket")
    if numbers.phone:
        matches += _with_phone(db, keys, numbers.phone)
    if not any((numbers.nik, numbers.ticket, numbers.phone)):
        matches = _named(db, query.readings(text, this_year=now.year))
    return _found(db, keys, matches)


def by_phone(db: Connection, keys: Keys, number: str) -> tuple[Found, ...]:
    """Everybody who can be reached at this number (E.164): a family may share one."""
    return _found(db, keys, _with_phone(db, keys, number))


def _with_phone(db: Connection, keys: Keys, number: str) -> list[Match]:
    same = select(PHONE.c.person_id).where(PHONE.c.number_index == keys.index(number, "phone"))
    return _people(db, PERSON.c.id.in_(same), "phone")


def _people(db: Connection, which: ColumnElement[bool], why: str) -> list[Match]:
    ids = db.execute(select(PERSON.c.id).where(which).order_by(PERSON.c.id).limit(LIMIT))
    return [(person_id, why) for person_id in ids.scalars()]


def _found(db: Connection, keys: Keys, matches: Iterable[Match]) -> tuple[Found, ...]:
    """The people of ``matches``, each once, with what is known of them."""
    first: dict[str, str] = {}
    for person_id, why in matches:
        first.setdefault(person_id, why)
    shown = dict(islice(first.items(), LIMIT))
    rows = {row.id: row for row in db.execute(select(PERSON).where(PERSON.c.id.in_(shown)))}
    known = current_statuses(db, shown)
    return tuple(
        _shown(keys, rows[person_id], why, known.get(person_id)) for person_id, why in shown.items()
    )


def _shown(keys: Keys, row: Row[Any], why: str, status: Status | None) -> Found:
    return Found(
        person_id=row.id,
        full_name=row.full_name,
        masked_nik=masked(keys, row, "nik"),
        regency=regency_name(row.regency_code),
        birth_year=row.birth_date and row.birth_date.year,
        matched_by=why,
        status=status,
    )


def _named(db: Connection, readings: Sequence[Named]) -> list[Match]:
    """People by name, the best fit first. Where a word can be a regency, those of the regency,
    and beside them only who is called exactly what was typed."""
    ranked = [_ranked(db, reading) for reading in readings]
    if len(ranked) == 2 and ranked[1]:
        whole = [it for it in ranked[0] if it[1] in WHOLE]
        ranked = [sorted([*ranked[1], *whole], key=_order)]
    return [(row.id, why) for _, why, row in ranked[0][:LIMIT]] if ranked else []


Ranked = tuple[float, str, Row[Any]]  # the value, the reason, and the id and full_name


def _ranked(db: Connection, named: Named) -> list[Ranked]:
    """The candidates that have something to do with the name, in order."""
    scored = [(*names.score(named.name, row.full_name), row) for row in _candidates(db, named)]
    return sorted((it for it in scored if it[0] > 0), key=_order)


def _order(ranked: Ranked) -> tuple[float, int, str, str]:
    value, why, row = ranked
    return -value, REASONS.index(why), row.full_name, row.id


def _candidates(db: Connection, named: Named) -> Iterable[Row[Any]]:
    """People who share a key with the name: those with rare keys, and only if that is not
    enough those with common ones, so that no search reads a tenth of the province."""
    wanted = name_keys(named.name)[:MOST_KEYS]
    common = [key for key in wanted if _is_common(db, key)]
    rare = [key for key in wanted if key not in common]
    found = {row.id: row for row in _sharing(db, rare, named)} if rare else {}
    if len(found) < LIMIT and common:
        pair = sorted(common, key=len, reverse=True)[:2]  # the longer, the rarer
        found |= {row.id: row for row in _sharing_all(db, pair, named)}
    return found.values()


def _is_common(db: Connection, key: str) -> bool:
    some = select(NAME_KEY.c.person_id).where(NAME_KEY.c.key == key).limit(COMMON + 1).subquery()
    return (db.execute(select(func.count()).select_from(some)).scalar() or 0) > COMMON


def _sharing(db: Connection, keys: Sequence[str], named: Named) -> Iterable[Row[Any]]:
    """People with any of the keys: those who share most first, then names about as long as the
    one typed."""
    shared = (
        select(NAME_KEY.c.person_id, func.count().label("shared"))
        .where(NAME_KEY.c.key.in_(keys))
        .group_by(NAME_KEY.c.person_id)
        .subquery()
    )
    people = select(*SHORT).join(shared, shared.c.person_id == PERSON.c.id)
    longer = func.abs(func.length(PERSON.c.full_name) - len(named.name))
    order = (shared.c.shared.desc(), longer, PERSON.c.id)
    return db.execute(people.where(*_hints(named)).order_by(*order).limit(CANDIDATES))


def _sharing_all(db: Connection, keys: Sequence[str], named: Named) -> Iterable[Row[Any]]:
    """People with every one of the keys; read in the order of the index, so that it can stop."""
    first = NAME_KEY.alias()
    people = select(*SHORT).join(first, first.c.person_id == PERSON.c.id)
    people = people.where(first.c.key == keys[0], *_hints(named))
    for key in keys[1:]:
        other = NAME_KEY.alias()
        people = people.join(other, other.c.person_id == first.c.person_id)
        people = people.where(other.c.key == key)
    return db.execute(people.order_by(first.c.person_id).limit(CANDIDATES))


def _hints(named: Named) -> list[ColumnElement[bool]]:
    """What narrows a name."""
    hints: list[ColumnElement[bool]] = []
    if named.regencies:
        hints.append(PERSON.c.regency_code.in_(sorted(named.regencies)))
    if named.year:
        born = PERSON.c.birth_date
        hints.append(born.between(date(named.year, 1, 1), date(named.year, 12, 31)))
    return hints
