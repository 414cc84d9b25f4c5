"""What a day adds up to. Every number on a screen, in a report and in the recap is a property of a
:class:`Tally` or of :class:`People`; the first sentence of its docstring is what the supervisor
reads beside it.

They know nothing of days, centers or databases: those only choose what is added up.
"""

from callcenter.rules.tally.agents import State, agent_time
from callcenter.rules.tally.counts import Added, Sums
from callcenter.rules.tally.keys import DEFINITIONS, GROUPS, KEYS, RATES, SECONDS, figures
from callcenter.rules.tally.of_call import Piece, is_final, pieces, tally, worked
from callcenter.rules.tally.people import Callers, People
from callcenter.rules.tally.tally import Tally, add, share

__all__ = [
    "DEFINITIONS",
    "GROUPS",
    "KEYS",
    "RATES",
    "SECONDS",
    "Added",
    "Callers",
    "People",
    "Piece",
    "State",
    "Sums",
    "Tally",
    "add",
    "agent_time",
    "figures",
    "is_final",
    "pieces",
    "share",
    "tally",
    "worked",
]
