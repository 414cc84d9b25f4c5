"""What the board shows of today: read at most once a second, however many people look."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from callcenter.records import posko, stats
from callcenter.records.stats import Place, Window
from callcenter.rules import wib
from callcenter.web.board.words import DOING
from callcenter.web.house import house

FRESH = timedelta(seconds=1)
OFFICE_HOURS = ("08:00", "16:30")  # half hours that the chart always has

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Posko:
    """``assisted`` is None while nobody has reported."""

    assisted: int | None
    reported: int
    total: int


@dataclass(frozen=True)
class Sight:
    """Today. ``waiting``: since when somebody waits, by center, the longest first. ``bars``: the
    half hours of the chart with their figures."""

    total: Figures
    by_center: Mapping[str, Figures]
    waiting: Mapping[str, Sequence[datetime]]
    bars: Sequence[tuple[str, Figures]]
    agents: Sequence[Place]
    posko: Posko

    @property
    def waits_since(self) -> datetime | None:
        """Since when the caller waits who waits longest."""
        return min((times[0] for times in self.waiting.values()), default=None)

    @property
    def doing(self) -> Mapping[str, int]:
        """How many agents are in which state, in the order of the board."""
        known = Counter(agent.doing for agent in self.agents)
        return {state: known[state] for state in DOING if known[state]}

    def ready(self, center: str = "") -> int:
        """How many agents could be rung now."""
        mine = [agent for agent in self.agents if center in ("", agent.center)]
        return sum(agent.doing == "available" for agent in mine)

    def staffed(self, center: str) -> int:
        """How many agents of a center are signed in."""
        return sum(agent.center == center for agent in self.agents)


@dataclass
class Snapshot:
    """One sight for everybody."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    read_at: datetime | None = None
    sight: Sight | None = None

    def now(self) -> Sight:
        with self.lock:
            now = house().now()
            if self.sight is None or self.read_at is None or now - self.read_at >= FRESH:
                self.sight, self.read_at = _read(now), now
            return self.sight


def sight() -> Sight:
    """Today, at most a second old."""
    snapshot: Snapshot = current_app.extensions.setdefault("callcenter.board", Snapshot())
    return snapshot.now()


def _read(now: datetime) -> Sight:
    here = house()
    policy, day = here.policy(), wib.day_of(now)
    with here.database.reading() as db:
        known = stats.day(db, policy, Window.of(day), now=now)
        agents = stats.agents_now(db)
        counts = posko.counts(db, day)
    assisted = sum(count.assisted for count in counts.values()) if counts else None
    order = list(DOING)
    return Sight(
        known.total,
        known.by_center(),
        known.waiting(),
        _bars(known.intervals()),
        sorted(agents, key=lambda agent: (order.index(agent.doing), agent.since)),
        Posko(assisted, len(counts), len(policy.posko)),
    )


def _bars(intervals: Mapping[str, Figures]) -> list[tuple[str, Figures]]:
    """From the first half hour with something in it to the last, office hours included."""
    busy = [at for at, each in intervals.items() if each["inbound"] or each["confirmations"]]
    first, last = min([*busy, OFFICE_HOURS[0]]), max([*busy, OFFICE_HOURS[1]])
    return [(at, each) for at, each in intervals.items() if first <= at <= last]
