"""Values as they are read aloud."""

import re
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.rules import spoken, wib

APRIL_13 = date(2020, 4, 13)


def test_digits_are_said_one_by_one():
    assert spoken.digits("0357", "id") == "nol tiga lima tujuh"
    assert spoken.digits("0357", "en") == "zero three five seven"
    assert spoken.digits("a-1", "id") == "satu"


def test_a_nik_is_said_in_fours_and_a_ticket_in_threes():
    assert spoken.groups("3578010101900001", 4, "id") == (
        "tiga lima tujuh delapan, nol satu nol satu, nol satu sembilan nol, nol nol nol satu"
    )
    assert spoken.groups("417 209 581", 3, "id") == (
        "empat satu tujuh, dua nol sembilan, lima delapan satu"
    )
    assert spoken.groups("12345", 4, "en") == "one two three four, five"
    assert spoken.groups("", 4, "id") == ""


def test_a_telephone_number_begins_with_its_zero_and_never_with_the_country():
    assert spoken.telephone("+6281234567890", "id") == (
        "nol delapan satu dua, tiga empat lima enam, tujuh delapan sembilan nol"
    )
    assert spoken.telephone("+62318293097", "en") == (
        "zero three one, eight two nine three zero nine seven"
    )


@pytest.mark.parametrize(
    ("n", "indonesian", "english"),
    [
        (0, "nol", "zero"),
        (1, "satu", "one"),
        (10, "sepuluh", "ten"),
        (11, "sebelas", "eleven"),
        (12, "dua belas", "twelve"),
        (19, "sembilan belas", "nineteen"),
        (20, "dua puluh", "twenty"),
        (21, "dua puluh satu", "twenty-one"),
        (89, "delapan puluh sembilan", "eighty-nine"),
        (100, "seratus", "one hundred"),
        (101, "seratus satu", "one hundred one"),
        (182, "seratus delapan puluh dua", "one hundred eighty-two"),
        (200, "dua ratus", "two hundred"),
        (1000, "seribu", "one thousand"),
        (1001, "seribu satu", "one thousand one"),
        (1100, "seribu seratus", "one thousand one hundred"),
        (2000, "dua ribu", "two thousand"),
        (11_011, "sebelas ribu sebelas", "eleven thousand eleven"),
        (100_000, "seratus ribu", "one hundred thousand"),
        (600_000, "enam ratus ribu", "six hundred thousand"),
        (1_000_000, "satu juta", "one million"),
        (1_001_000, "satu juta seribu", "one million one thousand"),
        (
            3_550_000,
            "tiga juta lima ratus lima puluh ribu",
            "three million five hundred fifty thousand",
        ),
    ],
)
def test_counts_are_said_in_words(n, indonesian, english):
    assert spoken.count(n, "id") == indonesian
    assert spoken.count(n, "en") == english
    assert spoken.count(n, "jv") == indonesian  # Javanese callers hear Indonesian values


@pytest.mark.parametrize("n", [-1, 1_000_000_000])
def test_beyond_the_millions_nothing_is_said(n):
    with pytest.raises(ValueError, match="said in words"):
        spoken.count(n, "id")


@settings(deadline=None, database=None)
@given(st.integers(0, spoken.LARGEST), st.integers(0, spoken.LARGEST))
def test_two_counts_never_sound_the_same(one, other):
    for language in ("id", "en"):
        same = spoken.count(one, language) == spoken.count(other, language)
        assert same is (one == other)
        assert re.fullmatch(r"[a-z]+([ -][a-z]+)*", spoken.count(one, language))


def test_a_day_is_said_by_its_weekday_and_with_the_year_when_it_matters():
    assert spoken.day(APRIL_13, "id") == "Senin, tiga belas April"
    assert spoken.day(APRIL_13, "id", year=True) == "Senin, tiga belas April dua ribu dua puluh"
    assert spoken.day(date(2020, 5, 1), "id") == "Jumat, satu Mei"
    assert spoken.day(APRIL_13, "en") == "Monday, April thirteenth"
    assert spoken.day(APRIL_13, "en", year=True) == "Monday, April thirteenth, two thousand twenty"


@pytest.mark.parametrize(
    ("n", "said"),
    [
        *((1, "first"), (2, "second"), (3, "third"), (4, "fourth"), (5, "fifth"), (8, "eighth")),
        *((9, "ninth"), (12, "twelfth"), (20, "twentieth"), (21, "twenty-first")),
        *((23, "twenty-third"), (30, "thirtieth"), (31, "thirty-first")),
    ],
)
def test_english_days_are_ordinals(n, said):
    assert spoken.ordinal_en(n) == said


@pytest.mark.parametrize(
    ("clock", "indonesian", "english"),
    [
        (time(0), "jam dua belas malam", "midnight"),
        (
            time(3, 59),
            "jam tiga lewat lima puluh sembilan malam",
            "three fifty-nine in the morning",
        ),
        (time(4), "jam empat pagi", "four in the morning"),
        (time(8), "jam delapan pagi", "eight in the morning"),
        (time(8, 5), "jam delapan lewat lima pagi", "eight oh five in the morning"),
        (time(11), "jam sebelas siang", "eleven in the morning"),
        (time(12), "jam dua belas siang", "noon"),
        (time(13), "jam satu siang", "one in the afternoon"),
        (time(15), "jam tiga sore", "three in the afternoon"),
        (time(17), "jam lima sore", "five in the afternoon"),
        (time(18), "jam enam malam", "six in the evening"),
        (time(21), "jam sembilan malam", "nine at night"),
    ],
)
def test_a_clock_is_said_with_its_part_of_the_day(clock, indonesian, english):
    assert spoken.clock(clock, "id") == indonesian
    assert spoken.clock(clock, "en") == english


@pytest.mark.parametrize(
    ("seconds", "indonesian", "english"),
    [
        (0, "kurang dari satu menit", "less than one minute"),
        (59.9, "kurang dari satu menit", "less than one minute"),
        (60, "satu menit", "one minute"),
        (60.1, "dua menit", "two minutes"),
        (180, "tiga menit", "three minutes"),
        (181, "lima menit", "five minutes"),
        (301, "sepuluh menit", "ten minutes"),
        (900, "lima belas menit", "fifteen minutes"),
        (901, "dua puluh menit", "twenty minutes"),
        (1800, "tiga puluh menit", "thirty minutes"),
        (1801, "lebih dari tiga puluh menit", "more than thirty minutes"),
    ],
)
def test_a_wait_is_rounded_up_and_never_said_in_seconds(seconds, indonesian, english):
    assert spoken.wait(seconds, "id") == indonesian
    assert spoken.wait(seconds, "en") == english


def test_opening_hours_are_said_as_days_and_times():
    written = "Mon-Thu 08:00-17:00; Fri 08:00-11:30,13:00-17:00"
    assert spoken.hours(written, "id") == (
        "Senin sampai Kamis, jam delapan pagi sampai jam lima sore, "
        "Jumat, jam delapan pagi sampai jam sebelas lewat tiga puluh siang "
        "dan jam satu siang sampai jam lima sore"
    )
    assert spoken.hours("Sat 20:00-24:00", "en") == "Saturday, eight in the evening to midnight"
    assert spoken.hours("always", "id") == "dua puluh empat jam"
    assert spoken.hours("always", "en") == "at any hour"


def test_hours_in_somebody_s_words_are_said_as_they_stand():
    assert spoken.hours("jam kerja", "id") == "jam kerja"
    assert spoken.hours("jam kerja", "en") == "office hours"
    assert spoken.hours("kecuali hari pasar", "en") == "kecuali hari pasar"
    assert spoken.hours("", "id") == ""


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            "Jl. Dukuh Menanggal No. 124-126, Surabaya",
            "Jalan Dukuh Menanggal nomor seratus dua puluh empat sampai seratus dua puluh enam,"
            " Surabaya",
        ),
        ("Jl. Dr. Wahidin Sudirohusodo, Tuban", "Jalan Dokter Wahidin Sudirohusodo, Tuban"),
        ("LTSA - UPT P2TK (Pelayanan Tenaga Kerja)", "el te es a, u pe te pe dua te ka"),
        ("UPT Balai Latihan Kerja (BLK) Jember", "u pe te Balai Latihan Kerja Jember"),
        ("Jl. Raya Km 1234", "Jalan Raya Km satu dua tiga empat"),  # long numbers by digits
        ("No. 007", "nomor nol nol tujuh"),
    ],
)
def test_a_place_is_said_without_shortenings_and_figures(written, said):
    assert spoken.place(written, "id") == said


def test_a_place_keeps_its_name_in_english():
    assert spoken.place("Jl. Dukuh Menanggal No. 3-5", "en") == (
        "Jalan Dukuh Menanggal number three to five"
    )


def test_only_the_official_address_is_said():
    assert spoken.web_address("id") == "prakerja titik go titik i de"
    assert spoken.web_address("en") == "prakerja dot go dot i d"


@pytest.mark.parametrize(
    ("day", "in_indonesian", "in_english"),
    [
        ("2020-04-13", "hari ini", "today"),
        ("2020-04-14", "besok", "tomorrow"),
        ("2020-04-15", "Rabu", "on Wednesday"),
        ("2020-04-19", "Minggu", "on Sunday"),
        ("2020-04-20", "Senin, dua puluh April", "on Monday, April twentieth"),
    ],
)
def test_a_day_to_come_is_called_as_people_call_it(day, in_indonesian, in_english):
    today = date(2020, 4, 13)
    assert spoken.day_from(date.fromisoformat(day), today, "id") == in_indonesian
    assert spoken.day_from(date.fromisoformat(day), today, "jv") == in_indonesian
    assert spoken.day_from(date.fromisoformat(day), today, "en") == in_english


def test_when_something_begins_is_a_day_and_an_hour():
    now, opens = wib.at("2020-04-17 18:00"), wib.at("2020-04-20 08:00")
    assert spoken.opening(opens, now, "id") == {
        "hari": "Senin",
        "jam": "jam delapan pagi",
        "hari_jam": "Senin, jam delapan pagi",
    }
    assert spoken.opening(opens, now, "en")["hari_jam"] == "on Monday at eight in the morning"


@pytest.mark.parametrize(
    ("label", "language", "said"),
    [
        ("NIK terverifikasi", "id", "nik terverifikasi"),
        ("NIK verified", "en", "N I K verified"),
        ("Nomor HP terverifikasi", "id", "Nomor ha pe terverifikasi"),
        ("Lolos", "id", "Lolos"),
    ],
)
def test_a_label_written_for_a_page_can_be_said(label, language, said):
    assert spoken.label(label, language) == said
