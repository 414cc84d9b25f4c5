"""After the call: the transcripts of tests/conversations/after_the_call, played against the rules
alone and again through Flask and the carrier; and what is kept of the answers."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

import callcenter
from callcenter.addresses import Meeting
from callcenter.records import diary, keeping
from callcenter.records import policy as policies
from callcenter.records.journal import Replay
from callcenter.rules import calls, dialogue, events, survey, tally, wib
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.menu import MENU
from callcenter.rules.policy import Center
from callcenter.rules.verbs import Hangup, Say
from tests.rules.test_conversations import lines, prompts
from tests.web.test_voice import CALL, MEETING, NOW, Network, document, network_on, next_url
from tests.web.test_without_database import away

FOLDER = Path(__file__).parents[1] / "conversations" / "after_the_call"
FILES = sorted(FOLDER.glob("*.txt"))
LINE = "+62318293097"
CENTER = Center("CC1", "Satu", (LINE,))


@pytest.fixture
def network(settings):
    made = network_on(settings)
    yield made
    made.house.database.close()


def told(path: Path) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """What holds before the call is over, and what happens then."""
    before, then = {}, []
    for word, rest in lines(path):
        if word in ("survey", "speaks"):
            before[word] = rest
        else:
            then.append((word, rest))
    return before, then


def kept(happened) -> str:
    """The answers, as a summary keeps them."""
    arrived = dialogue.arrive(CALL, LINE, CENTER, withheld=False, test=False, now=NOW)
    call = calls.settle((arrived, *happened))
    found = {"solved": call.solved, "satisfied": call.satisfied}
    return " ".join(f"{name}={value}" for name, value in found.items() if value)


def test_there_are_transcripts():
    assert len(FILES) >= 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_by_the_rules_alone(path, policy):
    before, then = told(path)
    ruling = replace(policy, survey=before.get("survey") != "off")
    state = Dialogue(CALL, center="CC1", language=before.get("speaks", "id"), arrived_at=NOW)
    state, happened = survey.first(state, ruling), []
    for word, rest in then:
        asked = state.node in survey.QUESTIONS
        verbs = (survey.script(state, ruling),) if asked else dialogue.script(state, ruling)
        match word:
            case "hears":
                assert ", ".join(prompts(verbs)) == rest
            case "presses":
                new = survey.decide(state, rest, NOW)
                state = survey.after(state, new)
                happened += new
            case "ends":
                assert verbs[-1] == Hangup()
            case "kept":
                assert kept(happened) == rest
            case _:
                pytest.fail(f"{path.name}: {word!r} is no word of a transcript")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_through_the_carrier(path, settings, database):
    before, then = told(path)
    network = ruled_by(settings, database, survey_on=before.get("survey") != "off")
    state = spoken_in(before.get("speaks", "id"))
    answer = network.posts(network.addresses.of("farewell", state, CALL), network.fields())
    sentences = network.house.policy().prompts[before.get("speaks", "id")]
    for word, rest in then:
        root = document(answer)
        match word:
            case "hears":
                heard = [it.text for it in root.iter("Say")]
                begun = [sentences[prompt].partition("{")[0] for prompt in rest.split(", ")]
                assert [text[: len(start)] for text, start in zip(heard, begun, strict=True)] == (
                    begun
                )
            case "presses":
                answer = network.posts(next_url(answer), network.fields(Digits=rest))
            case "ends":
                assert root[-1].tag == "Hangup"
            case "kept":
                assert kept(stored(network)) == rest
    network.house.database.close()


def ruled_by(settings, database, *, survey_on: bool) -> Network:
    with database.transaction() as db:
        first = policies.ensure(db, settings, NOW)
        policies.add(db, replace(first, survey=survey_on), by="test", why="test", now=NOW)
    return network_on(settings)


def spoken_in(language: str) -> Meeting:
    """The meeting of a caller who chose this language."""
    return replace(MEETING, dialogue=replace(MEETING.dialogue, language=language, arrived_at=NOW))


def stored(network: Network) -> list[events.Event]:
    with network.house.database.reading() as db:
        return [it for it in diary.of(db, events.call(CALL)) if it.thread == "survey"]


def test_an_answer_told_twice_is_one_and_the_first_holds(network):
    farewell = network.addresses.of("farewell", MEETING, CALL)
    asked = next_url(network.posts(farewell, network.fields()))
    first = document(network.posts(asked, network.fields(Digits="1")))
    again = document(network.posts(asked, network.fields(Digits="3")))  # it heard "1" before

    assert [it.text for it in first.iter("Say")] == [it.text for it in again.iter("Say")]
    assert [it.answer for it in stored(network)] == ["yes"]
    restarted = next_url(network.posts(farewell, network.fields()))
    network.posts(restarted, network.fields(Digits="3"))  # the carrier fetched good-bye twice
    assert [it.answer for it in stored(network)] == ["yes"]


def test_it_needs_no_database(settings, database, tmp_path):
    network_on(settings).house.database.close()
    nowhere = callcenter.create_app(away(settings, tmp_path), ("voice",), lambda: NOW)
    network = Network(nowhere, settings)
    asked = network.posts(network.addresses.of("farewell", MEETING, CALL), network.fields())
    second = network.posts(next_url(asked), network.fields(Digits="1"))
    last = network.posts(next_url(second), network.fields(Digits="4"))
    assert document(last)[-1].tag == "Hangup"
    network.house.database.close()

    assert Replay(settings.journal.directory).run(partial(keeping.take, database)) == 2
    with database.reading() as db:
        happened = diary.of(db, events.call(CALL))
    assert kept(happened) == "solved=yes satisfied=4"


def test_a_token_of_the_survey_opens_nowhere_else(network):
    asked = next_url(
        network.posts(network.addresses.of("farewell", MEETING, CALL), network.fields())
    )
    for other in (asked.replace("/survey/", "/answer/"), asked.replace("/survey/", "/message/")):
        assert network.posts(other, network.fields(Digits="1")).status_code == 400
    elsewhere = network.addresses.of("survey", replace(MEETING.dialogue, node="main"), CALL)
    assert network.posts(elsewhere, network.fields(Digits="1")).status_code == 400


@pytest.mark.parametrize("language", ["id", "jv", "en"])
@pytest.mark.parametrize("question", survey.QUESTIONS)
def test_every_question_is_asked_in_every_language(question, language, policy):
    state = Dialogue(CALL, node=question, language=language, misses=1)
    assert all(it.spoken.text for it in survey.script(state, policy).says if isinstance(it, Say))


def test_each_question_leads_to_one_or_to_good_bye():
    after = {question.goes for question in survey.QUESTIONS.values()}
    assert after <= {*survey.QUESTIONS, survey.OVER}
    assert MENU[survey.OVER].ends


# Figures ----------------------------------------------------------------------------------------


def said(call, solved, satisfied, at="2020-04-13 10:00", test=False):
    return calls.Call(
        call, "CC1", "call", wib.at(at), solved=solved, satisfied=satisfied, test=test
    )


def test_the_figures_of_the_survey(policy):
    answers = [
        said("1", "yes", 5),
        said("2", "yes", 0),  # hung up after the first question
        said("3", "partly", 2),  # helped, but not in full
        said("4", "", 0),  # said nothing
        said("5", "yes", 1, test=True),
    ]
    whole = tally.add(tally.tally(call, policy.queue, NOW) for call in answers)
    told = tally.figures(whole, None)

    assert (told["survey_answered"], told["survey_rated"]) == (3, 2)
    assert told["survey_solved_rate"] == pytest.approx(2 / 3)
    assert told["survey_satisfaction_mean"] == 3.5


def test_nobody_asked_is_no_bad_mark(policy):
    told = tally.figures(tally.tally(said("1", "", 0), policy.queue, NOW), None)
    assert told["survey_solved_rate"] is told["survey_satisfaction_mean"] is None
