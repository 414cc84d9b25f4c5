"""How people behave: when they call, how long they think, wait and talk, and who calls again.

The figures are those of real call centers: conversations lognormal, patience of about six minutes,
one in three of those who got nowhere calls again within half an hour.
"""

from dataclasses import dataclass
from datetime import datetime
from math import log
from random import Random

# Arrivals of a working day by half hour from 08.00: a hump in the morning, one after lunch.
PROFILE = (6, 8, 9, 9, 8, 7, 6, 5, 4, 4, 5, 6, 6, 5, 5, 4, 3, 2)
TALK_LN_MEAN, TALK_LN_SD = 4.78, 0.95  # mean 187 s
SHORTEST_TALK_S, LONGEST_TALK_S = 3.0, 1200.0
PATIENCE_S = 380.0
AGAIN, AGAIN_WITHIN_S, MOST_TRIES = 0.33, 1800.0, 8
WITHHELD = 0.03
POSKO, LEAVES_EARLY = 0.05, 0.03  # ask for a service point; hang up in the menu
CALLER, AT_DESK, BY_LEG = "caller", "at desk", "by leg"
ENDS = (0.65, 0.2, 0.15)  # how conversations end, in that order
GIVES_UP_S = 120.0
SAYS = 0.7  # answers a question that is asked after the conversation
MISSES_RING = 0.02
BREAK_S, BREAKS = 600.0, 2


@dataclass(frozen=True)
class Plan:
    """One shift. ``callers``: people who call at least once between ``opens`` and ``closes``, and
    wait for ``patience_s`` in the mean. ``breaks``: that each agent takes."""

    seed: int
    callers: int
    opens: datetime
    closes: datetime
    patience_s: float = PATIENCE_S
    breaks: int = BREAKS

    @property
    def seconds(self) -> float:
        return (self.closes - self.opens).total_seconds()

    def chance(self, who: str) -> Random:
        """The chance of one person: nobody's day changes because another's did."""
        return Random(f"{self.seed}:{who}")

    def arrivals(self) -> list[float]:
        """Seconds after opening at which people call for the first time, in order."""
        chance, slot_s = self.chance("arrivals"), self.seconds / len(PROFILE)
        slots = chance.choices(range(len(PROFILE)), PROFILE, k=self.callers)
        return sorted(slot_s * (slot + chance.random()) for slot in slots)


def lognormal(chance: Random, median_s: float, sd: float = 0.5) -> float:
    """A human delay in seconds."""
    return chance.lognormvariate(log(median_s), sd)


def talk_s(chance: Random) -> float:
    """How long a conversation takes."""
    drawn = chance.lognormvariate(TALK_LN_MEAN, TALK_LN_SD)
    return min(LONGEST_TALK_S, max(SHORTEST_TALK_S, drawn))


def ended_by(chance: Random) -> str:
    """Who will end a conversation, and an agent how."""
    return chance.choices((CALLER, AT_DESK, BY_LEG), ENDS)[0]
