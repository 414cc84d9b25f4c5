"""The figures of a day, from roll-ups where it is over, else from what they are made of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from callcenter.records.stats import closed, raw
from callcenter.records.stats.config import config
from callcenter.records.stats.parts import Day
from callcenter.records.stats.window import DAY_END, Window
from callcenter.rules import wib
from callcenter.rules.policy import Policy


def day_figures(
    db: Connection,
    policy: Policy,
    on: date,
    *,
    now: datetime,
    until: str = DAY_END,
    center: str = "",
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> dict[str, Any]:
    """The document of ``stats --json``: total, by center, by queue and by interval.

    ``until`` leaves out what entered a queue later (and tickets counted later); ``as_of`` leaves
    out what happened later, whatever is known of it now.
    """
    words: Any = {"now": now, "center": center, "interval_min": interval_min, "as_of": as_of}
    known = day(db, policy, Window.of(on, until), **words)
    return {
        "day": on.isoformat(),
        "until": known.window.until,
        "as_of": wib.local(known.as_of).isoformat(timespec="seconds"),
        "config": config(policy, interval_min, center),
        "total": known.total,
        "by_center": known.by_center(),
        "by_queue": known.by_queue(),
        "intervals": known.intervals(),
    }


def day(
    db: Connection,
    policy: Policy,
    window: Window,
    *,
    now: datetime,
    center: str = "",
    interval_min: int = 30,
    as_of: datetime | None = None,
) -> Day:
    """A day, or the part of it in ``window``; of one center if it is named."""
    if as_of is None and closed.answers(window, interval_min):
        rolled = closed.day(db, policy, window, now=now, center=center)
        if rolled is not None:
            return rolled
    known = raw.day(db, policy, window, now=now, interval_min=interval_min, as_of=as_of)
    return known.only(center)
