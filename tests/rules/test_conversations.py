"""Behaviour that people can read: every transcript, played against the rules alone.

The same files are played again through Flask and the carrier in tests/web/test_voice.py.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.rules import dialogue, wib
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.verbs import Ask, Forward, Hangup, Say, Verb, Wait

FILES = sorted((Path(__file__).parents[1] / "conversations").glob("*.txt"))
NOW = wib.at("2020-04-13 09:00")


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


def test_there_are_transcripts():
    assert len(FILES) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_conversation(path, policy):
    state = Dialogue("CA1", center="CC1", line="+62318293097", arrived_at=NOW)
    for word, rest in lines(path):
        verbs = dialogue.script(state, policy)
        match word:
            case "presses":
                assert isinstance(verbs[-1], Ask), "nothing was asked"
                state = dialogue.after(state, dialogue.decide(state, rest, policy, NOW))
            case "lost":
                state = dialogue.after(state, dialogue.returned(state, NOW))
            case "nobody":
                goes = dialogue.beyond_the_queue(state, policy)
                state = dialogue.evolve(state, dialogue.exited(state, goes, NOW))
            case "hears":
                assert ", ".join(prompts(verbs)) == rest
            case "waits":
                assert verbs[-1] == Wait(rest)
            case "speaks":
                assert state.language == rest
            case "needs":
                assert state.reason == rest
            case "ends":
                assert verbs[-1] == Hangup()
            case "forwards":
                assert isinstance(verbs[-1], Forward)
            case _:
                pytest.fail(f"{path.name}: {word!r} is no word of a transcript")
