"""Telephones for programs: a scripted caller and a scripted agent, over HTTP only.

Expectations come in order, as in a conversation: what was heard once is not heard again.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

LOOK_EVERY_S = 0.05
T = TypeVar("T")


class NotHappened(AssertionError):
    """What was waited for has not happened in time; the message tells what has."""


class Network:
    """The network as a program sees it."""

    def __init__(self, base_url: str):
        self.base_url = base_url.rstrip("/")

    def get(self, path: str) -> Any:
        return self._ask(Request(self.base_url + path))

    def post(self, path: str, **words: str) -> Any:
        """Raises ``NotHappened`` with the network's reason when it refuses."""
        body = json.dumps(words).encode()
        return self._ask(Request(self.base_url + path, body, {"Content-Type": "application/json"}))

    def log(self, after: int = 0) -> list[dict[str, Any]]:
        """What happened after entry ``after``; see ``Network.note``."""
        return self.get(f"/handset/log?after={after}")["entries"]

    def state(self) -> dict[str, Any]:
        return self.get("/handset/state")

    def install(self, number: str, label: str = "", mode: str = "on") -> None:
        self.post("/handset/phones", number=number, label=label, mode=mode)

    def _ask(self, request: Request) -> Any:
        try:
            with urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            with error:
                reason = error.read().decode("utf-8", "replace")
            raise NotHappened(f"{request.full_url}: {error.code} {reason}") from error


class _Telephone(ABC):
    """What a caller's and an agent's telephone have in common."""

    def __init__(self, base_url: str):
        self.network = Network(base_url)
        self._heard = 0

    @abstractmethod
    def call(self) -> dict[str, Any]:
        """The call as it is now."""

    @abstractmethod
    def _post(self, what: str, **words: str) -> Any:
        """Do something with the telephone: ``keys``, ``hangup``, ``answer`` or ``reject``."""

    def hears(self, what: str | re.Pattern[str], within_s: float = 15.0) -> str:
        """Wait until something is said that contains or matches ``what``; gives back its text."""
        pattern = what if isinstance(what, re.Pattern) else re.compile(re.escape(what), re.I)

        def heard() -> str | None:
            for said in self.call()["said"][self._heard :]:
                self._heard += 1
                if pattern.search(said["text"]):
                    return said["text"]
            return None

        return self._until(heard, within_s, f"nobody said {pattern.pattern!r}")

    def press(self, keys: str, within_s: float = 15.0) -> None:
        """Press keys as soon as they are asked for."""
        self._until(lambda: self.call()["listening"], within_s, "nobody asked for keys")
        self._post("keys", digits=keys)

    def is_(self, state: str, within_s: float = 15.0) -> dict[str, Any]:
        """Wait for a state: ringing, menu, queue, waiting, held, talking or ended."""

        def there() -> dict[str, Any] | None:
            call = self.call()
            return call if call["state"] == state else None

        return self._until(there, within_s, f"never {state}")

    def talks_to(self, number: str, within_s: float = 15.0) -> None:
        """Wait until this one and the telephone at ``number`` hear each other."""

        def together() -> bool:
            others = self.call()["with"]
            return any(
                other["number"] == number and other["you_hear"] and other["hears_you"]
                for other in others
            )

        self._until(together, within_s, f"never connected with {number}")

    def hang_up(self) -> None:
        self._post("hangup")

    def _until(self, reached: Callable[[], T | None], within_s: float, fault: str) -> T:
        end = monotonic() + within_s
        while not (found := reached()):
            if monotonic() > end:
                raise NotHappened(f"{fault} within {within_s} s; the call: {self._story()}")
            sleep(LOOK_EVERY_S)
        return found

    def _story(self) -> str:
        try:
            call = self.call()
        except NotHappened as error:
            return str(error)
        said = " | ".join(said["text"] for said in call["said"][-6:])
        return f"{call['state']}, keys {call['keys']!r}, heard last: {said}"


class Handset(_Telephone):
    """A caller's telephone."""

    sid = ""

    def dial(self, line: str, caller: str = "+6281234567890") -> "Handset":
        """Call one of our lines; ``caller`` is a number, or "withheld"."""
        self.sid = self.network.post("/handset/calls", **{"from": caller, "to": line})["sid"]
        self._heard = 0
        return self

    def call(self) -> dict[str, Any]:
        return self.network.get(f"/handset/calls/{self.sid}")

    def _post(self, what: str, **words: str) -> Any:
        return self.network.post(f"/handset/calls/{self.sid}/{what}", **words)


class Phone(_Telephone):
    """A telephone that is rung: an agent's own, or a caller's who is called back."""

    def __init__(self, base_url: str, number: str):
        super().__init__(base_url)
        self.number, self._sid = number, ""

    def answer(self, within_s: float = 30.0) -> "Phone":
        """Wait for it to ring and pick it up."""
        self._rings(within_s)
        self._post("answer")
        return self

    def reject(self, within_s: float = 30.0) -> None:
        self._rings(within_s)
        self._post("reject")

    def call(self) -> dict[str, Any]:
        """The call it was rung for last; once answered also after its end."""
        if self._sid:
            return self.network.get(f"/handset/calls/{self._sid}")
        call = self._look()["call"]
        if not call:
            raise NotHappened(f"the telephone at {self.number} is in no call")
        return call

    def _rings(self, within_s: float) -> None:
        self._sid, self._heard = "", 0
        ringing = self._until(
            lambda: (seen := self._look())["state"] == "ringing" and seen,
            within_s,
            f"the telephone at {self.number} did not ring",
        )
        self._sid = ringing["call"]["sid"]

    def _look(self) -> dict[str, Any]:
        return self.network.get(f"/handset/phones/{quote(self.number)}")

    def _post(self, what: str, **words: str) -> Any:
        return self.network.post(f"/handset/phones/{quote(self.number)}/{what}", **words)
