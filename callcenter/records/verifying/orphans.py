"""Rows that point nowhere, and what has waited for too long: one question to the database each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, exists, func, literal, select

from callcenter.records.finding import Finding
from callcenter.records.tables import (
    AuditRow,
    CallerRow,
    CallRow,
    EventRow,
    NameKeyRow,
    NoteRow,
    OfferRow,
    OutboxRow,
    PersonRow,
    PhoneRow,
    PresenceRow,
    SessionRow,
    StatusRow,
    SummaryRow,
    TicketRow,
    UserRow,
)

AUDIT: Table = AuditRow.__table__  # type: ignore[assignment]
CALL: Table = CallRow.__table__  # type: ignore[assignment]
CALLER: Table = CallerRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
NAME_KEY: Table = NameKeyRow.__table__  # type: ignore[assignment]
NOTE: Table = NoteRow.__table__  # type: ignore[assignment]
OFFER: Table = OfferRow.__table__  # type: ignore[assignment]
OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
PERSON: Table = PersonRow.__table__  # type: ignore[assignment]
PHONE: Table = PhoneRow.__table__  # type: ignore[assignment]
PRESENCE: Table = PresenceRow.__table__  # type: ignore[assignment]
SESSION: Table = SessionRow.__table__  # type: ignore[assignment]
STATUS: Table = StatusRow.__table__  # type: ignore[assignment]
SUMMARY: Table = SummaryRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

DAY = timedelta(days=1)  # by then what belongs together has come in from every host's journal
HOUR = timedelta(hours=1)  # the postman gives a command up long before

KEEP = "Restore them from a backup, or find out who wrote to the database."
ELSEWHERE = (
    "Their first webhook stands in a journal that was not brought in: run a worker on every host "
    "that answered calls, then verify again."
)
REBUILD = "Run: python -m callcenter rebuild"
WORKER = "Nobody sends them: start a worker (python -m callcenter worker) and look at its log."

Condition = ColumnElement[bool]


def findings(db: Connection, *, now: datetime) -> Iterator[Finding]:
    """One finding for each kind, with how many there are and one of them."""
    for column, condition, told, way_out in _questions(now):
        asked = select(func.count(), func.min(column)).where(condition)
        count, one = db.execute(asked).one()
        if count:
            text = f"{count} {told} (one of them: {one}). {way_out}"
            yield Finding("orphans", count, text)


def _questions(now: datetime) -> Iterator[tuple[ColumnElement[Any], Condition, str, str]]:
    yield from _of_calls(now)
    yield from _of_tickets(now)
    yield from _of_people()
    yield from _of_users()
    late = and_(OUTBOX.c.done_at.is_(None), OUTBOX.c.created_at < now - HOUR)
    yield OUTBOX.c.id, late, "command(s) to the carrier wait for more than an hour", WORKER


def _of_calls(now: datetime) -> Iterator[tuple[ColumnElement[Any], Condition, str, str]]:
    """A call to a number that is none of our lines never arrives, and is in the access log."""
    elsewhere = exists().where(
        AUDIT.c.subject == literal("call:").concat(CALL.c.id), AUDIT.c.what == "unknown_line"
    )
    old = and_(CALL.c.arrived_at.is_(None), CALL.c.received_at < now - DAY)
    yield CALL.c.id, and_(old, ~elsewhere), "call(s) have events and never arrived", ELSEWHERE
    yield OFFER.c.call_id, _none(CALL.c.id, OFFER.c.call_id), "offer(s) are of no call", REBUILD
    none = _none(CALL.c.id, SUMMARY.c.call_id)
    yield SUMMARY.c.call_id, none, "summaries are of no call", REBUILD
    # A caller has the id of the event with which the call arrived, or the ticket was opened.
    none = and_(_none(EVENT.c.id, CALLER.c.id), CALLER.c.at < now - DAY)
    yield CALLER.c.id, none, "caller(s) belong to no call and no ticket", ELSEWHERE


def _of_tickets(now: datetime) -> Iterator[tuple[ColumnElement[Any], Condition, str, str]]:
    none = _none(TICKET.c.id, NOTE.c.ticket_id)
    yield NOTE.c.id, none, "note(s) are on no ticket", KEEP
    none = and_(TICKET.c.person_id != "", _none(PERSON.c.id, TICKET.c.person_id))
    yield TICKET.c.id, none, "ticket(s) are about a person who is not there", KEEP
    none = and_(
        TICKET.c.call_id != "", _none(CALL.c.id, TICKET.c.call_id), TICKET.c.opened_at < now - DAY
    )
    yield TICKET.c.id, none, "ticket(s) are of a call that is not there", ELSEWHERE


def _of_people() -> Iterator[tuple[ColumnElement[Any], Condition, str, str]]:
    for table, what in ((PHONE, "number(s)"), (STATUS, "status(es)"), (NAME_KEY, "name key(s)")):
        column = table.c.person_id
        yield column, _none(PERSON.c.id, column), f"{what} are of a person who is not there", KEEP


def _of_users() -> Iterator[tuple[ColumnElement[Any], Condition, str, str]]:
    for column, what in (
        (SESSION.c.user_id, "session(s)"),
        (OFFER.c.agent_id, "offer(s)"),
        (PRESENCE.c.agent_id, "agent's state(s)"),
    ):
        yield column, _none(USER.c.id, column), f"{what} are of a user who is not there", KEEP


def _none(there: ColumnElement[Any], pointer: ColumnElement[Any]) -> Condition:
    """Something is pointed at, and it is not there."""
    return and_(pointer.is_not(None), ~exists().where(there == pointer))
