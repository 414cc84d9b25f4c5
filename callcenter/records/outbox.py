"""Commands to the carrier: enqueued in the transaction of their cause, sent after its commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, exists, func, select, update

from callcenter.records import changes, legs, merging
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallRow, EventRow, OfferRow, OutboxRow, UserRow
from callcenter.rules import waiting
from callcenter.rules.commands import Command

CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
OFFER: Table = OfferRow.__table__  # type: ignore[assignment]
OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

OPPOSITES = (("hold", "resume"), ("mute", "unmute"))
LEASE_S = 30  # a command whose sender died is taken up again after this


@dataclass(frozen=True)
class Due:
    """A command that is leased to us, with everything the carrier needs to know for it."""

    command: Command
    attempts: int
    sent_before: bool  # a sender died after marking it: look before ringing again
    created_at: datetime
    agent: str
    leg: str
    phone: str | None
    line: str
    queue_sid: str
    in_line: bool  # the carrier has the caller in the queue, in the stay that was offered
    call_ended: bool
    leg_ended: bool
    over: bool  # the ring has ended: nothing is to be rung any more
    rung: bool  # the ring of this offer was sent, or may have been
    conference: str = ""
    overtaken: bool = False  # a later change of mind was told, or is being told
    behind: bool = False  # an earlier one is not done yet


def enqueue(db: Connection, command: Command, *, now: datetime) -> None:
    """Add the command; one that is there already stays as it is."""
    row = {
        "id": command.id,
        "kind": command.kind,
        "call_id": command.call,
        "offer": command.offer,
        "turn": command.turn or None,
        "created_at": now,
        "due_at": now,
        "attempts": 0,
    }
    db.execute(merging.insert(db, OUTBOX).values(row).on_conflict_do_nothing())
    changes.note(db, {"outbox"})


def lease(db: Connection, keys: Keys, *, now: datetime, limit: int = 20) -> tuple[Due, ...]:
    """Take what is due: nobody else gets it until the lease is over."""
    due = (
        select(OUTBOX.c.id)
        .where(OUTBOX.c.done_at.is_(None), OUTBOX.c.due_at <= now)
        .order_by(OUTBOX.c.created_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(db.execute(due).scalars())
    if not ids:
        return ()
    facts = _with_facts().where(OUTBOX.c.id.in_(ids)).order_by(OUTBOX.c.created_at)
    rows = db.execute(facts).all()
    begun = _stays_begun(db, rows)
    taken = tuple(_due(db, keys, row, in_line=_stay(row) in begun) for row in rows)
    later = now + timedelta(seconds=LEASE_S)
    db.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id.in_(ids))
        .values(due_at=later, sending_at=now, attempts=OUTBOX.c.attempts + 1)
    )
    return taken


def done(db: Connection, command: Command, result: str, *, now: datetime, error: str = "") -> None:
    """``sent``, ``gone`` (what it was about had ended: normal) or ``refused``."""
    db.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == command.id)
        .values(done_at=now, result=result, error=error[:200] or None)
    )


def again(db: Connection, command: Command, *, at: datetime, error: str, sent: bool) -> None:
    """Try again at ``at``; ``sent``: the carrier may have heard it."""
    unsent: dict[str, Any] = {} if sent else {"sending_at": None}
    db.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == command.id)
        .values(due_at=at, error=error[:200], **unsent)
    )


def next_due(db: Connection) -> datetime | None:
    """When the next command is due."""
    return db.execute(select(func.min(OUTBOX.c.due_at)).where(OUTBOX.c.done_at.is_(None))).scalar()


def backlog(db: Connection) -> int:
    """How many commands wait to be sent."""
    count = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.done_at.is_(None))
    return db.execute(count).scalar_one()


def _with_facts() -> Any:
    ring = OUTBOX.alias("ring")
    joined = (
        OUTBOX.outerjoin(
            OFFER, and_(OFFER.c.call_id == OUTBOX.c.call_id, OFFER.c.number == OUTBOX.c.offer)
        )
        .outerjoin(
            ring,
            and_(
                ring.c.call_id == OUTBOX.c.call_id,
                ring.c.offer == OUTBOX.c.offer,
                ring.c.kind == "ring",
            ),
        )
        .outerjoin(CALL, CALL.c.id == OUTBOX.c.call_id)
        .outerjoin(USER, USER.c.id == OFFER.c.agent_id)
    )
    return select(
        OUTBOX,
        OFFER.c.agent_id,
        OFFER.c.entry,
        OFFER.c.leg,
        OFFER.c.end,
        OFFER.c.conference,
        ring.c.sending_at.label("rung_at"),
        CALL.c.line,
        CALL.c.queue_sid,
        CALL.c.ended_at,
        USER.c.phone,
    ).select_from(joined)


def _stays_begun(db: Connection, rows: Sequence[Row[Any]]) -> set[str]:
    """Of the stays that were offered, those whose caller has reached the carrier's queue."""
    known = select(EVENT.c.id).where(EVENT.c.id.in_([_stay(row) for row in rows]))
    return set(db.execute(known).scalars())


def _stay(row: Row[Any]) -> str:
    return waiting.first_turn(row.call_id, row.entry or 0)


def _due(db: Connection, keys: Keys, row: Row[Any], *, in_line: bool) -> Due:
    phone = row.phone and keys.open(row.phone, "user.phone", row.agent_id)
    return Due(
        command=Command(row.kind, row.call_id, row.offer, row.turn or 0),
        attempts=row.attempts,
        sent_before=row.sending_at is not None,
        created_at=row.created_at,
        agent=row.agent_id or "",
        leg=row.leg or "",
        phone=phone,
        line=row.line or "",
        queue_sid=row.queue_sid or "",
        in_line=in_line,
        call_ended=row.ended_at is not None,
        leg_ended=bool(row.leg and legs.end(db, row.call_id, row.offer, row.leg)),
        over=row.end is not None,
        rung=row.rung_at is not None,
        conference=row.conference or "",
        **(_order(db, row) if row.turn else {}),
    )


def _order(db: Connection, row: Row[Any]) -> dict[str, bool]:
    """Whether others of the same kind, or its opposite, come before or after this command."""
    pair = next((pair for pair in OPPOSITES if row.kind in pair), (row.kind,))
    same = OUTBOX.c.call_id == row.call_id, OUTBOX.c.offer == row.offer, OUTBOX.c.kind.in_(pair)
    after = exists().where(*same, OUTBOX.c.turn > row.turn)
    before = exists().where(*same, OUTBOX.c.turn < row.turn, OUTBOX.c.done_at.is_(None))
    later, earlier = db.execute(select(after, before)).one()
    return {"overtaken": bool(later), "behind": bool(earlier)}
