"""An hour of made-up calls, in the format of ``import-calls``: the past that a first look needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

AGENTS = {"CC1": ("sari.cc1", "dewi.cc1"), "CC2": ("budi.cc2", "agus.cc2")}
ENDINGS = (
    ("application_status", "confirmed"),
    ("application_status", "answered"),
    ("laid_off_list", "confirmed"),
    ("registration_report", "recorded"),
    ("registration_help", "guided"),
    ("eligibility", "answered"),
    ("site_outage", "waiting_outage"),
    ("account_access", "guided"),
    ("service_point_info", "answered"),
)


def calls(now: datetime, *, count: int = 46, seed: int = 4) -> Iterator[dict[str, Any]]:
    """``count`` calls that arrived in the hour before ``now`` and have all ended."""
    chance = Random(seed)
    start = now - timedelta(minutes=70)
    free = {agent: start for agents in AGENTS.values() for agent in agents}
    for n in range(count):
        at = start + timedelta(seconds=n * 3600 / count + chance.uniform(0, 40))
        center = chance.choice(("CC1", "CC1", "CC2"))
        told = list(_events(at, center, free, chance))
        yield {
            "call": f"demo-{start:%Y%m%d%H%M}-{n:03}",
            "center": center,
            "caller": f"0813{55_000_000 + chance.randrange(2, 240) * 37}",
            "events": told,
        }


def _events(
    at: datetime, center: str, free: dict[str, datetime], chance: Random
) -> Iterator[dict[str, Any]]:
    yield _event(at, "arrive")
    at += timedelta(seconds=chance.uniform(12, 45))
    if chance.random() < 0.12:
        yield _event(at, "ivr_result", result="service_point")
        yield _event(at + timedelta(seconds=20), "hangup", by="caller")
        return
    yield _event(at, "queue", queue="confirmation")
    agent = min(AGENTS[center], key=free.__getitem__)
    answered = max(at + timedelta(seconds=chance.uniform(4, 15)), free[agent])
    patience = timedelta(seconds=chance.uniform(3, 300))
    if answered > at + patience:
        yield _event(at + patience, "hangup", by="caller")
        return
    yield _event(answered - timedelta(seconds=3), "ring", agent=agent)
    yield _event(answered, "answer", agent=agent)
    ended = answered + timedelta(seconds=min(420, chance.lognormvariate(5.2, 0.6)))
    reason, outcome = chance.choice(ENDINGS)
    yield _event(ended - timedelta(seconds=5), "outcome", code=outcome, reason=reason)
    yield _event(ended, "hangup", by=chance.choice(("caller", "caller", "agent")))
    free[agent] = ended + timedelta(seconds=chance.uniform(8, 30))
    yield _event(free[agent], "acw_end", agent=agent)


def _event(at: datetime, ev: str, **facts: str) -> dict[str, Any]:
    return {"at": at.isoformat(), "ev": ev, **facts}
