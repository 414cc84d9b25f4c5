"""What comes of a call: the ticket with its outcome, or that it was no case; and what an agent
heard elsewhere of an application."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from flask_login import current_user

from callcenter.records import desk, duty, people, tickets
from callcenter.rules.statuses import STATUSES
from callcenter.web import guard
from callcenter.web.desk.acts import back
from callcenter.web.desk.door import door, draw, now
from callcenter.web.desk.forms import TicketForm
from callcenter.web.desk.screen import shown
from callcenter.web.house import house

MOST_REQUESTS = 20  # of one call


@door.post("/ticket")
@guard.roles("agent")
def record() -> Any:
    """Record a request of a call. With ``then=done`` its wrap-up, if it has begun, ends too."""
    here, call = house(), request.form.get("call", "")
    form = TicketForm.read(request.form).checked(here.policy())
    if form.faults or form.unseen:
        return shown(form, call, code=422)
    with here.database.transaction() as db:
        mine = desk.taken(db, current_user.user_id, call, here.policy().queue)
        if mine is None:
            trouble, said = _("Panggilan ini belum atau tidak Anda terima; belum disimpan."), ""
        else:
            trouble, said = (_disposed if form.disposition else _recorded)(db, call, form)
        ended = not trouble and request.form.get("then") == "done" and _end_wrap_up(db, mine)
    if trouble:
        return shown(form, call, trouble=trouble, code=409)
    return back(said, "ok", call="" if ended else call)


@door.post("/status")
@guard.roles("agent")
def heard_elsewhere() -> Any:
    """A status that the agent heard elsewhere, as of now. What was typed stays."""
    form, call = TicketForm.read(request.form), request.form.get("call", "")
    status = request.form.get("status", "")
    if status not in STATUSES:
        return shown(form, call, trouble=_("Pilih statusnya."), code=422)
    try:
        with house().database.transaction() as db:
            people.add_status(
                db,
                person_id=form.person,
                status=status,
                status_at=None,
                as_of=now(),
                source="agent",
                by=current_user.username,
                now=now(),
            )
    except people.UnknownPerson:
        return shown(form, call, trouble=_("Pilih pendaftarnya dulu."), code=422)
    flash(_("Status dicatat, sumbernya petugas."), "ok")
    return shown(form, call)


def _recorded(db: Any, call: str, form: TicketForm) -> tuple[str, str]:
    """Open the call's next ticket and record its outcome: what went wrong, and what to say. A form
    sent twice is one ticket, for it counts the tickets that it was rendered with."""
    if desk.disposition(db, call):
        return _("Panggilan ini sudah dicatat bukan permintaan; isian belum disimpan."), ""
    here, about = house(), {"agent": current_user.user_id, "now": now()}
    ordinal = min(form.version, MOST_REQUESTS) + 1
    person = form.person if people.person(db, here.keys, form.person) else ""
    ticket_id = tickets.open_for_call(
        db, call=call, ordinal=ordinal, person=person, draw=draw, **about
    )
    written = tickets.record(
        db, here.keys, ticket_id=ticket_id, version=0, entry=form.entry, **about
    )
    it = tickets.ticket(db, ticket_id)
    number = it.grouped if it else ""
    if written.won:
        return "", _("Laporan dicatat. Nomor: %(n)s", n=number)
    return _(
        "Laporan %(n)s sudah dicatat dari layar lain; isian ini belum disimpan. Simpan lagi hanya "
        "kalau ini permintaan lain.",
        n=number,
    ), ""


def _disposed(db: Any, call: str, form: TicketForm) -> tuple[str, str]:
    here = house()
    done = duty.dispose(
        db,
        agent=current_user.user_id,
        call=call,
        code=form.outcome,
        rules=here.policy().queue,
        now=now(),
    )
    if done:
        return "", _("Dicatat: bukan permintaan.")
    return _("Panggilan ini sudah dicatat lain; isian belum disimpan."), ""


def _end_wrap_up(db: Any, mine: desk.Offer | None) -> bool:
    """Whether the agent is free again; during the talk there is nothing to end."""
    if mine is None or mine.phase != desk.WRAP_UP:
        return mine is not None and mine.phase == desk.OVER
    return duty.end_wrap_up(
        db,
        agent=current_user.user_id,
        call=mine.call,
        number=mine.number,
        rules=house().policy().queue,
        now=now(),
    )
