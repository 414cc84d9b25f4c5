"""Many browsers in one process, as ``live.js`` and ``stream.js`` behave: each has a stream open,
and fetches its fragment when the stream says that something changed, or every 10 s.

A program, so that its work is not counted as the server's: the plan comes on stdin, ``ready`` is
said when all have a stream and have shown their page once, and what they saw is said at the end.
"""

from __future__ import annotations

import heapq
import random
import re
import selectors
import socket
import sys
import time
from dataclasses import dataclass, field

import msgspec

ENOUGH = 1 << 18
STREAMED_S, POLLED_S, CALM_S = 10.0, 5.0, 0.3


class Plan(msgspec.Struct):
    """``shown``: a pattern whose group is what a browser shows; ``until``: a line on stdin."""

    host: str
    port: int
    cookies: list[str]
    fragment: str
    shown: str


class Seen(msgspec.Struct):
    """``shown``: (when by ``time.monotonic``, browser, what) for each change of what one shows."""

    shown: list[tuple[float, int, str]] = []
    fetched: int = 0
    unchanged: int = 0
    streams: int = 0
    refused: int = 0
    strange: list[str] = []


@dataclass
class Browser:
    """One of them."""

    plan: Plan
    number: int
    house: House
    etag: str = ""
    shows: str = ""
    fetching: bool = False
    again: bool = False
    streaming: bool = False
    asked: socket.socket | None = None
    held: bytes = b""
    told: bytes = b""
    turn: int = 0

    def request(self, path: str, more: str = "") -> bytes:
        return (
            f"GET {path} HTTP/1.1\r\nHost: {self.plan.host}:{self.plan.port}\r\nX-Live: 1\r\n"
            f"Cookie: {self.plan.cookies[self.number]}\r\nAccept: */*\r\nAccept-Language: id\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/130\r\n"
            "Accept-Encoding: gzip, deflate, br\r\nSec-Fetch-Mode: cors\r\n"
            f"Sec-Fetch-Site: same-origin\r\n{more}\r\n"
        ).encode()

    # ---- the stream
    def open(self) -> None:
        line = socket.create_connection((self.plan.host, self.plan.port), timeout=30)
        line.sendall(self.request("/live/stream"))
        self.told = b""
        self.house.listen(line, self.hear)

    def hear(self, line: socket.socket) -> None:
        some = line.recv(ENOUGH)
        self.told += some
        while b"\n\n" in self.told:
            part, _, self.told = self.told.partition(b"\n\n")
            if b"event: open" in part:
                self.streaming = True
                self.house.seen.streams += 1
                self.fetch()
            elif b"data: " in part:
                self.fetch()
        if (
            not some
            or self.told.startswith((b"HTTP/1.1 503", b"0\r\n"))
            or b"\r\n0\r\n\r\n" in (self.told)
        ):
            self.house.seen.refused += b" 503 " in self.told
            self.streaming = b" 503 " not in self.told
            self.house.silence(line)
            wait_s = CALM_S * random.random() if self.streaming else POLLED_S
            self.house.after(wait_s, self.open)

    # ---- the fragment
    def fetch(self) -> None:
        if self.fetching:
            self.again = True
            return
        self.fetching, self.again, self.held = True, False, b""
        more = f"If-None-Match: {self.etag}\r\n" if self.etag else ""
        if self.asked is None:
            self.asked = socket.create_connection((self.plan.host, self.plan.port), timeout=30)
            self.house.listen(self.asked, self.answered)
        self.asked.sendall(self.request(self.plan.fragment, more))

    def answered(self, line: socket.socket) -> None:
        some = line.recv(ENOUGH)
        if not some:
            self.house.silence(line)
            self.asked = None
            if self.fetching:  # the server closed it while we asked
                self.fetching = False
                self.fetch()
            return
        self.held += some
        end = self.held.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self.held[:end].decode("latin-1")
        length = re.search(r"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        status = head[9:12]
        if status == "200" and length and len(self.held) < end + 4 + int(length[1]):
            return
        self.show(status, head, self.held[end + 4 :])

    def show(self, status: str, head: str, body: bytes) -> None:
        seen = self.house.seen
        seen.fetched += 1
        seen.unchanged += status == "304"
        if status not in ("200", "304"):
            seen.strange.append(head[:200])
        if status == "200":
            found = re.search(r"\r\netag: (\S+)", head, re.IGNORECASE)
            self.etag = found[1] if found else ""
            shown = re.search(self.plan.shown, body.decode())
            now_shows = shown[1] if shown else ""
            if now_shows != self.shows:
                self.shows = now_shows
                seen.shown.append((time.monotonic(), self.number, now_shows))
        self.fetching = False
        if self.again:
            self.fetch()
            return
        self.turn += 1
        wait_s = STREAMED_S if self.streaming else POLLED_S
        turn = self.turn
        self.house.after(wait_s * (0.9 + 0.2 * random.random()), lambda: self.due(turn))

    def due(self, turn: int) -> None:
        if turn == self.turn and not self.fetching:
            self.fetch()


@dataclass
class House:
    """The loop that they share."""

    waiting: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    timers: list[tuple[float, int, object]] = field(default_factory=list)
    seen: Seen = field(default_factory=Seen)
    count: int = 0
    over: bool = False

    def listen(self, line: socket.socket, heard: object) -> None:
        self.waiting.register(line, selectors.EVENT_READ, heard)

    def silence(self, line: socket.socket) -> None:
        self.waiting.unregister(line)
        line.close()

    def after(self, wait_s: float, do: object) -> None:
        self.count += 1
        heapq.heappush(self.timers, (time.monotonic() + wait_s, self.count, do))

    def turn(self) -> None:
        next_s = self.timers[0][0] - time.monotonic() if self.timers else 1.0
        for key, _ in self.waiting.select(max(0.0, min(next_s, 1.0))):
            key.data(key.fileobj)
        while self.timers and self.timers[0][0] <= time.monotonic():
            heapq.heappop(self.timers)[2]()  # type: ignore[operator]


def main() -> int:
    plan = msgspec.json.decode(sys.stdin.readline(), type=Plan)
    house = House()
    browsers = [Browser(plan, number, house) for number in range(len(plan.cookies))]
    for one in browsers:
        house.after(random.random() * 2, one.open)
    while not all(one.streaming and one.etag for one in browsers) and not house.seen.refused:
        house.turn()
    print("ready", flush=True)
    house.seen = Seen(streams=sum(one.streaming for one in browsers))
    house.listen(sys.stdin, lambda _: setattr(house, "over", True))  # type: ignore[arg-type]
    while not house.over:
        house.turn()
    print(msgspec.json.encode(house.seen).decode(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
