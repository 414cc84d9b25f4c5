"""Callers who call again: the place that is kept for one who hung up while waiting, and the one
place that many calls of one number hold together.

A number that is withheld is nobody's: without a number nothing here applies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callcenter.rules import events
from callcenter.rules.events import CallArrived, CallCrowded, CallResumed, Event
from callcenter.rules.policy import QueueRules

CROWD_WITHIN = timedelta(minutes=1)
REMEMBERED = timedelta(hours=3)  # calls that began earlier are not looked at


@dataclass(frozen=True)
class Earlier:
    """A call that came from the same number before. ``since``: when its caller began to wait, None
    where they never stood in a queue. ``gave_up``: its caller left while waiting, by hanging up."""

    id: str
    arrived_at: datetime
    ended_at: datetime | None = None
    since: datetime | None = None
    gave_up: bool = False
    language: str = "id"
    reason: str = ""
    resumes: str = ""
    crowd: str = ""


def recognised(
    arrived: CallArrived, before: Sequence[Earlier], rules: QueueRules
) -> tuple[Event, ...]:
    """What else is to be written of a call that arrives while somebody is there, with those that
    the same number made ``before``."""
    resumed = _resumed(arrived, before, rules)
    own = (replace(resumed, n=1),) if resumed else ()
    return *own, *_crowded(arrived, before, rules)


def _resumed(
    arrived: CallArrived, before: Sequence[Earlier], rules: QueueRules
) -> CallResumed | None:
    """The newest place that is kept for this number, and that no other call of it has taken."""
    taken = {it.resumes for it in before if it.since or not it.ended_at}
    kept = (it for it in before if it.gave_up and it.id not in taken)
    newest = max(kept, key=lambda it: (it.arrived_at, it.id), default=None)
    if newest is None or newest.ended_at is None or newest.since is None:
        return None
    if arrived.at - newest.ended_at > timedelta(seconds=rules.redial_s):
        return None
    return CallResumed(
        subject=arrived.subject,
        thread=arrived.thread,
        turn=arrived.turn,
        at=arrived.at,
        before=newest.id,
        since=newest.since.isoformat(),
        behind=newest.ended_at.isoformat(),
        language=newest.language,
        reason=newest.reason,
    )


def _crowded(
    arrived: CallArrived, before: Sequence[Earlier], rules: QueueRules
) -> tuple[CallCrowded, ...]:
    """Those that are a crowd from now on: this call and the others of the last minute that go on.

    They are neither refused nor cut off, as behind one number there may be a whole office, a
    village's telephone or a carrier's gateway: each is answered, one after the other, and each can
    have a call back. What they cannot do is stand before others in more than one place.
    """
    lately = [it for it in before if arrived.at - it.arrived_at < CROWD_WITHIN]
    if len(lately) < rules.crowd_calls:
        return ()
    first = min(lately, key=lambda it: (it.arrived_at, it.id))
    crowd = next((it.crowd for it in lately if it.crowd), first.id)
    alive = [it.id for it in lately if not it.ended_at and not it.crowd]
    return tuple(_of_crowd(call, crowd, arrived.at) for call in (*alive, arrived.of))


def _of_crowd(call: str, crowd: str, at: datetime) -> CallCrowded:
    return CallCrowded(subject=events.call(call), thread="crowd", turn="0", at=at, crowd=crowd)
