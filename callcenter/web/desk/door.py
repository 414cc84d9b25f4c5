"""The desk's address, and what its pages share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import randbelow
from typing import Any

from flask import Blueprint
from flask_login import current_user

from callcenter.records import floor
from callcenter.records.desk import Presence
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
