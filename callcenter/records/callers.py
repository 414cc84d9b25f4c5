"""Who called: one row a call, or a ticket logged by hand, with the number sealed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select

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


@dataclass(frozen=True)
class Caller:
    """What is kept of a caller, sealed: it may be written to the database or to the journal."""

    id: str
    number: str | None
    number_index: str | None
    name: str | None
    at: datetime


def sealed(
    keys: Keys, caller_id: str, *, number: str | None, name: str | None = None, now: datetime
) -> Caller:
    """Who called. ``number``: E.164, None when withheld; ``name``: as the caller said it."""
    return Caller(
        caller_id,
        number and keys.seal(number, "caller.number", caller_id),
        number and keys.index(number, "phone"),
        name and keys.seal(name, "caller.name", caller_id),
        now,
    )


def keep(db: Connection, caller: Caller) -> None:
    """Keep who called. What is known already stays."""
    merging.merge(db, CALLER, [asdict(caller)])


def note(
    db: Connection,
    keys: Keys,
    caller_id: str,
    *,
    number: str | None,
    name: str | None = None,
    now: datetime,
) -> None:
    """Seal and keep who called."""
    keep(db, sealed(keys, caller_id, number=number, name=name, now=now))


def number(db: Connection, keys: Keys, caller_id: str) -> str | None:
    """The caller's number, E.164; None when it was withheld or nobody is known."""
    sealed = db.execute(select(CALLER.c.number).where(CALLER.c.id == caller_id)).scalar()
    return sealed and keys.open(sealed, "caller.number", caller_id)


def name(db: Connection, keys: Keys, caller_id: str) -> str | None:
    """The name as the caller said it."""
    sealed = db.execute(select(CALLER.c.name).where(CALLER.c.id == caller_id)).scalar()
    return sealed and keys.open(sealed, "caller.name", caller_id)


def indexes(db: Connection, calls: Collection[str]) -> dict[str, str | None]:
    """The blind indexes of these calls' numbers, by call; None where a number was withheld."""
    by_id = {of_call(call): call for call in calls}
    columns = (CALLER.c.id, CALLER.c.number_index)
    rows = db.execute(select(*columns).where(CALLER.c.id.in_(by_id)))
    return {by_id[row.id]: row.number_index for row in rows}


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
        thread=f"ivr:{row.entries}",  # the turns so far are not known here
        crowded=row.crowd is not None,
    )
