"""Tickets to read again: the day's list, one ticket with its history, and what may be added."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import callbacks, callers, desk, tickets
from callcenter.records.tickets import Filed, Recorded
from callcenter.rules import phone, wib
from callcenter.rules.outcomes import OUTCOMES
from callcenter.rules.tickets import parse
from callcenter.web import errors, guard
from callcenter.web.desk import messages, words
from callcenter.web.desk.door import door, now
from callcenter.web.desk.forms import TicketForm, choices, whole
from callcenter.web.desk.looking import Asked, Look
from callcenter.web.house import house


@door.get("/tickets")
@guard.roles("agent", "supervisor")
def ticket_list() -> str:
    """Today's tickets, the newest first: an agent's own, or those of the center."""
    day, here = wib.day_of(now()), house()
    own = current_user.role == "agent" and request.args.get("of") != "center"
    chosen = {"agent": current_user.user_id} if own else {"center": current_user.center or ""}
    with here.database.reading() as db:
        found = tickets.listing(db, day=day, **chosen)
        names = desk.names(db, {it.agent_id for it in found})
        waiting = callbacks.waiting(db, center=current_user.center or "")
    shown = {"tickets": found, "names": names, "own": own, "day": day, "waiting": waiting}
    return render_template("desk/tickets.html", **shown, **_around())


@door.get("/tickets/<number>")
@guard.roles("agent", "supervisor", "auditor")
def ticket_page(number: str) -> Any:
    """One ticket: every agent may open any, and that is kept."""
    return _page(number)


@door.post("/tickets/<number>/record")
@guard.roles("agent", "supervisor")
def follow_up(number: str) -> Any:
    """What came of it next, while it is open: the first outcome stays as it was."""
    form = TicketForm.read(request.form)
    return _recorded(number, form, tickets.record)


@door.post("/tickets/<number>/correct")
@guard.roles("agent", "supervisor")
def correct(number: str) -> Any:
    """Correct the outcome, with the reason why; the first time stays."""
    form, why = TicketForm.read(request.form), request.form.get("why", "")
    if why not in words.CORRECTIONS:
        form = form.checked(house().policy()).with_fault("why", _("Pilih alasan koreksinya."))
        return _page(number, form, code=422)
    return _recorded(number, form, tickets.correct, why=why)


@door.post("/tickets/<number>/note")
@guard.roles("agent", "supervisor")
def note(number: str) -> Any:
    """Add a note; what it should not hold is asked about once."""
    form = TicketForm.read({**request.form, "note": request.form.get("more", "")})
    if not form.note or form.unseen:
        return _page(number, more=form, code=422)
    here = house()
    with here.database.transaction() as db:
        it = _found(number, db)
        tickets.add_note(
            db,
            here.keys,
            ticket_id=it.id,
            turn=f"page {form.version}",
            text=form.note,
            by=current_user.user_id,
            now=now(),
        )
    return _told(won=True, number=number)


@door.post("/tickets/<number>/number")
@guard.roles("agent", "supervisor")
def number_to_call(number: str) -> Any:
    """Show the number to call back in full; that, too, is kept."""
    return _page(number, call_back=True)


@door.post("/tickets/<number>/reveal")
@guard.roles("agent", "supervisor")
def reveal_of_ticket(number: str) -> Any:
    """Show one thing of the ticket's person in full, for a reason."""
    return _page(number, asked=Asked.read(request.form))


@door.post("/tickets/<number>/void")
@guard.roles("supervisor")
def void(number: str) -> Response:
    """It is none: it leaves every figure and stays readable."""
    why, version = request.form.get("why", ""), request.form.get("version", "")
    if why not in words.VOIDS:
        abort(400)
    here = house()
    with here.database.transaction() as db:
        told = tickets.void(
            db,
            here.keys,
            ticket_id=_found(number, db).id,
            version=whole(version),
            why=why,
            note="",
            by=current_user.user_id,
            now=now(),
        )
    return _told(won=told.won, number=number)


def _recorded(number: str, form: TicketForm, what: Any, **more: str) -> Any:
    """Write the form as ``what`` says, or show it again with what is wrong."""
    here = house()
    whole_form = _with_number(number, form).checked(here.policy())
    if form.disposition:
        whole_form = whole_form.with_fault("outcome", _("Pilih hasilnya."))
    if whole_form.faults or whole_form.unseen:
        return _page(number, replace(form, faults=whole_form.faults), code=422)
    with here.database.transaction() as db:
        told: Recorded = what(
            db,
            here.keys,
            ticket_id=_found(number, db).id,
            version=form.version,
            entry=whole_form.entry,
            agent=current_user.user_id,
            now=now(),
            **more,
        )
    if told.won:
        return _told(won=True, number=number)
    trouble = _("Laporan ini baru saja diubah dari layar lain; isian ini belum disimpan.")
    return _page(number, form, trouble=trouble, code=409)


def _page(
    number: str,
    form: TicketForm | None = None,
    *,
    more: TicketForm | None = None,
    trouble: str = "",
    asked: Asked | None = None,
    call_back: bool = False,
    code: int = 200,
) -> Any:
    """The ticket. ``asked``: what of its person is to be shown in full; ``call_back``: so is the
    number to call."""
    with house().database.transaction() as db:
        it = _found(number, db)
        look = Look(db, f"ticket:{it.id}", asked)
        known = _known(look, it, call_back=call_back) if look.ticket(it) else None
    if known is None:
        errors.too_quick(look.wait_s)
    return render_template(
        "desk/ticket.html",
        it=it,
        look=look,
        form=form or _as_it_stands(it),
        more=more or TicketForm(),
        trouble=trouble or look.trouble,
        open=_is_open(it),
        all_posko=house().policy().posko,
        **known,
        **_around(),
        **choices(),
    ), max(code, look.code)


def _known(look: Look, it: Filed, *, call_back: bool) -> dict[str, Any]:
    """What is known around a ticket that may be shown."""
    db, keys = look.db, house().keys
    person = look.person(it.person_id)
    to_call = tickets.number_to_call(db, keys, it)
    if call_back and to_call:
        look.number_to_call(it, to_call)
    history = tickets.history(db, it.id)
    notes = tickets.notes(db, keys, it.id)
    return {
        "person": person,
        "caller": _caller(db, it),
        "to_call": to_call and phone.masked(to_call),
        "history": [(event, _who(event)) for event in history],
        "notes": notes,
        **messages.left_with(db, it),
        "names": desk.names(db, {_who(event) for event in history} | {it.by for it in notes}),
    }


def _around() -> dict[str, Any]:
    """What stands around the desk's other pages: words, and the agent's own call."""
    if current_user.role != "agent":
        return {"words": words, "screen": None}
    here = house()
    with here.database.reading() as db:
        rules, user = here.policy().queue, current_user.user_id
        column = desk.column(db, here.keys, user, rules=rules, now=now())
    return {"words": words, "screen": column}


def _with_number(number: str, form: TicketForm) -> TicketForm:
    """The form as it is recorded: left empty, the number to call stays what it was. Never shown."""
    here = house()
    with here.database.reading() as db:
        to_call = tickets.number_to_call(db, here.keys, _found(number, db))
    return replace(form, given={"number": to_call, **form.given}) if to_call else form


def _is_open(it: Filed) -> bool:
    """Whether somebody must still act on it."""
    return not it.outcome or (it.outcome in OUTCOMES and OUTCOMES[it.outcome].follow_up)


def _as_it_stands(it: Filed) -> TicketForm:
    """The form of a correction: what was recorded."""
    return TicketForm(reason=it.reason, outcome=it.outcome, given=it.given, version=it.versions)


def _caller(db: Any, it: Filed) -> tuple[str, str]:
    """The name that the caller gave, and the number, masked."""
    caller_id = callers.of_call(it.call_id) if it.call_id else callers.of_ticket(it.id)
    keys = house().keys
    number = callers.number(db, keys, caller_id)
    return callers.name(db, keys, caller_id) or "", phone.masked(number) if number else ""


def _found(number: str, db: Any) -> Filed:
    """The ticket of an address; its number may be grouped as people write it."""
    return tickets.by_number(db, parse(number) or number) or abort(404)


def _who(event: Any) -> str:
    """Who did it: a user's id, or empty."""
    return getattr(event, "agent", "") or getattr(event, "by", "")


def _told(*, won: bool, number: str) -> Response:
    if won:
        flash(_("Tersimpan."), "ok")
    else:
        flash(_("Laporan ini baru saja diubah orang lain. Lihat riwayatnya."), "warn")
    return redirect(url_for("desk.ticket_page", number=number), 303)
