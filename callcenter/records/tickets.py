"""Tickets: opened, recorded, corrected, voided, annotated.

A form carries the version of the ticket that it was rendered with. The answer to a version is
given once: a double click is one answer, and a stale tab is told, never obeyed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from callcenter.records import callers, diary, merging
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallRow, NoteRow, TicketRow
from callcenter.rules import events, tickets, wib
from callcenter.rules.events import Event
from callcenter.rules.ticket import Ticket

CALL: Table = CallRow.__table__  # type: ignore[assignment]
NOTE: Table = NoteRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]

DRAWS = 50  # with a hundred million numbers, so many taken ones in a row mean a broken draw
SEALED = frozenset({"number"})  # what a form gives that is a person's: never in an event


@dataclass(frozen=True)
class Filed(Ticket):
    """A ticket as it stands, with the id of its row."""

    id: str = ""

    @property
    def grouped(self) -> str:
        """The number as it is read aloud: three groups of three."""
        return tickets.grouped(self.number)


@dataclass(frozen=True)
class Entry:
    """What an agent fills in: codes, what the outcome asks for (``given``), and a note."""

    reason: str
    outcome: str
    given: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Recorded:
    """``written``: the diary's answer to this version; ``won``: it is the one that was asked for.
    Else somebody was first and nothing was changed."""

    written: tuple[Event, ...]
    won: bool


@dataclass(frozen=True)
class Note:
    """What somebody wrote down on a ticket."""

    at: datetime
    by: str
    text: str


def open_for_call(
    db: Connection,
    *,
    call: str,
    ordinal: int,
    agent: str,
    person: str,
    now: datetime,
    draw: Callable[[], int],
) -> str:
    """Open the ``ordinal``-th ticket of a call (from 1) and give its id, which is computed: a
    double click opens one. Its center is that of the line dialled, whoever answers.

    ``draw`` gives a number below :data:`callcenter.rules.tickets.DRAWS`. Raises ``LookupError``
    for a call that never reached us.
    """
    row = db.execute(select(CALL).where(CALL.c.id == call)).one_or_none()
    if row is None or row.center is None:
        raise LookupError("a ticket was asked for a call that we do not know")
    told = {"center": row.center, "line": row.line or "", "test": bool(row.test)}
    told |= {"channel": row.channel or "call", "call": call, "agent": agent, "person": person}
    return opened(db, of_call(call, ordinal), told, now=now, draw=draw)


def open_manual(
    db: Connection,
    keys: Keys,
    *,
    form_id: str,
    agent: str,
    center: str,
    line: str,
    at: datetime,
    person: str,
    caller_number: str | None,
    caller_name: str,
    test: bool,
    now: datetime,
    draw: Callable[[], int],
) -> str:
    """Open the ticket of a call that came to a desk telephone at ``at``, for the agent's center.
    The id is computed from the agent and ``form_id``, so a form sent twice opens one.
    """
    ticket_id = of_form(agent, form_id)
    told = {"channel": "manual", "center": center, "line": line, "test": test}
    told |= {"agent": agent, "person": person}
    opened(db, ticket_id, told, at=at, now=now, draw=draw)
    callers.note(
        db,
        keys,
        callers.of_ticket(ticket_id),
        number=caller_number,
        name=caller_name or None,
        now=at,
    )
    return ticket_id


def record(
    db: Connection,
    keys: Keys,
    *,
    ticket_id: str,
    version: int,
    entry: Entry,
    agent: str,
    now: datetime,
    at: datetime | None = None,
) -> Recorded:
    """Record what came of a ticket; ``at`` is when it happened, where that was not now. The number
    to call back and the note are sealed beside the event, never in it."""
    body = _codes(entry) | {"agent": agent}
    recorded = events.OutcomeRecorded(**_answering(ticket_id, version, at or now), **body)
    return _answer(db, keys, recorded, entry, by=agent, now=now)


def correct(
    db: Connection,
    keys: Keys,
    *,
    ticket_id: str,
    version: int,
    entry: Entry,
    why: str,
    agent: str,
    now: datetime,
) -> Recorded:
    """Correct what was recorded; ``why`` is a code. The first time stays, what is counted moves."""
    body = _codes(entry) | {"agent": agent, "why": why}
    corrected = events.OutcomeCorrected(**_answering(ticket_id, version, now), **body)
    return _answer(db, keys, corrected, entry, by=agent, now=now)


def void(
    db: Connection,
    keys: Keys,
    *,
    ticket_id: str,
    version: int,
    why: str,
    note: str,
    by: str,
    now: datetime,
) -> Recorded:
    """Say that it is no ticket; ``why`` is a code. It leaves every figure and stays readable."""
    voided = events.TicketVoided(**_answering(ticket_id, version, now), by=by, why=why)
    return _answer(db, keys, voided, Entry("", "", note=note), by=by, now=now)


def link(db: Connection, *, ticket_id: str, person: str, agent: str, now: datetime) -> None:
    """The ticket is about this person. Whom it was about before stays in its history."""
    row = _hold(db, ticket_id)
    if row.person_id == person:
        return
    before = sum(isinstance(event, events.PersonLinked) for event in history(db, ticket_id))
    linked = events.PersonLinked(
        subject=events.ticket(ticket_id),
        thread="person",
        turn=str(before),
        at=now,
        person=person,
        agent=agent,
    )
    diary.write(db, [linked], now=now)


def add_note(
    db: Connection, keys: Keys, *, ticket_id: str, turn: str, text: str, by: str, now: datetime
) -> None:
    """Add a note. ``turn`` names the form: the same words from one form are one note."""
    place = f"{turn}:{keys.index(text, 'note')}"
    note_id = events.event_id(events.ticket(ticket_id), "note", place)
    row = {
        "id": note_id,
        "ticket_id": ticket_id,
        "at": now,
        "by": by,
        "text": keys.seal(text, "ticket_note.text", note_id),
    }
    db.execute(merging.insert(db, NOTE).values(row).on_conflict_do_nothing())


def of_call(call: str, ordinal: int) -> str:
    """The id of a call's first, second ... ticket."""
    return events.event_id(events.call(call), "ticket", str(ordinal))


def of_form(agent: str, form_id: str) -> str:
    """The id of the ticket that a form of the manual log makes."""
    return events.event_id(events.agent(agent), "manual", form_id)


def ticket(db: Connection, ticket_id: str) -> Filed | None:
    """The ticket as it stands now."""
    return next(filed(db, TICKET.c.id == ticket_id), None)


def by_number(db: Connection, number: str) -> Filed | None:
    """The ticket with these nine digits."""
    return next(filed(db, TICKET.c.number == number), None)


def tickets_of_call(db: Connection, call: str) -> tuple[Filed, ...]:
    """The tickets of one call, the oldest first."""
    return tuple(filed(db, TICKET.c.call_id == call))[::-1]


def listing(
    db: Connection, *, day: date, agent: str = "", center: str = "", limit: int = 200
) -> tuple[Filed, ...]:
    """The tickets opened on a WIB day, the newest first: all, one center's, or one agent's."""
    chosen = [TICKET.c.opened_at >= wib.start_of(day), TICKET.c.opened_at < wib.end_of(day)]
    chosen += [TICKET.c.agent_id == agent] if agent else []
    chosen += [TICKET.c.center == center] if center else []
    return tuple(filed(db, *chosen, limit=limit))


def history(db: Connection, ticket_id: str) -> tuple[Event, ...]:
    """Everything that happened to the ticket, the oldest first."""
    return diary.of(db, events.ticket(ticket_id))


def notes(db: Connection, keys: Keys, ticket_id: str) -> tuple[Note, ...]:
    """The ticket's notes, the oldest first."""
    rows = db.execute(
        select(NOTE).where(NOTE.c.ticket_id == ticket_id).order_by(NOTE.c.at, NOTE.c.id)
    )
    return tuple(
        Note(row.at, row.by, keys.open(row.text, "ticket_note.text", row.id)) for row in rows
    )


def number_to_call(db: Connection, keys: Keys, it: Filed) -> str | None:
    """The number given for a call back with the outcome that stands, E.164."""
    return callers.number(db, keys, _outcome_id(it.id, it.versions - 1))


def opened(
    db: Connection,
    ticket_id: str,
    told: Mapping[str, Any],
    *,
    now: datetime,
    draw: Callable[[], int],
    at: datetime | None = None,
) -> str:
    """Open the ticket with this id unless it is there. ``told``: what ``TicketOpened`` holds
    besides its number."""
    if ticket(db, ticket_id) is None:
        first = events.TicketOpened(
            subject=events.ticket(ticket_id),
            thread="opened",
            turn="0",
            at=at or now,
            number=free_number(db, draw),
            **told,
        )
        diary.write(db, [first], now=now)
    return ticket_id


def free_number(db: Connection, draw: Callable[[], int]) -> str:
    """The first number drawn that no ticket has."""
    for _ in range(DRAWS):
        number = tickets.number(draw())
        taken = select(func.count()).where(TICKET.c.number == number)
        if not db.execute(taken).scalar():
            return number
    raise RuntimeError("no ticket number is free: whatever draws them always draws the same")


def _answering(ticket_id: str, version: int, at: datetime) -> dict[str, Any]:
    """Where the answer to this version of the form stands in the diary."""
    subject = events.ticket(ticket_id)
    return {"subject": subject, "thread": "outcome", "turn": str(version), "at": at}


def _codes(entry: Entry) -> dict[str, Any]:
    given = {name: value for name, value in entry.given.items() if name not in SEALED}
    return {"reason": entry.reason, "outcome": entry.outcome, "given": given}


def _outcome_id(ticket_id: str, version: int) -> str:
    return events.event_id(events.ticket(ticket_id), "outcome", str(version))


def _answer(
    db: Connection,
    keys: Keys,
    event: Event,
    entry: Entry,
    *,
    by: str,
    now: datetime,
) -> Recorded:
    """Write the answer to a version, with what is sealed beside it, unless somebody was first."""
    if int(event.turn) > _hold(db, event.of).versions:
        return Recorded((), won=False)
    written = diary.write(db, [event], now=now)
    same = [e for e in written if e.id == event.id and e.kind == event.kind]
    if not same or same[0].body() != event.body():
        return Recorded(written, won=False)
    if number := entry.given.get("number"):
        callers.note(db, keys, event.id, number=number, now=now)
    if entry.note:
        turn = f"outcome {event.turn}"
        add_note(db, keys, ticket_id=event.of, turn=turn, text=entry.note, by=by, now=now)
    return Recorded(written, won=True)


def _hold(db: Connection, ticket_id: str) -> Row[Any]:
    """The ticket's row, kept from others until this transaction ends: two who fold one ticket at
    the same moment must see each other's events."""
    return db.execute(select(TICKET).where(TICKET.c.id == ticket_id).with_for_update()).one()


def filed(db: Connection, *chosen: Any, limit: int = 100) -> Iterator[Filed]:
    """The tickets for which these conditions on ``TICKET`` hold, the newest first."""
    rows = db.execute(
        select(TICKET).where(*chosen).order_by(TICKET.c.opened_at.desc(), TICKET.c.id).limit(limit)
    )
    names = [column.name for column in fields(Filed)]
    return (Filed(**{name: getattr(row, name) for name in names}) for row in rows)
