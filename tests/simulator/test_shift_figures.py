"""What the truth of a shift adds up to, and how a difference is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from callcenter.simulator.shift import FailingRest
from callcenter.simulator.shift.figures import compare, figures
from callcenter.simulator.shift.truth import ABANDONED, FLOW_OUT, Truth

NINE = datetime(2020, 4, 13, 2, tzinfo=UTC)
LINE = "+62318293097"


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def call(truth: Truth, sid: str, number: str = "+6281234567890") -> None:
    truth.arrived(sid, LINE, number, at(0))


def of(truth: Truth) -> dict:
    return figures(truth.attempts.values())


def test_a_wait_is_counted_from_being_told_to_wait_in_whole_seconds():
    truth = Truth()
    call(truth, "CA1")
    truth.told_to_wait("CA1", at(10.9))
    truth.connected("CA1", "+62811", at(31.1))
    truth.hung_up("CA1", at(91.5))

    assert (of(truth)["answered"], of(truth)["asa_s"], of(truth)["talk_s"]) == (1, 21.0, 60)
    assert of(truth)["answered_in_target"] == 0
    assert of(truth)["time_to_agent_s"] == 31.0


def test_whoever_hangs_up_waiting_has_given_up_and_in_the_menu_only_left():
    truth = Truth()
    call(truth, "CA1")
    call(truth, "CA2")
    truth.told_to_wait("CA1", at(10))
    for sid in ("CA1", "CA2"):
        truth.hung_up(sid, at(14))

    found = of(truth)
    assert (found["offered"], found["abandoned"], found["short_abandoned"]) == (1, 1, 1)
    assert (found["left_in_menu"], found["abandon_wait_mean_s"]) == (1, 4.0)


def test_told_to_wait_again_is_the_same_stay_until_somebody_answered():
    truth = Truth()
    call(truth, "CA1")
    for second in (10, 40):
        truth.told_to_wait("CA1", at(second))
    truth.connected("CA1", "+62811", at(50))
    truth.parted("CA1", at(60))
    truth.told_to_wait("CA1", at(60))
    truth.hung_up("CA1", at(90))

    assert [(stay.how, stay.wait_s) for stay in truth.attempts["CA1"].stays] == [
        ("answered", 40),
        (ABANDONED, 30),
    ]


def test_an_answer_that_comes_after_the_hang_up_is_a_wait_of_no_length():
    truth = Truth()
    call(truth, "CA1")
    truth.hung_up("CA1", at(10.02))
    truth.told_to_wait("CA1", at(10.05))
    assert (of(truth)["abandoned"], of(truth)["waiting_now"]) == (1, 0)


def test_sent_elsewhere_is_no_giving_up():
    truth = Truth()
    call(truth, "CA1")
    truth.told_to_wait("CA1", at(10))
    truth.left_line("CA1", FLOW_OUT, at(70))
    truth.hung_up("CA1", at(99))
    assert (of(truth)["flow_out"], of(truth)["abandoned"]) == (1, 0)


def test_people_are_told_apart_by_number_and_hidden_ones_are_nobody():
    truth = Truth()
    for sid, number in (("CA1", "+621"), ("CA2", "+621"), ("CA3", "+622"), ("CA4", "")):
        call(truth, sid, number)
    truth.told_to_wait("CA2", at(1))
    truth.connected("CA2", "+62811", at(2))

    found = of(truth)
    assert (found["unique_callers"], found["callers_never_answered"]) == (2, 1)
    assert (found["repeat_calls"], found["unknown_number_calls"]) == (1, 1)


def test_nothing_to_divide_by_is_none_and_the_percentiles_are_waits_that_were():
    truth = Truth()
    assert (of(truth)["asa_s"], of(truth)["wait_p50_s"]) == (None, None)
    for n, wait in enumerate((3, 5, 8, 13)):
        call(truth, f"CA{n}")
        truth.told_to_wait(f"CA{n}", at(0))
        truth.connected(f"CA{n}", "+62811", at(wait))
    assert (of(truth)["wait_p50_s"], of(truth)["wait_p90_s"]) == (5, 13)


def test_a_difference_names_the_figure_and_both_values():
    seen = {"answered": 3, "left_in_menu": 2}
    said = {"answered": 2, "ivr_contained": 1, "ivr_abandoned": 1, "blocked": 0}
    assert compare(seen, said, place="CC1 ") == [
        "CC1 answered: the network saw 3, the product says 2"
    ]


def test_a_rest_interface_that_always_fails_refuses_breaks_or_does_it_without_an_answer():
    done: list[str] = []
    said: list[str] = []

    def application(environ, start):
        done.append(environ["PATH_INFO"])
        start("200 OK", [])
        return [b""]

    rest = FailingRest(application, 1.0, Random(3))
    for _ in range(40):
        try:
            rest({"PATH_INFO": "/Calls"}, lambda status, _headers: said.append(status[:3]))
        except TimeoutError as error:
            said.append(str(error))

    assert set(said) == {"429", "500", "the request was lost", "the answer was lost"}
    assert len(done) == said.count("the answer was lost")


def test_a_rest_interface_that_never_fails_is_the_one_behind_it():
    def application(environ, start):
        start("204 No Content", [])
        return [b"done"]

    rest = FailingRest(application, 0.0, Random(1))
    assert list(rest({}, lambda *_: None)) == [b"done"]
