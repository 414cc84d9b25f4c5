"""The dialogue: a walk through the whole tree, and what must hold at every place in it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.rules import dialogue, events, wib
from callcenter.rules.dialogue import MAX_TURNS, Dialogue
from callcenter.rules.menu import MAIN, MENU
from callcenter.rules.policy import LANGUAGES
from callcenter.rules.spoken import place as say_place
from callcenter.rules.verbs import Ask, Forward, Hangup, Say, Wait

NOW = wib.at("2020-04-13 09:00")
KEYS = "0123456789*#"
SURABAYA, NOWHERE = "3578", "9999"
REAL = (*KEYS, "", SURABAYA, NOWHERE)
ANSWERS = (*REAL, "12345678", "found", "hangup")
ASKING = [name for name, node in MENU.items() if not (node.queue or node.ends or node.forwards)]


def at(node: str, **more) -> Dialogue:
    return Dialogue("CA1", center="CC1", line="+62318293097", node=node, arrived_at=NOW, **more)


def answered(state: Dialogue, answer: str, policy) -> Dialogue:
    return dialogue.after(state, dialogue.decide(state, answer, policy, NOW))


def following(node: str, policy) -> set[str]:
    """Every node that an answer, too many misses, a long wait or a lost agent leads to."""
    state = at(node)
    if MENU[node].queue:
        goes = dialogue.beyond_the_queue(state, policy)
        left = dialogue.evolve(state, dialogue.exited(state, goes, NOW))
        queued = replace(state, entry=1)
        return {left.node, dialogue.after(queued, dialogue.returned(queued, NOW)).node}
    if node not in ASKING:
        return set()
    lost = answered(replace(state, misses=2), "#", policy)
    return {answered(state, answer, policy).node for answer in REAL} | {lost.node}


def reachable(start: str, policy) -> set[str]:
    seen, ahead = set(), {start}
    while ahead:
        seen.add(node := ahead.pop())
        ahead |= following(node, policy) - seen
    return seen


def without_backup(policy):
    return replace(policy, centers=tuple(replace(c, backup_number="") for c in policy.centers))


def test_every_node_can_be_reached(policy):
    found = reachable("language", policy) | reachable("language", without_backup(policy))
    assert found == set(MENU)


@pytest.mark.parametrize("node", ASKING)
def test_every_question_leads_to_a_person(node, policy):
    assert any(MENU[name].queue for name in reachable(node, policy))


@pytest.mark.parametrize("node", ASKING)
def test_zero_is_a_person_everywhere(node, policy):
    assert MENU[answered(at(node), "0", policy).node].queue


@pytest.mark.parametrize("node", ASKING)
def test_silence_alone_comes_to_an_end(node, policy):
    state = at(node)
    for _ in range(12):
        if state.node in ASKING:
            state = answered(state, "", policy)
    assert MENU[state.node].queue or state.node == "bye"  # good-bye only after being told a posko


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
    verbs = dialogue.script(at(node, language=language, found="35.78"), policy)

    says = [say for verb in verbs for say in getattr(verb, "says", (verb,)) if isinstance(say, Say)]
    assert says
    assert all(say.spoken.text and "{" not in say.spoken.text for say in says)
    assert all(say.spoken.voice for say in says)  # a voice that speaks, or it is silence
    assert isinstance(verbs[-1], Ask | Wait | Hangup | Forward)


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
