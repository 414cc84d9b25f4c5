"""The log of calls that came to a desk telephone: how the tool is used on its first day, and
whenever the telephone system is down."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from callcenter.records import contacts, desk, ids, people, tickets
from callcenter.rules import wib
from callcenter.rules.policy import Center
from callcenter.rules.statuses import STATUSES
from callcenter.web import guard
from callcenter.web.desk import words
from callcenter.web.desk.door import door, draw, now
from callcenter.web.desk.forms import ManualForm, TicketForm, choices
from callcenter.web.desk.looking import Asked, Look, meant
from callcenter.web.house import house

WHY = "manual log"


@door.get("/manual")
@guard.roles("agent")
def manual() -> Any:
    """An empty form for the next call, on the own center's line."""
    lines = house().policy().center(current_user.center).lines
    blank = ManualForm(
        line=lines[0] if lines else "",
        day=wib.day_of(now()).isoformat(),
        clock=wib.clock(now()),
        form_id=ids.new(now()),
    )
    return _page(blank, TicketForm(), saved=request.args.get("saved", ""))


@door.post("/manual")
@guard.roles("agent")
def log_call() -> Any:
    """Search, choose a person, or keep the call as a ticket of channel ``manual``."""
    policy = house().policy()
    about, form = ManualForm.read(request.form), TicketForm.read(request.form)
    if request.form.get("act") == "reveal":
        return _page(about, form, asked=Asked.read(request.form))
    if request.form.get("act") != "save" or "chosen" in request.form:
        sought = "" if "chosen" in request.form else request.form.get("text", "").strip()
        return _page(about, form, sought=sought)
    about = about.checked(tuple(line for it in policy.centers for line in it.lines), now())
    form = form.checked(policy)
    if form.disposition:
        form = form.with_fault("outcome", _("Pilih hasilnya."))
    if about.faults or form.faults or form.unseen:
        return _page(about, form, code=422)
    number, trouble = _kept(about, form)
    if trouble:
        return _page(about, form, trouble=trouble, code=409)
    return redirect(url_for("desk.manual", saved=number), 303)


def _kept(about: ManualForm, form: TicketForm) -> tuple[str, str]:
    """The number of the ticket that was opened and recorded, in one transaction; and what went
    wrong, when this form was kept before with something else in it."""
    here, user = house(), current_user
    with here.database.transaction() as db:
        ticket_id = tickets.open_manual(
            db,
            here.keys,
            form_id=about.form_id,
            agent=user.user_id,
            center=user.center,
            line=about.line,
            at=about.instant or now(),
            person=form.person if people.person(db, here.keys, form.person) else "",
            caller_number=about.number,
            caller_name=about.name,
            test=about.number in here.policy().report.test_numbers,
            now=now(),
            draw=draw,
        )
        written = tickets.record(
            db,
            here.keys,
            ticket_id=ticket_id,
            version=0,
            entry=form.entry,
            agent=user.user_id,
            now=now(),
            at=about.instant,
        )
        it = tickets.ticket(db, ticket_id)
    number = it.number if it else ""
    told = _(
        "Form ini sudah tersimpan sebagai laporan %(n)s; isian ini belum disimpan. Koreksi "
        "laporan itu, atau buka form baru.",
        n=it.grouped if it else "",
    )
    return number, "" if written.won else told


def _page(
    about: ManualForm,
    form: TicketForm,
    *,
    sought: str = "",
    asked: Asked | None = None,
    saved: str = "",
    trouble: str = "",
    code: int = 200,
) -> Any:
    here = house()
    with here.database.transaction() as db:
        look = Look(db, WHY, asked)
        found = look.search(sought)
        person = look.person(form.person or meant(sought, found))
        kept = tickets.by_number(db, saved) if saved else None
        earlier = contacts.last(db, here.keys, person=person.person_id) if person else ()
        column = desk.column(
            db, here.keys, current_user.user_id, rules=here.policy().queue, now=now()
        )
    return render_template(
        "desk/manual.html",
        screen=column,
        about=about,
        form=form,
        sought="" if look.wait_s else sought,
        candidates=() if person else found,
        person=person,
        meaning=STATUSES.get(person.status.status) if person and person.status else None,
        contacts=earlier,
        saved=kept if kept and kept.agent_id == current_user.user_id else None,
        look=look,
        trouble=trouble or look.trouble,
        centers=_own_first(here.policy().centers),
        today=wib.day_of(now()).isoformat(),
        all_posko=here.policy().posko,
        words=words,
        **choices(),
    ), max(code, look.code)


def _own_first(centers: tuple[Center, ...]) -> list[Center]:
    return sorted(centers, key=lambda it: it.code != current_user.center)
