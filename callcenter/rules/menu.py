"""The menu as a table. A new option is a line here, a sentence in the prompts, a transcript."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

QUEUE = "confirmation"


@dataclass(frozen=True)
class Node:
    """One place in the dialogue.

    ``prompts`` are said on arrival, ``again`` after a miss; ``options`` name the next node by
    answer, where ``""`` is silence. ``reads`` names what a keyed number is read as: its answer
    becomes a word, looked up in the options like a key. ``queue``: the caller waits here.
    """

    prompts: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    digits: int = 1
    timeout_s: int = 5
    tries: int = 3
    reads: str = ""
    languages: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    queue: str = ""
    forwards: bool = False
    ends: bool = False


LANGUAGE_MENU = ("lang_menu_id", "lang_menu_jv", "lang_menu_en")
MAIN = {
    "1": "agents",
    "2": "agents",
    "3": "agents",
    "4": "posko",
    "7": "privacy",
    "0": "agents",
    "9": "main",
    "*": "language",
}
# What the caller needs, known to the agent before the first word.
NEEDS = {"1": "registration_help", "2": "application_status", "3": "registration_report"}

MENU: dict[str, Node] = {
    "language": Node(
        ("greeting", "notice_safety", *LANGUAGE_MENU),
        {"1": "welcome", "2": "welcome", "3": "welcome", "0": "agents", "": "welcome"},
        again=LANGUAGE_MENU,
        timeout_s=4,
        languages={"1": "id", "2": "jv", "3": "en", "": "id"},
    ),
    "welcome": Node(("notice_privacy", "main_menu"), MAIN, again=("main_menu",), reasons=NEEDS),
    "main": Node(("main_menu",), MAIN, reasons=NEEDS),
    "privacy": Node(
        ("privacy_full", "privacy_next"),
        {"0": "agents", "9": "privacy", "*": "main", "": "main"},
        again=("privacy_next",),
    ),
    # Whoever does not know the digits needs a person, not the question again.
    "posko": Node(
        ("sp_ask",),
        {
            "found": "posko_told",
            "unknown": "posko_unknown",
            "0": "agents",
            "*": "main",
            "": "agents",
        },
        digits=4,
        timeout_s=8,
        reads="regency",
    ),
    "posko_told": Node(
        ("sp_read", "sp_next"),
        {"0": "agents", "9": "posko_told", "*": "main", "": "bye"},
        again=("sp_next",),
    ),
    "posko_unknown": Node(
        ("sp_unknown", "sp_next"),
        {"0": "agents", "9": "posko", "*": "main", "": "agents"},
        again=("sp_next",),
    ),
    "agents": Node(("please_wait",), queue=QUEUE),
    "handed": Node(("to_agent_after_fail",), queue=QUEUE),  # after misses: nobody is cut off
    "again": Node(("reconnect",), queue=QUEUE),  # the agent was lost: the place is kept
    "backup": Node(("forwarding",), forwards=True),
    "gone": Node(("all_gone",), ends=True),
    "bye": Node(("goodbye",), ends=True),
}
