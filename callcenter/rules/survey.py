"""The two questions after a conversation: did it help, and how was it? By key, or not at all.

No answer is ever needed: silence ends the survey, and a wrong key is asked about once more. The
place in it travels in the dialogue's token, whose ``node`` is then the name of a question.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from typing import Any

from callcenter.rules import events, speech
from callcenter.rules.events import Event
from callcenter.rules.policy import Policy
from callcenter.rules.standing import Dialogue
from callcenter.rules.verbs import Ask

OVER = "bye"  # the node of the menu that follows


@dataclass(frozen=True)
class Question:
    """``answers``: the word that the diary keeps, by key. ``goes``: what follows an answer."""

    prompt: str
    answers: Mapping[str, str]
    goes: str = OVER


QUESTIONS = {
    "solved": Question("survey1", {"1": "yes", "2": "partly", "3": "no"}, goes="satisfied"),
    "satisfied": Question("survey2", {key: key for key in "12345"}),
}


def first(state: Dialogue, policy: Policy) -> Dialogue:
    """Where a caller stands whose conversation is over: at the first question, if any is asked."""
    return replace(state, node="solved" if policy.survey else OVER, misses=0)


def decide(state: Dialogue, key: str, now: datetime) -> tuple[Event, ...]:
    """What one key, or silence, means. Raises ``KeyError`` where nothing was asked."""
    question = QUESTIONS[state.node]
    if key and key not in question.answers and not state.misses:
        return (_event(state, events.InputMissed, at=now),)
    word = question.answers.get(key, "")
    goes = question.goes if word else OVER
    told = {"question": state.node, "answer": word, "goes": goes}
    return (_event(state, events.SurveyAnswered, at=now, **told),)


def after(state: Dialogue, happened: Iterable[Event]) -> Dialogue:
    """The place in the survey after these events."""
    return reduce(_evolve, happened, state)


def script(state: Dialogue, policy: Policy) -> Ask:
    """What is asked now. Raises ``KeyError`` where nothing is."""
    prompts = (*(("no_input",) if state.misses else ()), QUESTIONS[state.node].prompt)
    said = tuple(speech.say(prompt, state.language, policy) for prompt in prompts)
    return Ask(said, digits=1, timeout_s=6)


def _event(state: Dialogue, kind: type[Event], *, at: datetime, **body: Any) -> Event:
    """One answer to one question of a call: a repeated webhook computes the same id."""
    turn = f"{state.node}:{state.misses}"
    return kind(subject=events.call(state.call), thread="survey", turn=turn, at=at, **body)


def _evolve(state: Dialogue, event: Event) -> Dialogue:
    match event:
        case events.SurveyAnswered(goes=goes):
            return replace(state, node=goes, misses=0)
        case events.InputMissed():
            return replace(state, misses=state.misses + 1)
    return state
