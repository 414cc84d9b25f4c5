"""Finding people by names heard over the telephone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.rules import names

ALWAYS = settings(deadline=None, database=None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Soeharto", "Suharto"),  # the spelling of before 1947
        ("Soetjipto", "Sucipto"),
        ("Djoko", "Joko"),
        ("Jusuf", "Yusuf"),
        ("Moeljono", "Mulyono"),
        ("Rizki", "Rizqy"),
        ("Rizki", "Riski"),
        ("Fitri", "Pitri"),
        ("Syaiful", "Saiful"),
        ("Khoirul", "Choirul"),
        ("Khairul", "Khoirul"),
        ("Achmad", "Ahmad"),
        ("Chandra", "Candra"),
        ("Christina", "Kristina"),
        ("Endah", "Indah"),
        ("Widya", "Widia"),
        ("Zaenal", "Zainal"),
        ("Dewi", "Dewie"),
        ("Annisa", "Anisa"),  # doubled letters
        ("Ma'ruf", "Maruf"),
        ("José", "Jose"),
        ("MUHAMMAD", "Mochamad"),
        ("Muhammad", "Mohd."),
        ("Nur Hidayat", "Nurhidayat"),  # one word or two
        ("Abdurrahman", "Abd. Rahman"),
        ("Abdul Rahman", "Abdurahman"),
        ("Siti-Aminah", "Aminah Siti"),
        ("Drs. H. Budi Santoso, S.H., M.M.", "Budi Santoso"),
        ("Moh. Rizki", "Rizki"),
        ("M.Rizki", "Muhammad Rizki"),
    ],
)
def test_two_ways_to_write_a_name_share_a_key(one, other):
    assert set(names.keys(one)) & set(names.keys(other))
    value, why = names.score(one, other)
    assert value >= 0.66
    assert why != "none"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Siti", "Sutu"),  # in short words the vowels are all there is
        ("Budi", "Badu"),
        ("Agus", "Bambang"),
        ("Joko", "Jaka"),
        ("Muhammad Rizki", "Muhammad Budi"),  # every third man is a Muhammad
        ("H. Rizki", "H. Budi"),
        ("A. Rizki", "A. Budi"),
    ],
)
def test_two_people_share_none(one, other):
    assert not set(names.keys(one)) & set(names.keys(other))


def test_a_name_of_only_common_words_can_still_be_found():
    assert names.keys("Muhammad") == names.keys("Moch.")
    assert names.keys("Gus")
    assert names.keys("H")


def test_a_name_without_letters_has_no_keys():
    assert names.keys("") == names.keys(" -.,' ") == ()
    assert names.score("", "Budi") == names.score("Budi", "--") == (0.0, "none")


def test_names_in_other_letters_are_found_by_themselves():
    assert set(names.keys("李小龙")) & set(names.keys("李小龙 Lee"))


def test_titles_and_degrees_are_no_part_of_a_name_but_alone_they_are_one():
    assert names.words("Prof. Dr. Ir. Hj. Siti Aminah, S.Pd., M.Kom") == ["siti", "aminah"]
    assert names.words("Pak Budi") == ["budi"]
    assert names.words("Budi S.H.") == ["budi"]
    assert names.words("Se Ma") == ["se", "ma"]  # degrees have points or stand behind a comma
    assert names.words("Gus") == ["gus"]


def test_a_key_fits_its_column():
    assert max(map(len, names.keys("Bcdfgh" * 30))) == names.KEY_LENGTH


@pytest.mark.parametrize(
    ("query", "name", "why"),
    [
        ("budi santoso", "Budi Santoso", "exact"),
        ("Budi Santoso", "H. Budi Santoso, S.E.", "exact"),
        ("santoso budi", "Budi Santoso", "word_order"),
        ("suharto", "Soeharto", "spelling"),
        ("moh rizqi", "Muhammad Rizki", "spelling"),
        ("m rizki", "Muhammad Rizki", "spelling"),
        ("rizki muhammad", "Moch. Rizki", "spelling"),
        ("nur hidayat", "Nurhidayat", "spelling"),
        ("siti aminah", "Siti Aminah Wati", "part"),
        ("budi santoso", "Budi", "part"),
        ("riski", "Rizki", "similar"),
        ("sutrisni", "Sutrisno", "similar"),  # an ear takes one for the other; they are two
        ("a yani", "Ahmad Yani", "similar"),
        ("agus", "Bambang", "none"),
    ],
)
def test_the_reason_says_why_a_name_is_shown(query, name, why):
    assert names.score(query, name)[1] == why


def test_the_likelier_person_comes_first():
    asked = "muhammad rizki"
    order = [
        "Muhammad Rizki",
        "Rizki Muhammad",
        "Moch. Rizqy",
        "Muhammad Rizki Ramadhan",
        "Muhammad Riski",
        "Rizki",
        "Bambang Sutrisno",
    ]
    scores = [names.score(asked, name)[0] for name in order]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[1] > scores[-2] > scores[-1] == 0


@ALWAYS
@given(st.text(), st.text())
def test_no_text_makes_it_stumble(one, other):
    value, why = names.score(one, other)
    assert 0 <= value <= 1
    assert (value == 0) == (why == "none")
    assert all(0 < len(key) <= names.KEY_LENGTH for key in names.keys(one))


@ALWAYS
@given(st.text(alphabet=st.characters(categories=("Lu", "Ll")), min_size=1))
def test_a_name_is_always_found_by_itself(name):
    assert names.keys(name)
    assert names.score(name, name) == (1.0, "exact")
