"""The one screen: the call on the left, person and ticket in the middle, help on the right."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import contacts, desk, floor, people
from callcenter.rules.reasons import ALL
from callcenter.rules.statuses import STATUSES
from callcenter.web import guard, live
from callcenter.web.desk.door import door, now, person_shown, seen
from callcenter.web.desk.forms import TicketForm, choices
from callcenter.web.house import house


@door.get("")
@guard.roles("agent")
def page() -> str:
    """The desk. ``?call=`` shows the form of one of the agent's calls, ``?person=`` a person."""
    return shown()


@door.post("/find")
@guard.roles("agent")
def find() -> str:
    """Look for a person. Posted: what is typed here never stands in an address."""
    return shown(sought=request.form.get("text", "").strip())


@door.get("/live")
@guard.roles("agent")
def call_column() -> Response:
    """The call column alone, polled by the page; also the desk's heartbeat."""
    here = house()
    with here.database.transaction() as db:
        floor.heard(db, current_user.user_id, now())
    with here.database.reading() as db:
        screen = _screen(db)
    return live.fragment("desk/_call.html", screen=screen, reasons_of_menu=ALL)


def shown(
    form: TicketForm | None = None, sought: str = "", form_of: str = "", status: int = 200
) -> Any:
    """The page, with the form as it was typed, if it was, and what a search found."""
    here = house()
    with here.database.transaction() as db:
        floor.heard(db, current_user.user_id, now())
        screen = _screen(db, form_of)
        found = people.find(db, here.keys, sought, now=now()) if sought else ()
        case = screen.case
        why = f"call:{case.call.sid}" if case else "search"
        asked = request.values.get("person", "") or (form.person if form else "")
        candidates = found or (case.people if case and not asked else ())
        seen(db, candidates, why)
        if not asked and not sought and len(candidates) == 1:
            asked = candidates[0].person_id
        person = person_shown(db, asked, why)
        earlier = contacts.last(db, here.keys, person=asked) if asked else ()
    page = render_template(
        "desk/screen.html",
        screen=screen,
        case=case,
        sought=sought,
        candidates=candidates,
        person=person,
        meaning=STATUSES.get(person.status.status) if person and person.status else None,
        contacts=earlier or (case.contacts if case else ()),
        form=form or _blank(case, asked),
        statuses=[it for it in STATUSES.values()],
        posko=here.policy().posko_of(person.regency_code) if person else None,
        reasons_of_menu=ALL,
        all_posko=here.policy().posko,
        **choices(),
    )
    return page if status == 200 else (page, status)


def _screen(db: Any, form_of: str = "") -> desk.Screen:
    here = house()
    return desk.screen(
        db,
        here.keys,
        current_user.user_id,
        rules=here.policy().queue,
        now=now(),
        asked=form_of or request.values.get("call", ""),
    )


def _blank(case: desk.Case | None, person: str) -> TicketForm:
    """A new form; the need that the caller chose in the menu is filled in."""
    return TicketForm(reason=case.call.reason if case else "", person=person)
