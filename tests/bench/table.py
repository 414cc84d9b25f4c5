"""The table that the bench prints, and the machine it was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAD = ("what", "measured", "yardstick", "ratio", "goal", "met")


@dataclass(frozen=True)
class Line:
    """One line of the table. ``met`` is None where there is no goal."""

    name: str
    measured: str
    yardstick: str = ""
    ratio: str = ""
    goal: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        met = {True: "yes", False: "**no**", None: ""}[self.met]
        return self.name, self.measured, self.yardstick, self.ratio, self.goal, met


def compared(
    name: str,
    measured: float,
    yardstick: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
) -> Line:
    """A figure beside its yardstick; the goal is on their ratio."""
    ratio = measured / yardstick
    goal, met = _goal(ratio, "", at_most, at_least)
    return Line(name, said(measured, unit), said(yardstick, unit), f"{ratio:.2f}", goal, met)


def limited(
    name: str,
    measured: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    yardstick: str = "",
) -> Line:
    """A figure by itself; the goal, if any, is on the figure."""
    goal, met = _goal(measured, unit, at_most, at_least)
    return Line(name, said(measured, unit), yardstick, "", goal, met)


def said(value: float, unit: str) -> str:
    """A figure with three digits that count, and its unit."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}".strip()


def _goal(
    value: float, unit: str, at_most: float | None, at_least: float | None
) -> tuple[str, bool | None]:
    if at_most is not None:
        return f"<= {at_most:g} {unit}".strip(), value <= at_most
    if at_least is not None:
        return f">= {at_least:g} {unit}".strip(), value >= at_least
    return "", None


def row(cells: Iterable[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def head() -> str:
    """The table's head and its rule."""
    return "\n".join((row(HEAD), row("---" for _ in HEAD)))


def circumstances() -> str:
    """Which code was measured, and where."""
    return f"{commit()}; {machine()}"


def commit() -> str:
    """The commit in the working tree, and whether there is more in it than that."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--abbrev=10"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return f"commit {done.stdout.strip() or 'unknown'}"


def machine() -> str:
    """Processor, cores and Python."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text("utf-8").splitlines() if known.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    cores = len(os.sched_getaffinity(0))
    return f"{model}, {cores} cores, Python {platform.python_version()}, {platform.system()}"
