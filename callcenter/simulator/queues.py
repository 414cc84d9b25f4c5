"""Callers who stand in a line until somebody takes them."""

from dataclasses import dataclass, field
from datetime import datetime

from .calls import Call
from .signing import Form


@dataclass(eq=False)
class Place:
    """One caller's place in a queue."""

    queue: "Queue"
    call: Call
    entered_at: datetime

    def waited_s(self, now: datetime) -> int:
        return int((now - self.entered_at).total_seconds())

    @property
    def position(self) -> int:
        """1 for the caller in front; 0 once taken."""
        places = self.queue.places
        return places.index(self) + 1 if self in places else 0

    def form(self, now: datetime) -> Form:
        """What a wait document is told about its caller's place."""
        queue = self.queue
        return (
            ("QueueSid", queue.sid),
            ("QueuePosition", str(self.position)),
            ("QueueTime", str(self.waited_s(now))),
            ("AvgQueueTime", str(queue.average_wait_s(now))),
            ("CurrentQueueSize", str(len(queue.places))),
            ("MaxQueueSize", str(queue.max_size)),
        )


@dataclass(eq=False)
class Queue:
    """A named queue; it stays once it was made."""

    sid: str
    name: str
    created_at: datetime
    updated_at: datetime
    max_size: int = 1000
    places: list[Place] = field(default_factory=list)

    def average_wait_s(self, now: datetime) -> int:
        """How long those who wait now have been waiting, on average."""
        waits = [place.waited_s(now) for place in self.places]
        return sum(waits) // len(waits) if waits else 0
