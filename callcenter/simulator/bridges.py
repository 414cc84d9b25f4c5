"""One caller and the telephones that are rung for them; at most one of those is connected."""

from dataclasses import dataclass, field

from .calls import Call


@dataclass(eq=False)
class Bridge:
    """A ``<Dial>`` of numbers under way. The legs report; the caller's script is woken."""

    caller: Call
    legs: list[Call] = field(default_factory=list)
    answered: Call | None = None  # picked up, perhaps still hearing a whisper
    connected: Call | None = None  # speaks with the caller
    was_connected: bool = False

    def joins(self, call: Call) -> bool:
        return self.connected is not None and call in (self.caller, self.connected)

    def other(self, call: Call) -> Call | None:
        """Whom this call speaks with."""
        if not self.joins(call):
            return None
        return self.connected if call is self.caller else self.caller

    def connect(self, leg: Call) -> None:
        self.connected, self.was_connected = leg, True
        self.caller.task.wake("connected")

    def part(self, leg: Call) -> None:
        """A leg has ended, or was led somewhere else."""
        self.legs.remove(leg)
        if self.connected is leg:
            self.connected = None
        self.caller.task.wake("parted")
