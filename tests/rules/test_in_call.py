"""What is asked for in a conversation, and what of it the carrier is told."""

import pytest

from callcenter.rules import wib
from callcenter.rules.commands import Command
from callcenter.rules.floor import Floor
from callcenter.rules.in_call import InCall, wishes
from tests.rules.test_floor import POLICY as RULES_OF_ALL
from tests.rules.test_floor import agent, ago, step, talk

NOW = wib.at("2020-04-13 09:00")

WISHES = {
    "nothing asked": (InCall(), []),
    "a hold": (InCall(hold_asked=1), ["hold 1"]),
    "told once": (InCall(hold_asked=1, hold_told=1), []),
    "taken back": (InCall(hold_asked=2, hold_told=1), ["resume 2"]),
    "taken back before it was told": (InCall(hold_asked=2), ["resume 2"]),
    "and wished again": (InCall(hold_asked=3, hold_told=2), ["hold 3"]),
    "a mute": (InCall(mute_asked=1), ["mute 1"]),
    "heard again": (InCall(mute_asked=2, mute_told=1), ["unmute 2"]),
    "both at once": (InCall(hold_asked=1, mute_asked=1), ["hold 1", "mute 1"]),
}


@pytest.mark.parametrize(("so", "told"), WISHES.values(), ids=WISHES)
def test_the_newest_wish_is_told_once(so, told):
    given = [command for _, some in wishes("c1", 1, so, NOW) for command in some]
    assert [f"{it.kind} {it.turn}" for it in given] == told


def test_each_change_of_mind_is_a_command_of_its_own():
    first, third = Command("hold", "c1", 1, 1), Command("hold", "c1", 1, 3)
    assert first.id != third.id
    assert Command("ring", "c1", 1).id != Command("ring", "c1", 1, 1).id


def commands(*offers):
    floor = Floor((), (agent("a1"),), offers)
    moves = step(floor, RULES_OF_ALL, NOW).moves
    return [command.kind for move in moves for command in move.commands]


def test_only_in_a_conversation():
    asked = InCall(hold_asked=1)
    assert commands(talk(so=asked)) == ["hold"]
    assert commands(talk(so=asked, caller_joined_at=None, fetched_at=ago(1))) == []
    assert commands(talk(so=asked, call_ended_at=ago(1))) == ["release"]
    assert commands(talk(so=asked, handling_ended_at=ago(1), talked=True)) == []


def test_who_drops_in_a_hold_has_not_finished():
    gone = {"agent_left_at": ago(1), "leg_end": "completed"}
    assert commands(talk(**gone)) == ["farewell"]
    assert commands(talk(**gone, so=InCall(hold_asked=1, hold_told=1))) == ["requeue"]
    assert commands(talk(**gone, so=InCall(hold_asked=2, hold_told=2))) == ["farewell"]
