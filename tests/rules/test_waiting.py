"""What a waiting caller hears: bounded, honest, and never the same twice in a row."""

from dataclasses import replace

import pytest

from callcenter.rules import waiting, wib
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.policy import LANGUAGES
from callcenter.rules.verbs import Leave, Music, Say, WaitOn
from callcenter.rules.waiting import Place

NOW = wib.at("2020-04-13 09:00")
STATE = Dialogue("CA1", center="CC1", node="agents", entry=1, arrived_at=NOW, queued_at=NOW)


def turn(state, policy, position=3, led=True):
    happened = waiting.decide(state, Place(position, led), "QU1", policy, NOW)
    return happened, waiting.script(state, happened, policy)


def test_the_first_words_are_the_position(policy):
    (waited,), said = turn(STATE, policy)

    assert (waited.kind, waited.position, waited.queue_sid) == ("Waited", 3, "QU1")
    assert said == (Say("queue_position"), Music(), WaitOn())
    assert "tiga" in said[0].spoken.text


def test_a_position_that_says_nothing_is_not_said(policy):
    far, near = waiting.SPOKEN_POSITIONS + 1, waiting.SPOKEN_POSITIONS
    assert turn(STATE, policy, position=far)[1][0] == Say("queue_still")
    assert turn(STATE, policy, position=near)[1][0] == Say("queue_position")
    assert turn(STATE, policy, position=None)[1][0] == Say("queue_still")


@pytest.mark.parametrize("position", [1, 99, None])
def test_never_the_same_twice_in_a_row(position, policy):
    state, before = STATE, None
    for _ in range(policy.queue.wait_turns):
        _, said = turn(state, policy, position)
        assert said != before
        assert said[-1] == WaitOn()
        state, before = waiting.following(state, Place()), said


def test_a_wait_is_bounded_and_ends_at_the_other_telephone(policy):
    state = replace(STATE, waits=policy.queue.wait_turns)
    (ended,), said = turn(state, policy)

    assert (ended.kind, ended.goes, ended.entry) == ("WaitEnded", "backup", 1)
    assert said == (Leave(),)


def test_a_center_without_another_telephone_says_so(policy):
    alone = replace(policy, centers=tuple(replace(c, backup_number="") for c in policy.centers))
    (ended,), _ = turn(replace(STATE, waits=policy.queue.wait_turns), alone)
    assert ended.goes == "gone"


def test_each_turn_is_one_event_and_a_repeated_one_the_same(policy):
    first, again = (turn(STATE, policy, position)[0][0] for position in (3, 2))
    following = turn(waiting.following(STATE, Place()), policy)[0][0]
    another_stay = turn(replace(STATE, entry=2), policy)[0][0]

    assert first.id == again.id
    assert len({first.id, following.id, another_stay.id}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_position_is_said_in_words(language, policy):
    for position in range(1, waiting.SPOKEN_POSITIONS + 1):
        _, said = turn(replace(STATE, language=language), policy, position)
        assert not any(letter.isdigit() or letter == "{" for letter in said[0].spoken.text)


def turns_without_a_floor(policy, led=(), waits=10):
    """The documents of a caller for whom nobody moves the line, but in the turns ``led``."""
    state, kinds = STATE, []
    for number in range(waits):
        (event,), _ = turn(state, policy, led=number in led)
        kinds.append(event.kind)
        if event.kind == "WaitEnded":
            break
        state = waiting.following(state, Place(None, number in led))
    return kinds


def test_without_a_floor_the_other_telephone_comes_soon(policy):
    assert turns_without_a_floor(policy) == ["Waited", "Waited", "WaitEnded"]


def test_a_floor_that_comes_back_in_time_keeps_the_caller(policy):
    kinds = turns_without_a_floor(policy, led={1, 3, 4, 5, 6, 7, 8, 9})
    assert set(kinds) == {"Waited"}


def test_without_a_floor_and_without_another_telephone_waiting_is_all_there_is(policy):
    alone = replace(policy, centers=tuple(replace(c, backup_number="") for c in policy.centers))
    assert set(turns_without_a_floor(alone)) == {"Waited"}
