"""People beside calls: one person may call nine times in a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from callcenter.rules.tally.tally import share


@dataclass(frozen=True)
class People:
    """Callers by the blind index of their number, with how often each called.

    They do not add up over days as counts do: who called on two days is one person in both.
    """

    calls: Mapping[str, int] = field(default_factory=dict)
    reached: frozenset[str] = frozenset()
    unknown: int = 0

    @classmethod
    def of(cls, known: Iterable[tuple[str | None, bool]]) -> People:
        """From calls: ``(blind index or None when the number was withheld, reached an agent)``."""
        calls: dict[str, int] = {}
        reached, unknown = set(), 0
        for index, spoke in known:
            if index is None:
                unknown += 1
                continue
            calls[index] = calls.get(index, 0) + 1
            if spoke:
                reached.add(index)
        return cls(calls, frozenset(reached), unknown)

    def __add__(self, other: People) -> People:
        both = {*self.calls, *other.calls}
        calls = {who: self.calls.get(who, 0) + other.calls.get(who, 0) for who in both}
        return People(calls, self.reached | other.reached, self.unknown + other.unknown)

    @property
    def unique_callers(self) -> int:
        """People who called, told apart by their number."""
        return len(self.calls)

    @property
    def repeat_calls(self) -> int:
        """Calls after the first from the same number."""
        return sum(self.calls.values()) - len(self.calls)

    @property
    def unknown_number_calls(self) -> int:
        """Calls whose number was withheld: nobody's repeat."""
        return self.unknown

    @property
    def callers_never_answered(self) -> int:
        """People who called and have not spoken with an agent, not even when called back."""
        return len(self.calls.keys() - self.reached)

    @property
    def callers_reached_rate(self) -> Fraction | None:
        """People who spoke with an agent at least once, of all who called."""
        return share(len(self.calls.keys() & self.reached), len(self.calls))

    @property
    def attempts_per_known_caller(self) -> Fraction | None:
        """Calls per person, of those whose number is known."""
        return share(sum(self.calls.values()), len(self.calls))
