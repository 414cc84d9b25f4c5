"""The dialogue: a walk through the whole tree, and what must hold at every place in it."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.rules import dialogue, events, wib
from callcenter.rules.dialogue import MAX_TURNS, Dialogue, Finding
from callcenter.rules.menu import ALONE, CLOSED, MAIN, MENU
from callcenter.rules.policy import LANGUAGES, Holiday, Season
from callcenter.rules.spoken import place as say_place
from callcenter.rules.verbs import Ask, Forward, Hangup, Record, Say, Wait
from tests.rules.test_conversations import with_hours

NOW = wib.at("2020-04-13 09:00")
KEYS = "0123456789*#"
SURABAYA, NOWHERE = "3578", "9999"
NUMBER, NIK = "+6281234567890", "3578014503900001"
LOOKED_UP = ("verified", "unverified", "down")
REAL = (*KEYS, "", SURABAYA, NOWHERE, NIK, "081234567890", *LOOKED_UP)
ANSWERS = (*REAL, "12345678", "found", "hangup")
ASKING = [
    name
    for name, node in MENU.items()
    if not (node.queue or node.ends or node.forwards or node.records)
]
HOURS = "Mon-Fri 08:00-17:00"
NIGHT = wib.at("2020-04-13 20:00")


def at(node: str, **more) -> Dialogue:
    known = {"number": NUMBER, "nik": NIK, "at": NOW, "ticket": "417209582"}
    place = {"center": "CC1", "line": "+62318293097", "node": node, "arrived_at": NOW}
    return Dialogue("CA1", **known | place | more)


def answered(state: Dialogue, answer: str, policy, now=NOW) -> Dialogue:
    happened = dialogue.decide(state, answer, policy, now)
    return dialogue.after(dialogue.heard(state, answer, policy), happened)


def following(node: str, policy, now=NOW) -> set[str]:
    """Every node that an answer, too many misses, a long wait, a message or a lost agent leads
    to."""
    state = at(node, closed=now == NIGHT)
    if MENU[node].records:
        told = {"number": "417209582", "policy": policy, "now": now}
        left = dialogue.left_message(state, "RE1", 9, **told)
        return {dialogue.after(state, left).node, answered(state, "", policy, now).node}
    if MENU[node].queue:
        queued = replace(state, entry=1)
        lost = dialogue.after(queued, dialogue.returned(queued, NOW)).node
        out = dialogue.to_call_back(state, policy)  # who is back on the line may have a place
        back = {answered(at(out, entry=1), "0", policy, now).node} if now == NOW else set()
        return {dialogue.beyond_the_queue(state, policy), out, "queue_left", lost} | back
    if node not in ASKING:
        return set()
    states = [state, replace(state, misses=2), replace(state, number=""), replace(state, checks=3)]
    states += [replace(state, checks=2), replace(state, closed=False)]
    return {answered(it, answer, policy, now).node for answer in REAL for it in states}


def reachable(start: str, policy, now=NOW) -> set[str]:
    seen, ahead = set(), {start}
    while ahead:
        seen.add(node := ahead.pop())
        ahead |= following(node, policy, now) - seen
    return seen


def without_backup(policy):
    return replace(policy, centers=tuple(replace(c, backup_number="") for c in policy.centers))


def test_every_node_can_be_reached(policy):
    found = reachable("language", policy) | reachable("language", without_backup(policy))
    found |= reachable("language", with_hours(policy, HOURS), NIGHT)
    found |= reachable("closed", policy)  # it opens while the caller is in that menu
    found |= reachable("welcome_back", policy)  # who hung up while waiting and calls again
    assert found == set(MENU)


@pytest.mark.parametrize("node", ASKING)
def test_every_question_leads_to_a_person(node, policy):
    assert any(MENU[name].queue for name in reachable(node, policy))


@pytest.mark.parametrize("node", ASKING)
def test_outside_the_hours_every_question_leads_to_a_polite_end_and_nobody_waits(node, policy):
    found = reachable(node, with_hours(policy, HOURS), NIGHT)
    assert not any(MENU[name].queue for name in found)
    assert "closed_end" in found


@pytest.mark.parametrize("node", ASKING)
def test_outside_the_hours_silence_alone_comes_to_an_end(node, policy):
    state, closed = at(node, closed=True, at=NIGHT), with_hours(policy, HOURS)
    for _ in range(12):
        if state.node in ASKING:
            state = answered(state, "", closed, NIGHT)
    assert MENU[state.node].ends or MENU[state.node].forwards


@given(answers=st.lists(st.sampled_from(ANSWERS), min_size=MAX_TURNS + 1, max_size=MAX_TURNS + 1))
def test_outside_the_hours_whatever_is_pressed_the_questions_end(answers, policy):
    state, closed = at("language"), with_hours(policy, HOURS)
    for answer in answers:
        if state.node in ASKING:
            state = answered(state, answer, closed, NIGHT)
    assert state.node not in ASKING
    assert not MENU[state.node].queue


def test_what_stands_in_for_a_node_or_a_sentence_is_one():
    assert set(CLOSED) | set(CLOSED.values()) <= set(MENU)
    said = {prompt for node in MENU.values() for prompt in (*node.prompts, *node.again)}
    assert set(ALONE) <= said


@pytest.mark.parametrize("node", ["status", "posko_told", "privacy", "posko", "status_down"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_knows_that_nobody_is_there_is_promised_nobody(node, language, policy):
    state = at(node, language=language, closed=True, found="35.78")
    said = " ".join(it.spoken.text for it in dialogue.script(state, policy)[-1].says[-1:])
    assert not re.search("petugas|a person|tekan nol|press zero", said, re.IGNORECASE)


@pytest.mark.parametrize("node", ASKING)
def test_zero_is_a_person_everywhere(node, policy):
    assert MENU[answered(at(node), "0", policy).node].queue


@pytest.mark.parametrize("node", ASKING)
def test_silence_alone_comes_to_an_end(node, policy):
    state = at(node)
    for _ in range(12):
        if state.node in ASKING:
            state = answered(state, "", policy)
    assert MENU[state.node].queue or state.node in ("bye", "cb_done", "backup")  # nobody is asked


@pytest.mark.parametrize("node", ASKING)
@pytest.mark.parametrize("key", ["#", "8", "hangup", "12345678"])
def test_three_misses_lead_to_a_person(node, key, policy):
    state = at(node)
    for _ in range(2):
        missed = dialogue.decide(state, key, policy, NOW)
        assert [event.kind for event in missed] == ["InputMissed"]
        state = dialogue.after(state, missed)
        assert state.node == node
    gave_up = dialogue.decide(state, key, policy, NOW)

    assert [event.kind for event in gave_up] == ["MenuAbandoned", "QueueEntered"]
    assert dialogue.after(state, gave_up).node == "handed"


def test_a_miss_is_forgotten_once_a_key_was_right(policy):
    state = answered(answered(at("language"), "8", policy), "1", policy)
    assert state.misses == 0


@given(answers=st.lists(st.sampled_from(ANSWERS), min_size=MAX_TURNS + 1, max_size=MAX_TURNS + 1))
def test_whatever_is_pressed_the_questions_end(answers, policy):
    state = at("language")
    for answer in answers:
        if state.node in ASKING:
            state = answered(state, answer, policy)
    assert state.node not in ASKING


@pytest.mark.parametrize(("node", "key"), [("main", "9"), ("privacy", "9"), ("posko_told", "9")])
def test_who_goes_round_in_circles_reaches_a_person(node, key, policy):
    state = at(node)
    for _ in range(MAX_TURNS + 1):
        if state.node in ASKING:
            state = answered(state, key, policy)
    assert state.node == "handed"


def test_silence_is_indonesian(policy):
    (chosen,) = dialogue.decide(at("language"), "", policy, NOW)
    assert (chosen.kind, chosen.language, chosen.goes) == ("LanguageChosen", "id", "welcome")


@pytest.mark.parametrize(("key", "language"), [("1", "id"), ("2", "jv"), ("3", "en")])
def test_each_language_has_its_key(key, language, policy):
    assert answered(at("language"), key, policy).language == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("node", MENU)
def test_every_node_has_words_in_every_language(node, language, policy):
    state = at(node, language=language, found="35.78", due_at=NOW + timedelta(days=1))
    verbs = dialogue.script(state, policy)

    says = [say for verb in verbs for say in getattr(verb, "says", (verb,)) if isinstance(say, Say)]
    assert says
    assert all(say.spoken.text and "{" not in say.spoken.text for say in says)
    assert all(say.spoken.voice for say in says)  # a voice that speaks, or it is silence
    assert isinstance(verbs[-1], Ask | Wait | Hangup | Forward | Record)


def test_javanese_without_a_recording_is_said_in_indonesian(policy):
    spoken = dialogue.script(at("main", language="jv"), policy)[-1].says[0].spoken
    assert (spoken.language, spoken.text) == ("id", policy.prompts["id"]["main_menu"])
    assert spoken.voice == policy.voices["id"]


def test_javanese_with_a_recording_is_that_recording(policy):
    recorded = replace(policy, recordings={"jv": ("main_menu",)})
    spoken = dialogue.script(at("main", language="jv"), recorded)[-1].says[0].spoken
    assert (spoken.language, spoken.recording) == ("jv", "jv/main_menu")


def test_each_language_is_offered_in_its_own_words(policy):
    says = dialogue.script(at("language", language="en"), policy)[-1].says[-3:]
    texts = [say.spoken.text for say in says]
    assert texts[0] == policy.prompts["id"]["lang_menu_id"]
    assert texts[2] == policy.prompts["en"]["lang_menu_en"]
    assert says[2].spoken.voice == policy.voices["en"]


@pytest.mark.parametrize(
    ("hour", "word"), [("09:00", "pagi"), ("12:00", "siang"), ("16:00", "sore"), ("20:00", "malam")]
)
def test_the_greeting_knows_the_hour(hour, word, policy):
    state = replace(at("language"), arrived_at=wib.at(f"2020-04-13 {hour}"))
    greeting = dialogue.script(state, policy)[-1].says[0].spoken.text
    assert policy.salutations["id"][word] in greeting


@pytest.mark.parametrize(
    ("key", "reason"),
    [("1", "registration_help"), ("2", "application_status"), ("3", "registration_report")],
)
def test_the_need_goes_with_the_caller_into_the_queue(key, reason, policy):
    chosen, entered = dialogue.decide(at("main", language="en"), key, policy, NOW)

    assert chosen.reason == entered.reason == reason
    assert (entered.queue, entered.entry, entered.language) == ("confirmation", 1, "en")
    assert (entered.n, entered.leader_id) == (1, chosen.id)  # it stands or falls with the choice


def test_every_key_of_the_main_menu_leads_to_a_node():
    assert set(MAIN.values()) <= set(MENU)


@pytest.mark.parametrize("node", ASKING)
def test_the_answers_to_one_question_exclude_each_other(node, policy):
    ids = {dialogue.decide(at(node), answer, policy, NOW)[0].id for answer in ANSWERS}
    assert len(ids) == 1


def test_the_next_question_is_another_one(policy):
    state = at("main")
    again = answered(state, "9", policy)
    first, second = (dialogue.decide(s, "9", policy, NOW)[0].id for s in (state, again))
    assert first != second


def test_a_lost_agent_puts_the_caller_into_the_queue_once_more(policy):
    state = at("agents", entry=1, language="en", reason="application_status")
    (entered,) = dialogue.returned(state, NOW)
    repeated = dialogue.returned(state, wib.at("2020-04-13 09:05"))

    assert (entered.entry, entered.language, entered.reason) == (2, "en", "application_status")
    assert repeated[0].id == entered.id
    assert dialogue.evolve(state, entered).node == "again"


def test_who_is_not_served_goes_to_the_other_telephone_of_the_center(policy):
    state = at("backup")
    forward = dialogue.script(state, policy)[-1]
    assert (forward.number, forward.shown) == (policy.center("CC1").backup_number, state.line)
    assert dialogue.beyond_the_queue(state, without_backup(policy)) == "gone"


def test_a_posko_is_read_with_its_address_where_one_is_known(policy):
    known = next(p for p in policy.posko if p.address and p.regency_code)
    spoken = dialogue.script(at("posko_told", found=known.regency_code), policy)[-1].says[0].spoken
    assert say_place(known.address, "id") in spoken.text


def test_keys_that_name_no_regency_are_no_choice_of_one(policy):
    (chosen,) = dialogue.decide(at("posko"), NOWHERE, policy, NOW)
    assert (chosen.answer, chosen.goes) == ("99.99", "posko_unknown")


def test_an_event_about_something_else_changes_nothing():
    state = at("main")
    seen = events.CallReported(
        subject=events.call("CA1"), thread="status", turn="x", at=NOW, status="completed"
    )
    assert dialogue.evolve(state, seen) == state


# Status by keypad ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finding", "words"),
    [
        (Finding("verified", "selected", NOW), "Data kami mencatat Bapak, Ibu lolos."),
        (Finding("verified", "not_selected", NOW, 2), "Untuk gelombang dua, Bapak, Ibu belum"),
        (Finding("verified", "not_selected", NOW), "Status pendaftaran: Belum lolos."),
        (Finding("verified", "nik_verified", NOW), "Status pendaftaran: nik terverifikasi."),
        (Finding("verified"), "Kabar statusnya belum kami terima."),
    ],
)
def test_a_status_is_said_in_its_own_words_or_by_its_label_and_always_with_its_age(
    finding, words, policy
):
    says = dialogue.script(at("status", finding=finding), policy)[-1].says
    assert words in says[0].spoken.text
    told = [it.spoken.text for it in says if it.prompt == "st_asof"]
    expected = ["Data ini kami terima Senin, tiga belas April, jam sembilan pagi."]
    assert told == (expected if finding.status else [])


def test_nothing_that_is_keyed_is_in_an_event(policy):
    state = at("ask_nik", nik="", number="")
    for keys, node in ((NIK, "ask_nik"), ("12", "ask_nik"), ("081234567890", "cb_ask")):
        happened = dialogue.decide(replace(state, node=node), keys, policy, NOW)
        assert keys not in str([event.body() for event in happened])
    assert dialogue.heard(state, NIK, policy).nik == NIK
    assert NIK not in repr(dialogue.heard(state, NIK, policy))


def test_a_third_look_up_that_finds_nothing_is_the_last(policy):
    closed = with_hours(policy, HOURS)
    state = at("ask_kk", checks=2, closed=True)
    assert answered(state, "unverified", closed, NIGHT).node == "no_more_checks"
    assert answered(at("closed", checks=3), "2", closed, NIGHT).node == "no_more_checks"
    assert answered(at("closed", checks=3), "2", policy).node == "agents"  # it has opened
    assert answered(at("ask_kk", checks=1), "unverified", policy).node == "unverified"


# Closed ----------------------------------------------------------------------------------------


def test_arriving_outside_the_hours_is_written_with_the_arrival(policy):
    closed = with_hours(policy, HOURS)
    center = closed.center("CC1")
    told = {"withheld": False, "test": False}
    night = dialogue.arrive("CA1", center.lines[0], center, now=NIGHT, **told)
    day = dialogue.arrive("CA1", center.lines[0], center, now=NOW, **told)

    (also,) = dialogue.found_closed(night, closed)
    assert (also.kind, also.n, also.leader_id) == ("CenterClosed", 1, night.id)
    assert dialogue.found_closed(day, closed) == ()


def test_a_holiday_is_called_one(policy):
    off = Holiday(NIGHT.date(), "Hari Buruh")
    closed = replace(with_hours(policy, HOURS), holidays=(off,))
    state = answered(at("language"), "1", closed, wib.at("2020-04-13 10:00"))
    assert state.node == "closed"
    assert "holiday" in [it.prompt for it in dialogue.script(state, closed)[-1].says]


def test_a_center_that_nobody_knows_when_it_opens_says_so(policy):
    shut = Season("tutup", NIGHT.date(), NIGHT.date() + timedelta(days=200), "Mon 08:00-08:01")
    days = tuple(Holiday(NIGHT.date() + timedelta(days=it), "tutup") for it in range(200))
    closed = replace(with_hours(policy, HOURS), seasons=(shut,), holidays=days)
    state = answered(at("language"), "3", closed, NIGHT)
    assert "closed_unknown" in [it.prompt for it in dialogue.script(state, closed)[-1].says]
    for node in ("no_agent", "closed_end"):
        says = [
            it
            for verb in dialogue.script(at(node, at=NIGHT), closed)
            for it in getattr(verb, "says", (verb,))
        ]
        assert says[0].prompt == "all_gone"


def test_the_request_for_a_call_back_stands_or_falls_with_the_answer(policy):
    chosen, asked = dialogue.decide(at("cb_confirm"), "1", policy, NOW)
    assert (asked.window, asked.leader_id) == ("soon", chosen.id)
    state = answered(at("cb_confirm"), "1", policy)
    assert [it.kind for it in dialogue.decide(state, "1", policy, NOW)] == ["MenuChosen"]
    assert [it.window for it in dialogue.decide(state, "2", policy, NOW)[1:]] == ["noon"]


@pytest.mark.parametrize(
    ("number", "node"),
    [
        (NUMBER, "cb_confirm"),
        ("", "cb_ask"),
        ("+16502530000", "cb_ask"),  # costs us too much
        ("+62318293097", "cb_ask"),  # our own line: some exchanges show it as the caller
        ("+62315550101", "cb_ask"),  # the center's other telephone
    ],
)
def test_only_a_number_that_we_may_call_is_offered(number, node, policy):
    closed = with_hours(policy, HOURS)
    assert answered(at("closed", number=number), "1", closed, NIGHT).node == node
