"""Who called: one row a call, or a ticket logged by hand, with the number sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from callcenter.records import merging
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallerRow, CallRow
from callcenter.rules import events
from callcenter.rules.dialogue import Dialogue

CALL: Table = CallRow.__table__  # type: ignore[assignment]
CALLER: Table = CallerRow.__table__  # type: ignore[assignment]


def of_call(sid: str) -> str:
    """The id of a call's caller: computed, so whoever writes first makes the row. It is that of
    the event with which the call arrived, so that a number leads back to its calls."""
    return events.event_id(events.call(sid), "arrival", "0")


def of_ticket(ticket_id: str) -> str:
    """The id of the caller of a ticket that has no call of ours: that of its opening."""
    return events.event_id(events.ticket(ticket_id), "opened", "0")


def note(
    db: Connection,
    keys: Keys,
    caller_id: str,
    *,
    number: str | None,
    name: str | None = None,
    now: datetime,
) -> None:
    """Keep who called. ``number``: E.164, None when withheld. What is known already stays."""
    row = {
        "id": caller_id,
        "number": number and keys.seal(number, "caller.number", caller_id),
        "number_index": number and keys.index(number, "phone"),
        "name": name and keys.seal(name, "caller.name", caller_id),
        "at": now,
    }
    filled = {
        column: func.coalesce(CALLER.c[column], row[column])
        for column in ("number", "number_index", "name")
    }
    statement = merging.insert(db, CALLER).values(row)
    db.execute(statement.on_conflict_do_update(index_elements=["id"], set_=filled))


def number(db: Connection, keys: Keys, caller_id: str) -> str | None:
    """The caller's number, E.164; None when it was withheld or nobody is known."""
    sealed = db.execute(select(CALLER.c.number).where(CALLER.c.id == caller_id)).scalar()
    return sealed and keys.open(sealed, "caller.number", caller_id)


def name(db: Connection, keys: Keys, caller_id: str) -> str | None:
    """The name as the caller said it."""
    sealed = db.execute(select(CALLER.c.name).where(CALLER.c.id == caller_id)).scalar()
    return sealed and keys.open(sealed, "caller.name", caller_id)


def ids_of(db: Connection, keys: Keys, number: str, *, limit: int = 50) -> tuple[str, ...]:
    """The newest callers with this number: ids of :func:`of_call` and :func:`of_ticket`."""
    rows = db.execute(
        select(CALLER.c.id)
        .where(CALLER.c.number_index == keys.index(number, "phone"))
        .order_by(CALLER.c.at.desc())
        .limit(limit)
    )
    return tuple(rows.scalars())


def dialogue(db: Connection, sid: str) -> Dialogue:
    """Where a call's dialogue stands, from its live row: for documents that we ask for."""
    row = db.execute(select(CALL).where(CALL.c.id == sid)).one()
    return Dialogue(
        sid,
        center=row.center or "",
        line=row.line or "",
        language=row.language or "id",
        reason=row.reason or "",
        entry=row.entries,
        arrived_at=row.arrived_at,
        queued_at=row.queued_at,
    )
