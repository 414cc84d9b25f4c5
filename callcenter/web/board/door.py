"""The board's address, who may see it, and the day and hour that a page is about."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, request
from flask_login import current_user

from callcenter.records.stats import Window
from callcenter.rules import wib
from callcenter.web import guard
from callcenter.web.house import house

door = Blueprint("board", __name__, url_prefix="/board")

readers = guard.roles("supervisor", "auditor", "admin")


def today() -> date:
    return wib.day_of(house().now())


def day_asked() -> date:
    """``?day=YYYY-MM-DD``; today when none is named."""
    text = request.args.get("day", "")
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError:
        abort(404)


def window_asked(default_until: str) -> Window:
    """``?day=`` and ``?until=HH:MM`` (WIB, exclusive)."""
    until = request.args.get("until", "") or default_until
    if until != "24:00":
        try:
            wib.parse_clock(until)
        except ValueError:
            abort(404)
    return Window.of(day_asked(), until)


def centers_exported() -> str:
    """The same for a file: a supervisor of one center takes only that one's with them."""
    asked, own = center_asked(), current_user.center or ""
    if own and asked not in ("", own):
        guard.deny()
    return own or asked


def center_asked() -> str:
    """``?center=CODE``; empty: all. A center that is none of ours is not found."""
    code = request.args.get("center", "")
    known = {center.code for center in house().policy().centers}
    return code if not code or code in known else abort(404)
