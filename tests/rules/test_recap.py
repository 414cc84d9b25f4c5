"""The sentence that the press is given."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from callcenter.rules import recap, wib
from callcenter.rules.recap import CALLS, Posko, Recap

APRIL_13 = Recap(
    day=date(2020, 4, 13),
    until="17:00",
    as_of=wib.at("2020-04-13 17:02"),
    confirmations={"CC1": 52, "CC2": 37},
    applicants=81,
    people=1371,
    calls=dict.fromkeys(CALLS, 0) | {"inbound": 2412, "answered": 1355, "abandoned": 38},
    posko=Posko(assisted=182, reported=56, total=56),
    revision=1,
)


def test_the_recap_as_it_is_sent():
    assert recap.text(APRIL_13) == (
        "REKAP LAYANAN KARTU PRAKERJA JAWA TIMUR\n"
        "Senin, 13 April 2020, pukul 17.00 WIB\n"
        "\n"
        "Hari ini hingga pukul 17.00 WIB, dua call center menerima 89 konfirmasi "
        "(CC1: 52, CC2: 37) dari 81 pendaftar yang dikenali.\n"
        "Di posko, 182 warga dibantu langsung; seluruh 56 posko sudah melapor.\n"
        "Panggilan: 2.412 masuk, 1.355 terjawab, 38 terputus sebelum dilayani. "
        "Penelepon: 1.371 orang.\n"
        "\n"
        "Sumber: catatan call center dan laporan posko, keadaan 13 April 2020 17.02 WIB; "
        "angka sementara, revisi ke-1."
    )


def test_what_is_different_is_never_added_up():
    told = recap.text(APRIL_13)

    assert "89" in told
    assert "182" in told
    assert "271" not in told
    assert 89 + 182 not in json.loads(json.dumps(APRIL_13.as_json())).values()


@pytest.mark.parametrize(
    ("posko", "sentence"),
    [
        (Posko(None, 0, 56), "Dari 56 posko, belum ada yang melapor."),
        (Posko(0, 1, 56), "Di posko, 0 warga dibantu langsung; 1 dari 56 posko sudah melapor."),
        (Posko(9, 55, 56), "Di posko, 9 warga dibantu langsung; 55 dari 56 posko sudah melapor."),
    ],
)
def test_not_reported_is_not_nobody_assisted(posko, sentence):
    assert sentence in recap.text(replace(APRIL_13, posko=posko))


def test_calls_that_could_not_come_in_and_people_not_reached_are_told():
    calls = APRIL_13.calls | {"blocked": 12, "callback_requested": 7, "callers_never_answered": 29}
    told = recap.text(replace(APRIL_13, calls=calls))

    assert "12 tidak dapat masuk" in told
    assert "7 minta ditelepon balik" in told
    assert "1.371 orang, 29 di antaranya belum tersambung." in told


def test_what_the_menu_noted_alone_is_told_apart():
    told = recap.text(replace(APRIL_13, ivr_confirmations=5))

    assert "menerima 89 konfirmasi" in told
    assert "menu suara mencatat sendiri 5 laporan" in told


def test_a_recap_that_is_not_frozen_says_so():
    assert "belum dibekukan" in recap.text(replace(APRIL_13, revision=0))


@pytest.mark.parametrize(
    ("centers", "words"),
    [
        ({"CC1": 4}, "call center menerima 4 konfirmasi (CC1: 4)"),
        ({"CC1": 4, "CC2": 0, "CC3": 1}, "tiga call center menerima 5 konfirmasi"),
        (dict.fromkeys("ABCDEFGH", 1), "8 call center menerima 8 konfirmasi"),
    ],
)
def test_as_many_centers_as_there_are(centers, words):
    assert words in recap.text(replace(APRIL_13, confirmations=centers))


def test_the_document_says_everything_and_can_be_read_back():
    document = json.loads(json.dumps(APRIL_13.as_json()))

    assert document["confirmations"] == {"total": 89, "CC1": 52, "CC2": 37}
    assert document["posko"] == {"assisted": 182, "reported": 56, "total": 56}
    assert (document["day"], document["until"]) == ("2020-04-13", "17:00")
    assert Recap.from_json(document) == APRIL_13


def test_a_later_look_at_the_same_numbers_says_the_same():
    later = replace(APRIL_13, as_of=wib.at("2020-04-13 21:00"), revision=0)

    assert APRIL_13.says_the_same(later)
    assert not APRIL_13.says_the_same(replace(later, people=1372))
    assert not APRIL_13.says_the_same(replace(later, posko=Posko(183, 56, 56)))
