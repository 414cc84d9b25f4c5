"""What a row of keys can mean where a number was asked for: words for the menu's table.

The digits themselves go no further than the sealed token: a word is all that the diary sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from callcenter.rules import identity, phone, tickets, wib
from callcenter.rules.menu import Node
from callcenter.rules.policy import Policy

NIK_DIGITS, KK_DIGITS = 16, 10  # the last ten of a KK: its last four are a small serial number
PLAIN = ("", "0", "*", "hangup")  # these mean the same everywhere


@dataclass(frozen=True)
class Second:
    """The second number of a check: the end of a KK, or a ticket number. One of them is empty."""

    kk10: str = field(default="", repr=False)
    ticket: str = field(default="", repr=False)


def read(node: Node, answer: str, policy: Policy, now: datetime) -> tuple[str, str]:
    """The word to look up in the options, and what the diary keeps of the answer."""
    match node.reads:
        case "regency" if len(answer) == node.digits and answer.isdecimal():
            code = f"{answer[:2]}.{answer[2:]}"
            return ("found" if policy.posko_of(code) else "unknown"), code
        case "nik" | "phone" | "kk" | "ticket" if answer not in PLAIN:
            word = answer if answer.isalpha() else _word(node, answer, policy, now)
            return word, word
    return answer, answer


def number(answer: str, policy: Policy) -> str:
    """The number to call back, E.164; empty where it is none that we may dial."""
    keyed = phone.normalise(answer)
    return keyed if keyed and may_call(keyed, policy) else ""


def may_call(number: str, policy: Policy) -> bool:
    """Whether we may call this number back: not one of our own lines, where we would call
    ourselves (some exchanges show them as the caller)."""
    ours = {line for center in policy.centers for line in (*center.lines, center.backup_number)}
    return phone.dialable(number) and number not in ours


def second(node: Node, answer: str) -> Second | None:
    """With what a status is to be looked up; None where no second number was keyed.

    A star before the nine digits of a ticket number is as good as the question for them.
    """
    if not node.looks_up:
        return None
    if node.reads == "kk" and len(answer) == KK_DIGITS and answer.isdecimal():
        return Second(kk10=answer)
    ticket = answer.removeprefix("*")
    if tickets.valid(ticket) and (node.reads == "ticket" or ticket != answer):
        return Second(ticket=ticket)
    return None


def _word(node: Node, answer: str, policy: Policy, now: datetime) -> str:
    if node.reads == "phone":
        return "read" if number(answer, policy) else "bad"
    if node.reads != "nik":
        return "bad"
    if answer.isdecimal() and len(answer) < NIK_DIGITS:
        return "short"
    return "read" if identity.check_nik(answer, today=wib.day_of(now)).nik else "bad"
