"""``python -m tests.bench [quick] [PART ...]``: measure, and print the table line by line."""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from tests.bench import table

PARTS = ("webhooks", "throughput", "writers", "cold", "live", "figures")


def main(arguments: list[str]) -> int:
    """0: every goal is met."""
    quick = "quick" in arguments
    chosen = [part for part in PARTS if part in arguments] or PARTS
    print(f"Measured with {table.circumstances()}.\n\n{table.head()}", flush=True)
    missed = 0
    for part in chosen:
        if find_spec(f"tests.bench.{part}") is None:
            continue
        for line in import_module(f"tests.bench.{part}").measure(quick=quick):
            print(table.row(line.cells()), flush=True)
            missed += line.met is False
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
