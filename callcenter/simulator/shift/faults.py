"""What goes wrong on purpose: callbacks that come twice, late or not at all, and a REST interface
that refuses, fails, or does not answer in time."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

LATEST_S = 8.0  # how much a delayed or repeated callback comes later, at most
REFUSALS = ((429, 20429, "Too Many Requests"), (500, 20500, "Internal Server Error"))


@dataclass(frozen=True)
class Faults:
    """Shares between 0 and 1: of callbacks that come twice, of those that others overtake, of
    REST requests that fail. ``withhold``: the how-manieth report of a caller in a conversation is
    never sent, counted from 1; 0 for none."""

    duplicate: float = 0.0
    reorder: float = 0.0
    fail_rest: float = 0.0
    withhold: int = 0


class FailingRest:
    """A REST interface in front of the real one that fails a share of the requests.

    One in four of the failures is the worst kind: what was asked is done, and the answer lost.
    """

    def __init__(self, application: Callable[..., Any], share: float, chance: Random) -> None:
        self._application, self._share, self._chance = application, share, chance

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Raises ``TimeoutError`` where no answer comes in time."""
        if self._chance.random() >= self._share:
            return self._application(environ, start)
        kind = self._chance.randrange(4)
        if kind < len(REFUSALS):
            return _refused(*REFUSALS[kind], start)
        if kind == len(REFUSALS):
            raise TimeoutError("the request was lost")
        done = self._application(environ, lambda *_: lambda _: None)
        list(done)
        raise TimeoutError("the answer was lost")


def _refused(status: int, code: int, words: str, start: Callable[..., Any]) -> Iterable[bytes]:
    start(f"{status} {words}", [("Content-Type", "application/json")])
    return [json.dumps({"code": code, "message": words, "status": status}).encode()]
