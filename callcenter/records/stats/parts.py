"""A day and its parts: the whole, each center, queue and interval. However they were read, raw or
from roll-ups, the same figures are made of them here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, cached_property
from typing import Any, NamedTuple

from callcenter.records.stats.window import Window
from callcenter.rules.tally import People, Tally, figures

ALL, CENTER, QUEUE, PLACE = "all", "center", "queue", "place"
INTERVAL, CENTER_INTERVAL = "interval", "center_interval"

Key = tuple[str, str, str]  # interval ("09:30"), center, queue; empty where they do not matter


class Part(NamedTuple):
    """What figures are made of."""

    tally: Tally = Tally()
    people: People = People()


# Into which parts a day can be parted: from the place of a thing to the key of its part.
SCOPES: Mapping[str, Callable[[str, str, str], Key]] = {
    ALL: lambda at, center, queue: ("", "", ""),
    CENTER: lambda at, center, queue: ("", center, ""),
    QUEUE: lambda at, center, queue: ("", "", queue),
    PLACE: lambda at, center, queue: ("", center, queue),
    INTERVAL: lambda at, center, queue: (at, "", ""),
    CENTER_INTERVAL: lambda at, center, queue: (at, center, ""),
}

Figures = dict[str, Any]
NOTHING = Part()


@dataclass(frozen=True)
class Day:
    """The part of a day that is looked at. ``parts``: the parts of a scope by their keys, those
    with nothing in them left out. ``center``: the only one that is looked at, empty for all."""

    window: Window
    as_of: datetime
    minutes: int
    centers: tuple[str, ...]
    parts: Callable[[str], Mapping[Key, Part]]
    waiting_since: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    center: str = ""

    @cached_property
    def total(self) -> Figures:
        """All figures of the whole."""
        scope = CENTER if self.center else ALL
        return _figures(self.parts(scope).get(("", self.center, ""), NOTHING))

    def by_center(self) -> dict[str, Figures]:
        """All figures of each center, those of the policy first."""
        parts = {center: part for (_, center, _), part in self.parts(CENTER).items()}
        wanted = (self.center,) if self.center else (*self.centers, *sorted(parts))
        return {center: _figures(parts.get(center, NOTHING)) for center in wanted}

    def by_queue(self) -> dict[str, Figures]:
        """All figures of each queue; what never entered one is in none of them."""
        found = self.parts(PLACE if self.center else QUEUE).items()
        parts = {queue: part for (_, of, queue), part in found if queue and of == self.center}
        return {queue: _figures(parts[queue]) for queue in sorted(parts)}

    def intervals(self) -> dict[str, Figures]:
        """All figures of each interval by its beginning, ``09:00``, those without calls too."""
        parts = self.parts(CENTER_INTERVAL if self.center else INTERVAL)
        return {
            at: _figures(parts.get((at, self.center, ""), NOTHING))
            for at in self.window.labels(self.minutes)
        }

    def waiting(self) -> Mapping[str, Sequence[datetime]]:
        """Since when somebody waits now, by center, the longest first; as ``waiting_now``."""
        return self.waiting_since

    def only(self, center: str) -> Day:
        """The same of one center."""
        return replace(self, center=center)


def _figures(part: Part) -> Figures:
    return dict(_of_nothing()) if part is NOTHING else figures(part.tally, part.people)


@cache
def _of_nothing() -> Figures:
    """The figures of a part with nothing in it: of many half hours of many days."""
    return figures(*NOTHING)
