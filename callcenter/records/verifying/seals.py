"""Whether what is sealed still opens where it stands, and can be found by its blind index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from callcenter.records.finding import Finding
from callcenter.records.sealing import Keys, SealBroken
from callcenter.records.tables import CallerRow, NoteRow, PersonRow, PhoneRow, UserRow

AT_ONCE = 1000
SAMPLE = 500  # from each end of a table: what is new, and what is old


@dataclass(frozen=True)
class Sealed:
    """A sealed column. ``place``: the columns that its row is called by; ``index``: the column of
    its blind index, and of which kind that is."""

    table: Table
    column: str
    place: tuple[str, ...] = ("id",)
    index: str = ""
    kind: str = ""

    @property
    def name(self) -> str:
        return f"{self.table.name}.{self.column}"

    def whole(self, keys: Keys, row: Row[Any]) -> bool:
        """Whether the value of ``row`` opens, and is the one that would be found."""
        place = ":".join(getattr(row, name) for name in self.place)
        try:
            value = keys.open(getattr(row, self.column), self.name, place)
        except SealBroken:
            return False
        return not self.index or getattr(row, self.index) == keys.index(value, self.kind)


def _table(row: type) -> Table:
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


SEALED = (
    Sealed(_table(PersonRow), "nik", index="nik_index", kind="nik"),
    Sealed(_table(PersonRow), "kk"),
    Sealed(
        _table(PhoneRow),
        "number",
        place=("person_id", "number_index"),
        index="number_index",
        kind="phone",
    ),
    Sealed(_table(CallerRow), "number", index="number_index", kind="phone"),
    Sealed(_table(CallerRow), "name"),
    Sealed(_table(NoteRow), "text"),
    Sealed(_table(UserRow), "phone"),
    Sealed(_table(UserRow), "second_secret"),
)


def findings(db: Connection, keys: Keys, *, deep: bool) -> Iterator[Finding]:
    """One finding for each column of which something does not open."""
    for sealed in SEALED:
        read = broken = 0
        first = ""
        for row in _rows(db, sealed, deep=deep):
            read += 1
            if not sealed.whole(keys, row):
                broken += 1
                first = first or str(getattr(row, sealed.place[0]))
        if broken:
            yield Finding(
                "sealing",
                broken,
                f"{broken} of {read} sealed value(s) looked at in {sealed.name} do not open where "
                f"they stand or are not found (first: {first}): they were altered, moved, or "
                "sealed with a key that is not in the key file. Restore the key file, or a backup.",
            )


def _rows(db: Connection, sealed: Sealed, *, deep: bool) -> Iterator[Row[Any]]:
    named = {*sealed.place, sealed.column, *filter(None, (sealed.index,))}
    chosen = select(*(sealed.table.c[name] for name in sorted(named)))
    chosen = chosen.where(sealed.table.c[sealed.column].is_not(None))
    if deep:
        yield from db.execute(chosen.execution_options(yield_per=AT_ONCE))
        return
    keys = list(sealed.table.primary_key)
    ends = (chosen.order_by(*keys), chosen.order_by(*(key.desc() for key in keys)))
    rows = chain.from_iterable(db.execute(end.limit(SAMPLE)) for end in ends)
    yield from {tuple(row): row for row in rows}.values()  # a short table has one end
