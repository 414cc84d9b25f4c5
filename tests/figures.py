"""Calls for tests of figures, written as people tell them: ``"09:00:20 answer A1"``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from callcenter.records import diary, importing, recaps, stats, summaries
from callcenter.records import policy as policies
from callcenter.records.database import Database
from callcenter.records.sealing import Keys
from callcenter.rules import calls, events, imported, tickets, wib
from callcenter.rules.calls import Call
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy, QueueRules
from callcenter.rules.recap import Recap
from callcenter.rules.tally import People, Tally, add, figures, tally

RULES = QueueRules()
DAY = "2020-04-13"
LONG_AFTER = wib.at("2020-06-01 00:00")


def at(clock: str) -> datetime:
    """``09:00:20`` on the 13th of April; a day may stand before it."""
    return wib.at(clock if " " in clock else f"{DAY} {clock}")


def line(call: str, *told: str, center: str = "CC1", caller: str = "", test: bool = False) -> str:
    """A line of an import file. What is told: the clock, the event, its words in their order."""
    return json.dumps(
        {
            "call": call,
            "center": center,
            "caller": caller,
            "test": test,
            "events": [_said(one) for one in told],
        }
    )


def _said(one: str) -> dict[str, str]:
    clock, ev, *words = one.split()
    names = (*imported.NEEDS[ev], *imported.MAY.get(ev, ()))
    when = at(clock.replace("T", " ") if "T" in clock else clock)
    return {"at": when.isoformat(), "ev": ev, **dict(zip(names, words, strict=False))}


def heard(*told: str, call: str = "c1", center: str = "CC1", test: bool = False) -> list[Event]:
    """The diary's events of a call of another switch; its agents' ids are their names."""
    read = imported.read(line(call, *told, center=center, test=test))
    names = {agent: agent for agent in read.agents}
    return list(imported.happened(read, names, test=test))


def settled(*told: str, **more: Any) -> Call:
    """That call, settled."""
    call = calls.settle(heard(*told, **more))
    assert call is not None
    return call


def tallied(*told: str, as_of: datetime = LONG_AFTER, rules: QueueRules = RULES) -> Tally:
    """What that call adds to the figures."""
    return tally(settled(*told), rules, as_of)


def day_of(*whole: tuple[str, ...], as_of: datetime = LONG_AFTER) -> dict[str, Any]:
    """The figures of several calls, each a tuple of what is told of it."""
    parts = [tally(settled(*told, call=f"c{n}"), RULES, as_of) for n, told in enumerate(whole)]
    return figures(add(parts), People())


@dataclass
class Live:
    """A call of our own, told event by event; every method is one thing that happens."""

    call: str = "CA1"
    center: str = "CC1"
    told: list[Event] = field(default_factory=list)
    entries: int = 0
    offers: int = 0

    def settle(self) -> Call:
        call = calls.settle(self.told)
        assert call is not None
        return call

    def arrives(self, clock: str, **body: Any) -> Live:
        known = {"line": "+62318293097", "center": self.center} | body
        return self._add(events.CallArrived, clock, "arrival", "0", **known)

    def chooses(self, clock: str, goes: str) -> Live:
        turn = str(len(self.told))
        return self._add(events.MenuChosen, clock, "ivr", turn, answer="1", goes=goes)

    def enters(self, clock: str, queue: str = "confirmation") -> Live:
        self.entries += 1
        turn = str(self.entries)
        return self._add(events.QueueEntered, clock, "queue", turn, queue=queue, entry=self.entries)

    def leaves(self, clock: str, goes: str) -> Live:
        turn = str(self.entries)
        return self._add(events.WaitEnded, clock, "exit", turn, entry=self.entries, goes=goes)

    def hangs_up_waiting(self, clock: str) -> Live:
        body = {"entry": self.entries, "result": "hangup"}
        return self._add(events.QueueLeft, clock, f"queue:{self.entries}", "hangup", **body)

    def is_offered(self, clock: str, agent: str, center: str = "CC1") -> Live:
        self.offers += 1
        body = {"offer": self.offers, "entry": self.entries, "agent": agent, "center": center}
        return self._add(events.CallOffered, clock, "offered", str(self.offers), **body)

    def is_declined(self, clock: str, why: str) -> Live:
        return self._of_offer(events.OfferDeclined, clock, "offer", agent="", why=why)

    def expires(self, clock: str) -> Live:
        return self._of_offer(events.OfferExpired, clock, "offer", agent="")

    def is_accepted(self, clock: str) -> Live:
        return self._of_offer(events.OfferAccepted, clock, "offer", agent="", how="key")

    def joins(self, clock: str, role: str, leg: str = "") -> Live:
        thread = f"room:{role}{leg}{clock if leg else ''}"
        return self._of_offer(events.ParticipantJoined, clock, thread, role=role, leg=leg)

    def parts(self, clock: str, role: str, leg: str = "") -> Live:
        thread = f"left:{role}{leg}{clock}"
        return self._of_offer(events.ParticipantLeft, clock, thread, role=role, leg=leg)

    def is_handled(self, clock: str, why: str = "caller_left", *, talked: bool = True) -> Live:
        body = {"agent": "", "talked": talked, "why": why}
        return self._of_offer(events.HandlingEnded, clock, "handling", **body)

    def is_wrapped_up(self, clock: str) -> Live:
        return self._of_offer(events.WrapUpEnded, clock, "wrap_up", agent="", by="agent")

    def ends(self, clock: str) -> Live:
        return self._add(events.CallReported, clock, "status", "completed", status="completed")

    def _of_offer(self, kind: type[Event], clock: str, thread: str, **body: Any) -> Live:
        return self._add(kind, clock, thread, str(self.offers), offer=self.offers, **body)

    def _add(self, kind: type[Event], clock: str, thread: str, turn: str, **body: Any) -> Live:
        place = {"subject": events.call(self.call), "thread": thread, "turn": turn}
        self.told.append(kind(**place, at=at(clock), **body))
        return self


@dataclass
class Ledger:
    """A database with a policy, into which tests write and from which figures are read."""

    database: Database
    keys: Keys
    policy: Policy

    def __post_init__(self) -> None:
        with self.database.transaction() as db:
            policies.add(db, self.policy, by="test", why="test", now=at("00:00"))

    def imports(self, *lines: str, now: datetime = LONG_AFTER) -> importing.Report:
        """Bring lines in, as ``import-calls`` does."""
        return importing.bring_in(self.database, self.keys, lines, now=now)

    def write(self, *happened: Event, now: datetime | None = None) -> None:
        with self.database.transaction() as db:
            diary.write(db, happened, now=now or happened[0].at)

    def settle(self, now: datetime = LONG_AFTER, limit: int = 1000) -> int:
        """What the worker does with calls that have ended."""
        with self.database.transaction() as db:
            return summaries.settle_ended(db, self.policy, now=now, limit=limit)

    def stats(self, day: str = DAY, **more: Any) -> dict[str, Any]:
        """The document of ``stats --json``."""
        now = more.pop("now", LONG_AFTER)
        with self.database.reading() as db:
            ruling = policies.newest(db) or self.policy
            return stats.day_figures(db, ruling, date.fromisoformat(day), now=now, **more)

    def recap(self, day: str = DAY, now: datetime = LONG_AFTER, until: str = "") -> Recap:
        with self.database.reading() as db:
            ruling = policies.newest(db) or self.policy
        day_asked = date.fromisoformat(day)
        return recaps.recap(self.database, ruling, day_asked, until=until, now=now)

    def opens(self, ticket: str, clock: str, **body: Any) -> None:
        """A ticket; unless said, of a call that came to CC1."""
        number = tickets.number(int(events.event_id(ticket, "", ""), 16) % tickets.DRAWS)
        known = {"channel": "call", "center": "CC1", "agent": "sari", "number": number} | body
        self.write(
            events.TicketOpened(
                subject=events.ticket(ticket),
                thread="opened",
                turn="0",
                at=at(clock),
                **known,
            )
        )

    def answers(
        self, ticket: str, clock: str, outcome: str, reason: str = "application_status"
    ) -> None:
        """What came of a ticket; the first time it is recorded, then corrected."""
        subject = events.ticket(ticket)
        with self.database.reading() as db:
            before = [e for e in diary.of(db, subject) if e.thread == "outcome"]
        kind = events.OutcomeCorrected if before else events.OutcomeRecorded
        place = {"subject": subject, "thread": "outcome", "turn": str(len(before))}
        self.write(kind(**place, at=at(clock), reason=reason, outcome=outcome, agent="sari"))

    def voids(self, ticket: str, clock: str) -> None:
        """A supervisor says that it is none."""
        place = {"subject": events.ticket(ticket), "thread": "outcome", "turn": "void"}
        self.write(events.TicketVoided(**place, at=at(clock), by="ratna", why="duplicate"))

    def reports(self, posko: int, assisted: int, clock: str = "16:30") -> None:
        """How many people a posko assisted today."""
        self.write(
            events.PoskoCounted(
                subject=events.posko(posko, DAY),
                thread="count",
                turn=clock,
                at=at(clock),
                posko=posko,
                day=DAY,
                assisted=assisted,
                by="posko",
            )
        )
