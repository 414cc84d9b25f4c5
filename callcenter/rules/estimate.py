"""How long somebody who waits should expect to wait, and whether that may be told to them.

An estimate is a promise: it is told only while enough of the last ones came true. Before that, and
whenever it is not, callers hear their position; the estimates are kept and judged all the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from callcenter.rules.policy import QueueRules
from callcenter.rules.spoken import WAITS_MINUTES

LONGEST_S = WAITS_MINUTES[-1] * 60  # beyond, only "more than" is told, which promises nothing


@dataclass(frozen=True)
class Pace:
    """How fast the line moves. ``agents`` serve it, ``ready`` of them are free; ``handling_s``:
    mean seconds from connected to free again of the last calls, None while there were none.

    ``judged``: of how many of the last answered callers an estimate was made, ``kept``: how many
    of them waited no longer than that.
    """

    agents: int = 0
    ready: int = 0
    handling_s: float | None = None
    judged: int = 0
    kept: int = 0

    @property
    def coverage(self) -> Fraction | None:
        """The share of the last estimates that came true; None while there were none."""
        return Fraction(self.kept, self.judged) if self.judged else None


def wait_s(position: int | None, pace: Pace | None) -> int | None:
    """Seconds until the caller at ``position`` (from 1) should be answered, rounded up as it is
    told. None where nobody can know: no position, nobody who serves, no call served so far."""
    if position is None or pace is None or not pace.agents or pace.handling_s is None:
        return None
    waits_for = max(0, position - pace.ready)
    return rounded(waits_for * pace.handling_s / pace.agents)


def rounded(seconds: float) -> int:
    """Rounded up to one of the waits that are told, at least a minute; beyond, to a minute."""
    minutes = max(1, ceil(seconds / 60))
    return 60 * next((told for told in WAITS_MINUTES if minutes <= told), minutes)


def calibrated(pace: Pace | None, rules: QueueRules) -> bool:
    """Whether enough of the last estimates came true, of enough of them."""
    if pace is None or pace.coverage is None or pace.judged < rules.coverage_calls:
        return False
    return pace.coverage * 100 >= rules.coverage_percent
