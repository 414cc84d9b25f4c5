"""From a prompt's key to the words that are said, in the caller's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from callcenter.rules import wib
from callcenter.rules.policy import Policy
from callcenter.rules.verbs import Say, Spoken

# Said in its own language to everybody.
OWN_LANGUAGE = {"lang_menu_id": "id", "lang_menu_jv": "jv", "lang_menu_en": "en"}


def say(
    prompt: str,
    language: str,
    policy: Policy,
    *,
    values: Mapping[str, str] | None = None,
) -> Say:
    """The prompt in ``language``. A recording comes first; where Javanese has none, or none with
    these values, the Indonesian sentence is said: there is no Javanese voice."""
    language = OWN_LANGUAGE.get(prompt, language)
    for tried in (language, "id"):
        if prompt in policy.recordings.get(tried, ()) and not values:
            return Say(prompt, Spoken("", tried, recording=f"{tried}/{prompt}"))
        if tried in policy.voices and (text := policy.prompts.get(tried, {}).get(prompt)):
            return Say(prompt, Spoken(text.format(**(values or {})), tried, policy.voices[tried]))
    raise KeyError(f"no sentence for the prompt {prompt!r}")


def salutation(now: datetime, language: str, policy: Policy) -> dict[str, str]:
    """``{salam}``: morning, noon, afternoon or evening, in the caller's language."""
    words = policy.salutations.get(language) or policy.salutations.get("id", {})
    return {"salam": words.get(wib.greeting(now), "")}
