"""What a waiting caller hears, turn by turn: bounded, honest, and never the same twice in a row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from callcenter.rules import estimate, events, speech
from callcenter.rules.dialogue import Dialogue, beyond_the_queue, exited, to_call_back
from callcenter.rules.estimate import Pace
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy
from callcenter.rules.spoken import count, wait
from callcenter.rules.verbs import Leave, Listen, Say, Verb, WaitOn

SPOKEN_POSITIONS = 20  # further back, a position says less than nothing
CALL_BACK = "1"  # the key, at any time
MOST_DOCUMENTS = 4  # times ``wait_turns``, for somebody who presses keys all the time

VALUES = {
    "queue_first": ("lama",),
    "queue_update": ("n", "lama"),
    "queue_wait": ("n", "lama"),
    "queue_position": ("n",),
    "queue_offer": ("n",),
}


@dataclass(frozen=True)
class Place:
    """The caller's place in the line, if it is known, whether anybody moves that line, and how
    fast it moves."""

    position: int | None = None
    led: bool = True
    pace: Pace | None = None


def decide(
    state: Dialogue, place: Place, queue_sid: str, policy: Policy, now: datetime, *, key: str = ""
) -> tuple[Event, ...]:
    """One turn of the wait document: the caller goes on waiting, wants to be called back, or nobody
    is coming. ``key``: what was pressed meanwhile, counted by :func:`pressed`."""
    if key == CALL_BACK:
        return (exited(state, to_call_back(state, policy), now),)
    beyond = beyond_the_queue(state, policy)
    alone = not place.led and state.alone + 1 >= policy.queue.alone_turns
    if (alone and beyond == "backup") or _too_long(state, policy):
        return (exited(state, beyond, now),)
    expected_s = estimate.wait_s(place.position, place.pace)
    waited = events.Waited(
        subject=events.call(state.call),
        thread=_thread(state.entry),
        turn=str(state.waits),
        at=now,
        entry=state.entry,
        position=place.position,
        queue_sid=queue_sid,
        estimate_s=expected_s,
        told=expected_s is not None and estimate.calibrated(place.pace, policy.queue),
    )
    return (waited,)


def pressed(state: Dialogue, key: str) -> Dialogue:
    """The state with a key that has no meaning here: what it broke off is heard again, and it does
    not shorten the wait."""
    return replace(state, pressed=state.pressed + 1) if key not in ("", CALL_BACK) else state


def first_turn(call: str, entry: int) -> str:
    """The id of the event that tells that this stay has begun: the carrier has the caller in the
    queue, where a command can find them."""
    return events.event_id(events.call(call), _thread(entry), "0")


def script(state: Dialogue, happened: tuple[Event, ...], policy: Policy) -> tuple[Verb, ...]:
    """What is said in this turn; every other turn is music alone. A key is heard all the time."""
    event = happened[0]
    if not isinstance(event, events.Waited):
        return (Leave(),)
    if _turns(state) % 2:
        return Listen(), WaitOn()
    return Listen((_said(state, event, policy),)), WaitOn()


def following(state: Dialogue, place: Place) -> Dialogue:
    """The state for the next wait document."""
    alone = 0 if place.led else state.alone + 1
    return replace(state, waits=state.waits + 1, alone=alone)


def _said(state: Dialogue, event: events.Waited, policy: Policy) -> Say:
    prompt, known = _prompt(state, event, policy), {}
    if event.position is not None:
        known["n"] = count(event.position, state.language)
    if event.estimate_s is not None:
        known["lama"] = wait(event.estimate_s, state.language)
    values = {name: known[name] for name in VALUES.get(prompt, ()) if name in known}
    return speech.say(prompt, state.language, policy, values=values)


def _prompt(state: Dialogue, event: events.Waited, policy: Policy) -> str:
    """The sentence of this turn. A call back is offered in words to whoever waits long."""
    far = event.position is not None and event.position > SPOKEN_POSITIONS
    expected_s = event.estimate_s
    long = expected_s is not None and expected_s > policy.queue.callback_offer_s
    if state.crowded and not _turns(state):
        return "queue_crowded"
    if event.told and long:
        return "queue_first" if far or not _turns(state) else "queue_update"
    if event.told and not far:
        return "queue_wait"
    if event.position is None:
        return "queue_still"
    if far:
        return "queue_far"
    return "queue_offer" if long else "queue_position"


def _turns(state: Dialogue) -> int:
    """Documents heard to their end, since this stay began."""
    return state.waits - state.pressed


def _too_long(state: Dialogue, policy: Policy) -> bool:
    most = policy.queue.wait_turns
    return _turns(state) >= most or state.waits >= most * MOST_DOCUMENTS


def _thread(entry: int) -> str:
    return f"wait:{entry}"
