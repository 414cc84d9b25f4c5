"""The log of calls that came to a desk telephone: how the tool is used on its first day, and
whenever the telephone system is down."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from callcenter.records import ids, people, tickets
from callcenter.rules import phone, wib
from callcenter.web import guard
from callcenter.web.desk.door import door, draw, now, person_shown, seen
from callcenter.web.desk.forms import ManualForm, TicketForm, choices
from callcenter.web.house import house


@door.get("/manual")
@guard.roles("agent")
def manual() -> Any:
    """An empty form for the next call, on the own center's line."""
    number = request.args.get("saved", "")
    lines = house().policy().center(current_user.center).lines
    blank = ManualForm(
        line=lines[0] if lines else "",
        at=f"{wib.local(now()):%Y-%m-%d %H:%M}",
        form_id=ids.new(now()),
    )
    return _form(blank, TicketForm(), saved=number)


@door.post("/manual")
@guard.roles("agent")
def log_call() -> Any:
    """Search for the person, or keep the call as a ticket of channel ``manual``."""
    known = tuple(line for center in house().policy().centers for line in center.lines)
    about, form = ManualForm.read(request.form, known, now()), TicketForm.read(request.form)
    if request.form.get("act") == "find":
        bare_about = ManualForm(**{**vars(about), "faults": {}})
        bare = TicketForm(**{**vars(form), "faults": {}})
        return _form(bare_about, bare, sought=request.form.get("text", "").strip())
    if form.disposition:
        form = TicketForm(**{**vars(form), "faults": {"outcome": _("Pilih hasilnya.")}})
    if about.faults or form.faults:
        return _form(about, form), 422
    number = _kept(about, form)
    for warning in form.warnings:
        flash(warning, "warn")
    return redirect(url_for("desk.manual", saved=number), 303)


def _kept(about: ManualForm, form: TicketForm) -> str:
    """The number of the ticket that was opened and recorded, in one transaction."""
    here = house()
    caller = None if about.withheld else phone.normalise(about.caller)
    with here.database.transaction() as db:
        ticket_id = tickets.open_manual(
            db,
            here.keys,
            form_id=about.form_id,
            agent=current_user.user_id,
            center=current_user.center,
            line=about.line,
            at=about.instant or now(),
            person=form.person,
            caller_number=caller,
            caller_name=about.name,
            test=caller in here.policy().report.test_numbers,
            now=now(),
            draw=draw,
        )
        tickets.record(
            db,
            here.keys,
            ticket_id=ticket_id,
            version=0,
            entry=form.entry,
            agent=current_user.user_id,
            now=now(),
            at=about.instant,
        )
        it = tickets.ticket(db, ticket_id)
    return it.number if it else ""


def _form(about: ManualForm, form: TicketForm, *, sought: str = "", saved: str = "") -> str:
    here = house()
    with here.database.transaction() as db:
        found = people.find(db, here.keys, sought, now=now()) if sought else ()
        seen(db, found, "manual log")
        person = person_shown(db, form.person, "manual log")
        it = tickets.by_number(db, saved) if saved else None
    return render_template(
        "desk/manual.html",
        about=about,
        form=form,
        sought=sought,
        candidates=found,
        person=person,
        saved=it if it and it.agent_id == current_user.user_id else None,
        centers=here.policy().centers,
        all_posko=here.policy().posko,
        **choices(),
    )
