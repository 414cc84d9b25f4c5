"""What is counted, and how counts of two parts of a day become one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


def _merged(maps: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """One map; keys whose numbers cancel each other are gone, so that equal sums are equal."""
    whole: dict[int, int] = {}
    for one in maps:
        for key, number in one.items():
            whole[key] = whole.get(key, 0) + number
    return {key: number for key, number in whole.items() if number}


def count(definition: str) -> Any:
    """A number that adds up."""
    return field(default=0, metadata={"definition": definition, "add": sum})


def greatest(definition: str) -> Any:
    """A number of which the largest stands for the whole."""
    return field(default=0, metadata={"definition": definition, "add": max})


def by_key(definition: str) -> Any:
    """Numbers by second or by moment, each of which adds up."""
    return field(default_factory=dict, metadata={"definition": definition, "add": _merged})


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Everything that adds up. Seconds are whole."""

    inbound: int = count("Calls that reached us, each once, those we refused included.")
    blocked: int = count("Refused before any queue: no free line, closed, or barred.")
    ivr_contained: int = count("Calls that the menu ended with what was asked for.")
    ivr_abandoned: int = count("Calls that ended in the menu without a result.")
    offered: int = count("Entries into a queue; a transfer into another queue is a second one.")
    answered: int = count("Entries into a queue that an agent answered.")
    handled: int = count("Answered, and the conversation has ended.")
    abandoned: int = count("Callers who left a queue before an agent was connected.")
    short_abandoned: int = count("Of the abandoned, those who waited less than the short limit.")
    flow_out: int = count("Left a queue for a call back, voicemail, another queue or telephone.")
    answered_in_target: int = count("Answered within the target time; the last second counts.")
    abandoned_in_target: int = count("Abandoned within the target time.")
    talk_s: int = count("Seconds of conversation, without hold, in the time shown.")
    hold_s: int = count("Seconds that callers were on hold, in the time shown.")
    acw_s: int = count("Seconds of wrap-up after conversations, in the time shown.")
    transferred: int = count("Conversations that an agent handed on.")
    unique_calls_answered: int = count("Calls in which at least one agent answered.")
    agent_missed: int = count("Rings at an agent's place that nobody took in time.")
    callback_requested: int = count("Callers who asked to be called back.")
    callback_completed: int = count("Promised call backs in which an agent reached the caller.")
    waiting_now: int = count("Callers who are waiting now.")
    talking_now: int = count("Conversations that are going on now.")
    stale_closed: int = count("Answered calls whose end never came, closed by rule.")
    data_anomalies: int = count("What cannot have been so in what we were told: counted, kept.")
    prank: int = count("Calls whose outcome is a prank.")
    confirmations: int = count(
        "Tickets with a confirming reason, counted once, at the first outcome that helped."
    )
    short_service: int = count("Answered and ended in less than the short-service limit.")

    # What the figures are made of, besides the counts themselves.
    handle_s: int = count("Seconds of talk, hold and wrap-up of the handled.")
    callback_wait_s: int = count("Seconds from each request to the call back that kept it.")
    arrival_to_answer_s: int = count("Seconds from arrival to the first answer, menu included.")
    busy_s: int = count("Seconds that signed-in agents were in talk, hold or wrap-up.")
    available_s: int = count("Seconds that agents were ready and not in a call.")
    logged_in_s: int = count("Seconds that agents were signed in.")
    waits: Mapping[int, int] = by_key("How many of the answered waited how many seconds.")
    abandon_waits: Mapping[int, int] = by_key("The same of the abandoned.")
    waiting_longest_s: int = greatest("Seconds that the caller who waits longest has waited.")
    talks: Mapping[int, int] = by_key("Conversations begun less ended, by second (epoch).")

    def __add__(self, other: Self) -> Self:
        return add((self, other), type(self))


def add(parts: Iterable[Any], kind: type[Any]) -> Any:
    """All parts as one of ``kind``; none at all is one of zeros."""
    told: dict[str, list[Any]] = defaultdict(list)
    for part in parts:
        for name, value in vars(part).items():
            if value:
                told[name].append(value)
    adds = {column.name: column.metadata["add"] for column in fields(kind)}
    return kind(**{name: adds[name](values) for name, values in told.items()})
