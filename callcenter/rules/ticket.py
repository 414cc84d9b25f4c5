"""What the events of one ticket add up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from callcenter.rules import events
from callcenter.rules.events import Event
from callcenter.rules.outcomes import DISPOSITIONS
from callcenter.rules.tickets import confirms


@dataclass(frozen=True)
class Ticket:
    """A confirmation request as it stands. ``counted_at``: when it became a confirmation, by the
    rule of :func:`callcenter.rules.tickets.confirms`; None while, or again, it is none."""

    number: str
    channel: str
    center: str
    line: str
    agent_id: str
    call_id: str
    person_id: str
    test: bool
    opened_at: datetime
    void: bool = False
    reason: str = ""
    outcome: str = ""
    given: dict[str, str] = field(default_factory=dict)
    outcome_at: datetime | None = None
    counted_at: datetime | None = None
    versions: int = 0


def settle(happened: Iterable[Event]) -> Ticket | None:
    """The ticket after its events, in the order in which they happened; None without an opening.

    It counts once, at its first outcome that helped somebody: a correction changes what is
    counted, never when.
    """
    now: Ticket | None = None
    first_at: datetime | None = None
    standing = ""
    for event in sorted(happened, key=_place):
        now = _opened(event) if now is None else _after(now, event)
        if isinstance(event, events.OutcomeRecorded | events.OutcomeCorrected):
            corrected = isinstance(event, events.OutcomeCorrected)
            if _helped(event.outcome):
                first_at = first_at or event.at
                standing = event.outcome if corrected or not standing else standing
            elif corrected:
                standing = ""
    if now is None:
        return None
    counts = bool(standing) and confirms(now.reason, standing, now.channel, now.void, now.test)
    return replace(now, counted_at=first_at if counts else None)


def _place(event: Event) -> tuple[bool, datetime, int]:
    """Its opening first; of two answers in one moment the one to the later version last."""
    answered = event.thread == "outcome" and event.turn.isdecimal()  # not one of another switch
    version = int(event.turn) if answered else 0
    return not isinstance(event, events.TicketOpened), event.at, version


def _helped(outcome: str) -> bool:
    return outcome != "disconnected" and outcome not in DISPOSITIONS


def _opened(event: Event) -> Ticket | None:
    if not isinstance(event, events.TicketOpened):
        return None
    return Ticket(
        number=event.number,
        channel=event.channel,
        center=event.center,
        line=event.line,
        agent_id=event.agent,
        call_id=event.call,
        person_id=event.person,
        test=event.test,
        opened_at=event.at,
    )


def _after(now: Ticket, event: Event) -> Ticket:
    match event:
        case events.OutcomeRecorded() | events.OutcomeCorrected():
            return replace(
                now,
                reason=event.reason,
                outcome=event.outcome,
                given=event.given,
                outcome_at=event.at,
                versions=now.versions + 1,
            )
        case events.CallBackPromised(window=window, due_at=due_at):
            return replace(
                now,
                outcome="callback_scheduled",
                given={"time_window": window, "due_at": due_at},
                outcome_at=event.at,
                versions=now.versions + 1,
            )
        case events.TicketVoided():
            return replace(now, void=True)
        case events.PersonLinked(person=person):
            return replace(now, person_id=person)
    return now
