"""``python -m tests.bench [quick] [PART ...]``: measure, and print the table line by line."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module

from tests.bench import table
from tests.bench.table import Line

PARTS = ("webhooks", "throughput", "writers", "cold", "live", "figures")


def main(arguments: list[str]) -> int:
    """0: every goal is met."""
    quick = "quick" in arguments
    chosen = [part for part in PARTS if part in arguments] or PARTS
    print(f"Measured with {table.circumstances()}.\n\n{table.head()}", flush=True)
    missed = 0
    for part in chosen:
        for line in measured(part, quick=quick):
            print(table.row(line.cells()), flush=True)
            missed += line.met is False
    return 1 if missed else 0


def measured(part: str, *, quick: bool) -> Iterator[Line]:
    """The lines of a part; one that breaks says so in its place and does not end the others."""
    try:
        yield from import_module(f"tests.bench.{part}").measure(quick=quick)
    except (AssertionError, OSError, subprocess.SubprocessError) as error:
        yield Line(part, f"broke: {str(error)[:200]}", met=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
