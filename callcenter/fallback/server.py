"""HTTP for the stand-in: a thread a connection, one request a connection, and limits on all of it.

There is no access log: addresses under ``/voice/`` are sealed words of running calls.
"""

import socket
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from callcenter.fallback.answering import Answering, Refused, Request
from callcenter.fallback.telling import tell

LARGEST = 64 * 1024
READ_S = 5.0  # for one read
WHOLE_S = 10.0  # for a whole connection: who sends a byte a second is not served for ever
CROWDED_S = 2.0  # the same while others wait
AT_ONCE = 64
DOOR_S = 3.0  # one more waits so long for one of them to end, then it is closed
KIND = "text/xml; charset=utf-8"
OTHER = {501: 405, 505: 400}  # the library's words for requests that we do not know


class Exchange(BaseHTTPRequestHandler):
    """One request and its answer."""

    server: "Server"
    timeout = READ_S
    default_request_version = "HTTP/1.0"  # who names none is answered with a status too

    def do_GET(self) -> None:
        if urlsplit(self.path).path in ("/health/live", "/health/ready"):
            self.send(200, b"ok\n", kind="text/plain; charset=utf-8")
        else:
            self.carriers(b"")

    def do_POST(self) -> None:
        """The body, when it is told how long it is and not too long."""
        length = self.headers.get("Content-Length", "")
        if self.headers.get("Transfer-Encoding"):
            return self.send(411)
        if not (length.isascii() and length.isdecimal() and len(length) < 10):
            return self.send(411 if not length else 400)
        if int(length) > LARGEST:
            return self.send(413)
        body = self.rfile.read(int(length))
        if len(body) < int(length):  # hung up meanwhile
            return None
        return self.carriers(body)

    def carriers(self, body: bytes) -> None:
        """A request under ``/voice/``, or none of ours."""
        self.server.heard(self.connection)
        path, _, query = self.path.partition("?")
        if not path.startswith("/voice/"):
            return self.send(404)
        signed = self.headers.get("X-Twilio-Signature", "")
        asked = Request(self.command, path, query, body, signed)
        try:
            told = self.server.answering.answer(asked)
        except Refused as refused:
            return self.send(refused.status)
        return self.send(200, told) if told is not None else self.send(204)

    def send(self, status: int, content: bytes = b"", *, kind: str = KIND) -> None:
        self.send_response(status)
        if content:
            self.send_header("Content-Type", kind)
        if status == 405:
            self.send_header("Allow", "GET, POST")
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the library refuses by itself: no method of ours, too long, not HTTP."""
        self.close_connection = True
        self.send(OTHER.get(code, code))

    def version_string(self) -> str:
        return "callcenter"

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: what matters is said where it happens."""


class Server(ThreadingHTTPServer):
    """Listens at once; ``serve_forever()`` answers until ``shutdown()``."""

    daemon_threads = False  # who is being answered is answered to the end
    request_queue_size = 128

    def __init__(self, place: tuple[str, int], answering: Answering) -> None:
        self.address_family = socket.AF_INET6 if ":" in place[0] else socket.AF_INET
        super().__init__(place, Exchange)
        self.answering = answering
        self._seats = threading.BoundedSemaphore(AT_ONCE)
        self._reading: dict[socket.socket, float] = {}  # since when

    def server_bind(self) -> None:
        """As the library does, without asking a name server for our own name."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        host, port = self.socket.getsockname()[:2]
        self.server_address, self.server_name, self.server_port = (host, port), host, port

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._seat():
            self.shutdown_request(request)
            return
        self._reading[request] = time.monotonic()
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # no thread could be started: the seat is free again
            self._leave(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._leave(request)

    def _leave(self, request: Any) -> None:
        self.heard(request)
        self._seats.release()

    def _seat(self) -> bool:
        """Wait for a free seat, and end those who keep one without saying what they want."""
        over = time.monotonic() + DOOR_S
        while not self._seats.acquire(timeout=0.1):
            self._end_slow(CROWDED_S)
            if time.monotonic() > over:
                return False
        return True

    def heard(self, request: socket.socket) -> None:
        """Its request is here whole: it is not ended any more."""
        self._reading.pop(request, None)

    def service_actions(self) -> None:
        """Between two connections, and each half second: end what takes too long."""
        super().service_actions()
        self._end_slow(WHOLE_S)

    def _end_slow(self, after_s: float) -> None:
        """End those whose request is not here whole after so many seconds."""
        late = time.monotonic() - after_s
        for request, since in list(self._reading.items()):
            if since < late:
                self.heard(request)
                end(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke is the other side's to make again."""
        kind = sys.exc_info()[0]
        if kind is not None and not issubclass(kind, OSError):
            tell("error", "answering broke", self.answering.now(), error=kind.__name__)


def end(request: socket.socket) -> None:
    """Wake up whoever reads from it: there is nothing more to come."""
    with suppress(OSError):  # it has ended meanwhile
        request.shutdown(socket.SHUT_RDWR)
