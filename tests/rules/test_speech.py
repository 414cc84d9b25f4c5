"""Which words, or which recording, a prompt becomes for whom."""

from dataclasses import replace

import pytest

from callcenter.rules import policy_faults, speech, wib
from callcenter.rules.policy import Announcement, Holiday, Policy, Season
from callcenter.rules.speech import placeholders

NOW = wib.at("2020-04-13 09:00")


def recorded(policy: Policy, *prompts: str, language: str = "jv") -> Policy:
    return replace(policy, recordings=policy.recordings | {language: prompts})


def faults(policy: Policy) -> list[str]:
    texts = policy.prompts["id"]
    return list(policy_faults.faults(policy, {key: placeholders(it) for key, it in texts.items()}))


@pytest.mark.parametrize(
    ("language", "recordings", "values", "said"),
    [
        ("id", (), None, ("id", "")),
        ("en", (), None, ("en", "")),
        ("jv", (), None, ("id", "")),  # there is no Javanese voice
        ("jv", ("main_menu",), None, ("jv", "jv/main_menu")),
        ("jv", ("main_menu",), {"n": "tiga"}, ("id", "")),  # a recording cannot say a value
        ("jv", ("main_menu",), {"salam": "pagi"}, ("jv", "jv/main_menu")),  # but leave one out
        ("en", ("main_menu",), None, ("en", "")),  # another language's recording
    ],
)
def test_a_recording_then_a_voice_then_indonesian(language, recordings, values, said, policy):
    spoken = speech.say("main_menu", language, recorded(policy, *recordings), values=values).spoken
    assert (spoken.language, spoken.recording) == said
    assert bool(spoken.text) is not bool(spoken.recording)


def test_indonesian_may_be_recorded_too_and_javanese_falls_back_to_that(policy):
    house = recorded(policy, "please_wait", language="id")
    assert speech.say("please_wait", "id", house).spoken.recording == "id/please_wait"
    assert speech.say("please_wait", "jv", house).spoken.recording == "id/please_wait"
    assert speech.say("please_wait", "en", house).spoken.text


def test_a_recording_of_a_sentence_that_needs_a_value_in_its_own_language_is_not_used(policy):
    greeting = speech.say("greeting", "jv", recorded(policy, "greeting"), values={"salam": "pagi"})
    assert greeting.spoken.language == "id"  # "Sugeng {salam}" cannot be recorded once for all


def test_a_prompt_without_any_sentence_is_a_fault_of_ours(policy):
    with pytest.raises(KeyError):
        speech.say("no_such_prompt", "en", policy)


def test_a_value_that_nobody_gives_is_left_out_and_costs_no_call(policy):
    older = replace(policy, prompts=policy.prompts | {"id": {"closed": "Buka {pukul}."}})
    assert speech.say("closed", "id", older, values={"hari": "besok"}).spoken.text == "Buka ."


def test_the_gaps_are_what_is_said_in_indonesian_instead(policy):
    assert speech.gaps(policy, "id") == speech.gaps(policy, "en") == ()
    told = speech.gaps(policy, "jv")
    assert "main_menu" in told
    assert "lang_menu_en" not in told  # said in English to everybody
    house = recorded(policy, "main_menu", "cb_ok", "goodbye")
    assert set(told) - set(speech.gaps(house, "jv")) == {"main_menu", "goodbye"}  # cb_ok has values
    short = replace(policy, prompts=policy.prompts | {"en": {}})
    assert "closed" in speech.gaps(short, "en")


def test_an_announcement_is_said_in_a_language_that_it_has(policy):
    both = Announcement({"id": "Situs terganggu.", "en": "The site is down."}, recording="today")
    assert speech.announce(both, "id", policy).spoken.text == "Situs terganggu."
    assert speech.announce(both, "en", policy).spoken.voice == policy.voices["en"]
    assert speech.announce(both, "jv", policy) is None
    said = speech.announce(both, "jv", recorded(policy, "today")).spoken
    assert said.recording == "jv/today"


@pytest.mark.parametrize(
    ("at", "heard"),
    [("08:59:59", False), ("09:00", True), ("11:59", True), ("12:00", False)],
)
def test_an_announcement_lasts_from_its_beginning_up_to_its_end(at, heard):
    noon = wib.at("2020-04-13 12:00")
    it = Announcement({"id": "x"}, starts_at=NOW, ends_at=noon, centers=("CC1",))
    now = wib.at(f"2020-04-13 {at}")
    assert it.heard_at("CC1", now) is heard
    assert not it.heard_at("CC2", now)


def test_the_policy_that_we_start_with_can_rule(policy):
    assert faults(policy) == []


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"announcements": (Announcement({"en": "Hello."}),)}, "no Indonesian text"),
        ({"announcements": (Announcement({"id": "kata " * 40}),)}, "takes 14 seconds"),
        (
            {"announcements": (Announcement({"id": "x"}, starts_at=NOW, ends_at=NOW),)},
            "ends before it begins",
        ),
        ({"announcements": (Announcement({"id": "x"}, centers=("CC9",)),)}, "no center CC9"),
        ({"holidays": (Holiday(NOW.date(), "x", hours="8-9"),)}, '"8" is not a time'),
        (
            {"seasons": (Season("Ramadan", NOW.date(), NOW.date(), "Senin"),)},
            "is not days and times",
        ),
        (
            {"seasons": (Season("x", NOW.date(), wib.at("2020-04-12").date(), "always"),)},
            "ends before it begins",
        ),
        ({"prompts": {"id": {"closed": "Buka {pukul}."}}}, "closed asks for {pukul}"),
        ({"prompts": {"en": {"closed": "Open {"}}}, "closed asks for {?}"),
        ({"centers": ()}, "every line must stand once"),
    ],
)
def test_a_policy_that_would_fail_in_a_callers_ear_is_refused(changed, fault, policy):
    needed = {key: placeholders(it) for key, it in policy.prompts["id"].items()}
    told = list(policy_faults.faults(replace(policy, **changed), needed))
    assert any(fault in sentence for sentence in told), told
