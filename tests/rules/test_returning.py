"""Who calls again: the place that is kept overtakes nobody, and many calls hold one together."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.rules import dialogue, returning, wib
from callcenter.rules.line import Waiting, in_line
from callcenter.rules.policy import Center, QueueRules
from callcenter.rules.returning import Earlier

NOW = wib.at("2020-04-13 09:30")
RULES = QueueRules()
CENTER = Center("CC1", "Call Center 1", ("+62318293097",))


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def arrives(*before, rules=RULES, at=NOW):
    arrived = dialogue.arrive("CA9", "+62318293097", CENTER, withheld=False, test=False, now=at)
    return returning.recognised(arrived, before, rules)


GAVE_UP = Earlier("CA1", ago(700), ago(60), ago(650), True, "en", "application_status")


def test_who_hung_up_while_waiting_keeps_place_and_answers():
    (resumed,) = arrives(GAVE_UP)
    assert (resumed.kind, resumed.of, resumed.n, resumed.before) == ("CallResumed", "CA9", 1, "CA1")
    assert (resumed.since, resumed.behind) == (ago(650).isoformat(), ago(60).isoformat())
    assert (resumed.language, resumed.reason) == ("en", "application_status")


@pytest.mark.parametrize(
    "before",
    [
        replace(GAVE_UP, gave_up=False),  # was answered, or never stood in a queue
        replace(GAVE_UP, ended_at=ago(901)),  # a second too late
        replace(GAVE_UP, ended_at=None),  # still there: not a place that was left
    ],
)
def test_nobody_else_keeps_one(before):
    assert arrives(before) == ()


def test_until_the_last_second():
    assert arrives(replace(GAVE_UP, ended_at=ago(900))) != ()


def test_a_policy_may_keep_no_places():
    assert arrives(GAVE_UP, rules=QueueRules(redial_s=0)) == ()


def test_a_place_is_kept_for_one_call_only():
    standing = Earlier("CA2", ago(40), None, ago(30), resumes="CA1")
    in_the_menu = Earlier("CA2", ago(40), None, resumes="CA1")
    left_the_menu = replace(in_the_menu, ended_at=ago(20))
    assert arrives(standing, GAVE_UP) == ()
    assert arrives(in_the_menu, GAVE_UP) == ()
    assert [it.before for it in arrives(left_the_menu, GAVE_UP)] == ["CA1"]


def test_who_leaves_again_stands_behind_those_of_the_second_time():
    again = Earlier("CA2", ago(50), ago(10), ago(650), True, resumes="CA1")
    (resumed,) = arrives(again, GAVE_UP)
    assert (resumed.before, resumed.behind) == ("CA2", ago(10).isoformat())


def calls(number, every_s=5, **more):
    return [Earlier(f"CA{n}", ago(every_s * n), **more) for n in range(1, number + 1)]


def test_more_than_the_policy_s_calls_a_minute_are_a_crowd():
    assert arrives(*calls(5)) == ()
    crowded = arrives(*calls(6))
    assert {it.crowd for it in crowded} == {"CA6"}
    assert [it.of for it in crowded] == ["CA1", "CA2", "CA3", "CA4", "CA5", "CA6", "CA9"]
    assert arrives(*calls(6, every_s=10)) == ()  # the first was a minute ago


def test_the_next_ones_join_it_and_those_that_are_over_do_not():
    before = [*calls(6, crowd="CA6"), Earlier("CA0", ago(1)), Earlier("CAx", ago(2), ago(1))]
    crowded = arrives(*before)
    assert [(it.of, it.crowd) for it in crowded] == [("CA0", "CA6"), ("CA9", "CA6")]


def test_of_a_crowd_one_is_offered_at_a_time():
    line = [Waiting(f"CA{n}", "CC1", ago(100 - n), 1, 0, crowd="CA1") for n in range(1, 6)]
    other = Waiting("CAx", "CC1", ago(0), 1, 0)
    assert [it.call for it in in_line([*line, other])] == ["CA1", "CAx"]
    assert [it.call for it in in_line([*line[1:], other])] == ["CA2", "CAx"]


# Nobody who stayed is overtaken -----------------------------------------------------------------

STAYS = st.lists(
    st.tuples(
        st.integers(0, 30),  # enters
        st.one_of(st.none(), st.integers(0, 30)),  # leaves so much later to call again, or stays
    ),
    min_size=2,
    max_size=12,
)


@given(stays=STAYS, shuffled=st.randoms())
def test_who_comes_back_overtakes_nobody_who_stayed_and_yields_to_nobody_later(stays, shuffled):
    line, left_at = [], {}
    for number, (enters, leaves_after) in enumerate(stays):
        since, call = ago(100 - enters), f"CA{number:02}"
        left_at[call] = None if leaves_after is None else since + timedelta(seconds=leaves_after)
        line.append(Waiting(call, "CC1", since, 1, 0, behind=left_at[call]))
    shuffled.shuffle(line)
    order = {it.call: place for place, it in enumerate(in_line(line))}
    for back in (it for it in line if it.behind):
        for stayed in (it for it in line if not it.behind):
            there_when_left = stayed.since <= back.behind
            assert (order[stayed.call] < order[back.call]) == there_when_left
