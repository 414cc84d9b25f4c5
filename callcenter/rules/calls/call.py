"""The value that a call is folded into, and its form as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

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

    ``anomalies`` counts what cannot have been so: an answer before the entry or after the end,
    an end of something that never began.
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

    def as_body(self) -> dict[str, Any]:
        """JSON values only; :meth:`from_body` reads them back."""
        return _plain(asdict(self))

    @classmethod
    def from_body(cls, body: dict[str, Any]) -> Call:
        """The call of a body written by :meth:`as_body`."""
        call_back = body["call_back"]
        return cls(
            **body
            | _instants(body, "arrived_at", "ended_at")
            | {
                "stays": tuple(
                    Stay(**stay | _instants(stay, "entered_at", "left_at"))
                    for stay in body["stays"]
                ),
                "talks": tuple(_talk(talk) for talk in body["talks"]),
                "call_back": call_back
                and CallBack(
                    **call_back | _instants(call_back, "requested_at", "answered_at", "ended_at")
                ),
                "dispositions": tuple(body["dispositions"]),
            }
        )


def seconds(start: datetime, end: datetime) -> int:
    """Whole seconds from one instant to the other; a second that is not over does not count."""
    return (end - start) // SECOND


def _talk(body: dict[str, Any]) -> Talk:
    holds = tuple((_instant(start), _instant(end)) for start, end in body["holds"])
    return Talk(**body | _instants(body, "at", "ended_at", "wrapped_up_at") | {"holds": holds})


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
    return value


def _instants(body: dict[str, Any], *names: str) -> dict[str, datetime | None]:
    return {name: _instant(body[name]) if body[name] else None for name in names}


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
