"""How long somebody should expect to wait, and when that may be told."""

from fractions import Fraction

import pytest

from callcenter.rules import estimate
from callcenter.rules.estimate import Pace
from callcenter.rules.policy import QueueRules

FIVE = Pace(agents=5, handling_s=300.0)


@pytest.mark.parametrize(
    ("position", "pace", "told"),
    [
        (None, FIVE, None),
        (1, None, None),
        (1, Pace(agents=0, handling_s=300.0), None),  # nobody serves: it has no end
        (1, Pace(agents=5), None),  # nothing was served so far
        (1, FIVE, 60),  # 60 s
        (2, FIVE, 120),
        (4, FIVE, 300),  # 240 s, and four minutes are not told
        (30, FIVE, 1800),
        (31, FIVE, 1860),  # beyond what is told, to the minute
        (3, Pace(agents=5, ready=3, handling_s=300.0), 60),  # somebody is free
        (4, Pace(agents=5, ready=3, handling_s=300.0), 60),
    ],
)
def test_a_wait_is_rounded_up_to_what_is_told(position, pace, told):
    assert estimate.wait_s(position, pace) == told


@pytest.mark.parametrize("seconds", [0, 1, 59, 60, 61, 179, 300, 301, 1799, 1800, 1801, 9999])
def test_no_wait_is_told_shorter_than_it_is(seconds):
    assert seconds <= estimate.rounded(seconds)


@pytest.mark.parametrize(
    ("judged", "kept", "calibrated"),
    [(0, 0, False), (19, 19, False), (20, 16, True), (20, 15, False), (50, 40, True)],
)
def test_it_is_told_while_enough_came_true(judged, kept, calibrated):
    pace = Pace(5, 0, 300.0, judged, kept)
    assert estimate.calibrated(pace, QueueRules()) is calibrated
    assert pace.coverage == (Fraction(kept, judged) if judged else None)


def test_without_a_pace_nothing_is_told():
    assert not estimate.calibrated(None, QueueRules())
