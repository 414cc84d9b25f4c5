"""Who is at work and what came of the day's calls, as counts for ``/metrics``."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection

from callcenter.records import stats
from callcenter.records.stats.today import Today
from callcenter.rules.policy import Policy

RESULTS = (
    *("inbound", "blocked", "answered", "abandoned", "flow_out"),
    *("ivr_contained", "ivr_abandoned", "callback_requested"),
)


def agents(db: Connection) -> Counter[tuple[str, str]]:
    """Agents who are signed in, by center and what they do."""
    return Counter((place.center, place.doing) for place in stats.agents_now(db))


def calls(
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
