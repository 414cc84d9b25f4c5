"""The SMS with a ticket's number: its words, and to whom it may be sent.

It says nothing of the person or the case: whoever else reads it learns that somebody called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from callcenter.rules import phone, speech
from callcenter.rules.policy import Policy

PROMPT = "sms_ticket"
LONGEST = 160  # of one message
# What telephones write in seven bits: every other letter makes the whole message half as long.
PLAIN = re.compile(r"[A-Za-z0-9 \n@$_!\"#%&'()*+,\-./:;<=>?]*", re.ASCII)
SENDER = re.compile(r"\+\d{8,15}|(?=.*[A-Za-z])[A-Za-z0-9 ]{3,11}", re.ASCII)


def words(number: str, on: date, line: str, *, language: str, policy: Policy) -> str:
    """The message. ``number``: the ticket's, nine digits; ``line``: where to call, E.164."""
    sentences = policy.prompts.get(language, {})
    text = sentences.get(PROMPT) or policy.prompts[speech.FALLBACK][PROMPT]
    told = {
        "tiket": f"{number[:3]}-{number[3:6]}-{number[6:]}",
        "tanggal": f"{on:%d-%m-%Y}",
        "telepon": phone.national(line),
    }
    return speech.filled(text, told)


def may_be_told(number: str | None, policy: Policy) -> bool:
    """Whether an SMS may go to this number: an Indonesian mobile telephone, and none of ours."""
    ours = {line for center in policy.centers for line in center.lines}
    return bool(number) and phone.kind_of(number or "") == "mobile" and number not in ours


def faults(policy: Policy) -> Iterator[str]:
    """What would keep the message from being one message of a known sender."""
    if policy.receipts_from and not SENDER.fullmatch(policy.receipts_from):
        yield (
            "receipts_from is neither a number (+62...) nor a name of 3 to 11 letters, so no SMS "
            "could be sent. Correct it, or leave it empty."
        )
    for language, sentences in policy.prompts.items():
        if PROMPT not in sentences:
            continue
        line = "+6281234567890"  # as long as any
        said = words("000000000", date(2020, 4, 13), line, language=language, policy=policy)
        if len(said) > LONGEST or not PLAIN.fullmatch(said):
            yield (
                f"prompts: {language} {PROMPT} is no single SMS. Write it with plain letters, at "
                f"most {LONGEST} with its values."
            )
