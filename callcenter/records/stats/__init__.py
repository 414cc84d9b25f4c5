"""The figures of a day, for the board, the reports, the recap and the command line.

They only choose what is added up: every number is a property of a Tally or of People.
"""

from callcenter.records.stats.confirmed import (
    Confirmation,
    confirmation_list,
    confirmations,
    ivr_confirmations,
)
from callcenter.records.stats.day import Day, day, day_figures
from callcenter.records.stats.floor import Place, agents_now
from callcenter.records.stats.several import Period, period, period_figures
from callcenter.records.stats.today import Today
from callcenter.records.stats.window import Window

__all__ = [
    "Confirmation",
    "Day",
    "Period",
    "Place",
    "Today",
    "Window",
    "agents_now",
    "confirmation_list",
    "confirmations",
    "day",
    "day_figures",
    "ivr_confirmations",
    "period",
    "period_figures",
]
