"""One turn: the events, the live rows they touch and the caller, all or nothing. It is what most
webhooks bring. PostgreSQL takes it in one statement: one way to the server and back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, exists, select

from callcenter.records import live, merging
from callcenter.records.callers import CALLER, Caller
from callcenter.records.ready import Ready
from callcenter.records.tables import EventRow
from callcenter.rules.events import Event

EVENT: Table = EventRow.__table__  # type: ignore[assignment]
COLUMNS = tuple(column.name for column in EVENT.c)

Row = dict[str, Any]
Merged = tuple[Table, Row, bool]  # what to merge into the table; only if the turn is new
Shape = tuple[tuple[Table, tuple[str, ...], bool], ...]  # table, columns, only if the turn is new


def fits(happened: Sequence[Event], who: Sequence[Caller]) -> bool:
    """Whether these can be written so: one turn of a call, its leader first, and one caller."""
    first = happened[0]
    return (
        first.n == 0
        and first.subject.startswith("call:")
        and len(who) <= 1
        and [event.n for event in happened] == list(range(len(happened)))
        and all(event.leader_id == first.id for event in happened[1:])
    )


def prepared(
    dialect: Dialect, happened: Sequence[Event], who: Sequence[Caller], now: datetime
) -> Callable[[Connection], bool]:
    """What writes the turn, and gives whether it was new. What is kept of callers is kept anyway.

    Everything that needs no connection is done here: writers of SQLite wait for one another.
    """
    events = [row_of(event, now) for event in happened]
    merged = [
        (table, row, True)
        for table, rows in live.rows(happened, now).items()
        for row in merging.together(table, rows)
    ]
    merged += [(CALLER, dict(vars(caller)), False) for caller in who]
    if dialect.name == "postgresql":
        return _together(dialect, events, merged)
    return _one_by_one(dialect, events, merged)


def _together(
    dialect: Dialect, events: Sequence[Row], merged: Sequence[Merged]
) -> Callable[[Connection], bool]:
    shape = tuple((table, tuple(row), if_new) for table, row, if_new in merged)
    rows = [*events, *(row for _, row, _ in merged)]
    given = {
        f"{name}_{place}": value for place, row in enumerate(rows) for name, value in row.items()
    }
    statement = _in_one(dialect, len(events), shape).filled(given)
    return lambda db: statement(db) is not None


def _one_by_one(
    dialect: Dialect, events: Sequence[Row], merged: Sequence[Merged]
) -> Callable[[Connection], bool]:
    first, *rest = [insert(dialect).filled(row) for row in events]
    rest += [merging.filled(dialect, table, row) for table, row, if_new in merged if if_new]
    anyway = [merging.filled(dialect, table, row) for table, row, if_new in merged if not if_new]

    def write(db: Connection) -> bool:
        is_new = first(db) is not None
        for statement in (*rest, *anyway) if is_new else anyway:
            statement(db)
        return is_new

    return write


def row_of(event: Event, now: datetime) -> dict[str, Any]:
    """The event's row in the diary."""
    return {
        "id": event.id,
        "at": event.at,
        "kind": event.kind,
        "subject": event.subject,
        "thread": event.thread,
        "turn": event.turn,
        "n": event.n,
        "body": event.body(),
        "received_at": now,
    }


@cache
def insert(dialect: Dialect) -> Ready:
    """Inserts one event, and gives its id if it was new."""
    statement = merging.insert_into(dialect.name, EVENT).values(merging.values(EVENT, COLUMNS))
    return Ready(statement.on_conflict_do_nothing().returning(EVENT.c.id), dialect)


@cache
def _in_one(dialect: Dialect, events: int, shape: Shape) -> Ready:
    leader = merging.insert_into(dialect.name, EVENT).values(_values(EVENT, COLUMNS, 0))
    new = leader.on_conflict_do_nothing().returning(EVENT.c.id).cte("new")
    parts = []
    for place in range(1, events):
        follower = _if_new(dialect, EVENT, _values(EVENT, COLUMNS, place), new)
        parts.append(follower.on_conflict_do_nothing().cte(f"event_{place}"))
    for place, (table, columns, if_new) in enumerate(shape, events):
        values = _values(table, columns, place)
        statement = (
            _if_new(dialect, table, values, new)
            if if_new
            else merging.insert_into(dialect.name, table).values(values)
        )
        merged = merging.on_conflict(dialect.name, table, columns, statement)
        parts.append(merged.cte(f"{table.name}_{place}"))
    return Ready(select(new.c.id).add_cte(*parts), dialect)


def _values(table: Table, columns: Sequence[str], place: int) -> dict[str, Any]:
    return merging.values(table, columns, f"_{place}")


def _if_new(dialect: Dialect, table: Table, values: Mapping[str, Any], new: Any) -> Any:
    chosen = select(*values.values()).where(exists(select(new.c.id)))
    return merging.insert_into(dialect.name, table).from_select(list(values), chosen)
