"""What a caller hears when the agent has finished: the survey, if there is one, and good-bye."""

from __future__ import annotations

from flask import Response, abort

from callcenter.addresses import Meeting
from callcenter.carriers import Urls
from callcenter.rules import dialogue, survey
from callcenter.rules.dialogue import Dialogue
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.voice.door import METHODS, addresses, document, door, facts


@door.route("/farewell/<token>", methods=METHODS)
@guard.signed
def farewell(token: str) -> Response:
    """The agent has finished: the caller is asked how it was, and hears good-bye."""
    meeting = addresses().open("farewell", token, facts().call, Meeting)
    return part(meeting.dialogue)


@door.route("/survey/<token>", methods=METHODS)
@guard.signed
def answered(token: str) -> Response:
    """The caller answered a question of the survey, or stayed silent."""
    state = addresses().open("survey", token, facts().call, Dialogue)
    if state.node not in survey.QUESTIONS:
        abort(400)
    now = house().now()
    happened = house().keeper.keep(survey.decide(state, facts().digits, now), now=now)
    return _say(survey.after(state, happened))


def part(state: Dialogue) -> Response:
    """The first document for a caller whose conversation is over."""
    return _say(survey.first(state, house().policy()))


def _say(state: Dialogue) -> Response:
    made, policy = addresses(), house().policy()
    if state.node not in survey.QUESTIONS:
        return document(dialogue.script(state, policy), Urls(audio=made.audio))
    urls = Urls(next=made.of("survey", state, state.call), audio=made.audio)
    return document((survey.script(state, policy),), urls)
