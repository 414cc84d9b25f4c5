"""A client that costs little: whole requests over raw sockets, answers read by their length.

As a program (``python -m tests.bench.pump``) it takes a plan on standard input and pumps it over
as many connections as the plan has lists, in one thread, so that it takes as little as can be of
the processors that the servers need.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

Place = tuple[str, int]
ENOUGH = 65536


class Refused(Exception):
    """The server answered, and not with a 2xx."""


class Plan(msgspec.Struct):
    """What to send: for each connection its requests in order."""

    host: str
    port: int
    requests: list[list[bytes]]


class Done(msgspec.Struct):
    """What came of it. ``took_s``: from the first request to the last answer."""

    took_s: float
    answered: int
    refused: int
    late_ms: list[float]


def ask(place: Place, request: bytes, timeout_s: float = 15.0) -> bytes:
    """One request on a connection of its own: the answer's body. Raises :class:`Refused`."""
    with socket.create_connection(place, timeout=timeout_s) as line:
        line.sendall(request)
        held = b""
        while (answer := whole(held)) is None:
            some = line.recv(ENOUGH)
            if not some:
                raise ConnectionResetError("closed before the answer was whole")
            held += some
    status, body, _ = answer
    if not 200 <= status < 300:
        raise Refused(f"answered {status}")
    return body


def whole(held: bytes) -> tuple[int, bytes, int] | None:
    """Status, body and length of the answer at the start of ``held``, or None: not yet whole."""
    end = held.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = held[:end].lower()
    status = int(head[9:12])
    mark = head.find(b"content-length:")
    length = 0 if mark < 0 else int(head[mark + 15 :].split(b"\r\n", 1)[0])
    total = end + 4 + length
    return None if len(held) < total else (status, held[end + 4 : total], total)


@dataclass
class Connection:
    """One connection and what it still has to send."""

    place: Place
    left: list[bytes]
    line: socket.socket = field(init=False)
    held: bytes = b""
    sent_at: float = 0.0

    def __post_init__(self) -> None:
        self.left = self.left[::-1]
        self.connect()

    def connect(self) -> None:
        self.line = socket.create_connection(self.place, timeout=15)
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self) -> None:
        self.sent_at = time.perf_counter()
        self.line.sendall(self.left[-1])

    def receive(self) -> int:
        """The status when the answer is whole, else 0. Raises ``ConnectionResetError``."""
        some = self.line.recv(ENOUGH)
        if not some:
            raise ConnectionResetError("closed before the answer was whole")
        self.held += some
        answer = whole(self.held)
        if answer is None:
            return 0
        self.held = self.held[answer[2] :]
        self.left.pop()
        return answer[0]


def pump(plan: Plan) -> Done:
    """Send everything, each connection its next request as soon as the last is answered."""
    place = (plan.host, plan.port)
    connections = [Connection(place, requests) for requests in plan.requests]
    waiting = selectors.DefaultSelector()
    done = Done(0.0, 0, 0, [])
    begun = time.perf_counter()
    for one in connections:
        waiting.register(one.line, selectors.EVENT_READ, one)
        one.send()
    while waiting.get_map():
        for key, _ in waiting.select(timeout=15):
            _answered(key.data, waiting, done)
    done.took_s = time.perf_counter() - begun
    return done


def _answered(one: Connection, waiting: selectors.BaseSelector, done: Done) -> None:
    status = one.receive()
    if not status:
        return
    done.late_ms.append((time.perf_counter() - one.sent_at) * 1000)
    done.answered += 200 <= status < 300
    done.refused += not 200 <= status < 300
    if one.left:
        one.send()
    else:
        waiting.unregister(one.line)
        one.line.close()


def main(arguments: Sequence[str]) -> int:
    plan = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.json.encode(pump(plan)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
