"""What is counted, and how counts of two parts of a day become one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

# What one thing adds: numbers, and maps of numbers, by the names of their columns in Counts.
Added = Mapping[str, Any]


def count(definition: str) -> Any:
    """A number that adds up."""
    return field(default=0, metadata={"definition": definition})


def greatest(definition: str) -> Any:
    """A number of which the largest stands for the whole."""
    return field(default=0, metadata={"definition": definition, "greatest": True})


def by_key(definition: str) -> Any:
    """Numbers by second or by moment, each of which adds up."""
    return field(default_factory=dict, metadata={"definition": definition})


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

    survey_answered: int = count("Callers who said afterwards whether the call had helped them.")
    survey_rated: int = count("Callers who said afterwards, from 1 to 5, how they were served.")

    # What the figures are made of, besides the counts themselves.
    handle_s: int = count("Seconds of talk, hold and wrap-up of the handled.")
    callback_wait_s: int = count("Seconds from each request to the call back that kept it.")
    arrival_to_answer_s: int = count("Seconds from arrival to the first answer, menu included.")
    survey_solved: int = count("Of those who answered, the callers who were helped in full.")
    survey_points: int = count("The sum of all marks from 1 to 5.")
    busy_s: int = count("Seconds that signed-in agents were in talk, hold or wrap-up.")
    available_s: int = count("Seconds that agents were ready and not in a call.")
    logged_in_s: int = count("Seconds that agents were signed in.")
    waits: Mapping[int, int] = by_key("How many of the answered waited how many seconds.")
    abandon_waits: Mapping[int, int] = by_key("The same of the abandoned.")
    waiting_longest_s: int = greatest("Seconds that the caller who waits longest has waited.")
    talks: Mapping[int, int] = by_key("Conversations begun less ended, by second (epoch).")
    most_talks: int = greatest("The most conversations at one time, where that was found before.")

    def __add__(self, other: Self) -> Self:
        return add((self, other), type(self))


GREATEST = frozenset(column.name for column in fields(Counts) if "greatest" in column.metadata)


class Sums:
    """Numbers while they are being added up: a Tally for every call would cost more than all
    the adding."""

    def __init__(self) -> None:
        self.so_far: dict[str, Any] = {}

    def take(self, added: Added) -> None:
        """Add what one thing adds."""
        for name, value in added.items():
            if not value:
                continue
            if isinstance(value, int):
                known = self.so_far.get(name, 0)
                self.so_far[name] = max(known, value) if name in GREATEST else known + value
            else:
                known = self.so_far.setdefault(name, {})
                for key, number in value.items():
                    known[key] = known.get(key, 0) + number

    def give_back(self, added: Added) -> None:
        """Take away what was added once. Of what is no sum, the greatest, it knows no way back."""
        for name, value in added.items():
            if isinstance(value, int):
                self.take({name: -value})
            else:
                self.take({name: {key: -number for key, number in value.items()}})

    def whole(self, kind: type[Any]) -> Any:
        """The sums as one of ``kind``. Keys whose numbers cancel each other are gone, so that
        equal sums are equal."""
        told = {}
        for name, value in self.so_far.items():
            if isinstance(value, dict):
                value = {key: number for key, number in value.items() if number}
            told[name] = value
        return kind(**told)


def add(parts: Iterable[Any], kind: type[Any]) -> Any:
    """All parts as one of ``kind``; none at all is one of zeros."""
    sums = Sums()
    for part in parts:
        sums.take(vars(part))
    return sums.whole(kind)
