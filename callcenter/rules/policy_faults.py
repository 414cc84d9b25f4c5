"""What keeps a policy from ruling: each fault is a sentence with its place and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from callcenter.rules import calendar, receipts, speech
from callcenter.rules.hours import HoursError
from callcenter.rules.policy import Announcement, Policy

LETTERS_A_SECOND = 14  # of a voice on the telephone
LONGEST_ANNOUNCEMENT_S = 12


def faults(policy: Policy, needed: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """Everything that is wrong with ``policy``. ``needed``: the values of each prompt."""
    lines = [line for center in policy.centers for line in center.lines]
    if not lines or len(lines) != len(set(lines)):
        yield "centers: every line must stand once, and there must be one."
    for center in policy.centers:
        if center.when_closed not in ("other", "words"):
            yield f"centers: when_closed of {center.code} must be other or words."
    yield from _hours(policy)
    yield from _places(policy)
    yield from _prompts(policy, needed)
    yield from receipts.faults(policy)
    for number, it in enumerate(policy.announcements, 1):
        yield from announcement(it, f"announcements: number {number}")


def announcement(it: Announcement, place: str) -> Iterator[str]:
    """What keeps an announcement from being heard."""
    if not it.recording and not it.texts.get(speech.FALLBACK):
        yield f"{place} has no Indonesian text, so nobody would hear it. Write one."
    if it.starts_at and it.ends_at and it.ends_at <= it.starts_at:
        yield f"{place} ends before it begins. Correct its times."
    for language, text in it.texts.items():
        if (seconds := len(text) / LETTERS_A_SECOND) > LONGEST_ANNOUNCEMENT_S:
            yield (
                f"{place} takes {seconds:.0f} seconds ({language}), and callers pay for each. "
                f"Say it in at most {LONGEST_ANNOUNCEMENT_S}."
            )


def _hours(policy: Policy) -> Iterator[str]:
    for center in policy.centers:
        yield from _unreadable(calendar.week, center.hours, f"centers: hours of {center.code}")
    for season in policy.seasons:
        yield from _unreadable(calendar.week, season.hours, f"seasons: hours of {season.name}")
        if season.last < season.first:
            yield f"seasons: {season.name} ends before it begins. Correct its days."
    for day in policy.holidays:
        if day.hours:
            yield from _unreadable(calendar.of_day, day.hours, f"holidays: hours of {day.day}")


def _unreadable(read: Callable[[str], object], text: str, place: str) -> Iterator[str]:
    try:
        read(text)
    except HoursError as error:
        yield f"{place}: {error}."


def _places(policy: Policy) -> Iterator[str]:
    known = {center.code for center in policy.centers}
    for kind in ("holidays", "seasons", "announcements"):
        codes = {code for it in getattr(policy, kind) for code in it.centers}
        for code in sorted(codes - known):
            yield f"{kind}: there is no center {code}. Name one of {', '.join(sorted(known))}."


def _prompts(policy: Policy, needed: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """A sentence with a value that nobody gives it would be an apology in the caller's ear."""
    for language, prompts in policy.prompts.items():
        for prompt, text in prompts.items():
            try:
                unknown = speech.placeholders(text) - needed.get(prompt, frozenset())
            except ValueError:
                unknown = frozenset({"?"})
            if unknown and prompt in needed:
                names = ", ".join(f"{{{name}}}" for name in sorted(unknown))
                yield f"prompts: {language} {prompt} asks for {names}, which nobody gives it."
