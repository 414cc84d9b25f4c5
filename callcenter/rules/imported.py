"""Calls from another switch: one line of JSON a call becomes ordinary events of the diary.

The format is that of the README's "Importing calls". An event's id is computed from what the line
says, so a file read twice, or a line with an event twice, adds nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from callcenter.rules import events, phone, tickets
from callcenter.rules.events import Event
from callcenter.rules.outcomes import DISPOSITIONS, OUTCOMES
from callcenter.rules.reasons import REASONS

THREAD = "import"
IMPORTED = 0  # the number of an entry that another switch counted, if it did
TEXT, CODE = 120, 40  # the longest call id or name, and the longest code
DEFAULT_REASON = "application_status"
# An E.164 number that our own rules would not dial is still the same caller when it comes again.
E164 = re.compile(r"\+\d{3,15}")

# What each event must say, and what it may.
NEEDS = {
    "arrive": (),
    "blocked": (),
    "ivr_result": ("result",),
    "queue": ("queue",),
    "ring": ("agent",),
    "ring_timeout": ("agent",),
    "answer": ("agent",),
    "hold": (),
    "unhold": (),
    "transfer": (),
    "hangup": (),
    "acw_end": (),
    "callback_request": (),
    "callback_answer": (),
    "callback_end": (),
    "outcome": ("code",),
    "agent_state": ("agent", "state"),
}
MAY = {
    "blocked": ("reason",),
    "transfer": ("to",),
    "hangup": ("by",),
    "acw_end": ("agent",),
    "callback_answer": ("agent",),
    "outcome": ("reason",),
}
STATES = {
    **dict.fromkeys(("available", "ready", "idle", "login", "logged_in"), "available"),
    **dict.fromkeys(("offline", "logout", "logged_out", "logoff", "sign_out"), "offline"),
    **dict.fromkeys(("away",), "away"),
}


class BadLine(ValueError):
    """Why a line cannot be taken, to be read after its number."""


@dataclass(frozen=True)
class Said:
    """One event of a line. ``words``: what it says besides its kind and time."""

    at: datetime
    ev: str
    words: Mapping[str, str]

    @property
    def turn(self) -> str:
        """Its place in the diary: equal for equal events, and for no others."""
        words = json.dumps([self.at.astimezone(UTC).isoformat(), sorted(self.words.items())])
        return f"{self.ev}:{blake2b(words.encode(), digest_size=12).hexdigest()}"


@dataclass(frozen=True)
class Line:
    """One call of another switch. ``number``: E.164, None where it is withheld or none."""

    call: str
    center: str
    number: str | None
    withheld: bool
    test: bool
    said: tuple[Said, ...]

    @property
    def agents(self) -> frozenset[str]:
        """The agents' names, as the other switch writes them."""
        names = {said.words.get("agent", "") for said in self.said}
        return frozenset(names - {""})

    @property
    def arrived_at(self) -> datetime | None:
        """The first moment of the call; None for a line that is about agents only."""
        return min((said.at for said in self.said if said.ev != "agent_state"), default=None)


def read(text: str) -> Line:
    """The call of one line. Raises :class:`BadLine` saying what is wrong with it."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise BadLine(f"is not JSON ({error})") from error
    if not isinstance(told, dict):
        raise BadLine("is not an object; write one call in braces")
    happened = told.get("events")
    if not isinstance(happened, list) or not happened:
        raise BadLine('has no "events"; give a list with at least one')
    test = told.get("test", False)
    if not isinstance(test, bool):
        raise BadLine('"test" is neither true nor false')
    who = told.get("caller") or ""
    if not isinstance(who, str):
        raise BadLine('"caller" is not text; write the number in quotes')
    number, withheld = caller(who)
    return Line(
        _text(told, "call", TEXT),
        _text(told, "center", 20),
        number,
        withheld,
        test,
        tuple(_said(one, place) for place, one in enumerate(happened, 1)),
    )


def caller(raw: str) -> tuple[str | None, bool]:
    """The number, E.164, and whether it was withheld."""
    who = phone.caller(raw)
    bare = phone.MARKS.sub("", raw)
    other = bare if who.kind == "other" and E164.fullmatch(bare) else None
    return who.number or other, who.withheld


def happened(line: Line, agents: Mapping[str, str], *, test: bool) -> tuple[Event, ...]:
    """The diary events of a line. ``agents``: their ids by name. ``test``: in no figure."""
    return tuple(_events(line, agents, test=test))


def _events(line: Line, agents: Mapping[str, str], *, test: bool) -> Iterator[Event]:
    arrived_at = line.arrived_at
    if arrived_at:
        yield _arrived(line, "arrival", "0", arrived_at, test)
    for said in line.said:
        match said.ev:
            case "arrive":
                yield _arrived(line, THREAD, said.turn, said.at, test)
            case "agent_state":
                yield _state(said, agents[said.words["agent"]], line.center)
            case "outcome" if said.words["code"] in OUTCOMES:
                yield from _ticket(line, said, agents, test=test)
            case _:
                yield _of_call(line.call, said, agents)


def _arrived(line: Line, thread: str, turn: str, at: datetime, test: bool) -> Event:
    return events.CallArrived(
        subject=events.call(line.call),
        thread=thread,
        turn=turn,
        at=at,
        line="",
        center=line.center,
        withheld=line.withheld,
        test=test,
    )


def _of_call(call: str, said: Said, agents: Mapping[str, str]) -> Event:
    words = said.words
    known: dict[str, tuple[type[Event], dict[str, Any]]] = {
        "blocked": (events.CallBlocked, {"why": words.get("reason", "no_line")}),
        "ivr_result": (events.IvrResult, {"result": words.get("result", "")}),
        "queue": (events.QueueEntered, {"queue": words.get("queue", ""), "entry": IMPORTED}),
        "ring": (events.AgentRang, _agent(words, agents)),
        "ring_timeout": (events.RingTimedOut, _agent(words, agents)),
        "answer": (events.AgentAnswered, _agent(words, agents)),
        "hold": (events.HoldStarted, {}),
        "unhold": (events.HoldEnded, {}),
        "transfer": (events.Transferred, {"to": words.get("to", "")}),
        "hangup": (events.CallerHungUp, {"by": words.get("by", "")}),
        "acw_end": (events.AfterCallEnded, _agent(words, agents)),
        "callback_request": (events.CallBackRequested, {}),
        "callback_answer": (events.CallBackAnswered, _agent(words, agents)),
        "callback_end": (events.CallBackEnded, {}),
        "outcome": (events.OutcomeNoted, {"code": words.get("code", "")}),
    }
    kind, body = known[said.ev]
    return kind(subject=events.call(call), thread=THREAD, turn=said.turn, at=said.at, **body)


def _agent(words: Mapping[str, str], agents: Mapping[str, str]) -> dict[str, str]:
    return {"agent": agents.get(words.get("agent", ""), "")}


def _state(said: Said, agent: str, center: str) -> Event:
    """Whatever another switch calls a state in which nobody can be rung is a break here."""
    word = said.words["state"]
    return events.StateChosen(
        subject=events.agent(agent),
        thread=THREAD,
        turn=said.turn,
        at=said.at,
        state=STATES.get(word.casefold(), "break"),
        center=center,
        reason=word,
        by="import",
    )


def _ticket(
    line: Line, said: Said, agents: Mapping[str, str], *, test: bool
) -> tuple[Event, Event]:
    """A ticket for each need of a call; what is said of one need later answers the same ticket."""
    reason = said.words.get("reason", DEFAULT_REASON)
    ticket_id = events.event_id(events.call(line.call), "import_ticket", reason)
    agent = _agent({"agent": _last_agent(line, said.at)}, agents)["agent"]
    opened = events.TicketOpened(
        subject=events.ticket(ticket_id),
        thread="opened",
        turn="0",
        at=said.at,
        number=number(ticket_id),
        channel="call",
        center=line.center,
        agent=agent,
        call=line.call,
        test=test,
    )
    recorded = events.OutcomeRecorded(
        subject=events.ticket(ticket_id),
        thread="outcome",
        turn=f"{THREAD}:{said.turn}",
        at=said.at,
        reason=reason,
        outcome=said.words["code"],
        agent=agent,
    )
    return opened, recorded


def number(ticket_id: str, draw: int = 0) -> str:
    """The ticket number of an imported ticket: the same in every database that reads the file.
    ``draw``: 1 and more where another ticket has that number already."""
    drawn = int(events.event_id(ticket_id, "number", str(draw)), 16)
    return tickets.number(drawn % tickets.DRAWS)


def _last_agent(line: Line, at: datetime) -> str:
    """Who had answered last at that moment."""
    spoke = [
        (said.at, said.words.get("agent", ""))
        for said in line.said
        if said.ev in ("answer", "callback_answer") and said.at <= at
    ]
    return max(spoke)[1] if spoke else ""


def _said(one: Any, place: int) -> Said:
    """One event of the list, its ``place`` counted from 1. Raises :class:`BadLine`."""
    if not isinstance(one, dict) or not isinstance(one.get("ev"), str):
        raise BadLine(f'event {place} has no "ev"')
    ev = one["ev"]
    if ev not in NEEDS:
        raise BadLine(f'event {place}: "{ev[:CODE]}" is no event; known are {", ".join(NEEDS)}')
    wanted = (*NEEDS[ev], *MAY.get(ev, ()))
    try:
        words = {
            name: _text(one, name, TEXT if name == "agent" else CODE)
            for name in wanted
            if name in NEEDS[ev] or one.get(name) not in (None, "")
        }
        said = Said(_instant(one.get("at")), ev, words)
        _known_codes(said)
    except BadLine as fault:
        raise BadLine(f"event {place} ({ev}): {fault}") from fault
    return said


def _known_codes(said: Said) -> None:
    if said.ev != "outcome":
        return
    code, reason = said.words["code"], said.words.get("reason", DEFAULT_REASON)
    if code not in OUTCOMES and code not in DISPOSITIONS:
        raise BadLine(f'"{code}" is neither an outcome nor a disposition')
    if reason not in REASONS:
        raise BadLine(f'"{reason}" is no reason')


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadLine(f'has no "{name}"')
    if len(value) > longest or not value.isprintable():
        raise BadLine(f'"{name}" is longer than {longest} characters or cannot be printed')
    return value.strip()


def _instant(value: Any) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadLine('"at" is no time; write it as 2020-04-13T09:00:00+07:00') from None
    if at.tzinfo is None:
        raise BadLine('"at" has no offset; end it with +07:00 or Z')
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise BadLine('"at" is outside of every calendar') from None
