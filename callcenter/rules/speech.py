"""From a prompt's key to the words that are said, in the caller's language.

The order, for each language tried (the caller's, then Indonesian): a recording that says it, the
sentence by a voice. There is no Javanese voice, so a Javanese caller hears a Javanese recording or
an Indonesian sentence. A recording cannot say a value, so it serves where the sentence of its
language needs none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from string import Formatter

from callcenter.rules import wib
from callcenter.rules.policy import Announcement, Policy
from callcenter.rules.verbs import Say, Spoken

FALLBACK = "id"
COURTESY = frozenset({"salam"})  # a greeting without the hour is still one
# Said in its own language to everybody.
OWN_LANGUAGE = {"lang_menu_id": "id", "lang_menu_jv": "jv", "lang_menu_en": "en"}


def say(
    prompt: str,
    language: str,
    policy: Policy,
    *,
    values: Mapping[str, str] | None = None,
) -> Say:
    """The prompt in ``language``, else in Indonesian. Raises ``KeyError`` for one that has no
    sentence at all."""
    language = OWN_LANGUAGE.get(prompt, language)
    for tried in (language, FALLBACK):
        if _recorded(prompt, tried, policy, values or {}):
            return Say(prompt, Spoken("", tried, recording=f"{tried}/{prompt}"))
        if tried in policy.voices and (text := policy.prompts.get(tried, {}).get(prompt)):
            return Say(prompt, Spoken(filled(text, values or {}), tried, policy.voices[tried]))
    raise KeyError(f"no sentence for the prompt {prompt!r}")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The sentence with its values. One that nobody gives is left out: an older policy's sentence
    must not cost a caller the call."""
    return text.format_map(defaultdict(str, values))


def announce(it: Announcement, language: str, policy: Policy) -> Say | None:
    """An announcement in this very language; None where it has neither words nor a recording."""
    if it.recording and it.recording in policy.recordings.get(language, ()):
        said = Spoken("", language, recording=f"{language}/{it.recording}")
        return Say("announcement", said)
    if language in policy.voices and (text := it.texts.get(language)):
        return Say("announcement", Spoken(text, language, policy.voices[language]))
    return None


def gaps(policy: Policy, language: str) -> tuple[str, ...]:
    """The prompts that a caller of ``language`` hears in Indonesian instead, by their keys."""
    if language in policy.voices:
        known = policy.prompts.get(language, {})
        return tuple(sorted(key for key in policy.prompts[FALLBACK] if key not in known))
    return tuple(
        sorted(
            prompt
            for prompt, text in policy.prompts[FALLBACK].items()
            if OWN_LANGUAGE.get(prompt, language) == language
            and not _recorded(prompt, language, policy, dict.fromkeys(placeholders(text), ""))
        )
    )


def placeholders(text: str) -> frozenset[str]:
    """The names of the values that a sentence needs. Raises ``ValueError`` for a lone brace."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def salutation(now: datetime, language: str, policy: Policy) -> dict[str, str]:
    """``{salam}``: morning, noon, afternoon or evening, in the caller's language."""
    words = policy.salutations.get(language) or policy.salutations.get(FALLBACK, {})
    return {"salam": words.get(wib.greeting(now), "")}


def _recorded(prompt: str, language: str, policy: Policy, values: Mapping[str, str]) -> bool:
    """Whether there is a recording that says all of it: at most a courtesy may be missing."""
    if prompt not in policy.recordings.get(language, ()):
        return False
    text = policy.prompts.get(language, {}).get(prompt)
    needed = set(values) - COURTESY if text else set(values)
    return not needed and not (text and placeholders(text))
