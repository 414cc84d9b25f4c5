"""Tickets to read again: the day's list, one ticket with its history, correction and voiding."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import audit, desk, tickets
from callcenter.records.tickets import Filed
from callcenter.rules import wib
from callcenter.web import guard
from callcenter.web.desk.door import door, now, person_shown
from callcenter.web.desk.forms import TicketForm, choices
from callcenter.web.house import house

CORRECTIONS = ("mistake", "caller_called_again", "review")
VOIDS = ("duplicate", "test", "mistake")


@door.get("/tickets")
@guard.roles("agent", "supervisor")
def ticket_list() -> str:
    """Today's tickets: the agent's own, or those of the center."""
    day, own = wib.day_of(now()), request.args.get("of") != "center"
    with house().database.reading() as db:
        found = tickets.listing(
            db,
            day=day,
            agent=current_user.user_id if own and current_user.role == "agent" else "",
            center=current_user.center or "",
        )
        names = desk.names(db, {it.agent_id for it in found})
    return render_template("desk/tickets.html", tickets=found, names=names, own=own, day=day)


@door.get("/tickets/<number>")
@guard.roles("agent", "supervisor", "auditor")
def ticket_page(number: str) -> str:
    """One ticket: every agent may open any, and that is kept."""
    return _page(number)


@door.post("/tickets/<number>/correct")
@guard.roles("agent", "supervisor")
def correct(number: str) -> Any:
    """Correct the outcome, with the reason why; the first time stays."""
    form, why = TicketForm.read(request.form), request.form.get("why", "")
    if form.faults or why not in CORRECTIONS or form.disposition:
        return _page(number, form, fault=_("Pilih keperluan, hasil dan alasan koreksi.")), 422
    here = house()
    with here.database.transaction() as db:
        it = _found(tickets.by_number(db, number))
        told = tickets.correct(
            db,
            here.keys,
            ticket_id=it.id,
            version=form.version,
            entry=form.entry,
            why=why,
            agent=current_user.user_id,
            now=now(),
        )
    return _told(told.won, number)


@door.post("/tickets/<number>/void")
@guard.roles("supervisor")
def void(number: str) -> Response:
    """It is none: it leaves every figure and stays readable."""
    why, version = request.form.get("why", ""), request.form.get("version", "")
    if why not in VOIDS or not version.isdecimal():
        abort(400)
    here = house()
    with here.database.transaction() as db:
        it = _found(tickets.by_number(db, number))
        told = tickets.void(
            db,
            here.keys,
            ticket_id=it.id,
            version=int(version),
            why=why,
            note="",
            by=current_user.user_id,
            now=now(),
        )
    return _told(told.won, number)


def _page(number: str, form: TicketForm | None = None, fault: str = "") -> str:
    here = house()
    with here.database.transaction() as db:
        it = _found(tickets.by_number(db, number))
        who, subject = current_user.username, f"ticket:{it.id}"
        audit.seen(db, who=who, what="ticket", subject=subject, why="opened", now=now())
        person = person_shown(db, it.person_id, subject)
        history = tickets.history(db, it.id)
        notes = tickets.notes(db, here.keys, it.id)
        agents = {e.agent for e in history if getattr(e, "agent", "")}  # type: ignore[attr-defined]
        names = desk.names(db, agents | {note.by for note in notes})
    blank = TicketForm(it.reason, it.outcome, it.given, version=it.versions)
    return render_template(
        "desk/ticket.html",
        it=it,
        person=person,
        history=history,
        notes=notes,
        names=names,
        form=form or blank,
        fault=fault,
        corrections=CORRECTIONS,
        voids=VOIDS,
        all_posko=here.policy().posko,
        **choices(),
    )


def _found(it: Filed | None) -> Filed:
    return it or abort(404)


def _told(won: bool, number: str) -> Response:
    if won:
        flash(_("Tersimpan."), "ok")
    else:
        flash(_("Laporan ini baru saja diubah orang lain. Lihat riwayatnya."), "warn")
    return redirect(url_for("desk.ticket_page", number=number), 303)
