"""What a snapshot adds to what is known: the difference of one batch, and writing it down.

A cell that is empty says nothing and changes nothing. A number that the same source gave before is
replaced by the one it gives now; numbers of others stay. ``person.updated_at`` is as of when the
newest source spoke, so that an older snapshot fills gaps and replaces nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, select, update

from callcenter.records import ids, merging
from callcenter.records.people.card import opened, phone_row
from callcenter.records.people.naming import name_keys
from callcenter.records.people.statuses import status_id
from callcenter.records.people.tables import NAME_KEY, PERSON, PHONE, STATUS
from callcenter.records.sealing import Keys
from callcenter.rules.applicant import Applicant

PLAIN = ("full_name", "regency_code", "district_code", "category")


@dataclass(frozen=True)
class Said:
    """Who says what follows, and as of when. ``source``: at most 40 characters, shown with every
    status; ``by``: who brought it."""

    source: str
    as_of: datetime
    by: str
    now: datetime


@dataclass(frozen=True)
class Ready:
    """An applicant with what can be computed before any lock is held."""

    applicant: Applicant
    nik_index: str
    name_keys: tuple[str, ...]


@dataclass
class Difference:
    """Rows to write for a batch. ``touched``: people known before who get a new field or number;
    ``gone_...``: keys of rows that are replaced."""

    people: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    phones: list[dict[str, Any]] = field(default_factory=list)
    name_keys: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    gone_phones: list[dict[str, Any]] = field(default_factory=list)
    gone_name_keys: list[dict[str, Any]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)


def ready(keys: Keys, applicant: Applicant) -> Ready:
    """Prepare one applicant."""
    index = keys.index(applicant.nik, "nik")
    return Ready(applicant, index, name_keys(applicant.full_name))


def difference(db: Connection, keys: Keys, batch: Sequence[Ready], said: Said) -> Difference:
    """What ``batch`` (each NIK once) adds to the registry."""
    same = PERSON.c.nik_index.in_([it.nik_index for it in batch])
    known = {row.nik_index: row for row in db.execute(select(PERSON).where(same))}
    phones: dict[str, list[Row[Any]]] = defaultdict(list)
    theirs = PHONE.c.person_id.in_([row.id for row in known.values()])
    for phone in db.execute(select(PHONE).where(theirs)) if known else ():
        phones[phone.person_id].append(phone)
    found = Difference()
    for one in batch:
        row = known.get(one.nik_index)
        if row is None:
            person_id = ids.new(said.now)
            _add(found, keys, one, person_id, said)
        else:
            person_id = row.id
            _change(found, keys, one, row, said)
        newest = row is None or said.as_of >= row.updated_at
        _reach(found, keys, one.applicant, person_id, phones[person_id], said, newest=newest)
        _hear(found, one.applicant, person_id, said)
    found.statuses = _unheard(db, found, known.values())
    return found


def write(db: Connection, found: Difference) -> None:
    """Write a difference down, in the transaction in which it was found."""
    _insert(db, PERSON, found.people, repeatable=False)
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in found.changes:
        alike[tuple(sorted(row))].append({f"new_{name}": row[name] for name in row})
    for columns, rows in alike.items():
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in columns if name != "id"
        }
        changing = update(PERSON).where(PERSON.c.id == bindparam("new_id"))
        db.execute(changing.values(values), rows)
    _remove(db, PHONE, found.gone_phones)
    _remove(db, NAME_KEY, found.gone_name_keys)
    _insert(db, PHONE, found.phones)
    _insert(db, NAME_KEY, found.name_keys)
    _insert(db, STATUS, found.statuses)


def _insert(
    db: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, repeatable: bool = True
) -> None:
    """Insert rows; of ``repeatable`` ones those that are there already stay as they are.

    What comes back is not looked at: when it is asked for, SQLAlchemy sends many rows in one
    statement, and PostgreSQL is spared a statement for each.
    """
    statement = merging.insert(db, table)
    if repeatable:
        statement = statement.on_conflict_do_nothing()
    if db.dialect.name == "postgresql":
        statement = statement.returning(table.primary_key.columns[0])
    if rows:
        db.execute(statement, rows)


def _remove(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        same = [table.c[name] == bindparam(f"old_{name}") for name in rows[0]]
        old = [{f"old_{name}": row[name] for name in row} for row in rows]
        db.execute(delete(table).where(*same), old)


def _add(found: Difference, keys: Keys, one: Ready, person_id: str, said: Said) -> None:
    """Somebody new. Without a stated birth date the one in the NIK is taken: it is mostly right,
    and the year narrows a search by name."""
    it = one.applicant
    found.people.append(
        {
            "id": person_id,
            "full_name": it.full_name,
            "nik": keys.seal(it.nik, "person.nik", person_id),
            "nik_index": one.nik_index,
            "kk": keys.seal(it.kk, "person.kk", person_id) if it.kk else None,
            "birth_date": it.birth_date or it.born_by_nik,
            "regency_code": it.regency_code,
            "district_code": it.district_code,
            "category": it.category,
            "created_at": said.now,
            "updated_at": said.as_of,
        }
    )
    found.name_keys += _name_key_rows(person_id, one.name_keys)


def _change(found: Difference, keys: Keys, one: Ready, row: Row[Any], said: Said) -> None:
    """Somebody known: fields that differ, if the snapshot is the newest word on the person."""
    it, newest = one.applicant, said.as_of >= row.updated_at
    changed: dict[str, Any] = {}
    given = {name: getattr(it, name) for name in PLAIN} | {"birth_date": it.birth_date}
    for name, value in given.items():
        old = getattr(row, name)
        if value is not None and value != old and (newest or old is None):
            changed[name] = value
    if it.kk and (newest or row.kk is None) and it.kk != opened(keys, row, "kk"):
        changed["kk"] = keys.seal(it.kk, "person.kk", row.id)
    if "regency_code" in changed and it.district_code is None and row.district_code:
        changed["district_code"] = None  # it lies in the regency of before
    if "full_name" in changed:
        old_keys = set(name_keys(row.full_name)).difference(one.name_keys)
        found.gone_name_keys += _name_key_rows(row.id, sorted(old_keys))
        found.name_keys += _name_key_rows(row.id, one.name_keys)
    if changed:
        found.touched.add(row.id)
    if said.as_of > row.updated_at:
        changed["updated_at"] = said.as_of
    if changed:
        found.changes.append({"id": row.id, **changed})


def _reach(
    found: Difference,
    keys: Keys,
    it: Applicant,
    person_id: str,
    known: Sequence[Row[Any]],
    said: Said,
    *,
    newest: bool,
) -> None:
    """The number at which the person can be reached, by this source."""
    if not it.phone:
        return
    index = keys.index(it.phone, "phone")
    of_source = [row for row in known if row.source == said.source]
    if any(row.number_index == index for row in known) or (of_source and not newest):
        return
    found.phones.append(phone_row(keys, person_id=person_id, number=it.phone, source=said.source))
    found.gone_phones += [
        {"person_id": person_id, "number_index": row.number_index} for row in of_source
    ]
    found.touched.add(person_id)


def _hear(found: Difference, it: Applicant, person_id: str, said: Said) -> None:
    """What the snapshot says of the application."""
    if not it.status:
        return
    computed = status_id(person_id, source=said.source, as_of=said.as_of, status=it.status)
    found.statuses.append(
        {
            "id": computed,
            "person_id": person_id,
            "status": it.status,
            "status_at": it.status_at,
            "as_of": said.as_of,
            "source": said.source,
            "wave": it.wave,
            "by": said.by,
        }
    )


def _unheard(db: Connection, found: Difference, known: Iterable[Row[Any]]) -> list[dict[str, Any]]:
    """The statuses that are not kept already; of new people none can be."""
    before = {row.id for row in known}
    asked = [row["id"] for row in found.statuses if row["person_id"] in before]
    if not asked:
        return found.statuses
    kept = set(db.execute(select(STATUS.c.id).where(STATUS.c.id.in_(asked))).scalars())
    return [row for row in found.statuses if row["id"] not in kept]


def _name_key_rows(person_id: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    return [{"key": key, "person_id": person_id} for key in keys]
