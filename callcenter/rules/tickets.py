"""The number that stands for a confirmation request, and what counts as a confirmation."""

from callcenter.rules.outcomes import OUTCOMES
from callcenter.rules.reasons import REASONS

DRAWS = 100_000_000  # a ticket number begins with a draw below this

CONFIRMING_CHANNELS = frozenset(("call", "callback", "manual"))

# Damm's check digit: in this table no single wrong digit and no swap of neighbours goes unseen,
# and the check digit itself is a plain digit.
DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def number(draw: int) -> str:
    """The ticket number of a random draw from 0 to 99,999,999: eight digits and a check digit.

    Two draws give two numbers; whether one is taken already, only the database knows.
    """
    if not 0 <= draw < DRAWS:
        raise ValueError(f"a ticket number is drawn from 0 to {DRAWS - 1}, not {draw}")
    digits = f"{draw:08}"
    return digits + check(digits)


def valid(number: str) -> bool:
    """Whether these nine digits can be a ticket number: one misheard digit makes them none."""
    return len(number) == 9 and number.isascii() and number.isdecimal() and check(number) == "0"


def grouped(number: str) -> str:
    """``417 209 581``, as it is read out and written down."""
    return " ".join((number[:3], number[3:6], number[6:]))


def parse(raw: str) -> str | None:
    """The ticket number in what a caller said or keyed, in any grouping; None when it is none."""
    digits = "".join(raw.split()).translate(str.maketrans("", "", ".-#"))
    return digits if valid(digits) else None


def check(digits: str) -> str:
    """The digit that makes the row of ``digits`` complete; ``0`` for a complete one."""
    row = 0
    for digit in digits:
        row = int(DAMM[row][int(digit)])
    return str(row)


def confirms(reason: str, outcome: str, channel: str, void: bool, test: bool) -> bool:
    """Whether one recorded outcome is a confirmation (the 89 of 13 April 2020 are these).

    A ticket is counted once, at its first outcome for which this is true; which one was first is
    for the caller to know. What the IVR records alone is counted apart: :func:`confirms_by_ivr`.
    """
    return channel in CONFIRMING_CHANNELS and confirming(reason, outcome) and not (void or test)


def confirms_by_ivr(reason: str, outcome: str, channel: str, void: bool, test: bool) -> bool:
    """The same for tickets that the IVR made without an agent; never added to the others."""
    return channel == "ivr" and confirming(reason, outcome) and not (void or test)


def confirming(reason: str, outcome: str) -> bool:
    """A reason that is a confirmation, and an outcome in which something was confirmed.

    A call cut off confirmed nothing, and dispositions (prank, silent ...) are no outcomes.
    """
    asked = reason in REASONS and REASONS[reason].is_confirmation
    return asked and outcome in OUTCOMES and outcome != "disconnected"
