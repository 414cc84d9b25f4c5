"""How fast the line moves, as the worker sees it: measured every few seconds, looked up by the
documents of those who wait."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Table, select

from callcenter.records import floor, merging
from callcenter.records.tables import CallRow, MetaRow, OfferRow
from callcenter.rules.estimate import LONGEST_S, Pace
from callcenter.rules.floor import AVAILABLE, heard
from callcenter.rules.policy import QueueRules

CALL: Table = CallRow.__table__  # type: ignore[assignment]
META: Table = MetaRow.__table__  # type: ignore[assignment]
OFFER: Table = OfferRow.__table__  # type: ignore[assignment]

NAME = "pace"
EVERY_S = 5
FRESH = timedelta(seconds=30)  # an older one says nothing of now
RECENT = timedelta(hours=2)
LAST = 50  # calls by which it is measured


class Noted(msgspec.Struct):
    """A pace as it stands in the database."""

    at: datetime
    pace: Pace


def measure(db: Connection, rules: QueueRules, now: datetime) -> Pace:
    """The pace at this moment, by what was served and what was estimated lately."""
    serving = [a for a in floor.agents(db) if a.state == AVAILABLE and heard(a, rules, now)]
    busy = {offer.agent for offer in floor.offers(db)}
    ready = sum(agent.id not in busy and agent.reachable for agent in serving)
    judged, kept = _judged(db, now)
    return Pace(len(serving), ready, _handling_s(db, now), judged, kept)


def note(db: Connection, pace: Pace, now: datetime) -> None:
    """Keep it for those who look."""
    value = msgspec.json.encode({"at": now, "pace": asdict(pace)}).decode()
    statement = merging.insert(db, META).values(name=NAME, value=value)
    fresh = {"value": statement.excluded.value}
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_=fresh))


def look(db: Connection, now: datetime) -> Pace | None:
    """The pace that was noted last; None while nobody measures it."""
    value = db.execute(select(META.c.value).where(META.c.name == NAME)).scalar()
    noted = msgspec.json.decode(value, type=Noted) if value else None
    return noted.pace if noted and now - noted.at < FRESH else None


def _handling_s(db: Connection, now: datetime) -> float | None:
    """Mean seconds from connected to free again, of the last conversations."""
    rows = db.execute(
        select(OFFER.c.caller_joined_at, OFFER.c.agent_joined_at, OFFER.c.over_at)
        .where(
            OFFER.c.over_at >= now - RECENT,
            OFFER.c.caller_joined_at.is_not(None),
            OFFER.c.agent_joined_at.is_not(None),
        )
        .order_by(OFFER.c.over_at.desc())
        .limit(LAST)
    ).all()
    took = [(over - max(caller, agent)).total_seconds() for caller, agent, over in rows]
    return sum(took) / len(took) if took else None


def _judged(db: Connection, now: datetime) -> tuple[int, int]:
    """Of how many of the last answered callers an estimate was made at their entry, and for how
    many it came true. One of more than is told promised nothing."""
    rows = db.execute(
        select(CALL.c.queued_at, CALL.c.estimate_s, OFFER.c.caller_joined_at)
        .join(OFFER, OFFER.c.call_id == CALL.c.id)
        .where(
            CALL.c.arrived_at >= now - RECENT,
            CALL.c.estimate_s <= LONGEST_S,
            OFFER.c.entry == 1,
            OFFER.c.caller_joined_at.is_not(None),
            OFFER.c.agent_joined_at.is_not(None),
        )
        .order_by(CALL.c.arrived_at.desc())
        .limit(LAST)
    ).all()
    waited = [((joined - queued).total_seconds(), told) for queued, told, joined in rows]
    return len(waited), sum(wait_s <= told for wait_s, told in waited)
