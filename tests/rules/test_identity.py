"""What a NIK can tell: rejected is what cannot be one, doubtful what does not fit the person."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.rules import identity
from callcenter.rules.identity import SENTENCES, check_kk, check_nik

TODAY = date(2020, 4, 13)
SURABAYA = "3578010101900001"  # a man born on 1 January 1990, first registered in Karangpilang


def nik(area: str = "357801", born: str = "010190", serial: str = "0001") -> str:
    return area + born + serial


def rejected(raw: str) -> str | None:
    return check_nik(raw, today=TODAY).rejected


def warnings(raw: str, **said) -> tuple[str, ...]:
    return check_nik(raw, today=TODAY, **said).warnings


def test_a_good_nik_tells_place_birth_date_and_sex():
    found = check_nik(SURABAYA, today=TODAY)
    assert found == identity.NikCheck(
        nik=SURABAYA,
        birth_date=date(1990, 1, 1),
        sex="L",
        regency="35.78",
        district="35.78.01",
    )


@pytest.mark.parametrize(
    "spelling",
    [
        "3578 0101 0190 0001",
        "35.78.01.010190.0001",
        "3578-0101-0190-0001",
        " 3578010101900001\n",
        "3578\u00a00101\u00a00190\u00a00001",  # copied from a web page
        "'3578010101900001",  # a spreadsheet's mark for text
    ],
)
def test_spaces_points_and_dashes_do_not_matter(spelling):
    assert check_nik(spelling, today=TODAY).nik == SURABAYA


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "length"),
        ("357801010190001", "length"),  # fifteen
        ("35780101019000011", "length"),  # seventeen
        ("3578010101900001.0", "length"),  # read as a number: a digit is made up
        ("3.57801E+15", "scientific"),
        ("3,57801e15", "scientific"),
        ("3E+15", "scientific"),
        ("357801010190OOO1", "characters"),  # the letter O
        ("٣٥٧٨٠١٠١٠١٩٠٠٠٠١", "characters"),
        ("1111111111111111", "same_digit"),
        ("0000000000000000", "same_digit"),
        (nik(area="997801"), "province"),
        (nik(area="007801"), "province"),
        (nik(born="000190"), "day"),
        (nik(born="320190"), "day"),
        (nik(born="400190"), "day"),
        (nik(born="720190"), "day"),
        (nik(born="810190"), "day"),  # python-stdnum takes this for the first
        (nik(born="010090"), "month"),
        (nik(born="011390"), "month"),
        (nik(born="300290"), "date"),
        (nik(born="310490"), "date"),
        (nik(born="290290"), "date"),  # neither 1990 nor, not yet, 2090
        (nik(born="700290"), "date"),  # a woman born on 30 February
        (nik(serial="0000"), "serial"),
    ],
)
def test_what_cannot_be_a_nik_is_rejected(raw, code):
    found = check_nik(raw, today=TODAY)
    assert found == identity.NikCheck(rejected=code)  # and nothing else is told


@pytest.mark.parametrize("born", ["010190", "310190", "410190", "710190", "011290", "290288"])
def test_days_and_months_at_their_limits_are_taken(born):
    assert rejected(nik(born=born)) is None


@pytest.mark.parametrize("area", ["540101", "910101", "920101", "930101", "960101", "650101"])
def test_provinces_of_yesterday_and_today_are_taken(area):
    assert rejected(nik(area=area)) is None


def test_a_woman_is_told_by_forty_added_to_the_day():
    found = check_nik(nik(born="710190"), today=TODAY)
    assert (found.sex, found.birth_date) == ("P", date(1990, 1, 31))
    found = check_nik(nik(born="310190"), today=TODAY)
    assert (found.sex, found.birth_date) == ("L", date(1990, 1, 31))


@pytest.mark.parametrize(
    ("born", "birth_date", "doubts"),
    [
        ("130402", date(2002, 4, 13), ()),  # eighteen today
        ("140402", date(2002, 4, 14), ("age",)),  # eighteen tomorrow; 1902 is 117
        ("130420", date(1920, 4, 13), ()),  # a hundred today: likelier than born today
        ("120419", date(2019, 4, 12), ("age",)),  # a baby, or 101: neither may apply
        ("010199", date(1999, 1, 1), ()),
        ("010121", date(1921, 1, 1), ()),  # 2021 has not come yet
        ("290200", date(2000, 2, 29), ()),  # 1900 had no such day
    ],
)
def test_the_century_is_the_one_in_which_somebody_can_apply(born, birth_date, doubts):
    found = check_nik(nik(born=born), today=TODAY)
    assert (found.birth_date, found.warnings) == (birth_date, doubts)


def test_a_leap_day_is_a_birthday_on_the_first_of_march():
    leap = nik(born="290204")
    assert check_nik(leap, today=date(2022, 2, 28)).warnings == ("age",)
    assert check_nik(leap, today=date(2022, 3, 1)).warnings == ()


def test_a_birth_date_that_differs_is_a_doubt_and_no_rejection():
    assert warnings(SURABAYA, birth_date=date(1990, 1, 1)) == ()
    assert warnings(SURABAYA, birth_date=date(1990, 1, 10)) == ("birth_date",)
    # What the person says decides between the centuries that the digits allow.
    old = check_nik(nik(born="120419"), today=TODAY, birth_date=date(1919, 4, 12))
    assert (old.birth_date, old.warnings) == (date(1919, 4, 12), ("age",))


def test_a_sex_that_differs_is_a_doubt():
    assert warnings(SURABAYA, sex="L") == ()
    assert warnings(SURABAYA, sex="P") == ("sex",)
    assert warnings(SURABAYA, sex="") == ()  # not said


def test_places_that_are_unknown_or_elsewhere_are_doubts():
    assert warnings(nik(area="359901")) == ("regency",)  # no such regency: nothing about districts
    assert warnings(nik(area="357899")) == ("district",)
    assert warnings(nik(area="317101")) == ("outside_east_java",)  # a migrant may apply
    assert warnings(nik(area="910101")) == ("outside_east_java",)  # Merauke's old code is known
    assert warnings(nik(area="540101")) == ("regency", "outside_east_java")


def test_several_doubts_are_all_told():
    said = warnings(nik(area="119901", born="410115"), birth_date=date(2015, 1, 2), sex="L")
    assert said == ("regency", "birth_date", "sex", "age", "outside_east_java")


def test_a_family_card_number_is_sixteen_digits_and_nothing_more():
    assert check_kk("3578 0112 3456 0000").kk == "3578011234560000"
    assert check_kk("9999999999999999").kk == "9999999999999999"
    assert check_kk("357801123456").rejected == "length"
    assert check_kk("3.57801E+15").rejected == "scientific"
    assert check_kk("35780112345600O0").rejected == "characters"
    assert check_kk("").rejected == "length"


def test_a_mask_shows_where_and_the_serial_but_never_the_birth_date():
    assert identity.mask_nik(SURABAYA) == "3578••••••••0001"
    assert identity.mask_nik("35780101") == "••••••••••••••••"
    assert identity.mask_nik("") == "••••••••••••••••"


@settings(deadline=None, database=None)
@given(
    st.text() | st.from_regex(r"\A[0-9]{16}\Z"),
    st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)),
)
def test_no_text_makes_it_stumble_and_every_word_it_uses_has_a_sentence(raw, today):
    found = check_nik(raw, today=today)
    assert (found.nik is None) == (found.rejected is not None)
    assert set(found.warnings) | ({found.rejected} - {None}) <= set(SENTENCES)
    assert found.birth_date is None or found.birth_date <= today


def test_every_sentence_stands_in_both_languages_and_holds_no_number_of_a_person():
    for sentences in SENTENCES.values():
        assert len(sentences) == 2
        assert all(sentence.endswith(".") for sentence in sentences)
