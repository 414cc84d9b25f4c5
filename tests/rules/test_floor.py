"""The call distribution, as a table: the floor before, the clock, and what is done then."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from callcenter.rules import events, wib
from callcenter.rules.commands import Command
from callcenter.rules.floor import Agent, Floor, Move, Offer, step
from callcenter.rules.line import Waiting
from callcenter.rules.policy import Center, Policy, QueueRules

NOW = wib.at("2020-04-13 09:00")
RULES = QueueRules(ring_s=20, wrap_up_s=60, overflow_s=10, lost_s=30, fetch_s=15, dark_s=9999)
POLICY = Policy((Center("CC1", "One", ("+621",)), Center("CC2", "Two", ("+622",))), RULES)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def caller(call: str, since_s: float = 0, center: str = "CC1", offers: int = 0) -> Waiting:
    return Waiting(call, center, ago(since_s), 1, offers)


def agent(name: str, *, idle_s: float = 0, center: str = "CC1", heard_s: float | None = 1, **more):
    heard_at = None if heard_s is None else ago(heard_s)
    state = more.pop("state", "available")
    return Agent(name, center, state, ago(idle_s), heard_at, **more)


def offer(**more) -> Offer:
    """An offer of c1 to a1, five seconds old."""
    return Offer(
        **{"call": "c1", "number": 1, "agent": "a1", "entry": 1, "offered_at": ago(5)} | more
    )


def talk(**more) -> Offer:
    """Accepted, fetched, and both in the conference."""
    joined = {"fetched_at": ago(40), "caller_joined_at": ago(39), "agent_joined_at": ago(40)}
    return offer(**{"end": "accepted", "offered_at": ago(50), "leg": "L1", **joined} | more)


def told(move: Move) -> str:
    """One line a move: what happened, then what the carrier is asked for."""
    happened = [_word(event) for event in move.events]
    asked = [command.kind for command in move.commands]
    return " + ".join(happened) + (f" -> {', '.join(asked)}" if asked else "")


def _word(event: events.Event) -> str:
    match event:
        case events.CallOffered():
            return f"{event.of} to {event.agent}{' (overflow)' if event.overflow else ''}"
        case events.OfferDeclined(why=why):
            return f"declined {why}"
        case events.OfferWithdrawn(why=why):
            return f"withdrawn {why}"
        case events.OfferExpired():
            return "expired"
        case events.CallerFetched():
            return "fetched"
        case events.HandlingEnded(why=why, talked=talked):
            return f"ended {why}{'' if talked else ' untalked'}"
        case events.WrapUpEnded(by=by):
            return f"free {by}"
        case events.StateChosen(state=state, reason=reason):
            return f"{event.of} {state} {reason}"
    raise AssertionError(event)


def moves(floor: Floor, now: datetime = NOW) -> list[str]:
    return [told(move) for move in step(floor, POLICY, now).moves]


# Matching: floor before, what is offered to whom -----------------------------------------------

MATCHES = {
    "nobody waits": (Floor((), (agent("a1"),)), []),
    "nobody is there": (Floor((caller("c1"),)), []),
    "one and one": (Floor((caller("c1"),), (agent("a1"),)), ["c1 to a1 -> ring"]),
    "the longest waiting first": (
        Floor((caller("c2", 5), caller("c1", 9)), (agent("a1"),)),
        ["c1 to a1 -> ring"],
    ),
    "at the same moment, always the same": (
        Floor((caller("c2", 5), caller("c1", 5)), (agent("a1"),)),
        ["c1 to a1 -> ring"],
    ),
    "the longest idle first": (
        Floor((caller("c1"),), (agent("a1", idle_s=3), agent("a2", idle_s=60))),
        ["c1 to a2 -> ring"],
    ),
    "two callers, two agents": (
        Floor((caller("c1", 9), caller("c2", 5)), (agent("a1", idle_s=3), agent("a2", idle_s=60))),
        ["c1 to a2 -> ring", "c2 to a1 -> ring"],
    ),
    "the own center first, however short the idle time": (
        Floor((caller("c1", 99),), (agent("a1", idle_s=1), agent("b1", idle_s=99, center="CC2"))),
        ["c1 to a1 -> ring"],
    ),
    "the other center not before overflow_s": (
        Floor((caller("c1", 9.9),), (agent("b1", center="CC2"),)),
        [],
    ),
    "the other center from overflow_s on": (
        Floor((caller("c1", 10),), (agent("b1", center="CC2"),)),
        ["c1 to b1 (overflow) -> ring"],
    ),
    "who waits for the own center does not stop those behind": (
        Floor((caller("c1", 9), caller("c2", 5, "CC2")), (agent("b1", center="CC2"),)),
        ["c2 to b1 -> ring"],
    ),
    "an earlier caller of the other center comes before the own": (
        Floor((caller("c1", 12), caller("c2", 5, "CC2")), (agent("b1", center="CC2"),)),
        ["c1 to b1 (overflow) -> ring"],
    ),
    "nobody without a telephone": (
        Floor((caller("c1"),), (agent("a1", reachable=False),)),
        [],
    ),
    "nobody who is away": (Floor((caller("c1"),), (agent("a1", state="away"),)), []),
    "nobody on a break": (Floor((caller("c1"),), (agent("a1", state="break"),)), []),
    "never a second agent for one caller": (
        Floor((caller("c1"),), (agent("a1"), agent("a2")), (offer(),)),
        [],
    ),
    "never a second caller for one agent": (
        Floor((caller("c2"),), (agent("a1"),), (offer(),)),
        [],
    ),
    "nobody in wrap-up": (
        Floor((caller("c2"),), (agent("a1"),), (talk(handling_ended_at=ago(59), talked=True),)),
        [],
    ),
    "a caller whose agent was lost may be offered during that agent's wrap-up": (
        Floor(
            (caller("c1", 90, offers=1),),
            (agent("a1"), agent("a2")),
            (talk(handling_ended_at=ago(1), talked=True, why="agent_lost"),),
        ),
        ["c1 to a2 -> ring"],
    ),
}


@pytest.mark.parametrize(("floor", "expected"), MATCHES.values(), ids=MATCHES)
def test_matching(floor, expected):
    assert moves(floor) == expected


def test_each_offer_of_a_call_has_the_next_number():
    floor = Floor((caller("c1", offers=2),), (agent("a1"),))
    (move,) = step(floor, POLICY, NOW).moves

    assert (move.events[0].offer, move.events[0].turn) == (3, "3")
    assert move.commands == (Command("ring", "c1", 3),)


# Offers: the offer, the agent's desk, what is done ---------------------------------------------

HERE = agent("a1")
SILENT = agent("a1", heard_s=31)
AWAY = agent("a1", state="away")

OFFERS = {
    # while it rings
    "ringing": (offer(), HERE, []),
    "the caller hung up": (offer(call_ended_at=ago(1)), HERE, ["withdrawn caller_left"]),
    "the caller left the queue": (offer(in_queue=False), HERE, ["withdrawn caller_left"]),
    "the carrier refused the ring": (offer(refused="ring"), HERE, ["declined unreachable"]),
    "the telephone was busy": (offer(leg_end="busy"), HERE, ["declined busy"]),
    "the agent hung up unasked": (offer(leg_end="completed"), HERE, ["declined completed"]),
    "nobody took it": (offer(offered_at=ago(20)), HERE, ["expired"]),
    "it still has a moment": (offer(offered_at=ago(19.9)), HERE, []),
    "the agent signed out": (offer(), agent("a1", state="offline"), ["withdrawn agent_gone"]),
    "no such agent": (offer(), None, ["withdrawn agent_gone"]),
    "an agent who went away meanwhile may still take it": (offer(), AWAY, []),
    "the caller's hanging up comes before everything": (
        offer(call_ended_at=ago(1), leg_end="busy", offered_at=ago(99)),
        HERE,
        ["withdrawn caller_left"],
    ),
    # when it was not taken
    "expired": (
        offer(end="expired"),
        HERE,
        ["ended expired untalked + a1 away missed -> release"],
    ),
    "declined": (
        offer(end="declined"),
        HERE,
        ["ended declined untalked + a1 away declined -> release"],
    ),
    "withdrawn: no miss": (offer(end="withdrawn"), HERE, ["ended withdrawn untalked -> release"]),
    "who is away stays so": (offer(end="expired"), AWAY, ["ended expired untalked -> release"]),
    # from the key to the conversation
    "accepted": (offer(end="accepted"), HERE, ["fetched -> fetch"]),
    "accepted at the last moment: no expiry": (
        offer(end="accepted", offered_at=ago(99)),
        HERE,
        ["fetched -> fetch"],
    ),
    "on the way": (offer(end="accepted", fetched_at=ago(5)), HERE, []),
    "the caller hung up on the way": (
        offer(end="accepted", fetched_at=ago(5), call_ended_at=ago(1)),
        HERE,
        ["ended caller_left untalked -> release"],
    ),
    "the caller never arrived": (
        offer(end="accepted", fetched_at=ago(15)),
        HERE,
        ["ended refused untalked -> release, requeue"],
    ),
    "the carrier refused to fetch": (
        offer(end="accepted", fetched_at=ago(1), refused="fetch"),
        HERE,
        ["ended refused untalked -> release, requeue"],
    ),
    "the agent hung up before the caller was called": (
        offer(end="accepted", leg_end="completed"),
        HERE,
        ["ended agent_lost untalked + a1 away missed"],
    ),
    "the agent hung up while the caller was on the way": (
        offer(end="accepted", fetched_at=ago(3), leg_end="completed"),
        HERE,
        ["ended agent_lost untalked + a1 away missed -> requeue"],
    ),
    # the conversation
    "talking": (talk(), HERE, []),
    "talking while the desk is silent": (talk(), replace(SILENT, state="offline"), []),
    "the caller hangs up": (talk(caller_left_at=ago(1)), HERE, ["ended caller_left -> release"]),
    "the caller's call has ended": (
        talk(call_ended_at=ago(1)),
        HERE,
        ["ended caller_left -> release"],
    ),
    "the agent ends it at the desk": (
        talk(hang_up_asked_at=ago(1)),
        HERE,
        ["ended agent_left -> farewell, release"],
    ),
    "the agent hangs up: finished": (
        talk(agent_left_at=ago(1)),
        HERE,
        ["ended agent_left -> farewell"],
    ),
    "the agent's leg ends: finished": (
        talk(leg_end="completed"),
        HERE,
        ["ended agent_left -> farewell"],
    ),
    "the agent's leg fails: lost": (
        talk(leg_end="failed"),
        HERE,
        ["ended agent_lost -> requeue"],
    ),
    "the agent is gone and the desk is silent: lost": (
        talk(agent_left_at=ago(1)),
        replace(SILENT, state="offline"),
        ["ended agent_lost -> requeue"],
    ),
    "both hang up: it was the caller": (
        talk(caller_left_at=ago(1), agent_left_at=ago(2), hang_up_asked_at=ago(2)),
        HERE,
        ["ended caller_left -> release"],
    ),
    # afterwards
    "wrap-up": (talk(handling_ended_at=ago(59.9), talked=True), HERE, []),
    "the end of wrap-up": (talk(handling_ended_at=ago(60), talked=True), HERE, ["free clock"]),
    "lost in wrap-up": (
        talk(handling_ended_at=ago(40), talked=True),
        replace(SILENT, state="offline"),
        ["free lost"],
    ),
}


@pytest.mark.parametrize(("live", "desk", "expected"), OFFERS.values(), ids=OFFERS)
def test_an_offer(live, desk, expected):
    known = (desk,) if desk and desk.state != "offline" else ()
    assert moves(Floor((), known, (live,))) == expected


def test_an_offer_ends_at_the_moment_its_end_was_told():
    floor = Floor((), (HERE,), (talk(caller_left_at=ago(3), call_ended_at=ago(2)),))
    assert step(floor, POLICY, NOW).moves[0].events[0].at == ago(3)


def test_wrap_up_ends_on_time_however_late_it_is_noticed():
    floor = Floor((), (HERE,), (talk(handling_ended_at=ago(70), talked=True),))
    assert step(floor, POLICY, NOW).moves[0].events[0].at == ago(10)


def test_every_answer_to_an_offer_has_one_id():
    ended = (offer(call_ended_at=ago(1)), offer(leg_end="busy"), offer(offered_at=ago(99)))
    ids = {step(Floor((), (HERE,), (it,)), POLICY, NOW).moves[0].events[0].id for it in ended}
    accepted = events.OfferAccepted(
        subject="call:c1", thread="offer", turn="1", at=NOW, offer=1, agent="a1", how="key"
    )
    assert ids == {accepted.id}


# Desks --------------------------------------------------------------------------------

DESKS = {
    "heard": (agent("a1", heard_s=29.9), []),
    "lost": (agent("a1", heard_s=30), ["a1 offline lost"]),
    "never heard": (agent("a1", heard_s=None), ["a1 offline lost"]),
    "lost on a break": (agent("a1", heard_s=99, state="break"), ["a1 offline lost"]),
    "lost while away": (agent("a1", heard_s=99, state="away"), ["a1 offline lost"]),
}


@pytest.mark.parametrize(("desk", "expected"), DESKS.values(), ids=DESKS)
def test_a_desk(desk, expected):
    assert moves(Floor((caller("c1", offers=1),), (replace(desk, reachable=False),))) == expected


def test_a_lost_desk_takes_no_call():
    floor = Floor((caller("c1"),), (agent("a1", heard_s=99),))
    assert moves(floor) == ["a1 offline lost"]


# Time --------------------------------------------------------------------------------

NEXT = {
    "nothing to wait for": (Floor(), None),
    "the end of the ring": (Floor((), (), (offer(),)), 15),
    "the end of the wrap-up": (Floor((), (), (talk(handling_ended_at=ago(20)),)), 40),
    "the caller on the way": (Floor((), (), (offer(end="accepted", fetched_at=ago(5)),)), 10),
    "the loss of a desk": (Floor((), (agent("a1", heard_s=1),)), 29),
    "the overflow": (Floor((caller("c1", 4),)), 6),
    "the first of several": (Floor((caller("c1", 4),), (agent("a1"),), (offer(),)), 6),
}


@pytest.mark.parametrize(("floor", "seconds"), NEXT.values(), ids=NEXT)
def test_when_time_alone_brings_the_next_move(floor, seconds):
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert step(floor, POLICY, NOW).next_at == expected


@pytest.mark.parametrize(
    "floor",
    [
        Floor((), (HERE,), (offer(),)),
        Floor((), (HERE,), (talk(handling_ended_at=ago(59)),)),
        Floor((), (HERE,), (offer(end="accepted", fetched_at=ago(14)),)),
        Floor((), (agent("a1", heard_s=29),)),
        Floor((caller("c1", 4),), (agent("b1", center="CC2"),)),
    ],
    ids=["ring", "wrap-up", "on the way", "desk", "overflow"],
)
def test_at_that_time_something_is_due(floor):
    assert moves(floor) == []
    due = step(floor, POLICY, NOW).next_at
    assert moves(floor, due)


# Whatever the floor ------------------------------------------------------------------------------


def _floors(count: int) -> Iterator[Floor]:
    chance = Random(20)
    for _ in range(count):
        names = [f"a{n}" for n in range(chance.randint(0, 6))]
        calls = [f"c{n}" for n in range(chance.randint(0, 8))]
        agents = tuple(
            agent(
                name,
                idle_s=chance.randint(0, 99),
                center=chance.choice(["CC1", "CC2"]),
                heard_s=chance.choice([0, 5, 29, 31]),
                state=chance.choice(["available", "available", "away", "break"]),
                reachable=chance.random() > 0.1,
            )
            for name in names
        )
        waits = tuple(
            caller(call, chance.randint(0, 30), chance.choice(["CC1", "CC2"])) for call in calls
        )
        pairs = list(zip(names, calls, strict=False))
        taken = chance.sample(pairs, chance.randint(0, len(pairs)))
        offers = tuple(
            replace(
                chance.choice([offer(), talk(), talk(handling_ended_at=ago(9))]), agent=a, call=c
            )
            for a, c in taken
        )
        yield Floor(waits, agents, offers)


def test_no_floor_rings_twice_for_one_caller_or_at_one_agent():
    rung = 0
    for floor in _floors(2000):
        busy = {it.agent for it in floor.offers}
        ringing = {it.call for it in floor.offers if not it.handling_ended_at}
        made = [move.events[0] for move in step(floor, POLICY, NOW).moves]
        offered = [event for event in made if isinstance(event, events.CallOffered)]
        agents, calls = [it.agent for it in offered], [it.of for it in offered]
        known = {it.id: it for it in floor.agents}
        assert len(agents) == len(set(agents))
        assert len(calls) == len(set(calls))
        assert not busy & set(agents)
        assert not ringing & set(calls)
        assert all(known[it].state == "available" and known[it].reachable for it in agents)
        rung += len(offered)
    assert rung > 500


def test_no_caller_of_a_center_is_passed_over():
    """Whoever waits longer and could have had the agent is not left out."""
    for floor in _floors(2000):
        made = [move.events[0] for move in step(floor, POLICY, NOW).moves]
        offered = {it.of: it for it in made if isinstance(it, events.CallOffered)}
        taken = {it.call for it in floor.offers if not it.handling_ended_at}
        by_call = {it.call: it for it in floor.waiting}
        for event in offered.values():
            longer = [
                it
                for it in floor.waiting
                if it.since < by_call[event.of].since
                and it.center == event.center
                and it.call not in taken
            ]
            assert all(it.call in offered for it in longer)


def test_a_caller_who_stepped_out_at_that_moment_is_not_fetched():
    accepted = offer(end="accepted", in_queue=False)
    (move,) = step(Floor(agents=(agent("a1"),), offers=(accepted,)), POLICY, NOW).moves
    assert [(it.kind, it.why) for it in move.events] == [("HandlingEnded", "caller_left")]
    assert [it.kind for it in move.commands] == ["release"]
