"""What really happened, as the network and the people on it saw it; never asked of the product.

A caller stands in line from the moment when the network is handed a document with ``<Enqueue>``:
the words "please wait" before it are part of the wait. Caller and agent are connected when both
sit in one conference, and their conversation ends when one of them leaves it, hangs up, or presses
"end" at the desk, whichever is first. Times are cut to whole seconds, as carriers report them.
"""

from dataclasses import dataclass, field
from datetime import datetime

ANSWERED, ABANDONED, FLOW_OUT, WAITING = "answered", "abandoned", "flow_out", "waiting"


@dataclass
class Talk:
    """A conversation with one agent."""

    agent: str
    at: datetime
    ended_at: datetime | None = None


@dataclass
class Stay:
    """A stay in line: from being told to wait to an agent, to giving up, or elsewhere."""

    since: datetime
    how: str = WAITING
    left_at: datetime | None = None
    talks: list[Talk] = field(default_factory=list)

    def leave(self, how: str, at: datetime) -> None:
        if self.how == WAITING:
            self.how, self.left_at = how, at

    @property
    def wait_s(self) -> int:
        return int(((self.left_at or self.since) - self.since).total_seconds())


@dataclass
class Attempt:
    """One call of one person."""

    sid: str
    line: str
    number: str  # "" when withheld
    at: datetime
    stays: list[Stay] = field(default_factory=list)
    ended_at: datetime | None = None
    answers: int = 0  # to questions after the conversation

    @property
    def talk(self) -> Talk | None:
        """The conversation that goes on."""
        last = self.stays[-1].talks[-1:] if self.stays else []
        return last[0] if last and last[0].ended_at is None else None

    @property
    def answered(self) -> bool:
        return any(stay.talks for stay in self.stays)


@dataclass
class Truth:
    """The day's attempts by the network's id, kept up to date by what the network notes."""

    attempts: dict[str, Attempt] = field(default_factory=dict)
    confirmed: int = 0  # confirmations of which an agent saw that they were saved

    def arrived(self, sid: str, line: str, number: str, at: datetime) -> None:
        self.attempts[sid] = Attempt(sid, line, number, _cut(at))

    def told_to_wait(self, sid: str, at: datetime) -> None:
        """Told so again while waiting is the same stay: an agent did not take the call."""
        attempt = self.attempts[sid]
        if not attempt.stays or attempt.stays[-1].how != WAITING:
            attempt.stays.append(Stay(_cut(at)))
        if attempt.ended_at:  # hung up while the answer was on its way
            attempt.stays[-1].leave(ABANDONED, attempt.ended_at)

    def connected(self, sid: str, agent: str, at: datetime) -> None:
        stay = self.attempts[sid].stays[-1]
        stay.leave(ANSWERED, _cut(at))
        stay.talks.append(Talk(agent, _cut(at)))

    def parted(self, sid: str, at: datetime) -> None:
        """The conversation of this call is over, if there is one."""
        if talk := self.attempts[sid].talk:
            talk.ended_at = _cut(at)

    def left_line(self, sid: str, how: str, at: datetime) -> None:
        if stays := self.attempts[sid].stays:
            stays[-1].leave(how, _cut(at))

    def hung_up(self, sid: str, at: datetime) -> None:
        attempt = self.attempts[sid]
        self.parted(sid, at)
        self.left_line(sid, ABANDONED, at)
        attempt.ended_at = _cut(at)


def _cut(at: datetime) -> datetime:
    return at.replace(microsecond=0)
