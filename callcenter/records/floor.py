"""The floor as the worker sees it, and the desks' heartbeats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, and_, case, func, or_, select

from callcenter.records import centers, diary, legs, merging, outbox
from callcenter.records.tables import (
    CallRow,
    HeartbeatRow,
    MetaRow,
    OfferRow,
    PresenceRow,
    UserRow,
)
from callcenter.rules.floor import OFFLINE, Agent, Floor, Move, Offer
from callcenter.rules.in_call import InCall
from callcenter.rules.line import Waiting

CALL: Table = CallRow.__table__  # type: ignore[assignment]
META: Table = MetaRow.__table__  # type: ignore[assignment]
HEARTBEAT: Table = HeartbeatRow.__table__  # type: ignore[assignment]
OFFER: Table = OfferRow.__table__  # type: ignore[assignment]
PRESENCE: Table = PresenceRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

HEARTBEAT_S = 5  # a desk that polls more often is written down only this often
LED_S = 30  # a floor that no worker has moved for this long takes nobody
LED = "floor_led_at"
CROWD_FOR = timedelta(hours=1)  # how long before one of them the others may have come


# A caller who stands in a queue now.
STANDS = (CALL.c.ended_at.is_(None), CALL.c.entries > CALL.c.departures)


def read(db: Connection) -> Floor:
    """Both centers at this moment: five queries, each over what is alive only."""
    return Floor(waiting(db), agents(db), offers(db), centers.now_of(db))


def waiting(db: Connection) -> tuple[Waiting, ...]:
    """The callers who stand in a queue, in order of arrival."""
    rows = db.execute(select(CALL).where(*STANDS)).all()
    served = _served(db, [row for row in rows if row.crowd])
    found = (_waiting(row, served.get(row.crowd)) for row in rows)
    return tuple(sorted(found, key=lambda it: it.rank))


def _waiting(row: Row[Any], served_at: datetime | None) -> Waiting:
    """``served_at``: when one of the same crowd was taken out of the line last. Their one place
    is used up then, and the next of them stands behind everybody who was there at that moment."""
    since = min(filter(None, (row.since_at, row.queued_at)))
    back = max(filter(None, (row.placed_at, served_at)), default=None)
    behind = max(back, since) if back else None
    waits = (row.id, row.center or "", since, row.entries, row.offers)
    return Waiting(*waits, behind=behind, crowd=row.crowd or "")


def _served(db: Connection, crowded: Sequence[Row[Any]]) -> dict[str, datetime]:
    """When one of each crowd was taken out of the line last."""
    if not crowded:
        return {}
    rows = db.execute(
        select(CALL.c.crowd, func.max(OFFER.c.fetched_at).label("at"))
        .join(OFFER, OFFER.c.call_id == CALL.c.id)
        .where(
            CALL.c.crowd.in_({row.crowd for row in crowded}),
            CALL.c.arrived_at >= min(row.arrived_at for row in crowded) - CROWD_FOR,
            OFFER.c.fetched_at.is_not(None),
        )
        .group_by(CALL.c.crowd)
    )
    return {row.crowd: row.at for row in rows}


def position(db: Connection, call: str) -> int | None:
    """The caller's place in the line of all who wait, from 1; None when not waiting. Of a crowd
    the first call counts, for the one place that they have."""
    rank = func.coalesce(CALL.c.placed_at, CALL.c.queued_at)
    back = case((CALL.c.placed_at.is_not(None), 1), else_=0)
    standing = select(rank.label("rank"), back.label("back"), CALL.c.id).where(*STANDS)
    mine = standing.where(CALL.c.id == call).subquery()
    before = or_(
        rank < mine.c.rank,
        and_(rank == mine.c.rank, back < mine.c.back),
        and_(rank == mine.c.rank, back == mine.c.back, CALL.c.id <= mine.c.id),
    )
    once = or_(CALL.c.crowd.is_(None), CALL.c.crowd == CALL.c.id, CALL.c.id == mine.c.id)
    ahead = select(func.count()).select_from(CALL).join(mine, and_(before, once)).where(*STANDS)
    return db.execute(ahead).scalar_one() or None


def led(db: Connection, now: datetime, *, within_s: float = LED_S) -> bool:
    """Whether a worker moves the floor, so that waiting makes sense."""
    at = db.execute(select(META.c.value).where(META.c.name == LED)).scalar()
    return at is not None and now - datetime.fromisoformat(at) < timedelta(seconds=within_s)


def lead(db: Connection, now: datetime) -> None:
    """Say that the floor is moved: its heartbeat."""
    statement = merging.insert(db, META).values(name=LED, value=now.isoformat())
    fresh = {"value": statement.excluded.value}
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_=fresh))


def agents(db: Connection) -> tuple[Agent, ...]:
    """The agents who are not offline, with what the floor must know of them."""
    last_call = (
        select(func.max(OFFER.c.over_at))
        .where(OFFER.c.agent_id == PRESENCE.c.agent_id)
        .scalar_subquery()
    )
    rows = db.execute(
        select(
            PRESENCE,
            HEARTBEAT.c.heard_at,
            USER.c.phone,
            USER.c.disabled_at,
            last_call.label("last_call_at"),
        )
        .select_from(
            PRESENCE.outerjoin(HEARTBEAT, HEARTBEAT.c.agent_id == PRESENCE.c.agent_id).outerjoin(
                USER, USER.c.id == PRESENCE.c.agent_id
            )
        )
        .where(PRESENCE.c.state != OFFLINE)
    )
    return tuple(_agent(row) for row in rows)


def offers(db: Connection) -> tuple[Offer, ...]:
    """Everything between a ring and the end of its wrap-up."""
    live = _offers().where(OFFER.c.over_at.is_(None), OFFER.c.agent_id.is_not(None))
    return tuple(_offer(db, row) for row in db.execute(live.order_by(OFFER.c.offered_at)))


def _offers() -> Select[Any]:
    return select(OFFER, CALL.c.ended_at, CALL.c.departures).select_from(
        OFFER.outerjoin(CALL, CALL.c.id == OFFER.c.call_id)
    )


def offered(db: Connection, call: str, number: int) -> Offer | None:
    """One offer as it stands, live or over."""
    row = db.execute(
        _offers().where(OFFER.c.call_id == call, OFFER.c.number == number)
    ).one_or_none()
    return _offer(db, row) if row else None


def make(db: Connection, move: Move, *, now: datetime) -> bool:
    """Write a move. Its commands go out only when the diary took its first event, and no other
    answer was there before. Gives whether it was new."""
    written = diary.write(db, move.events, now=now)
    if not diary.won(written, move.events[0]):
        return False
    centers.note_lights(db, written, now=now)
    for command in move.commands:
        outbox.enqueue(db, command, now=now)
    return True


def heard(db: Connection, agent_id: str, now: datetime) -> None:
    """A desk is alive. Written at most every ``HEARTBEAT_S`` seconds."""
    recent = HEARTBEAT.c.heard_at > now - timedelta(seconds=HEARTBEAT_S)
    known = select(HEARTBEAT.c.agent_id).where(HEARTBEAT.c.agent_id == agent_id, recent)
    if db.execute(known).scalar() is not None:
        return
    statement = merging.insert(db, HEARTBEAT).values(agent_id=agent_id, heard_at=now)
    db.execute(statement.on_conflict_do_update(index_elements=["agent_id"], set_={"heard_at": now}))


def _agent(row: Row[Any]) -> Agent:
    idle_since = max(filter(None, (row.since, row.last_call_at)))
    reachable = bool(row.phone) and row.disabled_at is None
    return Agent(row.agent_id, row.center, row.state, idle_since, row.heard_at, reachable)


def _offer(db: Connection, row: Row[Any]) -> Offer:
    return Offer(
        call=row.call_id,
        number=row.number,
        agent=row.agent_id,
        entry=row.entry,
        offered_at=row.offered_at,
        end=row.end or "",
        leg=row.leg or "",
        leg_end=legs.end(db, row.call_id, row.number, row.leg) if row.leg_end else "",
        fetched_at=row.fetched_at,
        caller_joined_at=row.caller_joined_at,
        agent_joined_at=row.agent_joined_at,
        agent_left_at=row.agent_left_at,
        caller_left_at=row.caller_left_at,
        hang_up_asked_at=row.hang_up_asked_at,
        refused=row.refused or "",
        handling_ended_at=row.handling_ended_at,
        talked=bool(row.talked),
        why=row.why or "",
        call_ended_at=row.ended_at,
        in_queue=(row.departures or 0) < (row.entry or 0),
        so=InCall(row.hold_asked or 0, row.hold_told or 0, row.mute_asked or 0, row.mute_told or 0),
    )
