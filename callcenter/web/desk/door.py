"""The desk's address, and what its pages share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import randbelow
from typing import Any

from flask import Blueprint
from flask_login import current_user

from callcenter.records import audit, floor, people
from callcenter.records.desk import Presence
from callcenter.records.people import Found, Person
from callcenter.rules.outcomes import DISPOSITIONS, OUTCOMES
from callcenter.rules.reasons import REASONS
from callcenter.rules.statuses import STATUSES
from callcenter.rules.sub_reasons import NOT_ELIGIBLE, TO_DUKCAPIL, TO_POSKO
from callcenter.rules.tickets import DRAWS
from callcenter.rules.wib import NONE
from callcenter.web.house import house
from callcenter.web.languages import chosen as language

door = Blueprint("desk", __name__, url_prefix="/desk")

SUB_REASONS = {it.code: it for it in (*NOT_ELIGIBLE, *TO_POSKO, *TO_DUKCAPIL)}


def draw() -> int:
    """A ticket number's draw: unpredictable, because a ticket number is half a proof."""
    return randbelow(DRAWS)


def now() -> datetime:
    return house().now()


def beat(presence: Presence) -> None:
    """This desk is alive. A page asks every second; it is written down every few."""
    heard_at, here = presence.heard_at, house()
    if heard_at and (now() - heard_at).total_seconds() < floor.HEARTBEAT_S:
        return
    with here.database.transaction() as db:
        floor.heard(db, current_user.user_id, now())


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


def looked_for(db: Any, text: str, why: str) -> tuple[Found, ...]:
    """Who may be meant by ``text``. The search is kept, though not what was typed, and everybody
    whom it showed."""
    if not text:
        return ()
    found = people.find(db, house().keys, text, now=now())
    who, result = current_user.username, f"{len(found)} found"
    audit.note(db, who=who, what="search", subject="people", why=why, now=now(), result=result)
    seen(db, found, why)
    return found


def meant(text: str, found: tuple[Found, ...]) -> str:
    """The id of the one person whose own number was typed in full; a name is never enough."""
    exact = [one for one in found if one.matched_by in ("nik", "ticket")]
    return exact[0].person_id if len(found) == len(exact) == 1 else ""


def person_shown(db: Any, person_id: str, why: str) -> Person | None:
    """The person, masked, with the reading of it kept."""
    found = people.person(db, house().keys, person_id) if person_id else None
    if found:
        seen(db, (found,), why)
    return found


@door.app_template_filter("label")
def label(it: Any) -> str:
    """A thing with two labels in the language of the page."""
    return it.label_en if language() == "en" else it.label_id


@door.app_template_filter("reason")
def reason_label(code: str) -> str:
    """The reason in the words of the screen's language."""
    return _labelled(REASONS, code)


@door.app_template_filter("outcome")
def outcome_label(code: str) -> str:
    """The outcome, or what was noted of a call that was no case."""
    return _labelled({**OUTCOMES, **DISPOSITIONS}, code)


@door.app_template_filter("sub_reason")
def sub_reason_label(code: str) -> str:
    return _labelled(SUB_REASONS, code)


@door.app_template_filter("status")
def status_label(code: str) -> str:
    return _labelled(STATUSES, code)


def _labelled(known: Mapping[str, Any], code: str) -> str:
    """The code itself where it left the list, a dash where there is none."""
    return label(known[code]) if code in known else code or NONE
