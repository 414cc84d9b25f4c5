"""People beside calls: one person may call nine times in a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from callcenter.rules.tally.tally import share


@dataclass(frozen=True, kw_only=True)
class People:
    """How many people called, and how often. ``callers``: distinct ones with a known number, who
    made ``known_calls``; ``reached``: those of them who spoke with an agent; ``unknown``: calls
    without a number.

    They do not add up as counts do: who called on two days is one person in both. See
    :class:`Callers`.
    """

    callers: int = 0
    known_calls: int = 0
    reached: int = 0
    unknown: int = 0

    @property
    def unique_callers(self) -> int:
        """People who called, told apart by their number."""
        return self.callers

    @property
    def repeat_calls(self) -> int:
        """Calls after the first from the same number."""
        return self.known_calls - self.callers

    @property
    def unknown_number_calls(self) -> int:
        """Calls whose number was withheld: nobody's repeat."""
        return self.unknown

    @property
    def callers_never_answered(self) -> int:
        """People who called and have not spoken with an agent, not even when called back."""
        return self.callers - self.reached

    @property
    def callers_reached_rate(self) -> Fraction | None:
        """People who spoke with an agent at least once, of all who called."""
        return share(self.reached, self.callers)

    @property
    def attempts_per_known_caller(self) -> Fraction | None:
        """Calls per person, of those whose number is known."""
        return share(self.known_calls, self.callers)


class Callers:
    """The callers of some part of the calls, told apart by the blind index of their number."""

    def __init__(self, known: Iterable[tuple[str | None, bool]] = ()) -> None:
        self._calls: dict[str, int] = {}
        self._reached: dict[str, int] = {}
        self._unknown = 0
        for index, reached in known:
            self.take(index, reached)

    def take(self, index: str | None, reached: bool, calls: int = 1) -> None:
        """Count a call: of whom (None: withheld), and whether they spoke with an agent. ``calls``
        is -1 to take one away that was counted."""
        if index is None:
            self._unknown += calls
            return
        for numbers, number in ((self._calls, calls), (self._reached, calls if reached else 0)):
            numbers[index] = numbers.get(index, 0) + number
            if not numbers[index]:
                del numbers[index]

    def people(self) -> People:
        """How many they are."""
        return People(
            callers=len(self._calls),
            known_calls=sum(self._calls.values()),
            reached=len(self._reached),
            unknown=self._unknown,
        )
