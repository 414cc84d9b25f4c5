"""``python -m tests.drill [short] [ENGINE ...] [SCENARIO ...]``: every drill, one line each."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests import postgres
from tests.drill import scenarios, two_centers
from tests.drill.scenarios import SHORT, Ground, Size

FAULTS = {"sqlite": ("held",), "postgresql": ("killed", "frozen")}
WITH_A_FAULT = {
    "outage": scenarios.outage,
    "started_without": scenarios.started_without,
    "replay_killed": scenarios.replay_killed,
    "disk_full": scenarios.disk_full,
}
WITHOUT = {"kills": scenarios.kills, "dark": two_centers.dark}


def main(arguments: Sequence[str]) -> int:
    """0: nothing was lost in any of them."""
    size = SHORT if "short" in arguments else Size()
    broken = 0
    for engine, name, play in drills(arguments):
        begun = time.monotonic()
        try:
            with scenarios.ground(engine) as ground:
                told = play(ground, size=size)
        except postgres.Unavailable as error:
            told = f"skipped: {error}"
        except AssertionError as error:
            told, broken = f"BROKEN: {error}", broken + 1
        print(f"{engine} {name} ({time.monotonic() - begun:.0f} s): {told}", flush=True)
    return 1 if broken else 0


def drills(chosen: Sequence[str]) -> Iterator[tuple[str, str, Callable[..., str]]]:
    """Those that were asked for by engine or by name; all of them when nothing was."""
    engines = [engine for engine in FAULTS if engine in chosen] or list(FAULTS)
    wanted = [name for name in (*WITH_A_FAULT, *WITHOUT) if name in chosen]
    for engine in engines:
        for name, play in WITH_A_FAULT.items():
            for fault in FAULTS[engine]:
                if not wanted or name in wanted:
                    yield engine, f"{name}, {fault}", partial(_named, play, fault)
        for name, alone in WITHOUT.items():
            if not wanted or name in wanted:
                yield engine, name, alone


def _named(play: Callable[..., str], fault: str, ground: Ground, *, size: Size) -> str:
    return play(ground, fault, size)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
