"""The one screen: the call on the left, person and ticket in the middle, help on the right."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import contacts, desk
from callcenter.records.people import Found, Person
from callcenter.rules.policy import Policy
from callcenter.rules.statuses import STATUSES
from callcenter.web import guard, live
from callcenter.web.desk import words
from callcenter.web.desk.door import beat, door, now
from callcenter.web.desk.forms import TicketForm, choices
from callcenter.web.desk.looking import Asked, Look, meant
from callcenter.web.desk.scripts import SCRIPTS
from callcenter.web.house import house


@door.get("")
@guard.roles("agent")
def page() -> Any:
    """The desk. ``?call=`` shows the form of one of the agent's own calls."""
    return shown(None, request.args.get("call", ""))


@door.post("/find")
@guard.roles("agent")
def find() -> Any:
    """Look for a person, or choose one. Posted with everything typed so far: nothing of it is
    lost, and none of it stands in an address."""
    sought = "" if "chosen" in request.form else request.form.get("text", "").strip()
    return shown(TicketForm.read(request.form), request.form.get("call", ""), sought=sought)


@door.post("/reveal")
@guard.roles("agent")
def reveal() -> Any:
    """Show one thing of the person in full, for a reason; everything typed so far stays."""
    form, call = TicketForm.read(request.form), request.form.get("call", "")
    return shown(form, call, asked=Asked.read(request.form))


@door.get("/live")
@guard.roles("agent")
def call_column() -> Response:
    """The call column alone, polled by the page; also the desk's heartbeat."""
    column = _column()
    beat(column.presence)
    return live.fragment("desk/_call.html", screen=column, words=words)


@door.get("/strip")
@guard.roles("agent")
def strip() -> Response:
    """State and call in one line, for the desk's other pages: their heartbeat too, or an agent
    who logs a call by hand would be taken for gone."""
    column = _column()
    beat(column.presence)
    return live.fragment("desk/_strip.html", screen=column, words=words)


def shown(
    form: TicketForm | None,
    call: str,
    *,
    sought: str = "",
    asked: Asked | None = None,
    trouble: str = "",
    code: int = 200,
) -> Any:
    """The page: ``form`` as it was typed, if it was, what a search found, and what was ``asked``
    to be shown in full."""
    here = house()
    beat(_column().presence)
    with here.database.transaction() as db:
        about: dict[str, Any] = {"rules": here.policy().queue, "now": now()}
        case = desk.case(db, here.keys, current_user.user_id, asked=call, **about)
        look = Look(db, f"call:{case.call.sid}" if case else "search", asked)
        new, form = form is None, form or TicketForm()
        person, candidates = _people(look, form, case if new else None, sought)
        hinted = case.people if case and not sought and not person else ()
        look.seen(hinted)
        earlier = contacts.last(db, here.keys, person=person.person_id) if person else ()
        column = desk.column(db, here.keys, current_user.user_id, **about)
    return render_template(
        "desk/screen.html",
        screen=column,
        case=case,
        sought="" if look.wait_s else sought,
        candidates=candidates or hinted,
        hinted=bool(hinted),
        look=look,
        person=person,
        contacts=_together(earlier, case),
        form=_filled(form, case),
        trouble=trouble or look.trouble,
        **_help(here.policy(), person),
        **choices(),
    ), max(code, look.code)


def _people(
    look: Look, form: TicketForm, case: desk.Case | None, sought: str
) -> tuple[Person | None, tuple[Found, ...]]:
    """Whom the form is about, else who may be meant by what was sought."""
    found = look.search(sought)
    person = look.person(form.person or meant(sought, found) or _spoken_of(case))
    return person, () if person else found


def _column() -> desk.Column:
    here = house()
    rules, user = here.policy().queue, current_user.user_id
    with here.database.reading() as db:
        return desk.column(db, here.keys, user, rules=rules, now=now())


def _filled(form: TicketForm, case: desk.Case | None) -> TicketForm:
    """Until the agent chooses, the reason is the need that the caller chose in the menu, for the
    first request of the call."""
    if form.reason or case is None or case.tickets:
        return form
    return TicketForm(**{**vars(form), "reason": case.call.reason})


def _spoken_of(case: desk.Case | None) -> str:
    """Whom the call's last ticket is about: most often the next one too."""
    return case.tickets[-1].person_id if case and case.tickets else ""


def _together(of_person: tuple[Any, ...], case: desk.Case | None) -> list[contacts.Contact]:
    """Contacts of the person and of the number, each once."""
    of_number = case.contacts if case else ()
    together = {it: it for it in (*of_person, *of_number)}
    return sorted(together, key=lambda it: it.at, reverse=True)[:5]


def _help(policy: Policy, person: Person | None) -> dict[str, Any]:
    """What the right column says: the line for the reason, the status explained, the posko."""
    status = STATUSES.get(person.status.status) if person and person.status else None
    here = [it for it in policy.posko if person and it.regency_code == person.regency_code]
    return {
        "scripts": SCRIPTS,
        "meaning": status,
        "statuses": STATUSES.values(),
        "near": sorted(here, key=lambda it: (not it.address, it.number)),
        "all_posko": policy.posko,
        "words": words,
    }
