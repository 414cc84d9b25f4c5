"""Reasons, outcomes and dispositions: what may be recorded, and what it must say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.rules import outcomes
from callcenter.rules.outcomes import DISPOSITIONS, NEEDED, OUTCOMES, REASONS
from callcenter.rules.reasons import CONFIRMATIONS

COMPLETE = {
    "not_eligible": {"sub_reason": "under_18"},
    "referred_service_point": {"sub_reason": "no_email", "posko": "3"},
    "referred_dukcapil": {"sub_reason": "nik_not_found"},
    "escalated_pmo": {"external_reference": "PMO-2020-117"},
    "callback_scheduled": {"time_window": "tomorrow_morning", "number": "0812-3456-7890"},
}


def faults(outcome: str, *, reason: str = "application_status", note: str = "", **given: str):
    found = outcomes.faults(reason, outcome, given, note)
    return [(fault.field, fault.code) for fault in found]


def warnings(note: str) -> list[str]:
    return [fault.code for fault in outcomes.note_warnings(note)]


def test_there_are_sixteen_reasons_twelve_outcomes_and_five_dispositions():
    assert (len(REASONS), len(OUTCOMES), len(DISPOSITIONS)) == (16, 12, 5)
    assert not set(OUTCOMES) & set(DISPOSITIONS)  # both stand in one column of the diary


def test_six_reasons_are_confirmations():
    assert (
        *("registration_help", "eligibility", "laid_off_list", "registration_report"),
        *("application_status", "service_point_info"),
    ) == CONFIRMATIONS


def test_every_typical_outcome_exists_and_every_label_is_its_own():
    assert all(set(it.typical_outcomes) <= set(OUTCOMES) for it in REASONS.values())
    for table in (REASONS, OUTCOMES, DISPOSITIONS):
        for labels in ("label_id", "label_en"):
            assert len({getattr(it, labels) for it in table.values()}) == len(table)


def test_seven_outcomes_close_a_ticket_and_the_other_five_ask_for_somebody_to_act():
    closing = [code for code, it in OUTCOMES.items() if it.closes_ticket]
    assert closing == [
        *("answered", "confirmed", "recorded", "guided", "not_eligible"),
        *("referred_dukcapil", "identity_unverified"),
    ]
    assert all(it.follow_up is not it.closes_ticket for it in OUTCOMES.values())


def test_only_two_outcomes_promise_a_number_of_working_days():
    due = {code: days for code in OUTCOMES if (days := outcomes.due_working_days(code))}
    assert due == {"referred_service_point": 3, "escalated_pmo": 3}
    assert outcomes.due_working_days("prank") is None
    assert outcomes.due_working_days("no_such_outcome") is None


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_with_all_it_needs_an_outcome_is_recorded(outcome):
    assert faults(outcome, **COMPLETE.get(outcome, {})) == []


@pytest.mark.parametrize("outcome", COMPLETE)
def test_without_it_the_form_says_each_thing_that_is_missing(outcome):
    needs = [(field, "missing") for field in NEEDED if field in COMPLETE[outcome]]
    assert faults(outcome) == needs
    assert faults(outcome, **dict.fromkeys(COMPLETE[outcome], "  ")) == needs  # blank is missing


def test_needs_and_choices_agree():
    for it in OUTCOMES.values():
        assert it.needs <= set(NEEDED)
        assert bool(it.sub_reasons) == ("sub_reason" in it.needs)
        codes = [choice.code for choice in it.sub_reasons]
        assert len(set(codes)) == len(codes)


def test_a_reason_and_an_outcome_must_be_chosen_from_the_list():
    assert faults("", reason="") == [("reason", "missing"), ("outcome", "missing")]
    assert faults("answered", reason="no_such") == [("reason", "missing")]
    assert faults("no_such") == [("outcome", "missing")]


def test_a_sub_reason_belongs_to_its_outcome():
    assert faults("not_eligible", sub_reason="nik_not_found") == [("sub_reason", "unknown")]
    assert faults("answered", sub_reason="under_18") == [("sub_reason", "unknown")]


def test_what_an_outcome_does_not_need_does_no_harm():
    assert faults("answered", posko="3", number="129") == []


@pytest.mark.parametrize("number", ["0812-3456-7890", "+62 31 8293097", "81234567890"])
def test_a_call_back_goes_to_an_indonesian_telephone(number):
    assert faults("callback_scheduled", time_window="14.00", number=number) == []


@pytest.mark.parametrize("number", ["129", "anonymous", "+6591234567", "0809-1234-567", "rumah"])
def test_and_to_no_other(number):
    found = faults("callback_scheduled", time_window="14.00", number=number)
    assert found == [("number", "not_dialable")]


@pytest.mark.parametrize("disposition", DISPOSITIONS)
def test_a_call_that_was_no_case_needs_nothing_not_even_a_reason(disposition):
    assert faults(disposition, reason="") == []


def test_a_note_has_a_longest_length():
    assert faults("answered", note="x" * outcomes.NOTE_LENGTH) == []
    assert faults("answered", note="x" * (outcomes.NOTE_LENGTH + 1)) == [("note", "too_long")]
    assert faults("prank", note="x" * (outcomes.NOTE_LENGTH + 1)) == [("note", "too_long")]


@pytest.mark.parametrize(
    ("note", "codes"),
    [
        ("NIK 3578010101900001 sudah dicek", ["sixteen_digits"]),
        ("3578 0101 0190 0001", ["sixteen_digits"]),
        ("3578-0101-0190-0001", ["sixteen_digits"]),
        ("35780101019000011", []),  # seventeen digits are something else
        ("kartu 357801010190000", []),  # fifteen too
        ("OTP 123456", ["secret_code"]),
        ("kode otp nya 1234 tadi", ["secret_code"]),
        ("kodenya: 12 34 56", ["secret_code"]),
        ("123456 itu otp-nya", ["secret_code"]),
        ("OTP 123", []),  # too short for a code
        ("OTP 1234567", []),  # too long
        ("OTP tidak masuk sejak 13.04.2020", []),  # a date
        ("OTP tidak masuk ke 0812-3456-7890", []),  # a telephone number
        ("kode pos 60234", []),
        ("menunggu sejak 1230", []),  # no word for a code near it
        ("OTP 123456, NIK 3578010101900001", ["sixteen_digits", "secret_code"]),
        ("OTP belum diterima.\n1234 pelamar", []),  # the next line is about something else
        ("", []),
    ],
)
def test_a_note_with_a_number_that_should_not_be_kept_is_flagged(note, codes):
    assert warnings(note) == codes


def test_a_warning_never_repeats_the_number():
    found = outcomes.note_warnings("OTP 123456, NIK 3578010101900001")
    said = " ".join(fault.sentence_id + fault.sentence_en for fault in found)
    assert "123456" not in said
    assert "3578" not in said


@settings(deadline=None, database=None)
@given(st.text(), st.text(), st.dictionaries(st.sampled_from(sorted(NEEDED)), st.text()), st.text())
def test_no_form_makes_it_stumble(reason, outcome, given, note):
    assert outcomes.faults(reason, outcome, given, note)  # random codes are always at fault
    outcomes.note_warnings(note)
