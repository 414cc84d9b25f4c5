"""What is printed after a shift: what happened, what the product says of it, and what differs."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from .figures import CENTERS, INTERVALS, by_interval, compare, digest, figures
from .truth import Truth

LINES = (
    ("calls", "inbound"),
    ("left in the menu", "left_in_menu"),
    ("told to wait", "offered"),
    ("answered", "answered"),
    ("given up", "abandoned"),
    ("sent elsewhere", "flow_out"),
    ("answered in time", "answered_in_target"),
    ("service level", "sl_offered"),
    ("wait, mean s", "asa_s"),
    ("wait, half within s", "wait_p50_s"),
    ("wait, nine of ten within s", "wait_p90_s"),
    ("people", "unique_callers"),
    ("people not reached", "callers_never_answered"),
)


@dataclass(frozen=True)
class Report:
    """``seen``: by the network; ``differences``: one line each, none when all is well."""

    seen: Mapping[str, Any]
    said: Mapping[str, Any]
    differences: tuple[str, ...]
    digest: str

    def __str__(self) -> str:
        rows = [
            f"{words:<28}{shown(self.seen[key]):>10}{shown(_said(self.said, key)):>10}"
            for words, key in LINES
        ]
        head = f"{'':<28}{'network':>10}{'product':>10}"
        found = [f"DIFFERENT {line}" for line in self.differences] or ["No differences."]
        return "\n".join((head, *rows, f"digest {self.digest}", *found))


def report(truth: Truth, document: Mapping[str, Any], centers: Mapping[str, str]) -> Report:
    """Compare with ``document``, the product's figures of that day as ``stats --json`` gives them.
    ``centers``: the center's code by line."""
    calls = list(truth.attempts.values())
    limits = document["config"]
    words = {"target_s": limits["target_s"], "short_s": limits["short_abandon_s"]}
    seen, said = figures(calls, **words), document["total"]
    found = compare(seen, said)
    for code in sorted(set(centers.values())):
        own = figures((it for it in calls if centers[it.line] == code), **words)
        found += compare(own, document["by_center"][code], place=f"{code} ", keys=CENTERS)
    found += _intervals(truth, document)
    found += _tickets(truth, said)
    mark = digest(*(astuple(call) for call in calls), truth.confirmed)
    return Report(seen, said, tuple(found), mark)


def _intervals(truth: Truth, document: Mapping[str, Any]) -> list[str]:
    """Every interval of the day, those in which nobody called too."""
    own = by_interval(truth.attempts.values(), document["config"]["interval_min"])
    nothing = dict.fromkeys(INTERVALS, 0)
    return [
        line
        for at, said in document["intervals"].items()
        for line in compare(own.get(at, nothing), said, place=f"{at} ")
    ]


def _tickets(truth: Truth, said: Mapping[str, Any]) -> list[str]:
    """Confirmations that agents saw saved, each counted once."""
    if truth.confirmed == said["confirmations"]:
        return []
    return [
        f"confirmations: agents saved {truth.confirmed}, the product says {said['confirmations']}"
    ]


def _said(said: Mapping[str, Any], key: str) -> Any:
    left = said["ivr_contained"] + said["ivr_abandoned"] + said["blocked"]
    return left if key == "left_in_menu" else said[key]


def shown(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
