"""How the house is at this moment, in numbers for machines: read by ``/metrics`` and health. No
people, and nothing that takes long to load: the carrier's door starts with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, case, func, select

from callcenter.records import floor
from callcenter.records.audit import chain
from callcenter.records.tables import AuditRow, AuditSealRow, CallRow, MetaRow, OutboxRow

AUDIT: Table = AuditRow.__table__  # type: ignore[assignment]
CALL: Table = CallRow.__table__  # type: ignore[assignment]
META: Table = MetaRow.__table__  # type: ignore[assignment]
OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
SEAL: Table = AuditSealRow.__table__  # type: ignore[assignment]

MOST = 10_000  # what waits beyond so many is not counted any further


@dataclass(frozen=True)
class Outbox:
    """Commands that wait to be sent. ``tries``: of the one that was tried most. ``sent_at``: when
    the carrier last took one."""

    waiting: int
    oldest_at: datetime | None
    tries: int
    sent_at: datetime | None

    @property
    def failing(self) -> bool:
        """Something was sent, not taken, and nothing was taken since."""
        if self.oldest_at is None or self.tries < 2:
            return False
        return self.sent_at is None or self.sent_at < self.oldest_at


@dataclass(frozen=True)
class Line:
    """Who waits at one center: how many, and since when the first of them."""

    callers: int
    since: datetime


def outbox(db: Connection) -> Outbox:
    """How the outbox stands, and with it the carrier."""
    due = (
        select(OUTBOX.c.created_at, OUTBOX.c.attempts, OUTBOX.c.sending_at)
        .where(OUTBOX.c.done_at.is_(None))
        .limit(MOST)
        .subquery()
    )
    sent = case((due.c.sending_at.is_not(None), due.c.attempts), else_=0)  # else it waits for an id
    counted = select(func.count(), func.min(due.c.created_at), func.max(sent))
    waiting, oldest_at, tries = db.execute(counted).one()
    last = (
        select(OUTBOX.c.done_at)
        .where(OUTBOX.c.done_at.is_not(None), OUTBOX.c.result == "sent")
        .order_by(OUTBOX.c.done_at.desc())
        .limit(1)
    )
    return Outbox(waiting, oldest_at, tries or 0, db.execute(last).scalar())


def lines(db: Connection) -> dict[str, Line]:
    """The callers who wait now, by center."""
    rows = db.execute(
        select(CALL.c.center, func.count(), func.min(CALL.c.queued_at))
        .where(*floor.STANDS)
        .group_by(CALL.c.center)
    )
    return {center or "": Line(count, since) for center, count, since in rows if since}


def led_at(db: Connection) -> datetime | None:
    """When a worker last moved the floor; None before the first one ever did."""
    at = db.execute(select(META.c.value).where(META.c.name == floor.LED)).scalar()
    return datetime.fromisoformat(at) if at else None


def unsealed(db: Connection, now: datetime) -> int:
    """Rows of the access log that no worker has sealed; older ones are for ``verify``."""
    sealed = select(SEAL.c.position).where(SEAL.c.audit_id == AUDIT.c.id)
    recent = AUDIT.c.at >= now - chain.LATE
    rows = select(AUDIT.c.id).where(recent, ~sealed.exists()).limit(MOST).subquery()
    return db.execute(select(func.count()).select_from(rows)).scalar_one()
