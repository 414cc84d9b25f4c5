"""What callers hear: complete in Indonesian and English, short, and free of what misleads."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from callcenter.rules import phone, regions, spoken
from callcenter.rules.hours import Hours, HoursError
from callcenter.rules.statuses import STATUSES

FOLDER = Path(__file__).parents[2] / "callcenter" / "prompts"
LETTERS_A_SECOND = 14  # of a voice on the telephone
LONGEST_S = 15  # nothing longer is said before the caller can act

# Longer in sentences and in seconds, each for its reason.
LONGER = {
    "privacy_full": "the law lists what it must say (UU 27/2022 art. 21)",
}
# A key that is offered, and what it is called in the other language.
KEYS_ID = r"tekan (?:nol|satu|dua|tiga|empat|lima|tujuh|delapan|sembilan|bintang|tanda pagar)"
KEYS_EN = r"press (?:zero|one|two|three|four|five|seven|eight|nine|star|hash)"
ENGLISH = dict(
    zip(
        ("nol", "satu", "dua", "tiga", "empat", "lima", "tujuh", "delapan", "sembilan"),
        ("zero", "one", "two", "three", "four", "five", "seven", "eight", "nine"),
        strict=True,
    )
) | {"bintang": "star", "tanda pagar": "hash"}


def read(name: str) -> dict:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def sentences(language: str) -> dict[str, str]:
    return {key: text for key, text in read(language).items() if key != "salam"}


ID, EN, JV = (sentences(language) for language in ("id", "en", "jv"))
ALL = [
    pytest.param(text, id=f"{language}-{key}")
    for language, prompts in (("id", ID), ("en", EN), ("jv", JV))
    for key, text in prompts.items()
    if key != "sms_ticket"  # read, not heard: tests/e2e/test_receipts.py
]
POSKO = read("posko")["posko"]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_every_prompt_exists_in_indonesian_and_english_with_the_same_values():
    assert {key: placeholders(text) for key, text in ID.items()} == {
        key: placeholders(text) for key, text in EN.items()
    }


def test_javanese_is_a_part_of_it_and_asks_for_no_other_values():
    assert set(JV) <= set(ID)
    assert all(placeholders(text) <= placeholders(ID[key]) for key, text in JV.items())


def test_each_language_offers_all_three_in_their_own_words():
    menu = {"lang_menu_id", "lang_menu_jv", "lang_menu_en"}
    assert all(ID[key] == EN[key] == JV[key] for key in menu)


@pytest.mark.parametrize("language", ["id", "en", "jv"])
def test_every_greeting_of_the_day_has_a_word(language):
    assert set(read(language)["salam"]) == {"pagi", "siang", "sore", "malam"}


@pytest.mark.parametrize("text", ALL)
def test_no_sentence_holds_what_a_voice_cannot_say_or_what_misleads(text):
    assert ".co.id" not in text
    assert not re.search(r"\b(Rp|No\.|s\.d\.|dll|KTP|NIK|OTP|PHK|HP|SMS)", text)
    assert not re.search(r"\d", text)  # figures arrive as words
    assert text.strip() == text
    assert text[-1] in ".?"


@pytest.mark.parametrize("text", ALL)
def test_no_sentence_promises_a_result_or_gives_an_order(text):
    said = text.casefold()
    assert not re.search(r"pasti lolos|segera cair|guarantee|\banda\b|you must", said)


@pytest.mark.parametrize(("key", "text"), [*ID.items(), *EN.items(), *JV.items()])
def test_one_sentence_is_one_fact(key, text):
    if key in LONGER:
        return
    said = text.format(**dict.fromkeys(placeholders(text), "kata"))
    assert max(len(sentence.split()) for sentence in re.split(r"[.?:] ", said)) <= 17


@pytest.mark.parametrize(("key", "text"), [*ID.items(), *EN.items()])
def test_a_caller_can_act_within_fifteen_seconds(key, text):
    if key in LONGER:
        return
    choice = re.search(f"{KEYS_ID}|{KEYS_EN}", text, re.IGNORECASE)
    before = text[: choice.end()] if choice else text
    assert len(before) / LETTERS_A_SECOND <= LONGEST_S


@pytest.mark.parametrize("key", LONGER)
def test_an_exception_is_one_still(key):
    assert len(ID[key]) / LETTERS_A_SECOND > LONGEST_S


@pytest.mark.parametrize("key", [key for key in ID if not key.startswith("lang_menu")])
def test_english_offers_the_same_keys_in_the_same_order(key):
    indonesian = [it.split(" ", 1)[1] for it in re.findall(KEYS_ID, ID[key], re.IGNORECASE)]
    english = [it.split(" ", 1)[1] for it in re.findall(KEYS_EN, EN[key], re.IGNORECASE)]
    assert [ENGLISH[word] for word in indonesian] == english


def test_every_status_has_its_sentence():
    assert {it.prompt for it in STATUSES.values()} <= set(ID)


def test_the_number_to_call_instead_is_the_published_one():
    for prompts, language in ((ID, "id"), (EN, "en")):
        said = spoken.telephone(phone.normalise("031-8293097"), language)
        assert said in prompts["line_unknown"]


@pytest.mark.parametrize("key", ["verify_fail", "unverified", "mismatch", "no_more_checks"])
def test_a_failed_check_names_nothing_that_could_tell_whether_a_nik_exists(key):
    for text in (ID[key], EN[key]):
        assert not placeholders(text)
        assert not re.search(r"\bnik\b|n i k|keluarga|family|tiket|report", text, re.IGNORECASE)


def test_the_56_posko_are_numbered_and_of_four_kinds():
    assert [it["no"] for it in POSKO] == list(range(1, 57))
    kinds = [it["kind"] for it in POSKO]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "disnakertrans_provinsi": 1,
        "ltsa": 1,
        "upt_blk": 16,
        "disnaker_kab_kota": 38,
    }
    assert len({it["name"] for it in POSKO}) == 56


def test_every_regency_has_a_posko_of_its_own():
    offices = [it["regency_code"] for it in POSKO if it["kind"] == "disnaker_kab_kota"]
    assert sorted(offices) == [it.code for it in regions.east_java()]
    assert all(
        it["name"].endswith(regions.regency(it["regency_code"]).name)
        for it in POSKO
        if it["kind"] == "disnaker_kab_kota"
    )
    assert all(regions.regency(it["regency_code"]) for it in POSKO if "regency_code" in it)


def test_an_address_stands_only_where_a_source_confirms_it():
    known = {it["no"] for it in POSKO if it.get("address")}
    assert known == {it["no"] for it in POSKO if it.get("address_verified")} == {1, 2, 15}


def test_what_is_said_of_a_posko_has_no_figures_or_shortenings():
    for it in POSKO:
        said = spoken.place(it["name"], "id") + spoken.place(it.get("address", ""), "id")
        assert not re.search(r"[\d()]|\bJl\b|\bNo\b", said)


def test_hours_that_no_source_gives_are_no_hours():
    for it in POSKO:
        with pytest.raises(HoursError):
            Hours.parse(it["hours"])
