"""What a waiting caller hears: bounded, honest, and never the same twice in a row."""

from dataclasses import replace

import pytest

from callcenter.rules import waiting, wib
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.estimate import Pace
from callcenter.rules.policy import LANGUAGES
from callcenter.rules.verbs import Leave, Listen, Say, WaitOn
from callcenter.rules.waiting import Place

NOW = wib.at("2020-04-13 09:00")
STATE = Dialogue("CA1", center="CC1", node="agents", entry=1, arrived_at=NOW, queued_at=NOW)


SLOW = {"agents": 1, "handling_s": 200.0}
PROVEN = {"judged": 20, "kept": 16}  # just what the policy asks for


def turn(state, policy, position=3, led=True, key="", **pace):
    state = waiting.pressed(state, key)
    place = Place(position, led, Pace(**pace) if pace else None)
    happened = waiting.decide(state, place, "QU1", policy, NOW, key=key)
    return happened, waiting.script(state, happened, policy)


def says(state, policy, position=3, **more):
    """The prompt of this turn; empty for music alone."""
    listen = turn(state, policy, position, **more)[1][0]
    return " ".join(said.prompt for said in listen.says)


def test_the_first_words_are_the_position(policy):
    (waited,), said = turn(STATE, policy)

    assert (waited.kind, waited.position, waited.queue_sid) == ("Waited", 3, "QU1")
    assert said == (Listen((Say("queue_position"),)), WaitOn())
    assert "tiga" in said[0].says[0].spoken.text


def test_a_position_that_says_nothing_is_not_said(policy):
    far, near = waiting.SPOKEN_POSITIONS + 1, waiting.SPOKEN_POSITIONS
    assert says(STATE, policy, far) == "queue_far"
    assert says(STATE, policy, near) == "queue_position"
    assert says(STATE, policy, None) == "queue_still"


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
        for pace in ({}, SLOW, SLOW | PROVEN):
            _, said = turn(replace(STATE, language=language), policy, position, **pace)
            text = said[0].says[0].spoken.text
            assert not any(letter.isdigit() or letter == "{" for letter in text)


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


# A call back -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "goes"), [("+6281234567890", "cb_confirm"), ("", "cb_ask")])
@pytest.mark.parametrize("waits", [0, 1, 7])
def test_one_leaves_the_queue_for_a_call_back_at_any_time(number, goes, waits, policy):
    state = replace(STATE, number=number, waits=waits)
    (ended,), said = turn(state, policy, key="1")
    assert (ended.kind, ended.goes, ended.entry) == ("WaitEnded", goes, 1)
    assert said == (Leave(),)


@pytest.mark.parametrize("key", ["0", "2", "9", "*", "#"])
def test_another_key_repeats_what_it_broke_off_and_shortens_no_wait(key, policy):
    before = says(STATE, policy)
    state = waiting.pressed(replace(STATE, waits=1), key)
    assert waiting.script(state, turn(state, policy)[0], policy)[0].says[0].prompt == before
    last = replace(STATE, waits=policy.queue.wait_turns)
    assert turn(last, policy, key=key)[0][0].kind == "Waited"
    assert turn(last, policy)[0][0].kind == "WaitEnded"


def test_even_so_keys_do_not_go_on_for_ever(policy):
    state = STATE
    for _ in range(waiting.MOST_DOCUMENTS * policy.queue.wait_turns + 1):
        (event,), _ = turn(state, policy, key="5")
        if event.kind == "WaitEnded":
            return
        state = waiting.following(waiting.pressed(state, "5"), Place())
    pytest.fail("somebody could wait for ever")


def test_a_call_back_is_offered_in_words_only_to_who_waits_long(policy):
    later = replace(STATE, waits=2)
    assert says(STATE, policy, 1, **SLOW) == "queue_offer"  # 200 s are more than 180
    assert says(STATE, policy, 1, agents=2, handling_s=200.0) == "queue_position"
    assert says(STATE, policy, 1, ready=1, **SLOW) == "queue_position"
    assert says(STATE, policy, 3, **SLOW, **PROVEN) == "queue_first"
    assert says(later, policy, 3, **SLOW, **PROVEN) == "queue_update"
    assert says(later, policy, 30, **SLOW, **PROVEN) == "queue_first"
    assert says(STATE, policy, 3, agents=9, handling_s=200.0, **PROVEN) == "queue_wait"


@pytest.mark.parametrize("pace", [{}, {"judged": 19, "kept": 19}, {"judged": 20, "kept": 15}])
def test_a_wait_that_is_no_promise_is_kept_and_not_told(pace, policy):
    (waited,), said = turn(STATE, policy, **SLOW, **pace)
    assert (waited.estimate_s, waited.told) == (600, False)
    assert "menit" not in said[0].says[0].spoken.text


def test_a_wait_that_is_one_is_told_rounded_up(policy):
    (waited,), said = turn(STATE, policy, 4, agents=2, handling_s=200.0, **PROVEN)
    assert (waited.estimate_s, waited.told) == (600, True)  # 400 s are seven minutes: ten
    assert "sepuluh menit" in said[0].says[0].spoken.text


def test_many_calls_of_one_number_hear_that_they_have_one_place(policy):
    crowded = replace(STATE, crowded=True)
    assert says(crowded, policy) == "queue_crowded"
    assert says(replace(crowded, waits=2), policy) == "queue_position"
