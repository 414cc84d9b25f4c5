"""Words and figures as templates write them: roles, places of the menu, times in WIB."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app, g, request
from flask_babel import lazy_gettext as _
from flask_login import current_user

from callcenter.rules import phone, wib
from callcenter.web import languages
from callcenter.web.house import house

ROLES = {
    "agent": _("Petugas"),
    "posko": _("Posko"),
    "supervisor": _("Supervisor"),
    "admin": _("Administrator"),
    "auditor": _("Auditor"),
}


@dataclass(frozen=True)
class Place:
    """One entry of the menu."""

    address: str
    name: str
    roles: frozenset[str]


PLACES = (
    Place("/desk", _("Meja"), frozenset({"agent"})),
    Place("/board", _("Papan"), frozenset({"supervisor", "auditor", "admin"})),
    Place("/posko", _("Posko"), frozenset({"posko", "supervisor"})),
    Place("/admin", _("Administrasi"), frozenset({"admin"})),
)


def teach(app: Flask) -> None:
    """Give every template its filters and the few values that base.html needs."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        clock=clock,
        day=day,
        weekday=weekday,
        iso=iso,
        thousands=wib.thousands,
        percent=wib.percent,
        duration=wib.duration,
        phone=phone.national,
        masked_phone=phone.masked,
        role=lambda code: ROLES[code],
    )
    app.jinja_env.globals.update(now=now, now_ms=now_ms, here=here)
    app.context_processor(lambda: {"places": places()})


def now() -> datetime:
    """The present instant; never in a live fragment (see ``live.fragment``)."""
    return house().now()


def now_ms() -> int:
    """The present as browsers count it: ms since 1970."""
    return round(now().timestamp() * 1000)


def here() -> str:
    """The page that people see, to come back to it: a form's answer has no address of its own, and
    that of a page of trouble may hold whatever somebody typed."""
    if g.get("no_page"):
        return "/"
    if request.method == "GET":
        return request.full_path.rstrip("?")
    known, path = current_app.create_url_adapter(request), request.path
    while known and path and not known.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"


def places() -> tuple[tuple[Place, bool], ...]:
    """The entries of the menu for whoever is signed in, each with whether we are there."""
    if not current_user.is_authenticated:
        return ()
    mine = [place for place in PLACES if current_user.role in place.roles]
    return tuple((place, is_here(place)) for place in mine)


def is_here(place: Place) -> bool:
    return request.path == place.address or request.path.startswith(f"{place.address}/")


def clock(instant: datetime | None) -> str:
    """``17.00``, WIB; a dash for None."""
    return wib.clock(instant) if instant else wib.NONE


def day(when: date | datetime) -> str:
    """``13 April 2020`` in the language of the page; of an instant, its WIB day."""
    that = wib.day_of(when) if isinstance(when, datetime) else when
    return wib.date_en(that) if languages.chosen() == "en" else wib.date_id(that)


def weekday(when: date | datetime) -> str:
    """``Senin`` or ``Monday``."""
    that = wib.day_of(when) if isinstance(when, datetime) else when
    return f"{that:%A}" if languages.chosen() == "en" else wib.weekday_id(that)


def iso(instant: datetime) -> str:
    """An instant for ``datetime=``, ``data-clock`` and ``data-countdown``."""
    return instant.isoformat()
