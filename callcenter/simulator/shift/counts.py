"""What is compared after a shift against running servers: counts, and nothing measured in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .figures import figures
from .truth import Truth

IN_MENU = ("ivr_contained", "ivr_abandoned", "blocked")
SEEN = ("inbound", "offered", "answered", "abandoned", "flow_out", "waiting_now")
COUNTS = (*SEEN, *IN_MENU, "confirmations")


@dataclass(frozen=True)
class Counts:
    """``rows``: what is counted, by the network and by the product."""

    rows: tuple[tuple[str, int, int], ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """One line each, none when all is well."""
        return tuple(
            f"{name}: the network saw {seen}, the product says {said}"
            for name, seen, said in self.rows
            if seen != said
        )

    def __str__(self) -> str:
        lines = [f"{name:<28}{seen:>10}{said:>10}" for name, seen, said in self.rows]
        found = [f"DIFFERENT {line}" for line in self.differences] or ["No differences."]
        return "\n".join((f"{'':<28}{'network':>10}{'product':>10}", *lines, *found))


def counted(truth: Truth, before: Mapping[str, Any], said: Mapping[str, Any]) -> Counts:
    """Beside what was there ``before``: a day has other calls too."""
    seen = figures(truth.attempts.values())
    more = {key: said[key] - before[key] for key in COUNTS}
    rows = [(key, seen[key], more[key]) for key in SEEN]
    rows.append(("left_in_menu", seen["left_in_menu"], sum(more[key] for key in IN_MENU)))
    rows.append(("confirmations", truth.confirmed, more["confirmations"]))
    return Counts(tuple(rows))
