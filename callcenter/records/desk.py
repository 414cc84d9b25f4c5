"""What an agent's desk shows, read in few queries, with nothing of another agent's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, exists, func, or_, select

from callcenter.records import callers, contacts, floor, people, tickets
from callcenter.records.contacts import Contact
from callcenter.records.sealing import Keys
from callcenter.records.tables import (
    CallRow,
    EventRow,
    HeartbeatRow,
    OfferRow,
    PresenceRow,
    TicketRow,
    UserRow,
)
from callcenter.records.tickets import Filed
from callcenter.rules import events, in_call, phone, wib
from callcenter.rules.in_call import InCall
from callcenter.rules.policy import QueueRules

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
HEARTBEAT: Table = HeartbeatRow.__table__  # type: ignore[assignment]
OFFER: Table = OfferRow.__table__  # type: ignore[assignment]
PRESENCE: Table = PresenceRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

RINGING, CONNECTING, TALKING, WRAP_UP, OVER = "ringing", "connecting", "talking", "wrap_up", "over"
STILL_OPEN = timedelta(hours=4)  # a call without a record is asked for this long


@dataclass(frozen=True)
class Presence:
    """What state the agent is in. ``heard_at``: when a desk of theirs last reached us."""

    state: str = "offline"
    reason: str = ""
    by: str = ""
    since: datetime | None = None
    heard_at: datetime | None = None
    reachable: bool = False  # has a telephone that can ring

    @property
    def version(self) -> str:
        """What a form of the state switch is rendered with."""
        return self.since.isoformat() if self.since else "first"


@dataclass(frozen=True)
class Offer:
    """The agent's part in a call. ``phase``: ringing, connecting, talking, wrap_up, over;
    ``deadline``: when the clock ends a ring or a wrap-up by itself."""

    call: str
    number: int
    phase: str
    since: datetime
    deadline: datetime | None
    overflow: bool
    so: InCall = in_call.NOTHING
    held_at: datetime | None = None  # since when, as the carrier says; None while not on hold


@dataclass(frozen=True)
class Call:
    """A call as the agent sees it. ``reason``: the need that the caller chose in the menu;
    ``waited_s``: None while the caller still waits."""

    sid: str
    line: str
    center: str
    language: str
    reason: str
    withheld: bool
    masked_number: str
    queued_at: datetime | None
    waited_s: int | None
    again: bool  # has been in the queue before: an agent was lost


@dataclass(frozen=True)
class InHand:
    """A call of this agent, and the agent's part in it."""

    call: Call
    offer: Offer


@dataclass(frozen=True)
class Case(InHand):
    """What a ticket form is about: a call, and everything known around it. ``disposition``: what
    was noted of a call that was no case."""

    tickets: tuple[Filed, ...]
    people: tuple[people.Found, ...]
    contacts: tuple[Contact, ...]
    disposition: str

    @property
    def recorded(self) -> bool:
        """Whether anything was recorded of this call."""
        return bool(self.tickets or self.disposition)


@dataclass(frozen=True)
class Queue:
    """How many wait on the lines of one center, and the oldest of them since when."""

    center: str
    waiting: int
    since: datetime | None


@dataclass(frozen=True)
class Column:
    """What the desk shows all the time and asks for every second: nothing about people."""

    presence: Presence
    live: InHand | None
    queues: tuple[Queue, ...]
    handled_today: int


def column(
    db: Connection, keys: Keys, agent_id: str, *, rules: QueueRules, now: datetime
) -> Column:
    """The agent's state, the call in hand, and the queues at ``now``."""
    offer = live_offer(db, agent_id, rules)
    return Column(
        presence=presence(db, agent_id),
        live=in_hand(db, keys, offer) if offer else None,
        queues=queues(db),
        handled_today=handled(db, agent_id, now=now),
    )


def case(
    db: Connection, keys: Keys, agent_id: str, *, rules: QueueRules, now: datetime, asked: str = ""
) -> Case | None:
    """What the ticket form is about: the call in hand, or the last one while nothing was recorded
    of it. ``asked``: the call that the agent wants; one never taken is as good as none."""
    offer = (
        (taken(db, agent_id, asked, rules) if asked else None)
        or live_offer(db, agent_id, rules)
        or unrecorded(db, agent_id, rules, now=now)
    )
    return case_of(db, keys, offer) if offer else None


def presence(db: Connection, agent_id: str) -> Presence:
    """The agent's state, with what the floor needs to ring them."""
    rows = (
        select(PRESENCE, HEARTBEAT.c.heard_at, USER.c.phone)
        .select_from(USER)
        .outerjoin(PRESENCE, PRESENCE.c.agent_id == USER.c.id)
        .outerjoin(HEARTBEAT, HEARTBEAT.c.agent_id == USER.c.id)
        .where(USER.c.id == agent_id)
    )
    row = db.execute(rows).one()
    return Presence(
        state=row.state or "offline",
        reason=row.reason or "",
        by=row.by or "",
        since=row.since,
        heard_at=row.heard_at,
        reachable=row.phone is not None,
    )


def live_offer(db: Connection, agent_id: str, rules: QueueRules) -> Offer | None:
    """The offer that rings, talks or wraps up at this desk."""
    rows = db.execute(
        select(OFFER)
        .where(
            OFFER.c.over_at.is_(None),
            OFFER.c.agent_id == agent_id,
            or_(OFFER.c.end.is_(None), OFFER.c.end == "accepted"),
        )
        .order_by(OFFER.c.offered_at)
        .limit(1)
    )
    row = rows.one_or_none()
    return _offer(row, rules) if row else None


def taken(db: Connection, agent_id: str, call: str, rules: QueueRules) -> Offer | None:
    """The newest part that the agent had in this call; None when they never accepted it."""
    mine = OFFER.c.call_id == call, OFFER.c.agent_id == agent_id, OFFER.c.end == "accepted"
    rows = db.execute(select(OFFER).where(*mine).order_by(OFFER.c.number.desc()).limit(1))
    row = rows.one_or_none()
    return _offer(row, rules) if row else None


def unrecorded(db: Connection, agent_id: str, rules: QueueRules, *, now: datetime) -> Offer | None:
    """The last call that the agent handled, while nothing was recorded of it."""
    rows = db.execute(
        select(OFFER)
        .where(
            OFFER.c.over_at > now - STILL_OPEN,
            OFFER.c.agent_id == agent_id,
            OFFER.c.talked.is_(True),
        )
        .order_by(OFFER.c.over_at.desc())
        .limit(1)
    )
    row = rows.one_or_none()
    if row is None or recorded(db, row.call_id):
        return None
    return _offer(row, rules)


def recorded(db: Connection, call: str) -> bool:
    """Whether a ticket or a disposition tells what came of the call."""
    ticket = exists().where(TICKET.c.call_id == call)
    return bool(db.execute(select(ticket)).scalar()) or bool(disposition(db, call))


def disposition(db: Connection, call: str) -> str:
    """What was noted of a call that was no case; empty where nothing was."""
    noted = select(EVENT.c.body).where(EVENT.c.id == disposition_id(call))
    body = db.execute(noted).scalar()
    return body["code"] if body else ""


def disposition_id(call: str) -> str:
    """The id of the one event that says that a call was no case."""
    return events.event_id(events.call(call), "disposition", "0")


def in_hand(db: Connection, keys: Keys, offer: Offer) -> InHand:
    """The call of an offer."""
    number = callers.number(db, keys, callers.of_call(offer.call))
    return InHand(_call(db, offer, number), offer)


def case_of(db: Connection, keys: Keys, offer: Offer) -> Case:
    """The call of an offer, who it may be, and what was before."""
    number = callers.number(db, keys, callers.of_call(offer.call))
    return Case(
        call=_call(db, offer, number),
        offer=offer,
        tickets=tickets.tickets_of_call(db, offer.call),
        people=people.by_phone(db, keys, number) if number else (),
        contacts=contacts.last(db, keys, number=number, besides=offer.call),
        disposition=disposition(db, offer.call),
    )


def queues(db: Connection) -> tuple[Queue, ...]:
    """The centers where somebody waits."""
    waiting = floor.waiting(db)
    since: dict[str, list[datetime]] = {}
    for caller in waiting:
        since.setdefault(caller.center, []).append(caller.since)
    return tuple(Queue(code, len(all_), min(all_)) for code, all_ in sorted(since.items()))


def agents_of(db: Connection, calls: Collection[str]) -> set[str]:
    """Whom any of these calls was ever offered: theirs are the desks that may show it."""
    if not calls:
        return set()
    offered = select(OFFER.c.agent_id).where(OFFER.c.call_id.in_(calls)).distinct()
    return set(db.execute(offered).scalars()) - {None}


def handled(db: Connection, agent_id: str, *, now: datetime) -> int:
    """Calls that the agent finished today, wrap-up included."""
    today = wib.start_of(wib.day_of(now))
    mine = OFFER.c.over_at >= today, OFFER.c.agent_id == agent_id, OFFER.c.talked.is_(True)
    return db.execute(select(func.count()).select_from(OFFER).where(*mine)).scalar_one()


def names(db: Connection, ids: Iterable[str]) -> dict[str, str]:
    """The full names of users, by id."""
    rows = db.execute(select(USER.c.id, USER.c.full_name).where(USER.c.id.in_(set(ids))))
    return {row.id: row.full_name for row in rows}


def _offer(row: Row[Any], rules: QueueRules) -> Offer:
    phase, since, limit_s = _phase(row, rules)
    deadline = since + timedelta(seconds=limit_s) if limit_s is not None else None
    so = InCall(hold_asked=row.hold_asked or 0, mute_asked=row.mute_asked or 0)
    held_at = row.held_at if so.held and _held(row) else None
    return Offer(row.call_id, row.number, phase, since, deadline, bool(row.overflow), so, held_at)


def _held(row: Row[Any]) -> bool:
    """Whether the carrier's last word is that the caller is on hold."""
    return row.held_at is not None and (row.unheld_at is None or row.held_at >= row.unheld_at)


def _phase(row: Row[Any], rules: QueueRules) -> tuple[str, datetime, int | None]:
    """Where an offer stands, since when, and the seconds after which the clock ends it."""
    if row.over_at is not None:
        return OVER, row.over_at, None
    if row.end is None:
        return RINGING, row.offered_at, rules.ring_s
    if row.handling_ended_at is not None:
        return WRAP_UP, row.handling_ended_at, rules.wrap_up_s
    if row.caller_joined_at is not None and row.agent_joined_at is not None:
        return TALKING, max(row.caller_joined_at, row.agent_joined_at), None
    return CONNECTING, row.end_at, None


def _call(db: Connection, offer: Offer, number: str | None) -> Call:
    row = db.execute(select(CALL).where(CALL.c.id == offer.call)).one()
    joined = select(OFFER.c.caller_joined_at).where(
        OFFER.c.call_id == offer.call, OFFER.c.number == offer.number
    )
    joined_at = db.execute(joined).scalar()
    waited = joined_at - row.queued_at if joined_at and row.queued_at else None
    return Call(
        sid=offer.call,
        line=row.line or "",
        center=row.center or "",
        language=row.language or "id",
        reason=row.reason or "",
        withheld=number is None,
        masked_number=phone.masked(number) if number else "",
        queued_at=row.queued_at,
        waited_s=max(0, round(waited.total_seconds())) if waited is not None else None,
        again=row.entries > 1,
    )
