"""What the board shows of today: read once a second and a change, however many people look."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app

from callcenter.records import centers, pace, posko, stats
from callcenter.records.stats import Day, Place, Today
from callcenter.records.stats.parts import INTERVAL
from callcenter.rules import wib
from callcenter.rules.centers import CenterNow
from callcenter.rules.estimate import Pace
from callcenter.rules.tally import Tally
from callcenter.web import streams
from callcenter.web.board.words import DOING
from callcenter.web.house import house
from callcenter.web.live import Fragment

FRESH = timedelta(seconds=1)
NONE = Tally()
OF_A_BAR = ("inbound", "answered", "abandoned", "confirmations")
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
    half hours of the chart with their figures. ``pace``: None while no worker measures it."""

    total: Figures
    by_center: Mapping[str, Figures]
    waiting: Mapping[str, Sequence[datetime]]
    bars: Sequence[tuple[str, Figures]]
    agents: Sequence[Place]
    posko: Posko
    centers: Mapping[str, CenterNow] = field(default_factory=dict)
    pace: Pace | None = None

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

    def stands(self, center: str) -> CenterNow:
        """Whether a center is open, and since when."""
        return self.centers.get(center, CenterNow(center))

    def staffed(self, center: str) -> int:
        """How many agents of a center are signed in."""
        return sum(agent.center == center for agent in self.agents)


@dataclass
class Snapshot:
    """One sight for everybody, and what the board shows of it in each language."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    today: Today = field(default_factory=Today)
    sight: Sight | None = None
    read_at: datetime | None = None
    version: int = -1
    shown: dict[object, Fragment] = field(default_factory=dict)

    def now(self) -> Sight:
        with self.lock:
            return self._fresh()

    def fragment(self, key: object, render: Callable[[Sight], Fragment]) -> Fragment:
        """What is rendered of the present sight, once for each ``key``."""
        with self.lock:
            sight = self._fresh()
            if key not in self.shown:
                self.shown[key] = render(sight)
            return self.shown[key]

    def held(self, key: object) -> Fragment | None:
        """The same when it is there already, and nothing is to be read for it."""
        with self.lock:
            return None if self._is_old() else self.shown.get(key)

    def _is_old(self) -> bool:
        old = self.read_at is None or house().now() - self.read_at >= FRESH
        return old or streams.hub().version != self.version

    def _fresh(self) -> Sight:
        streams.hub().attend()
        if self.sight is None or self._is_old():
            now, version = house().now(), streams.hub().version  # before: none is lost
            self.sight, self.read_at, self.version = self._read(now), now, version
            self.shown.clear()
        return self.sight

    def _read(self, now: datetime) -> Sight:
        here = house()
        policy, day = here.policy(), wib.day_of(now)
        with here.database.reading() as db:
            known = self.today.look(db, policy, now=now)
            agents = stats.agents_now(db)
            counts = posko.counts(db, day)
            standing = {it.code: it for it in centers.now_of(db)}
            moves = pace.look(db, now)
        assisted = sum(count.assisted for count in counts.values()) if counts else None
        order = list(DOING)
        return Sight(
            known.total,
            known.by_center(),
            known.waiting(),
            _bars(known),
            sorted(agents, key=lambda agent: (order.index(agent.doing), agent.since)),
            Posko(assisted, len(counts), len(policy.posko)),
            standing,
            moves,
        )


def snapshot() -> Snapshot:
    """The snapshot of this process."""
    found: Snapshot = current_app.extensions.setdefault("callcenter.board", Snapshot())
    return found


def _bars(known: Day) -> list[tuple[str, Figures]]:
    """From the first half hour with something in it to the last, office hours included."""
    parts = {at: part.tally for (at, _, _), part in known.parts(INTERVAL).items()}
    busy = [at for at, tally in parts.items() if tally.inbound or tally.confirmations]
    first, last = min([*busy, OFFICE_HOURS[0]]), max([*busy, OFFICE_HOURS[1]])
    return [
        (at, {name: getattr(parts.get(at, NONE), name) for name in OF_A_BAR})
        for at in known.window.labels(known.minutes)
        if first <= at <= last
    ]
