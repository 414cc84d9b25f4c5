"""What the truth adds up to, by the names that the product's own statistics use, and whether the
two say the same.

Everything is compared exactly. A figure that the network cannot know is not computed here: how an
agent's notes were counted, or whether a menu gave what was asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from hashlib import blake2b
from typing import Any

from .truth import ABANDONED, ANSWERED, FLOW_OUT, WAITING, Attempt, Stay

TARGET_S, SHORT_S = 20, 5
CENTERS = ("inbound", "offered", "answered", "abandoned", "flow_out", "asa_s", "talk_s")
INTERVALS = ("offered", "answered", "abandoned")


def figures(
    attempts: Iterable[Attempt], *, target_s: int = TARGET_S, short_s: int = SHORT_S
) -> dict[str, Any]:
    """The figures of these calls; None where there is nothing to divide by."""
    calls = list(attempts)
    stays = [stay for call in calls for stay in call.stays]
    waits = sorted(stay.wait_s for stay in stays if stay.how == ANSWERED)
    given_up = sorted(stay.wait_s for stay in stays if stay.how == ABANDONED)
    in_target = sum(wait <= target_s for wait in waits)
    return {
        "inbound": len(calls),
        "offered": len(stays),
        "answered": len(waits),
        "handled": len(waits),
        "abandoned": len(given_up),
        "short_abandoned": sum(wait < short_s for wait in given_up),
        "flow_out": sum(stay.how == FLOW_OUT for stay in stays),
        "waiting_now": sum(stay.how == WAITING for stay in stays),
        "left_in_menu": sum(not call.stays for call in calls),
        "answered_in_target": in_target,
        "abandoned_in_target": sum(wait <= target_s for wait in given_up),
        "sl_offered": share(in_target, len(waits) + len(given_up)),
        "asa_s": share(sum(waits), len(waits)),
        "wait_p50_s": rank(waits, 50),
        "wait_p90_s": rank(waits, 90),
        "wait_p95_s": rank(waits, 95),
        "longest_wait_s": max((*waits, *given_up), default=None),
        "abandon_wait_mean_s": share(sum(given_up), len(given_up)),
        **_talks(calls, stays),
        **_people(calls),
    }


def _talks(calls: Sequence[Attempt], stays: Sequence[Stay]) -> dict[str, Any]:
    talks = [talk for stay in stays for talk in stay.talks]
    first = [(call, call.stays[0].talks[0]) for call in calls if call.stays and call.stays[0].talks]
    return {
        "talk_s": sum((t.ended_at - t.at).seconds for t in talks if t.ended_at),
        "talking_now": sum(talk.ended_at is None for talk in talks),
        "survey_answered": sum(call.answers > 0 for call in calls),
        "survey_rated": sum(call.answers > 1 for call in calls),
        "unique_calls_answered": sum(call.answered for call in calls),
        "time_to_agent_s": share(
            sum((talk.at - call.at).seconds for call, talk in first), len(first)
        ),
    }


def _people(calls: Sequence[Attempt]) -> dict[str, Any]:
    known = [call for call in calls if call.number]
    people = {call.number for call in known}
    reached = {call.number for call in known if call.answered}
    return {
        "unique_callers": len(people),
        "callers_never_answered": len(people) - len(reached),
        "repeat_calls": len(known) - len(people),
        "unknown_number_calls": len(calls) - len(known),
    }


def by_interval(attempts: Iterable[Attempt], minutes: int) -> dict[str, dict[str, int]]:
    """Entries into the line, those answered and those given up, by the interval of the entry:
    ``09:30``. Intervals in which nobody entered are left out."""
    found: dict[str, dict[str, int]] = {}
    for stay in (stay for attempt in attempts for stay in attempt.stays):
        minute = stay.since.hour * 60 + stay.since.minute
        begins = divmod(minute - minute % minutes, 60)
        counts = found.setdefault("{:02}:{:02}".format(*begins), dict.fromkeys(INTERVALS, 0))
        counts["offered"] += 1
        counts["answered"] += stay.how == ANSWERED
        counts["abandoned"] += stay.how == ABANDONED
    return found


def share(part: int, whole: int) -> float | None:
    """As a JSON number, rounded once, as the product rounds."""
    if not whole:
        return None
    exact = Fraction(part, whole)
    return exact.numerator / exact.denominator


def rank(waits: Sequence[int], percent: int) -> int | None:
    """The nearest rank; never something between two waits."""
    return waits[-(-percent * len(waits) // 100) - 1] if waits else None


def told(total: Mapping[str, Any]) -> dict[str, Any]:
    """The product's figures in the form of the truth's."""
    left = total["ivr_contained"] + total["ivr_abandoned"] + total["blocked"]
    return {**total, "left_in_menu": left}


def compare(
    seen: Mapping[str, Any], said: Mapping[str, Any], *, place: str = "", keys: Iterable[str] = ()
) -> list[str]:
    """One line for each figure that the product tells otherwise than it was; [] when none is."""
    whole = told(said)
    return [
        f"{place}{key}: the network saw {seen[key]}, the product says {whole[key]}"
        for key in keys or seen
        if seen[key] != whole[key]
    ]


def digest(*parts: Any) -> str:
    """A short mark of a whole report: the same for the same day, to the second."""
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()
