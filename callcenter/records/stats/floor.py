"""Who is at work at this moment, and in what: for the board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, select

from callcenter.records import floor
from callcenter.records.tables import PresenceRow, UserRow
from callcenter.rules.floor import OFFLINE, Offer

PRESENCE: Table = PresenceRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

RINGING, CONNECTING, TALKING, WRAP_UP = "ringing", "connecting", "talking", "wrap_up"


@dataclass(frozen=True)
class Place:
    """An agent who is signed in. ``doing``: the state that was chosen, or the part of a call;
    ``reason``: of a break or an absence."""

    agent: str
    name: str
    center: str
    doing: str
    since: datetime
    reason: str = ""


def agents_now(db: Connection) -> tuple[Place, ...]:
    """Everybody who is not offline, by center and name. Users who may not sign in are left out:
    an import may have said of them that they were there."""
    offers = {offer.agent: offer for offer in floor.offers(db)}
    rows = db.execute(
        select(PRESENCE, USER.c.full_name)
        .join(USER, USER.c.id == PRESENCE.c.agent_id)
        .where(PRESENCE.c.state != OFFLINE, USER.c.disabled_at.is_(None))
        .order_by(PRESENCE.c.center, USER.c.full_name)
    )
    places = []
    for row in rows:
        offer = offers.get(row.agent_id)
        doing, since = _part(offer) if offer else (row.state, row.since)
        reason = "" if offer else row.reason
        places.append(Place(row.agent_id, row.full_name, row.center, doing, since, reason))
    return tuple(places)


def _part(offer: Offer) -> tuple[str, datetime]:
    """What a live offer means for its agent."""
    if offer.handling_ended_at:
        return WRAP_UP, offer.handling_ended_at
    if offer.caller_joined_at and offer.agent_joined_at:
        return TALKING, max(offer.caller_joined_at, offer.agent_joined_at)
    return (CONNECTING if offer.end else RINGING), offer.offered_at
