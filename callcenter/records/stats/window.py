"""The part of a WIB day that is looked at, and its intervals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from callcenter.rules import wib

DAY_END = "24:00"


@dataclass(frozen=True)
class Window:
    """From the first instant of ``day`` up to, not including, ``end``."""

    day: date
    end: datetime

    @classmethod
    def of(cls, day: date, until: str = DAY_END) -> Window:
        """``until``: a WIB wall clock, ``24:00`` for the whole day. Raises ``ValueError``."""
        whole = until.strip().replace(".", ":") == DAY_END
        return cls(day, wib.end_of(day) if whole else wib.on(day, wib.parse_clock(until)))

    @property
    def start(self) -> datetime:
        return wib.start_of(self.day)

    @property
    def until(self) -> str:
        """The end as a wall clock: ``17:00``, or ``24:00``."""
        return DAY_END if self.end == wib.end_of(self.day) else f"{wib.local(self.end):%H:%M}"

    @property
    def in_utc(self) -> tuple[datetime, datetime]:
        return self.start.astimezone(UTC), self.end.astimezone(UTC)

    def has(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def cuts(self, minutes: int) -> list[datetime]:
        """Where the intervals begin, and the end of the last, which may be a shorter one. In UTC,
        as the calls are: instants of two zones are slow to compare."""
        step, cut, end = timedelta(minutes=minutes), *self.in_utc
        cuts = []
        while cut < end:
            cuts.append(cut)
            cut += step
        return [*cuts, end]

    def labels(self, minutes: int) -> list[str]:
        """The intervals by their beginnings on the wall clock: ``09:30``."""
        return [f"{wib.local(cut):%H:%M}" for cut in self.cuts(minutes)[:-1]]
