"""Ticket numbers that survive a bad line, and the rule behind the figure of the day."""

import pytest

from callcenter.rules import tickets
from callcenter.rules.outcomes import DISPOSITIONS, OUTCOMES
from callcenter.rules.reasons import CONFIRMATIONS, REASONS

DRAWS = [0, 1, 9, 12_345_678, 41_720_958, 90_000_000, 99_999_999, *range(7, 99_999_999, 987_654)]


@pytest.mark.parametrize("draw", [0, 12_345_678, 99_999_999])
def test_a_number_has_nine_digits_and_keeps_its_draw(draw):
    number = tickets.number(draw)
    assert len(number) == 9
    assert int(number[:8]) == draw
    assert tickets.valid(number)


@pytest.mark.parametrize("draw", [-1, 100_000_000])
def test_a_draw_beyond_eight_digits_is_refused(draw):
    with pytest.raises(ValueError, match="drawn from 0"):
        tickets.number(draw)


def test_one_misheard_digit_makes_it_no_number():
    for number in map(tickets.number, DRAWS):
        for place in range(9):
            wrong = [number[:place] + digit + number[place + 1 :] for digit in "0123456789"]
            assert [it for it in wrong if tickets.valid(it)] == [number]


def test_two_neighbours_swapped_make_it_no_number():
    for number in map(tickets.number, DRAWS):
        for place in range(8):
            one, other = number[place], number[place + 1]
            swapped = number[:place] + other + one + number[place + 2 :]
            assert tickets.valid(swapped) is (one == other)


def test_a_number_is_written_and_read_in_any_grouping():
    number = tickets.number(41_720_958)
    assert tickets.grouped("417209581") == "417 209 581"
    for spelling in (tickets.grouped(number), number, f" {number}# ", "-".join(number)):
        assert tickets.parse(spelling) == number


@pytest.mark.parametrize(
    "raw", ["", "417209", "417 209 5811", "41720958a", "٤١٧٢٠٩٥٨١", "000000001"]
)
def test_anything_else_is_no_ticket(raw):
    assert tickets.parse(raw) is None


def confirms(
    reason: str = "laid_off_list",
    outcome: str = "answered",
    channel: str = "call",
    *,
    void: bool = False,
    test: bool = False,
) -> bool:
    return tickets.confirms(reason, outcome, channel, void, test)


def test_a_confirmation_is_a_confirming_reason_with_any_outcome_but_a_cut_off():
    counted = {
        (reason, outcome) for reason in REASONS for outcome in OUTCOMES if confirms(reason, outcome)
    }
    assert counted == {
        (reason, outcome)
        for reason in CONFIRMATIONS
        for outcome in OUTCOMES
        if outcome != "disconnected"
    }


@pytest.mark.parametrize("disposition", DISPOSITIONS)
def test_a_call_that_was_no_case_confirms_nothing(disposition):
    assert not confirms(outcome=disposition)


def test_only_what_an_agent_took_by_telephone_counts():
    channels = ("call", "callback", "manual", "posko", "ivr", "voicemail", "")
    assert [it for it in channels if confirms(channel=it)] == ["call", "callback", "manual"]


def test_what_the_ivr_recorded_alone_is_counted_apart():
    rule = tickets.confirms_by_ivr
    assert rule("registration_report", "recorded", "ivr", False, False)
    assert not rule("registration_report", "recorded", "call", False, False)
    assert not rule("registration_report", "disconnected", "ivr", False, False)
    assert not rule("registration_report", "recorded", "ivr", True, False)


def test_void_and_test_tickets_are_in_no_figure():
    assert confirms()
    assert not confirms(void=True)
    assert not confirms(test=True)


def test_codes_that_nobody_knows_count_nothing():
    assert not confirms(reason="no_such")
    assert not confirms(outcome="no_such")
    assert not confirms(outcome="")
