"""WHOLE SHIFTS: callers who arrive over a day, agents who work real desks, and what became of it.

On a virtual clock, by a seed: the same one gives the same day, to the second. Against servers that
run, in real time, or with people in a hurry. The product is reached only as the world reaches it:
webhooks, the carrier's REST interface and pages.
"""

from .faults import FailingRest, Faults
from .hurry import Hurry, Pages
from .outside import Outside
from .plan import Plan
from .report import Report, report
from .shift import Shift, Staff

__all__ = [
    "FailingRest",
    "Faults",
    "Hurry",
    "Outside",
    "Pages",
    "Plan",
    "Report",
    "Shift",
    "Staff",
    "report",
]
