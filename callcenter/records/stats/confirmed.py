"""The confirmations: the figure of the day, and the list that it counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from callcenter.records.stats.window import Window
from callcenter.records.summaries import chunks, told
from callcenter.records.tables import EventRow, TicketRow, UserRow
from callcenter.rules import events, ticket, tickets, wib
from callcenter.rules.events import Event

EVENT: Table = EventRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

ANSWER = events.OutcomeRecorded | events.OutcomeCorrected
ANSWERS = (events.OutcomeRecorded.__name__, events.OutcomeCorrected.__name__)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Confirmation:
    """One ticket that is counted. ``agent``: the name; ``person``: an id, empty where unknown."""

    at: datetime
    ticket: str
    number: str
    center: str
    channel: str
    reason: str
    outcome: str
    agent: str
    person: str
    versions: int = 0

    @property
    def grouped(self) -> str:
        """The number as it is read aloud: three groups of three."""
        return tickets.grouped(self.number)


def confirmations(db: Connection, *, day: date, until: time) -> dict[str, int]:
    """How many tickets became confirmations on a WIB day before ``until``, by center."""
    window = Window(day, wib.on(day, until))
    return dict(Counter(row.center for row in confirmation_list(db, window)))


def confirmation_list(
    db: Connection, window: Window, *, center: str = "", as_of: datetime | None = None
) -> tuple[Confirmation, ...]:
    """The tickets behind the figure, the earliest first. ``as_of``: by what was known then."""
    found = _standing(db, window) if as_of is None else _standing_then(db, window, as_of)
    wanted = (row for row in found if center in ("", row.center))
    return tuple(sorted(wanted, key=lambda row: (row.at, row.number)))


class Counted(NamedTuple):
    """When and where a ticket became a confirmation."""

    at: datetime
    center: str


def counted(db: Connection, window: Window, *, as_of: datetime | None = None) -> Iterator[Counted]:
    """The same tickets, without what only a list shows of them."""
    if as_of is not None:
        for row in _standing_then(db, window, as_of):
            yield Counted(row.at, row.center)
        return
    found = select(TICKET.c.counted_at, TICKET.c.center).where(
        TICKET.c.counted_at >= window.start, TICKET.c.counted_at < window.end
    )
    for at, center in db.execute(found):
        yield Counted(at, center)


def ivr_confirmations(db: Connection, window: Window) -> int:
    """Tickets that the menu made without an agent, at their first outcome that helped: printed
    apart, never added to the others. The menu answers in the call that opens the ticket."""
    opened = TICKET.c.opened_at >= window.start - ONE_DAY, TICKET.c.opened_at < window.end
    rows = db.execute(select(TICKET).where(TICKET.c.channel == "ivr", *opened))
    counted = [
        events.ticket(row.id)
        for row in rows
        if tickets.confirms_by_ivr(row.reason, row.outcome, row.channel, row.void, row.test)
    ]
    found = (_helped_at(told(db, some)) for some in chunks(counted))
    return sum(window.has(at) for some in found for at in some)


def _helped_at(told: Mapping[str, Iterable[Event]]) -> Iterator[datetime]:
    """When each ticket was answered first in a way that helped."""
    for happened in told.values():
        answers = (e for e in happened if isinstance(e, ANSWER))
        yield min(e.at for e in answers if tickets.confirming(e.reason, e.outcome))


def _standing(db: Connection, window: Window) -> Iterator[Confirmation]:
    rows = db.execute(
        select(TICKET, USER.c.full_name)
        .outerjoin(USER, USER.c.id == TICKET.c.agent_id)
        .where(TICKET.c.counted_at >= window.start, TICKET.c.counted_at < window.end)
    )
    for row in rows:
        agent = row.full_name or row.agent_id
        yield _confirmation(row.id, row, agent)


def _standing_then(db: Connection, window: Window, as_of: datetime) -> Iterator[Confirmation]:
    """What stood at ``as_of``: the tickets answered in the window, folded up to that moment."""
    answered = (
        select(EVENT.c.subject)
        .where(EVENT.c.kind.in_(ANSWERS), EVENT.c.at >= window.start, EVENT.c.at < window.end)
        .distinct()
    )
    names = {row.id: row.full_name for row in db.execute(select(USER.c.id, USER.c.full_name))}
    for some in chunks(list(db.execute(answered).scalars())):
        for subject, happened in told(db, some, as_of=as_of).items():
            then = ticket.settle(happened)
            if then and then.counted_at and window.has(then.counted_at):
                agent = names.get(then.agent_id, then.agent_id)
                yield _confirmation(subject.partition(":")[2], then, agent)


def _confirmation(ticket_id: str, it: Any, agent: str) -> Confirmation:
    """``it``: a ticket's row, or the ticket folded: both have the same names."""
    return Confirmation(
        at=it.counted_at,
        ticket=ticket_id,
        number=it.number,
        center=it.center,
        channel=it.channel,
        reason=it.reason,
        outcome=it.outcome,
        agent=agent,
        person=it.person_id,
        versions=it.versions,
    )
