"""Calls as the carrier and the floor tell them to the diary, for pages that show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from callcenter.records import callers, diary
from callcenter.rules import events
from callcenter.rules.events import Event
from tests.web.office import Office

CALLER = "+6281234567890"
LINE_1, LINE_2 = "+62318293097", "+62318280254"


@dataclass
class Call:
    """One call on its way to an agent; every step is a moment later than the one before."""

    office: Office
    sid: str = "CA1"
    agent: str = ""
    number: int = 1

    def arrives(
        self, number: str | None = CALLER, *, reason: str = "", line: str = LINE_1, center="CC1"
    ) -> Call:
        """The caller dialled, chose a need, and waits."""
        self._write(events.CallArrived, "arrival", "0", line=line, center=center)
        if reason:
            self._write(events.MenuChosen, "ivr", "1", answer="2", goes="agents", reason=reason)
        self._write(events.QueueEntered, "ivr", "2", queue="confirmation", entry=1, reason=reason)
        house = self.office.house
        with house.database.transaction() as db:
            caller = callers.of_call(self.sid)
            callers.note(db, house.keys, caller, number=number, now=self.office.clock())
        return self

    def rings(self, agent: str, *, center: str = "CC1", number: int = 1) -> Call:
        self.agent, self.number = agent, number
        told = {"agent": agent, "center": center, "entry": 1, "overflow": center != "CC1"}
        self._write(events.CallOffered, "offered", str(number), offer=number, **told)
        return self

    def is_accepted(self) -> Call:
        self._part(events.OfferAccepted, "offer", agent=self.agent, how="key")
        return self

    def is_expired(self) -> Call:
        self._part(events.OfferExpired, "offer", agent=self.agent)
        self._part(events.HandlingEnded, "handling", agent=self.agent, talked=False, why="expired")
        return self

    def talks(self) -> Call:
        self.is_accepted()
        for role in ("agent", "caller"):
            self._part(events.ParticipantJoined, f"join {role}", role=role, conference="CF1")
        return self

    def hangs_up(self) -> Call:
        """The conversation is over, the wrap-up begins."""
        told = {"talked": True, "why": "caller_left"}
        self._part(events.HandlingEnded, "handling", agent=self.agent, **told)
        return self

    def is_over(self) -> Call:
        """The clock ended the wrap-up."""
        self._part(events.WrapUpEnded, "wrap_up", agent=self.agent, by="clock")
        return self

    def _part(self, kind: type[Event], thread: str, **body: Any) -> None:
        self._write(kind, thread, str(self.number), offer=self.number, **body)

    def _write(self, kind: type[Event], thread: str, turn: str, **body: Any) -> None:
        self.office.clock.pass_by(seconds=1)
        at = self.office.clock()
        subject = events.call(self.sid)
        event = kind(subject=subject, thread=thread, turn=turn, at=at, **body)
        with self.office.house.database.transaction() as db:
            diary.write(db, [event], now=at)
