"""WHOLE SHIFTS: callers who arrive over a day, agents who work real desks, and what became of it.

Everything runs on a virtual clock, by a seed: the same one gives the same day, to the second. The
product is reached only as the world reaches it: webhooks, the carrier's REST interface and pages.
"""

from .faults import FailingRest, Faults
from .outside import Outside
from .plan import Plan
from .report import Report, report
from .shift import Shift, Staff

__all__ = ["FailingRest", "Faults", "Outside", "Plan", "Report", "Shift", "Staff", "report"]
