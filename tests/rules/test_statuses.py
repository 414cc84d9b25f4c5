"""The statuses of an application, and the care with which they are said."""

import re

import pytest

from callcenter.rules.statuses import STATUSES


def test_the_nineteen_statuses_have_labels_of_their_own():
    assert len(STATUSES) == 19
    assert len({it.label_id for it in STATUSES.values()}) == 19
    assert len({it.label_en for it in STATUSES.values()}) == 19


def test_only_a_revoked_membership_is_final():
    assert [it.code for it in STATUSES.values() if it.final] == ["revoked"]


def test_five_statuses_have_a_sentence_of_their_own_on_the_telephone():
    own = {code: it.prompt for code, it in STATUSES.items() if it.prompt != "st_generic"}
    assert own == {
        "nik_rejected": "st_nik_rejected",
        "joined_wave": "st_joined_wave",
        "under_evaluation": "st_under_evaluation",
        "selected": "st_selected",
        "not_selected": "st_not_selected",
    }


@pytest.mark.parametrize("code", STATUSES)
def test_every_status_says_what_it_means_and_what_comes_next(code):
    it = STATUSES[code]
    for text in (it.means_id, it.means_en, it.say_id, it.say_en):
        assert text.endswith(".")
        sentences = re.split(r"[.;:] ", text)
        assert all(len(sentence.split()) <= 20 for sentence in sentences)


@pytest.mark.parametrize("code", STATUSES)
def test_no_sentence_promises_a_result_or_shows_the_wrong_site(code):
    it = STATUSES[code]
    said = " ".join((it.means_id, it.means_en, it.say_id, it.say_en)).casefold()
    for promise in ("pasti lolos", "segera cair", "dijamin", "guarantee", "anda harus", ".co.id"):
        assert promise not in said


def test_nobody_who_waits_or_was_not_selected_is_sent_to_register_again():
    for code in ("joined_wave", "under_evaluation", "not_selected"):
        assert re.search(r"(tidak perlu|tanpa) mendaftar ulang", STATUSES[code].say_id.casefold())


def test_not_selected_is_said_as_something_that_can_still_change():
    it = STATUSES["not_selected"]
    assert it.label_id == "Belum lolos"
    assert "tidak lolos" not in f"{it.means_id} {it.say_id}".casefold()
