"""``policy announce``: what every caller hears right after the greeting, until it is cleared."""

import argparse
from dataclasses import replace
from datetime import datetime, timedelta

from callcenter.cli import Refused
from callcenter.rules import wib
from callcenter.rules.policy import Announcement, Policy

HELP = "say something to every caller right after the greeting"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", default="", help="what is said, in Indonesian")
    parser.add_argument("--english", default="", metavar="TEXT", help="the same in English")
    parser.add_argument(
        "--recording", default="", metavar="NAME", help="a file NAME.wav in prompts/LANGUAGE/"
    )
    parser.add_argument(
        "--center", action="append", default=[], metavar="CODE", help="only there; may be repeated"
    )
    parser.add_argument(
        "--from", dest="start", metavar="TIME", help="WIB: HH:MM or a date and time"
    )
    parser.add_argument("--until", metavar="TIME", help="WIB: HH:MM or a date and time")
    parser.add_argument("--clear", action="store_true", help="say nothing any more")


def announced(arguments: argparse.Namespace, ruling: Policy, now: datetime) -> Policy:
    """The policy with the announcement, in place of the one for the same centers; or without any.

    Raises ``Refused``.
    """
    centers = tuple(arguments.center)
    others = tuple(it for it in ruling.announcements if centers and it.centers != centers)
    if arguments.clear:
        return replace(ruling, announcements=others)
    if not arguments.text and not arguments.recording:
        raise Refused('policy announce: say what, as in: policy announce "Situs sedang gangguan."')
    texts = {"id": plain(arguments.text), "en": plain(arguments.english)}
    made = Announcement(
        {language: text for language, text in texts.items() if text},
        arguments.recording,
        centers,
        moment(arguments.start, now) if arguments.start else None,
        moment(arguments.until, now) if arguments.until else None,
    )
    kept = others if centers else tuple(it for it in ruling.announcements if it.centers)
    return replace(ruling, announcements=(*kept, made))


def plain(text: str) -> str:
    """The text as one line."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())


def moment(text: str, now: datetime) -> datetime:
    """``21:00``, the next time the clock shows it; or ``2020-04-13 21:00``. Raises ``Refused``."""
    try:
        if len(text) > len("21:00"):
            return wib.at(text)
        at = wib.on(wib.day_of(now), wib.parse_clock(text))
    except ValueError as error:
        raise Refused(f"policy announce: {error}.") from error
    return at if at > now else at + timedelta(days=1)
