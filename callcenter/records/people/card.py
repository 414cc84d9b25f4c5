"""One person: what may be shown at once, and what only for a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from callcenter.records import merging
from callcenter.records.people.statuses import Status, UnknownPerson, current_status
from callcenter.records.people.tables import PERSON, PHONE
from callcenter.records.sealing import Keys
from callcenter.rules import identity, phone, regions


@dataclass(frozen=True)
class Person:
    """A person as a page may show one. What is unknown is empty or None.

    ``phones`` are masked. ``regency``, ``district``: names, of where the person lives.
    ``known_at``: as of when the newest source spoke of the person.
    """

    person_id: str
    full_name: str
    masked_nik: str
    masked_kk: str
    phones: tuple[str, ...]
    birth_year: int | None
    regency_code: str
    regency: str
    district_code: str
    district: str
    category: str
    known_at: datetime
    status: Status | None


def person(db: Connection, keys: Keys, person_id: str) -> Person | None:
    """The person with this id, masked; None where there is nobody."""
    row = db.execute(select(PERSON).where(PERSON.c.id == person_id)).first()
    if row is None:
        return None
    return Person(
        person_id=row.id,
        full_name=row.full_name,
        masked_nik=masked(keys, row, "nik"),
        masked_kk=masked(keys, row, "kk"),
        phones=tuple(phone.masked(number) for number in _numbers(db, keys, person_id)),
        birth_year=row.birth_date and row.birth_date.year,
        regency_code=row.regency_code or "",
        regency=regency_name(row.regency_code),
        district_code=row.district_code or "",
        district=getattr(regions.district(row.district_code or ""), "name", ""),
        category=row.category or "",
        known_at=row.updated_at,
        status=current_status(db, person_id),
    )


def reveal(db: Connection, keys: Keys, person_id: str, field: str) -> str | None:
    """One field in clear: ``nik``, ``kk``, ``phone`` (all numbers, with commas) or ``birth_date``
    (ISO); None where it is unknown. The caller has a reason and audits it.

    Raises :class:`~callcenter.records.people.UnknownPerson`, ``ValueError`` for other fields.
    """
    row = db.execute(select(PERSON).where(PERSON.c.id == person_id)).first()
    if row is None:
        raise UnknownPerson(person_id)
    match field:
        case "nik" | "kk":
            return opened(keys, row, field)
        case "phone":
            return ", ".join(map(phone.national, _numbers(db, keys, person_id))) or None
        case "birth_date":
            born: date | None = row.birth_date
            return born.isoformat() if born else None
    raise ValueError("a person has no such field to reveal")


def link_phone(
    db: Connection, keys: Keys, *, person_id: str, number: str, source: str = "agent"
) -> bool:
    """Remember that the person can be reached at ``number`` (E.164); False if that was known."""
    row = phone_row(keys, person_id=person_id, number=number, source=source)
    statement = merging.insert(db, PHONE).values(row).on_conflict_do_nothing()
    return db.execute(statement.returning(PHONE.c.person_id)).first() is not None


def phone_row(keys: Keys, *, person_id: str, number: str, source: str) -> dict[str, Any]:
    """The row of a number; sealed for its person and number, so that it cannot be moved."""
    index = keys.index(number, "phone")
    sealed = keys.seal(number, "person_phone.number", f"{person_id}:{index}")
    return {"person_id": person_id, "number_index": index, "number": sealed, "source": source}


def opened(keys: Keys, row: Row[Any], field: str) -> str | None:
    """``nik`` or ``kk`` of a row of ``person``, in clear."""
    sealed = getattr(row, field)
    return keys.open(sealed, f"person.{field}", row.id) if sealed else None


def masked(keys: Keys, row: Row[Any], field: str) -> str:
    """The same with its middle hidden; empty where it is unknown."""
    value = opened(keys, row, field)
    return identity.mask_nik(value) if value else ""


def regency_name(code: str | None) -> str:
    """``Kota Surabaya``; empty for none."""
    known = regions.regency(code or "")
    return known.name if known else ""


def _numbers(db: Connection, keys: Keys, person_id: str) -> list[str]:
    """The person's numbers, E.164, in the same order on every engine."""
    rows = db.execute(select(PHONE).where(PHONE.c.person_id == person_id))
    places = ((row.number, f"{person_id}:{row.number_index}") for row in rows)
    return sorted(keys.open(number, "person_phone.number", place) for number, place in places)
