"""All of the call distribution in one pure function: who is offered which caller, and everything
else that time brings. Only the worker runs it, and again until it has nothing more to say.

Consequences follow from what the diary holds, never from what was just proposed: an offer that
expired is proposed here, and only when the diary has it (an acceptance may have been first) does
the next step release the agent's leg and mark the agent away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from callcenter.rules import centers, events, in_call
from callcenter.rules.centers import CenterNow
from callcenter.rules.commands import Command
from callcenter.rules.events import Event
from callcenter.rules.in_call import InCall
from callcenter.rules.line import Waiting, in_line
from callcenter.rules.policy import Policy, QueueRules

AVAILABLE, AWAY, OFFLINE = "available", "away", "offline"


@dataclass(frozen=True)
class Agent:
    """An agent at a desk. ``idle_since``: the end of the last call, or the last change of state."""

    id: str
    center: str
    state: str
    idle_since: datetime
    heard_at: datetime | None
    reachable: bool = True  # has a telephone that can ring


@dataclass(frozen=True)
class Offer:
    """A live offer: everything between the ring and the end of the wrap-up."""

    call: str
    number: int
    agent: str
    entry: int
    offered_at: datetime
    end: str = ""  # "", accepted, declined, expired, withdrawn
    leg: str = ""
    leg_end: str = ""
    fetched_at: datetime | None = None
    caller_joined_at: datetime | None = None
    agent_joined_at: datetime | None = None
    agent_left_at: datetime | None = None
    caller_left_at: datetime | None = None
    hang_up_asked_at: datetime | None = None
    refused: str = ""
    handling_ended_at: datetime | None = None
    talked: bool = False
    why: str = ""  # the agent's part ended
    call_ended_at: datetime | None = None
    in_queue: bool = True  # the caller still stands where the offer found them
    so: InCall = in_call.NOTHING

    @property
    def talking(self) -> bool:
        """Both were in the conference."""
        return bool(self.caller_joined_at and self.agent_joined_at)

    @property
    def agent_gone_at(self) -> datetime | None:
        return self.agent_left_at if self.agent_joined_at else None


@dataclass(frozen=True)
class Floor:
    """Both centers at one moment."""

    waiting: tuple[Waiting, ...] = ()
    agents: tuple[Agent, ...] = ()
    offers: tuple[Offer, ...] = ()
    centers: tuple[CenterNow, ...] = ()  # one that is not here is open

    @property
    def desks(self) -> list[tuple[str, datetime]]:
        """Of each agent at work: the center, and when the desk was heard last."""
        return [(a.center, a.heard_at) for a in self.agents if a.state != OFFLINE and a.heard_at]


@dataclass(frozen=True)
class Move:
    """What stands or falls together: if the diary holds another answer, no command is given."""

    events: tuple[Event, ...] = ()
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True)
class Step:
    """The moves of this moment, and when time alone will bring the next one."""

    moves: tuple[Move, ...]
    next_at: datetime | None


def step(floor: Floor, policy: Policy, now: datetime) -> Step:
    """Everything that is due at ``now``."""
    agents = {agent.id: agent for agent in floor.agents}
    moves: list[Move] = []
    for offer in floor.offers:
        moves += _of_offer(offer, agents.get(offer.agent), policy.queue, now)
    moves += _lights(floor, policy.queue, now)
    moves += _lost_desks(floor, policy.queue, now)
    moves += _matches(floor, policy.queue, now)
    return Step(tuple(moves), _next(floor, policy.queue, now))


def heard(agent: Agent | None, rules: QueueRules, now: datetime) -> bool:
    """Whether the agent's desk is alive."""
    if agent is None or agent.heard_at is None:
        return False
    return now - agent.heard_at < timedelta(seconds=rules.lost_s)


# One offer -----------------------------------------------------------------------------------


def _of_offer(
    offer: Offer, agent: Agent | None, rules: QueueRules, now: datetime
) -> Iterator[Move]:
    match offer.end:
        case "":
            yield from _ringing(offer, agent, rules, now)
        case "accepted" if offer.handling_ended_at is None:
            yield from _accepted(offer, agent, rules, now)
        case "accepted":
            yield from _wrapping_up(offer, agent, rules, now)
        case _:
            yield _not_taken(offer, agent, now)


def _ringing(offer: Offer, agent: Agent | None, rules: QueueRules, now: datetime) -> Iterator[Move]:
    if offer.call_ended_at or not offer.in_queue:
        yield Move((_end(offer, events.OfferWithdrawn, now, why="caller_left"),))
    elif offer.refused:
        yield Move((_end(offer, events.OfferDeclined, now, why="unreachable"),))
    elif offer.leg_end:
        yield Move((_end(offer, events.OfferDeclined, now, why=offer.leg_end),))
    elif agent is None or agent.state == OFFLINE or not heard(agent, rules, now):
        yield Move((_end(offer, events.OfferWithdrawn, now, why="agent_gone"),))
    elif now >= offer.offered_at + timedelta(seconds=rules.ring_s):
        yield Move((_end(offer, events.OfferExpired, now),))


def _not_taken(offer: Offer, agent: Agent | None, now: datetime) -> Move:
    """Declined, expired or withdrawn: the leg stops ringing, who missed it is away."""
    over = _handling(offer, events.HandlingEnded, now, talked=False, why=offer.end)
    reason = {"declined": "declined", "expired": "missed"}.get(offer.end, "")
    away = _away(offer, agent, reason, now) if reason else ()
    return Move((over, *away), (Command("release", offer.call, offer.number),))


def _accepted(
    offer: Offer, agent: Agent | None, rules: QueueRules, now: datetime
) -> Iterator[Move]:
    """From the key press to the end of the conversation, whoever ends it and in which order."""
    release = Command("release", offer.call, offer.number)
    if offer.call_ended_at or offer.caller_left_at:
        ended_at = min(filter(None, (offer.call_ended_at, offer.caller_left_at)))
        yield _ended(offer, "caller_left", ended_at, release)
    elif offer.hang_up_asked_at and offer.talking:
        farewell = Command("farewell", offer.call, offer.number)
        yield _ended(offer, "agent_left", offer.hang_up_asked_at, farewell, release)
    elif offer.leg_end or offer.agent_gone_at:
        yield _agent_gone(offer, agent, rules, now)
    elif offer.fetched_at is None and not offer.in_queue:  # stepped out, at the same moment
        yield _ended(offer, "caller_left", now, release)
    elif offer.refused or _overdue(offer, rules, now):
        requeue = Command("requeue", offer.call, offer.number)
        yield _ended(offer, "refused", now, release, requeue)
    elif offer.fetched_at is None:
        yield _fetch(offer, now)
    elif offer.talking:
        for event, commands in in_call.wishes(offer.call, offer.number, offer.so, now):
            yield Move((event,), commands)


def _fetch(offer: Offer, now: datetime) -> Move:
    fetched = _handling(offer, events.CallerFetched, now, thread="fetch", entry=offer.entry)
    return Move((fetched,), (Command("fetch", offer.call, offer.number),))


def _agent_gone(offer: Offer, agent: Agent | None, rules: QueueRules, now: datetime) -> Move:
    """An agent on an own phone finishes by hanging up. With the desk silent, the leg failed or
    the caller not there yet, it was no finish, nor while the caller is on hold, to whom nobody
    can have said good-bye: the caller is offered again, in the old place."""
    at = offer.agent_gone_at or now
    spoke = offer.talking and not offer.so.held
    if spoke and offer.leg_end != "failed" and heard(agent, rules, now):
        return _ended(offer, "agent_left", at, Command("farewell", offer.call, offer.number))
    requeue = (Command("requeue", offer.call, offer.number),) if offer.fetched_at else ()
    lost = _ended(offer, "agent_lost", at, *requeue)
    away = () if offer.talking else _away(offer, agent, "missed", now)
    return Move((*lost.events, *away), lost.commands)


def _overdue(offer: Offer, rules: QueueRules, now: datetime) -> bool:
    """The caller was called out of the queue and never arrived."""
    limit = timedelta(seconds=rules.fetch_s)
    return bool(offer.fetched_at and not offer.talking and now >= offer.fetched_at + limit)


def _ended(offer: Offer, why: str, at: datetime, *commands: Command) -> Move:
    over = _handling(offer, events.HandlingEnded, at, talked=offer.talking, why=why)
    return Move((over,), commands)


def _wrapping_up(
    offer: Offer, agent: Agent | None, rules: QueueRules, now: datetime
) -> Iterator[Move]:
    ends = (offer.handling_ended_at or now) + timedelta(seconds=rules.wrap_up_s)
    if now >= ends or not heard(agent, rules, now):
        by = "clock" if now >= ends else "lost"
        at = min(ends, now)
        yield Move((_handling(offer, events.WrapUpEnded, at, thread="wrap_up", by=by),))


# Agents and callers ----------------------------------------------------------------------------


def _lights(floor: Floor, rules: QueueRules, now: datetime) -> Iterator[Move]:
    """Centers go dark and come back. What rings at a silent desk of a dark one rings elsewhere."""
    for event in centers.lights(floor.centers, floor.desks, rules.dark_s, now):
        yield Move((event,))
    dark = {center.code for center in floor.centers if center.dark}
    silent = {a.id for a in floor.agents if a.center in dark and not _fresh(a, rules, now)}
    for offer in floor.offers:
        if not offer.end and offer.agent in silent:
            yield Move((_end(offer, events.OfferWithdrawn, now, why="agent_gone"),))


def _fresh(agent: Agent, rules: QueueRules, now: datetime) -> bool:
    limit = timedelta(seconds=rules.dark_s)
    return agent.heard_at is not None and now - agent.heard_at < limit


def _lost_desks(floor: Floor, rules: QueueRules, now: datetime) -> Iterator[Move]:
    """A desk that is not heard any more takes no calls."""
    for agent in floor.agents:
        if agent.state != OFFLINE and not heard(agent, rules, now):
            yield Move((_state(agent.id, agent.center, OFFLINE, "lost", f"lost:{now}", now),))


def _matches(floor: Floor, rules: QueueRules, now: datetime) -> Iterator[Move]:
    """Callers in order of arrival; the agent idle longest, of the own center first. A center that
    takes no calls rests: its callers wait for no agent of their own."""
    resting = centers.resting(floor.centers)
    busy = {offer.agent for offer in floor.offers}
    offered = {offer.call for offer in floor.offers if not offer.handling_ended_at}
    free = sorted(
        (
            a
            for a in floor.agents
            if a.id not in busy and a.center not in resting and _can_take(a, rules, now)
        ),
        key=lambda agent: (agent.idle_since, agent.id),
    )
    for caller in in_line(floor.waiting):
        if not free:
            return
        if caller.call not in offered and (agent := _choice(caller, free, rules, now, resting)):
            free.remove(agent)
            yield _offer(caller, agent, now)


def _can_take(agent: Agent, rules: QueueRules, now: datetime) -> bool:
    return agent.state == AVAILABLE and agent.reachable and heard(agent, rules, now)


def _choice(
    caller: Waiting,
    free: list[Agent],
    rules: QueueRules,
    now: datetime,
    resting: Collection[str],
) -> Agent | None:
    own = next((agent for agent in free if agent.center == caller.center), None)
    may_overflow = caller.since + timedelta(seconds=rules.overflow_s) <= now
    if own or not (may_overflow or caller.center in resting):
        return own
    return free[0]


def _offer(caller: Waiting, agent: Agent, now: datetime) -> Move:
    number = caller.offers + 1
    offered = events.CallOffered(
        subject=events.call(caller.call),
        thread="offered",
        turn=str(number),
        at=now,
        offer=number,
        entry=caller.entry,
        agent=agent.id,
        center=agent.center,
        overflow=agent.center != caller.center,
    )
    return Move((offered,), (Command("ring", caller.call, number),))


def _next(floor: Floor, rules: QueueRules, now: datetime) -> datetime | None:
    """When time alone will bring something, so that a virtual day can skip what lies between."""
    due: list[datetime] = []
    for offer in floor.offers:
        if not offer.end:
            due.append(offer.offered_at + timedelta(seconds=rules.ring_s))
        elif offer.handling_ended_at:
            due.append(offer.handling_ended_at + timedelta(seconds=rules.wrap_up_s))
        elif offer.fetched_at and not offer.talking:
            due.append(offer.fetched_at + timedelta(seconds=rules.fetch_s))
    lost = timedelta(seconds=rules.lost_s)
    due += [a.heard_at + lost for a in floor.agents if a.state != OFFLINE and a.heard_at]
    due += centers.goes_dark_at(floor.desks, rules.dark_s)
    overflow = timedelta(seconds=rules.overflow_s)
    due += [caller.since + overflow for caller in floor.waiting]
    return min((at for at in due if at > now), default=None)


# Events ------------------------------------------------------------------------------------------


def _end(offer: Offer, kind: type[Event], at: datetime, **body: Any) -> Event:
    """How the ring ended: all answers share one id, and one of them is true."""
    return _handling(offer, kind, at, thread="offer", **body)


def _handling(
    offer: Offer, kind: type[Event], at: datetime, *, thread: str = "handling", **body: Any
) -> Event:
    return kind(
        subject=events.call(offer.call),
        thread=thread,
        turn=str(offer.number),
        at=at,
        offer=offer.number,
        agent=offer.agent,
        **body,
    )  # type: ignore[call-arg]


def _away(offer: Offer, agent: Agent | None, reason: str, now: datetime) -> tuple[Event, ...]:
    """An agent who did not take a call gets no other until they say that they are there."""
    if agent is None or agent.state != AVAILABLE:
        return ()
    turn = f"{offer.call}:{offer.number}"
    return (_state(agent.id, agent.center, AWAY, reason, turn, now),)


def _state(
    agent: str, center: str, state: str, reason: str, turn: str, now: datetime
) -> events.StateChosen:
    return events.StateChosen(
        subject=events.agent(agent),
        thread="presence",
        turn=turn,
        at=now,
        state=state,
        center=center,
        reason=reason,
        by="floor",
    )
