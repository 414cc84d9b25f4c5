"""Behaviour that people can read: every transcript, played against the rules alone.

A transcript is played at 09:00 on a Monday, on a line that is open always, unless it says
otherwise (``at``, ``hours``). Those of open lines are played again through Flask and the carrier
in tests/web/test_voice.py, the others in tests/web/test_after_hours.py.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from callcenter.rules import dialogue, keyed, spoken, waiting, wib
from callcenter.rules.dialogue import Dialogue, Finding
from callcenter.rules.menu import MENU
from callcenter.rules.policy import Policy
from callcenter.rules.verbs import Ask, Forward, Hangup, Leave, Record, Say, Verb, Wait
from callcenter.rules.waiting import Place

FOLDER = Path(__file__).parents[1] / "conversations"
FILES = sorted(FOLDER.glob("*.txt"))
CLOSED = sorted((FOLDER / "closed").glob("*.txt"))
NOW = wib.at("2020-04-13 09:00")
CALLER = "+6281234567890"
TICKET = "417209582"
FOUND = {
    "verified": Finding("verified", "under_evaluation", wib.at("2020-04-13 14:10")),
    "unverified": Finding("unverified"),
    "down": Finding("down"),
}


def lines(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, rest = line.partition(" ")
            yield word, rest.strip()


def prompts(verbs: tuple[Verb, ...]) -> list[str]:
    """What is said, whether it waits for keys or not."""
    said: list[str] = []
    for verb in verbs:
        if isinstance(verb, Say):
            said.append(verb.prompt)
        elif isinstance(verb, Ask):
            said += [say.prompt for say in verb.says]
    return said


def with_hours(policy: Policy, hours: str) -> Policy:
    return replace(policy, centers=tuple(replace(it, hours=hours) for it in policy.centers))


def test_there_are_transcripts():
    assert len(FILES) >= 10
    assert len(CLOSED) >= 10


@pytest.mark.parametrize("path", [*FILES, *CLOSED], ids=lambda path: path.stem)
def test_conversation(path, policy):
    now, number = NOW, CALLER
    state = None
    asked = []
    for word, rest in lines(path):
        match word:  # before the call
            case "hours":
                policy = with_hours(policy, rest)
                continue
            case "at" if state is None:
                now = wib.at(rest)
                continue
            case "withheld":
                number = ""
                continue
        state = state or Dialogue(
            "CA1", center="CC1", line="+62318293097", number=number, arrived_at=now
        )
        verbs = dialogue.script(state, policy)
        happened = ()
        match word:
            case "at":  # time goes on
                now = wib.at(rest)
            case "presses" | "looks":
                keys, _, found = rest.partition(" ")
                keys = keys.replace("-", "")
                assert isinstance(verbs[-1], Ask), "nothing was asked"
                finding = FOUND[found] if word == "looks" else None
                if finding:
                    assert keyed.second(MENU[state.node], keys), "nothing is looked up with this"
                happened = dialogue.decide(state, found if finding else keys, policy, now)
                state = dialogue.after(dialogue.heard(state, keys, policy, finding), happened)
            case "silent":
                assert isinstance(verbs[-1], Record)
                happened = dialogue.decide(state, "", policy, now)
                state = dialogue.after(state, happened)
            case "leaves":
                assert isinstance(verbs[-1], Record)
                happened = dialogue.left_message(
                    state, "RE1", 12, number=TICKET, policy=policy, now=now
                )
                state = dialogue.after(state, happened)
            case "lost":
                state = dialogue.after(state, dialogue.returned(state, now))
            case "interrupts":  # a key, while waiting
                assert isinstance(verbs[-1], Wait)
                happened = waiting.decide(state, Place(3), "QU1", policy, now, key=rest)
                assert waiting.script(state, happened, policy) == (Leave(),)
                state = dialogue.after(state, happened)
            case "nobody":
                goes = dialogue.beyond_the_queue(state, policy)
                state = dialogue.evolve(state, dialogue.exited(state, goes, now))
            case "hears":
                assert ", ".join(prompts(verbs)) == rest
            case "told":  # words that must be in what is said
                assert rest in " ".join(
                    say.spoken.text
                    for verb in verbs
                    for say in getattr(verb, "says", (verb,))
                    if isinstance(say, Say)
                )
            case "ticket":
                ticket = spoken.groups(TICKET, 3, state.language)
                assert any(ticket in verb.spoken.text for verb in verbs if isinstance(verb, Say))
            case "waits":
                assert verbs[-1] == Wait(rest)
            case "records":
                assert verbs[-1] == Record()
            case "speaks":
                assert state.language == rest
            case "needs":
                assert state.reason == rest
            case "promised":
                last = [it for it in asked if it.kind == "CallBackRequested"][-1]
                window, _, due = rest.partition(" ")
                assert (last.window, wib.at(last.due_at)) == (window, wib.at(due))
            case "ends":
                assert verbs[-1] == Hangup()
            case "forwards":
                assert isinstance(verbs[-1], Forward)
            case _:
                pytest.fail(f"{path.name}: {word!r} is no word of a transcript")
        asked += happened
