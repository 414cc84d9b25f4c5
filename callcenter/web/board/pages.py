"""The live figures, what they mean, and the recap as a page to print."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import current_app, render_template
from werkzeug.wrappers import Response

from callcenter.records import posko, recaps, stats
from callcenter.records.stats import Place, Window
from callcenter.rules import recap as recaps_rules
from callcenter.rules import wib
from callcenter.rules.tally import DEFINITIONS, KEYS
from callcenter.web import live
from callcenter.web.board.door import center_asked, day_asked, door, readers, today, window_asked
from callcenter.web.house import house

FRESH = timedelta(seconds=1)
WHOLE_DAY = "24:00"
DEFINED_ON_BOARD = (
    *("confirmations", "inbound", "answered", "abandoned", "sl_offered", "unique_callers"),
    *("waiting_now", "longest_waiting_now_s", "blocked", "callers_never_answered"),
)


@dataclass(frozen=True)
class Sight:
    """What the board shows of today. ``bars``: per half hour with a call or a confirmation."""

    total: dict[str, Any]
    by_center: dict[str, dict[str, Any]]
    bars: tuple[tuple[str, dict[str, Any]], ...]
    agents: tuple[Place, ...]
    assisted: int | None
    reported: int
    posko: int


@dataclass
class Snapshot:
    """One shared sight, at most a second old, however many people look."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    read_at: datetime | None = None
    sight: Sight | None = None

    def now(self) -> Sight:
        with self.lock:
            now = house().now()
            if self.sight is None or self.read_at is None or now - self.read_at >= FRESH:
                self.sight, self.read_at = _read(now), now
            return self.sight


@door.get("")
@readers
def page() -> str:
    """The board."""
    return render_template("board/board.html", sight=_sight(), **_words())


@door.get("/live")
@readers
def figures() -> Response:
    """The board's figures alone, polled by the page."""
    return live.fragment("board/_figures.html", sight=_sight(), **_words())


@door.get("/definitions")
@readers
def definitions() -> str:
    """What every number means."""
    return render_template("board/definitions.html", keys=KEYS, definitions=DEFINITIONS)


@door.get("/recap")
@readers
def recap() -> str:
    """The recap of a day: as text for messengers, with its revisions, fit to be printed."""
    here, day = house(), day_asked()
    with here.database.transaction() as db:
        policy = here.policy()
        made = recaps.recap(db, policy, day, now=here.now())
        frozen = recaps.revisions(db, day, made.until)
    return render_template(
        "board/recap.html",
        recap=made,
        text=recaps_rules.text(made),
        frozen=frozen,
        today=today(),
        before=day - timedelta(days=1),
        centers=policy.centers,
    )


@door.get("/confirmations")
@readers
def confirmations() -> str:
    """The list behind the figure: every ticket that is counted, and no other."""
    window, center = window_asked(WHOLE_DAY), center_asked()
    with house().database.reading() as db:
        rows = stats.confirmation_list(db, window, center=center)
    return render_template(
        "board/confirmations.html",
        rows=rows,
        window=window,
        center=center,
        centers=house().policy().centers,
        cutoff=house().policy().report.cutoff,
    )


def _sight() -> Sight:
    snapshot: Snapshot = current_app.extensions.setdefault("callcenter.board", Snapshot())
    return snapshot.now()


def _read(now: datetime) -> Sight:
    here = house()
    policy, day = here.policy(), wib.day_of(now)
    with here.database.reading() as db:
        known = stats.day(db, policy, Window.of(day, WHOLE_DAY), now=now)
        agents = stats.agents_now(db)
        counts = posko.counts(db, day)
    bars = known.intervals().items()
    shown = tuple((at, each) for at, each in bars if each["inbound"] or each["confirmations"])
    assisted = sum(count.assisted for count in counts.values()) if counts else None
    return Sight(
        known.total, known.by_center(), shown, agents, assisted, len(counts), len(policy.posko)
    )


def _words() -> dict[str, Any]:
    """What the figures stand beside: the centers' names and what each number means."""
    policy = house().policy()
    return {
        "centers": policy.centers,
        "target_s": policy.queue.target_s,
        "meanings": {key: DEFINITIONS[key] for key in DEFINED_ON_BOARD},
        "day": today(),
    }
