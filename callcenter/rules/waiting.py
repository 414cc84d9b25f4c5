"""What a waiting caller hears, turn by turn: bounded, honest, and never the same twice in a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from callcenter.rules import events, speech
from callcenter.rules.dialogue import Dialogue, beyond_the_queue, exited
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy
from callcenter.rules.spoken import count
from callcenter.rules.verbs import Leave, Music, Verb, WaitOn

SPOKEN_POSITIONS = 20  # further back, a position says less than nothing


@dataclass(frozen=True)
class Place:
    """The caller's place in the line, if it is known, and whether anybody moves that line."""

    position: int | None = None
    led: bool = True


def decide(
    state: Dialogue, place: Place, queue_sid: str, policy: Policy, now: datetime
) -> tuple[Event, ...]:
    """One turn of the wait document: the caller goes on waiting, or nobody is coming."""
    beyond = beyond_the_queue(state, policy)
    alone = not place.led and state.alone + 1 >= policy.queue.alone_turns
    if (alone and beyond == "backup") or state.waits >= policy.queue.wait_turns:
        return (exited(state, beyond, now),)
    waited = events.Waited(
        subject=events.call(state.call),
        thread=_thread(state.entry),
        turn=str(state.waits),
        at=now,
        entry=state.entry,
        position=place.position,
        queue_sid=queue_sid,
    )
    return (waited,)


def first_turn(call: str, entry: int) -> str:
    """The id of the event that tells that this stay has begun: the carrier has the caller in the
    queue, where a command can find them."""
    return events.event_id(events.call(call), _thread(entry), "0")


def script(state: Dialogue, happened: tuple[Event, ...], policy: Policy) -> tuple[Verb, ...]:
    """What is said in this turn; every other turn is music alone."""
    event = happened[0]
    if not isinstance(event, events.Waited):
        return (Leave(),)
    if state.waits % 2:
        return Music(), WaitOn()
    if event.position is not None and event.position <= SPOKEN_POSITIONS:
        values = {"n": count(event.position, state.language)}
        said = speech.say("queue_position", state.language, policy, values=values)
    else:
        said = speech.say("queue_still", state.language, policy)
    return said, Music(), WaitOn()


def following(state: Dialogue, place: Place) -> Dialogue:
    """The state for the next wait document."""
    alone = 0 if place.led else state.alone + 1
    return replace(state, waits=state.waits + 1, alone=alone)


def _thread(entry: int) -> str:
    return f"wait:{entry}"
