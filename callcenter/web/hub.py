"""Who is to be told that a page changed. One thread a process hears of changes and wakes the
streams that they concern; a stream waits in its own thread (``streams.py``).

Two topics: ``board``, the figures, and ``desk``, an agent's own state, call and queues.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from math import inf
from queue import Empty, SimpleQueue
from time import monotonic

from callcenter import meters
from callcenter.records import desk, hearing
from callcenter.records.changes import EVERYTHING, kind
from callcenter.records.database import Database, Unavailable
from callcenter.records.hearing import Ear

BOARD, DESK, END = "board", "desk", ""
TOPICS = {"agent": DESK, "supervisor": BOARD, "auditor": BOARD, "admin": BOARD}
SUBJECTS = frozenset({"call", "agent", "center", "ticket", "posko", EVERYTHING})

TURN_S = 0.25  # how soon a process that ends lets its streams go
READY_S = 3.0
LINGER_S = 30.0  # browsers come back
EACH = 4  # streams of one session: a browser needs one, more when its tabs cannot agree
SETTLE_S = 0.06  # by then the other processes know of the change too
BOARD_GAP_S, QUEUES_GAP_S = 1.8, 2.0  # figures are never older than 2 s


class Full(Exception):
    """No stream can be had now; the page asks again, and polls meanwhile."""


@dataclass(eq=False)
class Stream:
    """One browser that waits to be told. ``session`` and ``user`` are ids."""

    topic: str
    user: str
    session: str
    inbox: SimpleQueue[str] = field(default_factory=SimpleQueue)

    def say(self, word: str) -> None:
        self.inbox.put(word)

    def heard(self, timeout_s: float) -> str | None:
        """The next word, ``END`` when it is over; None when nothing was said in time. What was
        said twice meanwhile is heard once."""
        try:
            word = self.inbox.get(timeout=timeout_s)
        except Empty:
            return None
        while word != END and not self.inbox.empty():
            word = self.inbox.get_nowait()
        return word


@dataclass
class Pace:
    """Something that changes often is said soon, then at most every ``gap_s``; and once more after
    the last change, for a page whose answer came from a process that did not know of it yet."""

    settle_s: float
    gap_s: float
    due_at: float = inf
    _said_at: float = -inf
    _again: bool = False

    def changed(self, now: float) -> None:
        self.due_at = min(self.due_at, max(now + self.settle_s, self._said_at + self.gap_s))
        self._again = True

    def due(self, now: float) -> bool:
        """Whether to say it now."""
        if now < self.due_at:
            return False
        self._said_at, self.due_at = now, now + self.gap_s if self._again else inf
        self._again = False
        return True


class Hub:
    """The streams of one process, and the thread that hears for them. It runs while there are
    streams or somebody reads figures, and a little longer.

    ``limit``: streams at once, each of which takes a thread of the server. ``alive``: False once
    the server wants to end. ``version``: grows with everything that the board may show, as long
    as ``hears``.
    """

    def __init__(self, database: Database) -> None:
        self.limit = 100
        self.alive: Callable[[], bool] = lambda: True
        self.version = 0
        self.hears = False
        self._database = database
        self._lock = threading.Lock()
        self._streams: list[Stream] = []
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()
        self._until = 0.0
        self._board = Pace(SETTLE_S, BOARD_GAP_S)
        self._queues = Pace(0.0, QUEUES_GAP_S)
        self._waiting: tuple[desk.Queue, ...] = ()

    def join(self, role: str, *, user: str, session: str) -> Stream:
        """A stream of what this person's pages show. Raises :class:`Full`."""
        stream = Stream(TOPICS[role], user, session)
        with self._lock:
            mine = [one for one in self._streams if one.session == session]
            if len(mine) >= EACH:
                self._end(mine[0])
            if len(self._streams) >= self.limit or not self.alive():
                raise Full
            self._streams.append(stream)
        if not self.attend():
            self.leave(stream)
            raise Full
        return stream

    def leave(self, stream: Stream) -> None:
        """The stream is over, or its browser is gone."""
        with self._lock:
            if stream in self._streams:
                self._streams.remove(stream)

    def attend(self) -> bool:
        """Hear of changes for some time to come; False while there is nobody to hear them from."""
        with self._lock:
            self._until = monotonic() + LINGER_S
            if self._thread is None or not self._thread.is_alive():
                self._ready.clear()
                self._thread = threading.Thread(target=self._run, name="hub", daemon=True)
                self._thread.start()
        self._ready.wait(READY_S)
        return self.hears

    def close(self) -> None:
        """End all streams, and the thread."""
        self.alive = lambda: False
        thread = self._thread
        if thread is not None:
            thread.join(READY_S)

    @property
    def streams(self) -> int:
        """How many there are."""
        return len(self._streams)

    def _run(self) -> None:
        try:
            with hearing.hints(self._database) as ear:
                self.hears = ear.open()
                self._ready.set()
                while self._wanted():
                    self._turn(ear)
        finally:
            self.hears = False
            self._ready.set()

    def _wanted(self) -> bool:
        with self._lock:
            if self.alive() and (self._streams or monotonic() < self._until):
                return True
            for stream in list(self._streams):
                self._end(stream)
            self._thread = None
            return False

    def _turn(self, ear: Ear) -> None:
        due_s = min(self._board.due_at, self._queues.due_at) - monotonic()
        topics = ear.wait(min(TURN_S, max(0.0, due_s)))
        self.hears = ear.open()
        if not self.hears:
            with self._lock:
                for stream in list(self._streams):
                    self._end(stream)
        if topics:
            self._heard(topics)
        self._tell(monotonic())
        meters.sheet.put(meters.STREAMS, len(self._streams))

    def _heard(self, topics: Collection[str]) -> None:
        kinds = {kind(topic) for topic in topics}
        if not kinds & SUBJECTS:
            return
        self.version += 1
        self._board.changed(monotonic())
        if desks := self._of(DESK):
            concerned = self._concerned(topics)
            for stream in desks:
                if concerned is None or stream.user in concerned:
                    stream.say(DESK)
            if kinds & {"call", EVERYTHING}:
                self._queues.changed(monotonic())

    def _tell(self, now: float) -> None:
        if self._board.due(now):
            for stream in self._of(BOARD):
                stream.say(BOARD)
        if self._queues.due(now) and (desks := self._of(DESK)) and self._queues_moved():
            for stream in desks:
                stream.say(DESK)

    def _concerned(self, topics: Collection[str]) -> set[str] | None:
        """The agents whose own desks show one of these; None: it cannot be told which."""
        if any(topic in SUBJECTS for topic in topics):
            return None
        agents = {topic.partition(":")[2] for topic in topics if kind(topic) == "agent"}
        calls = {topic.partition(":")[2] for topic in topics if kind(topic) == "call"}
        try:
            with self._database.reading() as db:
                return agents | desk.agents_of(db, calls)
        except Unavailable:
            return None

    def _queues_moved(self) -> bool:
        """Whether every desk's list of queues is another than it was."""
        before = self._waiting
        try:
            with self._database.reading() as db:
                self._waiting = desk.queues(db)
        except Unavailable:
            return True
        return self._waiting != before

    def _of(self, topic: str) -> list[Stream]:
        with self._lock:
            return [stream for stream in self._streams if stream.topic == topic]

    def _end(self, stream: Stream) -> None:
        """Within the lock."""
        self._streams.remove(stream)
        stream.say(END)
