"""Streams of a real server: they keep it neither from ending nor from reading its settings anew."""

from __future__ import annotations

import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests import postgres
from tests.bench import live
from tests.bench.cold import running
from tests.bench.ground import fresh

SOON_S = 12.0  # a stream lasts 25 s; it must not be that which ends it


@dataclass
class Served:
    """A server of people's pages, and the cookie of somebody who is signed in."""

    server: subprocess.Popen[bytes]
    place: tuple[str, int]
    cookie: str

    def opened(self) -> socket.socket:
        """A stream that has said its first word."""
        line = socket.create_connection(self.place, timeout=SOON_S)
        line.sendall(
            f"GET /live/stream HTTP/1.1\r\nHost: localhost\r\nX-Live: 1\r\n"
            f"Cookie: {self.cookie}\r\n\r\n".encode()
        )
        said = b""
        while b"event: open" not in said:
            some = line.recv(4096)
            assert some, said
            said += some
        assert said.startswith(b"HTTP/1.1 200")
        return line


def ends(line: socket.socket) -> bool:
    """Whether the stream is ended properly, before its time."""
    said = b""
    while some := line.recv(4096):
        said += some
        if said.endswith(b"0\r\n\r\n"):
            return True
    return False


@pytest.fixture
def served() -> Iterator[Served]:
    with fresh("sqlite", WEB_PORT=str(postgres.free_port())) as ground:
        house, app = live.opened(ground)
        cookie = live.signed_in(house, app, "rini", "supervisor")
        house.database.close()
        host, _, port = ground.settings.web.bind.rpartition(":")
        command = ("callcenter", "serve", "people")
        with running(ground, command, "--workers", "1", "--threads", "8") as server:
            live.ready(ground)
            yield Served(server, (host, int(port)), cookie)


def test_a_server_that_is_to_end_lets_its_streams_go(served):
    with served.opened() as one, served.opened() as two:
        served.server.send_signal(signal.SIGTERM)

        assert ends(one)
        assert ends(two)
        assert served.server.wait(SOON_S) == 0


def test_at_a_reload_streams_end_and_begin_anew_in_the_new_process(served):
    with served.opened() as one:
        served.server.send_signal(signal.SIGHUP)
        assert ends(one)

        with served.opened():
            assert served.server.poll() is None


def test_most_threads_are_for_streams_and_some_for_everything_else(served):
    streams = [served.opened() for _ in range(3)] + [served.opened()]  # 8 threads, 4 kept back

    with socket.create_connection(served.place, timeout=SOON_S) as line:
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 200")
    for one in streams:
        one.close()
