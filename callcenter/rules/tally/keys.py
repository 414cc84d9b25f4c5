"""The names of the figures, in the order in which they are printed, and what each one means.

The names are fixed: JSON, CSV, the command line and the board all use them.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields
from fractions import Fraction
from operator import attrgetter
from typing import Any

from callcenter.rules.tally.people import People
from callcenter.rules.tally.tally import Tally

CALLS = (
    *("inbound", "blocked", "blocked_rate", "offered", "answered", "handled", "abandoned"),
    *("short_abandoned", "flow_out", "ivr_contained", "ivr_abandoned", "ivr_containment_rate"),
)
SERVICE_LEVEL = (
    *("answered_in_target", "sl_offered", "sl_answered", "sl_excl_short"),
    *("sl_excl_abandoned_in_target", "sl_served_or_abandoned_in_target"),
    *("sl_served_or_short_abandoned", "sl_incl_flowout", "abandoned_in_target"),
    *("abandon_rate", "abandon_rate_excl_short"),
)
WAITS = (
    *("asa_s", "time_to_agent_s", "wait_p50_s", "wait_p90_s", "wait_p95_s", "longest_wait_s"),
    "abandon_wait_mean_s",
)
WORK = (
    *("talk_s", "hold_s", "acw_s", "aht_s", "transferred", "transfer_rate"),
    *("unique_calls_answered", "agent_missed"),
)
CALL_BACKS = ("callback_requested", "callback_completed", "callback_wait_mean_s")
SURVEY = (*("survey_answered", "survey_solved_rate", "survey_rated", "survey_satisfaction_mean"),)
PEOPLE = (
    *("unique_callers", "repeat_calls", "unknown_number_calls", "callers_never_answered"),
    *("callers_reached_rate", "attempts_per_known_caller"),
)
LIVE = ("waiting_now", "longest_waiting_now_s", "talking_now")
QUALITY = (
    *("stale_closed", "peak_concurrent_talk", "data_anomalies", "prank", "confirmations"),
    *("short_service", "short_service_rate", "occupancy", "utilisation"),
)
GROUPS = {
    "calls": CALLS,
    "service_level": SERVICE_LEVEL,
    "waits": WAITS,
    "work": WORK,
    "call_backs": CALL_BACKS,
    "people": PEOPLE,
    "live": LIVE,
    "quality": QUALITY,
    "survey": SURVEY,
}
KEYS = tuple(key for group in GROUPS.values() for key in group)
OTHERS = tuple(key for key in KEYS if key not in PEOPLE)
PEOPLES, TALLIES = attrgetter(*PEOPLE), attrgetter(*OTHERS)
RATES = frozenset(
    key
    for key in KEYS
    if key.endswith("_rate") or key.startswith(("sl_", "abandon_rate")) or key in QUALITY[-2:]
)
SECONDS = frozenset(key for key in KEYS if key.endswith("_s"))


def _definitions() -> dict[str, str]:
    """The definition of every figure: the first sentence of its docstring."""
    counted = {column.name: column.metadata["definition"] for column in fields(Tally)}
    return {key: counted.get(key) or _first_sentence(key) for key in KEYS}


def _first_sentence(key: str) -> str:
    whole = inspect.getdoc(getattr(People if key in PEOPLE else Tally, key)) or ""
    return " ".join(whole.partition("\n\n")[0].split())


DEFINITIONS: Mapping[str, str] = _definitions()


def figures(tally: Tally, people: People | None) -> dict[str, Any]:
    """Every figure by its name, as JSON numbers; None where there is nothing to divide by, or
    nothing to measure, and for people of whom nobody asked."""
    of_people = PEOPLES(people) if people is not None else (None,) * len(PEOPLE)
    found = dict(zip((*PEOPLE, *OTHERS), (*of_people, *TALLIES(tally)), strict=True))
    return {key: _number(found[key]) for key in KEYS}


def _number(value: Any) -> Any:
    return value.numerator / value.denominator if type(value) is Fraction else value
