"""What the commands about figures share: how days and times are written, and whose policy rules."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from callcenter.cli import Refused
from callcenter.rules import wib

if TYPE_CHECKING:
    from callcenter.rules.policy import Policy


def ruling(db: Any) -> Policy:
    """The policy that rules. Raises ``Refused`` before the first start."""
    from callcenter.records import policy

    newest = policy.newest(db)
    if newest is None:
        raise Refused(
            "There is no policy yet, so nobody knows which centers there are. Run: "
            "python -m callcenter migrate"
        )
    return newest


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no day; write 2020-04-13') from None


def until(text: str) -> str:
    """A wall clock, ``24:00`` for the whole day."""
    try:
        return "24:00" if text == "24:00" else f"{wib.parse_clock(text):%H:%M}"
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def interval(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text[:5]) <= 1440:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of minutes from 1 to 1440')
    return int(text)


def instant(text: str) -> datetime:
    try:
        return wib.at(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f'"{text}" is no time; write 2020-04-13T16:00') from None
