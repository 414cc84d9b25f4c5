"""The desk's address, and what its pages share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from secrets import randbelow
from typing import Any

from flask import Blueprint
from flask_login import current_user

from callcenter.records import audit, people
from callcenter.records.people import Found, Person
from callcenter.rules.outcomes import OUTCOMES
from callcenter.rules.reasons import REASONS
from callcenter.rules.tickets import DRAWS
from callcenter.web.house import house
from callcenter.web.languages import chosen as language

door = Blueprint("desk", __name__, url_prefix="/desk")


def draw() -> int:
    """A ticket number's draw: unpredictable, because a ticket number is half a proof."""
    return randbelow(DRAWS)


def now() -> datetime:
    return house().now()


def seen(db: Any, found: Iterable[Found | Person], why: str) -> None:
    """Keep that these people were shown to this agent, and for which call or search."""
    for one in found:
        audit.seen(
            db,
            who=current_user.username,
            what="person",
            subject=f"person:{one.person_id}",
            why=why,
            now=now(),
        )


def person_shown(db: Any, person_id: str, why: str) -> Person | None:
    """The person, masked, with the reading of it kept."""
    found = people.person(db, house().keys, person_id) if person_id else None
    if found:
        seen(db, (found,), why)
    return found


@door.app_template_filter("reason")
def reason_label(code: str) -> str:
    """The reason in the words of the screen's language."""
    return _label(REASONS.get(code), code)


@door.app_template_filter("outcome")
def outcome_label(code: str) -> str:
    """The outcome in the words of the screen's language."""
    return _label(OUTCOMES.get(code), code)


def _label(it: Any, code: str) -> str:
    if it is None:
        return code or "–"
    return it.label_en if language() == "en" else it.label_id
