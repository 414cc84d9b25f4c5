"""Ways to reach the product: over HTTP, or straight into a WSGI application."""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Protocol
from urllib.parse import urlsplit

from werkzeug.test import Client

LARGEST = 1024 * 1024  # bytes of an answer that are read at all


@dataclass(frozen=True)
class Request:
    """One HTTP request, complete. ``method`` is GET or POST."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Reply:
    """What came back, and how long that took. A virtual clock lets that time pass."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    took_s: float = 0.0


class Unreachable(Exception):
    """No connection could be made (``ct``), or no answer came in time (``rt``)."""

    def __init__(self, kind: str, took_s: float = 0.0):
        super().__init__({"ct": "no connection", "rt": "no answer in time"}[kind])
        self.kind, self.took_s = kind, took_s


class Transport(Protocol):
    def send(self, request: Request, *, connect_s: float, read_s: float) -> Reply:
        """Make the request. Raises ``Unreachable``."""


class HttpTransport:
    """The real thing."""

    def send(self, request: Request, *, connect_s: float, read_s: float) -> Reply:
        try:
            line, path = _open(request.url, connect_s)
        except ValueError as error:  # a port or host that cannot be
            raise Unreachable("ct") from error
        began, failure = monotonic(), "ct"
        try:
            line.connect()
            line.sock.settimeout(read_s)
            failure = "rt"
            line.request(request.method, path, request.body or None, dict(request.headers))
            with line.getresponse() as answer:
                headers = {name.lower(): value for name, value in answer.getheaders()}
                return Reply(answer.status, answer.read(LARGEST), headers, monotonic() - began)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise Unreachable(failure, monotonic() - began) from error
        finally:
            line.close()


def _open(url: str, connect_s: float) -> tuple[http.client.HTTPConnection, str]:
    """A connection not yet made, and the path to ask it for. Raises ``ValueError``."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return kind(parts.hostname or "", parts.port, timeout=connect_s), path


class WsgiTransport:
    """Calls a WSGI application in this process; each answer takes ``latency_s`` virtual seconds.

    The latency keeps a document that redirects to itself from standing still in time.
    """

    def __init__(self, application: Callable[..., Any], *, latency_s: float = 0.05):
        self._client, self._latency_s = Client(application), latency_s

    def send(self, request: Request, *, connect_s: float, read_s: float) -> Reply:
        parts = urlsplit(request.url)
        with self._client.open(
            parts.path or "/",
            method=request.method,
            base_url=f"{parts.scheme}://{parts.netloc}",
            query_string=parts.query,
            headers=dict(request.headers),
            data=request.body,
        ) as answer:
            headers = {name.lower(): value for name, value in answer.headers}
            return Reply(answer.status_code, answer.get_data(), headers, self._latency_s)
