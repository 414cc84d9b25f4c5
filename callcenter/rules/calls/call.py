"""The value that a call is folded into. Its fields are plain, so that it can be kept as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

ANSWERED, ABANDONED, FLOW_OUT, WAITING = "answered", "abandoned", "flow_out", "waiting"

SECOND = timedelta(seconds=1)

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Stay:
    """One stay in a queue, which is one offer to the agents. ``how`` it ended: answered,
    abandoned, flow_out (call back, voicemail, another queue), or still waiting.

    ``missed`` counts the rings that nobody took, ``transfers`` what the agents handed on.
    """

    queue: str
    entered_at: datetime
    left_at: datetime | None = None
    how: str = WAITING
    missed: int = 0
    transfers: int = 0

    @property
    def wait_s(self) -> int | None:
        """Seconds from the entry, ring included; None while it goes on."""
        return None if self.left_at is None else seconds(self.entered_at, self.left_at)


@dataclass(frozen=True)
class Talk:
    """One agent's part: from the moment when both are connected to the end of the wrap-up.

    ``stay``: which stay in a queue it answers. ``center``: the agent's, empty where unknown.
    ``offer``: our own offer's number, 0 for another switch's.
    """

    stay: int
    agent: str
    center: str
    at: datetime
    offer: int = 0
    ended_at: datetime | None = None
    holds: tuple[Span, ...] = ()
    wrapped_up_at: datetime | None = None

    @property
    def busy_until(self) -> datetime | None:
        """When the agent was free again; None while they talk."""
        return self.wrapped_up_at or self.ended_at


@dataclass(frozen=True)
class CallBack:
    """A promise to call back, and the first conversation that kept it."""

    requested_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    agent: str = ""


@dataclass(frozen=True)
class Call:
    """Everything that figures know of one call. ``contained``: the menu gave a result.

    ``solved`` (``yes``, ``partly``, ``no``) and ``satisfied`` (1 to 5) are what the caller said
    of it afterwards; empty and 0: nothing. ``anomalies`` counts what cannot have been so: an
    answer before the entry or after the end, an end of something that never began.
    """

    id: str
    center: str
    channel: str
    arrived_at: datetime
    ended_at: datetime | None = None
    test: bool = False
    blocked: bool = False
    contained: bool = False
    stays: tuple[Stay, ...] = ()
    talks: tuple[Talk, ...] = ()
    call_back: CallBack | None = None
    dispositions: tuple[str, ...] = ()
    anomalies: int = 0
    solved: str = ""
    satisfied: int = 0

    @property
    def booked_at(self) -> datetime:
        """Where the call is counted: at its entry into a queue, else at its arrival."""
        return self.stays[0].entered_at if self.stays else self.arrived_at

    @property
    def queue(self) -> str:
        """The queue that it entered first; empty when it never did."""
        return self.stays[0].queue if self.stays else ""

    @property
    def reached(self) -> bool:
        """Whether the caller spoke with an agent, at once or when called back."""
        return bool(self.talks) or bool(self.call_back and self.call_back.answered_at)

    @property
    def last_at(self) -> datetime:
        """The last moment of which anything is known: entries, talks, wrap-up, the call back."""
        kept = self.call_back
        moments = [
            *(stay.left_at or stay.entered_at for stay in self.stays),
            *(talk.busy_until or talk.at for talk in self.talks),
            *(until for talk in self.talks for _, until in talk.holds),
            *((kept.ended_at or kept.answered_at or kept.requested_at,) if kept else ()),
        ]
        return max([self.ended_at or self.arrived_at, *moments])


def seconds(start: datetime, end: datetime) -> int:
    """Whole seconds from one instant to the other; a second that is not over does not count."""
    return (end - start) // SECOND
