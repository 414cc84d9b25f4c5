"""How the house is at this moment, in numbers for machines: read by ``/metrics``. No people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, func, select

from callcenter.records import floor, stats
from callcenter.records.audit import chain
from callcenter.records.stats.today import Today
from callcenter.records.tables import AuditRow, AuditSealRow, CallRow, MetaRow, OutboxRow
from callcenter.rules.policy import Policy

AUDIT: Table = AuditRow.__table__  # type: ignore[assignment]
CALL: Table = CallRow.__table__  # type: ignore[assignment]
META: Table = MetaRow.__table__  # type: ignore[assignment]
OUTBOX: Table = OutboxRow.__table__  # type: ignore[assignment]
SEAL: Table = AuditSealRow.__table__  # type: ignore[assignment]

RESULTS = (
    *("inbound", "blocked", "answered", "abandoned", "flow_out"),
    *("ivr_contained", "ivr_abandoned", "callback_requested"),
)
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
        stuck = self.tries > 1 and self.oldest_at is not None
        return stuck and (self.sent_at is None or self.sent_at < self.oldest_at)  # type: ignore[operator]


@dataclass(frozen=True)
class Line:
    """Who waits at one center: how many, and since when the first of them."""

    callers: int
    since: datetime


@dataclass(frozen=True)
class Vitals:
    """``agents`` by center and what they do; ``led_at``: when a worker last moved the floor;
    ``unsealed``: rows of the access log, of the last hour, that are not in its chain yet."""

    outbox: Outbox
    lines: Mapping[str, Line]
    agents: Mapping[tuple[str, str], int]
    led_at: datetime | None
    unsealed: int


def vitals(db: Connection, now: datetime) -> Vitals:
    """Everything that is cheap to ask at any time."""
    places = Counter((place.center, place.doing) for place in stats.agents_now(db))
    return Vitals(outbox(db), lines(db), places, led_at(db), unsealed(db, now))


def outbox(db: Connection) -> Outbox:
    """How the outbox stands, and with it the carrier."""
    due = (
        select(OUTBOX.c.created_at, OUTBOX.c.attempts)
        .where(OUTBOX.c.done_at.is_(None))
        .limit(MOST)
        .subquery()
    )
    counted = select(func.count(), func.min(due.c.created_at), func.max(due.c.attempts))
    waiting, oldest_at, tries = db.execute(counted).one()
    sent = (
        select(OUTBOX.c.done_at)
        .where(OUTBOX.c.done_at.is_not(None), OUTBOX.c.result == "sent")
        .order_by(OUTBOX.c.done_at.desc())
        .limit(1)
    )
    return Outbox(waiting, oldest_at, tries or 0, db.execute(sent).scalar())


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


def calls_today(
    db: Connection, policy: Policy, today: Today, now: datetime
) -> dict[tuple[str, str], int]:
    """The calls of this WIB day by center and result, as everywhere else. The first look of a
    process reads the whole day: not where callers wait for it."""
    centers = today.look(db, policy, now=now).by_center()
    return {
        (center, result): figures[result]
        for center, figures in centers.items()
        for result in RESULTS
    }
