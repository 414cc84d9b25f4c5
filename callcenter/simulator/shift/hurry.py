"""A shift against servers that really run: people in a hurry on a network in real time."""

import http.client
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from ..clock import RealClock, Timer

ANSWERS_S = 20.0  # a page that takes longer is an error


class Hurry:
    """The time of people who live ``speed`` times as fast as the clock that they look at."""

    def __init__(self, clock: RealClock, opens: datetime, speed: float) -> None:
        self._clock, self._speed = clock, speed
        self._opens, self._began = opens, clock.now()

    def now(self) -> datetime:
        """Where in their day the people are."""
        lived_s = (self._clock.now() - self._began).total_seconds() * self._speed
        return self._opens + timedelta(seconds=lived_s)

    def after(self, seconds: float, action: Callable[[], Any]) -> Timer:
        return self._clock.after(seconds / self._speed, action)


class Pages:
    """The product's pages behind an address, as an application for a ``Browser``."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = parts.hostname or "", parts.port
        secure = parts.scheme == "https"
        self._kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Where nobody answers, that is an answer too: 503."""
        line = self._kind(self._host, self._port, timeout=ANSWERS_S)
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(length) if length else None
            line.request(environ["REQUEST_METHOD"], _path(environ), body, _headers(environ))
            with line.getresponse() as answer:
                page = answer.read()
                start(f"{answer.status} {answer.reason}", answer.getheaders())
                return [page]
        except (OSError, http.client.HTTPException):
            start("503 Nobody answers", [])
            return []
        finally:
            line.close()


def _path(environ: dict[str, Any]) -> str:
    query = environ.get("QUERY_STRING", "")
    return environ["PATH_INFO"] + (f"?{query}" if query else "")


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    told = {
        name.removeprefix("HTTP_").replace("_", "-").title(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    kind = environ.get("CONTENT_TYPE", "")
    return told | ({"Content-Type": kind} if kind else {}) | {"Connection": "close"}
