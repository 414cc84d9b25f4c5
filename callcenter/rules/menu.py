"""The menu as a table. A new option is a line here, a sentence in the prompts, a transcript.

Outside the hours the same table holds: what leads to a person or to the main menu leads to what
``CLOSED`` says instead, and sentences that promise a person are replaced by those of ``ALONE``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

QUEUE = "confirmation"


@dataclass(frozen=True)
class Node:
    """One place in the dialogue.

    ``prompts`` are said on arrival, ``again`` after a miss, or what ``missed`` has for the word of
    that miss; ``options`` name the next node by answer, where ``""`` is silence. ``reads`` names
    what a keyed number is read as: its answer becomes a word, looked up in the options like a
    key, and ``finish`` ends it early. ``looks_up``: with what was keyed somebody's status is
    looked up, and its word is the answer. ``windows``: the time for a call back by key.
    ``queue``: the caller waits here.
    """

    prompts: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    missed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    digits: int = 1
    finish: str = ""
    timeout_s: int = 5
    tries: int = 3
    reads: str = ""
    looks_up: bool = False
    languages: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    windows: Mapping[str, str] = field(default_factory=dict)
    queue: str = ""
    forwards: bool = False
    records: bool = False
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
AFTER_HOURS = {
    "1": "call_back",
    "2": "ask_nik",
    "4": "posko",
    "5": "voicemail",
    "7": "privacy",
    "0": "agents",
    "9": "shut",
    "*": "language",
}
NEEDS_NOBODY = {"2": "application_status"}
FOUND = {"verified": "status", "unverified": "unverified", "down": "status_down"}

# Outside the hours: where an option leads instead of a node that nobody serves.
CLOSED = {"main": "shut", "welcome": "closed", "handed": "closed_end", "unverified": "mismatch"}
# What is said instead to somebody who knows that nobody is there.
ALONE = {
    "sp_ask": "sp_ask_alone",
    "sp_next": "next_alone",
    "sp_unknown": "sp_unknown_alone",
    "privacy_next": "next_alone",
    "status_next": "next_alone",
    "status_down": "status_down_alone",
}

MENU: dict[str, Node] = {
    "language": Node(
        ("greeting", "announcement", "notice_safety", *LANGUAGE_MENU),
        {"1": "welcome", "2": "welcome", "3": "welcome", "0": "agents", "": "welcome"},
        again=LANGUAGE_MENU,
        timeout_s=4,
        languages={"1": "id", "2": "jv", "3": "en", "": "id"},
    ),
    "welcome": Node(
        ("announcement_own", "notice_privacy", "main_menu"),
        MAIN,
        again=("main_menu",),
        reasons=NEEDS,
    ),
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
    # Outside the hours
    "closed": Node(
        ("announcement_own", "closed", "notice_privacy", "after_hours"),
        AFTER_HOURS,
        again=("after_hours",),
        reasons=NEEDS_NOBODY,
    ),
    "shut": Node(("after_hours",), AFTER_HOURS, reasons=NEEDS_NOBODY),
    "no_agent": Node(
        ("no_agent", "after_hours"), AFTER_HOURS, again=("after_hours",), reasons=NEEDS_NOBODY
    ),
    "closed_end": Node(("closed_end",), ends=True),
    # A call back: the number, then the time. The request stands as soon as the number is right.
    "cb_confirm": Node(
        ("cb_confirm",),
        {"1": "cb_window", "2": "cb_ask", "0": "agents", "9": "cb_confirm", "*": "main"},
    ),
    "cb_ask": Node(
        ("cb_ask_number",),
        {"read": "cb_confirm", "0": "agents", "*": "main"},
        missed={"bad": ("cb_bad_number",)},
        digits=15,
        finish="#",
        timeout_s=10,
        reads="phone",
    ),
    "cb_window": Node(
        ("cb_window",),
        {key: "cb_done" for key in ("1", "2", "3", "4", "")}
        | {"0": "agents", "9": "cb_window", "*": "main"},
        windows={"1": "soon", "2": "noon", "3": "afternoon", "4": "tomorrow"},
        timeout_s=8,
    ),
    "cb_done": Node(("cb_ok", "goodbye"), ends=True),
    # A message
    "voicemail": Node(("voicemail",), {"": "voicemail_none"}, records=True),
    "voicemail_none": Node(
        ("voicemail_none", "after_hours"),
        AFTER_HOURS,
        again=("after_hours",),
        reasons=NEEDS_NOBODY,
    ),
    "voicemail_ok": Node(("voicemail_ok", "goodbye"), ends=True),
    # Status by keypad: the NIK and a second number; one alone opens nothing
    "ask_nik": Node(
        ("ask_nik",),
        {"read": "nik_confirm", "0": "agents", "*": "main", "": "agents"},
        missed={"short": ("nik_short",), "bad": ("nik_bad",)},
        digits=16,
        finish="#",
        timeout_s=12,
        reads="nik",
    ),
    "nik_confirm": Node(
        ("nik_confirm",),
        {"1": "ask_kk", "2": "ask_nik", "0": "agents", "9": "nik_confirm", "*": "main"},
        timeout_s=8,
    ),
    "ask_kk": Node(
        ("ask_kk",),
        FOUND | {"*": "ask_ticket", "0": "agents"},
        missed={"bad": ("second_bad", "ask_kk")},
        digits=10,
        finish="#",
        timeout_s=12,
        reads="kk",
        looks_up=True,
    ),
    "ask_ticket": Node(
        ("ask_ticket",),
        FOUND | {"*": "ask_kk", "0": "agents"},
        missed={"bad": ("second_bad", "ask_ticket")},
        digits=9,
        finish="#",
        timeout_s=12,
        reads="ticket",
        looks_up=True,
    ),
    "status": Node(
        ("status_told", "st_asof", "status_next"),
        {"0": "agents", "9": "status", "*": "main", "": "bye"},
        again=("status_next",),
    ),
    "status_down": Node(
        ("status_down", "status_next"),
        {"0": "agents", "9": "status_down", "*": "main", "": "agents"},
        again=("status_next",),
    ),
    "unverified": Node(("unverified",), queue=QUEUE),
    "mismatch": Node(
        ("mismatch", "after_hours"), AFTER_HOURS, again=("after_hours",), reasons=NEEDS_NOBODY
    ),
    "no_more_checks": Node(
        ("no_more_checks", "after_hours"),
        AFTER_HOURS,
        again=("after_hours",),
        reasons=NEEDS_NOBODY,
    ),
    # A person, and what comes when there is none
    "agents": Node(("please_wait",), queue=QUEUE),
    "handed": Node(("to_agent_after_fail",), queue=QUEUE),  # after misses: nobody is cut off
    "again": Node(("reconnect",), queue=QUEUE),  # the agent was lost: the place is kept
    "back": Node(("queue_back",), queue=QUEUE),  # out of the queue and back: the place is kept
    # Calling again after hanging up while waiting: the answers and the place are kept.
    "welcome_back": Node(
        ("welcome_back",),
        {key: "agents" for key in ("", "0", "1", "2", "3")} | {"9": "language", "*": "main"},
        timeout_s=3,
    ),
    # Out of the queue, and nobody knows why: the carrier's fault, or no database to ask.
    "queue_left": Node(
        ("queue_left",),
        {"1": "call_back", "0": "agents", "9": "queue_left", "*": "main", "": "beyond"},
    ),
    "backup": Node(("forwarding",), forwards=True),
    "gone": Node(("all_gone",), ends=True),
    "bye": Node(("goodbye",), ends=True),
}
