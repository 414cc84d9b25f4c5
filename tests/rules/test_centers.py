"""A center as a whole: the floor before, the clock, and who is offered what then."""

from dataclasses import replace

import pytest

from callcenter.rules import centers, dialogue, events
from callcenter.rules.centers import CenterNow
from callcenter.rules.floor import Floor, step
from callcenter.rules.policy import QueueRules
from tests.rules.test_floor import NOW, POLICY, agent, ago, caller, offer, talk

RULES = QueueRules(ring_s=20, overflow_s=600, lost_s=30, dark_s=15)
HOUSE = replace(POLICY, queue=RULES)
DRAINING, CLOSED = CenterNow("CC1", "draining", ago(60)), CenterNow("CC1", "closed", ago(60))
DARK = CenterNow("CC1", dark_at=ago(20), heard_at=ago(40))
BACK = replace(DARK, back_at=ago(10), heard_at=ago(1))
A1, B1 = agent("a1"), agent("b1", center="CC2")
TWO = (caller("c1", 9), caller("c2", 5, "CC2"))


def told(floor: Floor) -> list[str]:
    found = []
    for move in step(floor, HOUSE, NOW).moves:
        match move.events[0]:
            case events.CallOffered() as it:
                found.append(f"{it.of} to {it.agent}")
            case events.StateChosen() as it:
                found.append(f"{it.of} {it.state}")
            case it:
                found.append(f"{it.of} {it.kind}")
    return found


TABLE = {
    "open: each its own": (Floor(TWO, (A1, B1)), ["c1 to a1", "c2 to b1"]),
    "draining: at the other at once, in order": (
        Floor(TWO, (A1, B1), (), (DRAINING,)),
        ["c1 to b1"],
    ),
    "closed: the same": (Floor(TWO, (A1, B1), (), (CLOSED,)), ["c1 to b1"]),
    "dark: the same": (
        Floor(TWO, (agent("a1", heard_s=20), B1), (), (DARK,)),
        ["c1 to b1"],
    ),
    "open again: each its own": (Floor(TWO, (A1, B1), (), (BACK,)), ["c1 to a1", "c2 to b1"]),
    "draining: the agents of the other wait for nobody else": (
        Floor((caller("c2", 5, "CC2"),), (A1,), (), (DRAINING,)),
        [],
    ),
    "draining: a conversation goes on": (Floor((), (A1,), (talk(),), (DRAINING,)), []),
    "draining: what rings may be taken": (Floor((), (A1,), (offer(),), (DRAINING,)), []),
    "dark: what rings at a silent desk rings elsewhere": (
        Floor((), (agent("a1", heard_s=20),), (offer(),), (DARK,)),
        ["c1 OfferWithdrawn"],
    ),
    "dark: a conversation goes on": (
        Floor((), (agent("a1", heard_s=20),), (talk(),), (DARK,)),
        [],
    ),
    "just heard": (Floor((), (agent("a1", heard_s=14.9),)), []),
    "all silent: dark": (Floor((), (agent("a1", heard_s=15),)), ["CC1 CenterWentDark"]),
    "one is heard: not dark": (Floor((), (agent("a1", heard_s=20), agent("a2"))), []),
    "one on a break is heard: not dark": (
        Floor((), (agent("a1", heard_s=20), agent("a2", state="break"))),
        [],
    ),
    "nobody was there: not dark": (Floor((caller("c1"),), (B1,)), []),
    "dark stays dark": (Floor((), (agent("a1", heard_s=20),), (), (DARK,)), []),
    "a heartbeat brings it back": (
        Floor((), (), (), (replace(DARK, heard_at=ago(1)),)),
        ["CC1 CenterCameBack"],
    ),
    "both dark": (
        Floor((), (agent("a1", heard_s=15), agent("b1", center="CC2", heard_s=16))),
        ["CC1 CenterWentDark", "CC2 CenterWentDark"],
    ),
}


@pytest.mark.parametrize(("floor", "expected"), TABLE.values(), ids=TABLE)
def test_a_center(floor, expected):
    assert told(floor) == expected


def test_one_silence_is_told_once_however_often_it_is_looked_at():
    floor = Floor((), (agent("a1", heard_s=15),))
    first, second = (step(floor, HOUSE, at).moves[0].events[0] for at in (NOW, ago(-5)))
    assert first.id == second.id


def test_the_floor_is_looked_at_again_when_a_center_would_be_dark():
    due = step(Floor((), (agent("a1", heard_s=1),)), HOUSE, NOW).next_at
    assert due == ago(-14)


WORDS = tuple(replace(it, when_closed="words") for it in HOUSE.centers)
CALLERS = {
    "open": (HOUSE, True),
    "closed, and the other takes over": (replace(HOUSE, shut=("CC1",)), True),
    "the other closed": (replace(HOUSE, shut=("CC2",)), True),
    "both closed": (replace(HOUSE, shut=("CC1", "CC2")), False),
    "closed, with words": (replace(HOUSE, shut=("CC1",), centers=WORDS), False),
}


@pytest.mark.parametrize(("policy", "expected"), CALLERS.values(), ids=CALLERS)
def test_who_of_the_new_callers_is_received(policy, expected):
    center = policy.centers[0]
    assert centers.receives(policy, center, NOW) is expected
    arrived = dialogue.arrive("c1", "+621", center, withheld=False, test=False, now=NOW)
    assert bool(dialogue.found_closed(arrived, policy)) is not expected
