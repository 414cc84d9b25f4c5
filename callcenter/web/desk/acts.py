"""What an agent does with a call: state, decline, hang up, record, done."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import desk, duty, people, tickets
from callcenter.rules.statuses import STATUSES
from callcenter.web import guard
from callcenter.web.desk.door import door, draw, now
from callcenter.web.desk.forms import TicketForm
from callcenter.web.desk.screen import shown
from callcenter.web.house import house

STATES = ("available", "break", "offline")
BREAKS = ("rest", "prayer", "meal", "training")


@door.post("/state")
@guard.roles("agent")
def state() -> Response:
    """Available, on a break, or gone."""
    chosen, reason = request.form.get("state", ""), request.form.get("reason", "")
    if chosen not in STATES:
        return _back(_("Pilih keadaan yang ada di layar."), "bad")
    with house().database.transaction() as db:
        if chosen == "available" and not desk.presence(db, current_user.user_id).reachable:
            return _back(_("Nomor telepon Anda belum terdaftar. Minta administrator."), "bad")
        done = duty.choose_state(
            db,
            agent=current_user.user_id,
            center=current_user.center,
            version=request.form.get("version", ""),
            state=chosen,
            reason=reason if chosen == "break" and reason in BREAKS else "",
            now=now(),
        )
    return _back("" if done else _("Keadaan sudah berubah. Lihat layar."), "warn")


@door.post("/decline")
@guard.roles("agent")
def decline() -> Response:
    """The next agent is asked instead."""
    return _act(duty.decline, _("Panggilan sudah tidak berdering."))


@door.post("/hangup")
@guard.roles("agent")
def hang_up() -> Response:
    """End the conversation; the caller hears good-bye."""
    return _act(duty.hang_up, _("Percakapan sudah berakhir."))


@door.post("/done")
@guard.roles("agent")
def done() -> Response:
    """Wrap-up is over."""
    return _act(duty.end_wrap_up, _("Penyelesaian catatan sudah berakhir."))


@door.post("/ticket")
@guard.roles("agent")
def record() -> Any:
    """Record the request of a call; with ``then=done`` the wrap-up ends too."""
    form, call = TicketForm.read(request.form), request.form.get("call", "")
    if form.faults:
        return shown(form, form_of=call, status=422)
    here = house()
    with here.database.transaction() as db:
        mine = desk.taken(db, current_user.user_id, call, here.policy().queue)
        if mine is None:
            return _back(_("Panggilan ini bukan panggilan Anda."), "bad")
        kept = _disposed if form.disposition else _recorded
        said = kept(db, call, form)
        if request.form.get("then") == "done" and mine.phase == desk.WRAP_UP:
            _end_wrap_up(db, mine)
    for warning in form.warnings:
        flash(warning, "warn")
    return _back(*said, call=call)


@door.post("/status")
@guard.roles("agent")
def heard_elsewhere() -> Response:
    """A status that the agent heard elsewhere, with the time from which it is known."""
    person, status = request.form.get("person", ""), request.form.get("status", "")
    if status not in STATUSES:
        return _back(_("Pilih statusnya."), "bad", person=person)
    with house().database.transaction() as db:
        try:
            people.add_status(
                db,
                person_id=person,
                status=status,
                status_at=None,
                as_of=now(),
                source="agent",
                by=current_user.username,
                now=now(),
            )
        except people.UnknownPerson:
            return _back(_("Orang ini tidak ada di data kami."), "bad")
    return _back(_("Status dicatat dari petugas."), "ok", person=person)


def _recorded(db: Any, call: str, form: TicketForm) -> tuple[str, str]:
    """Open the call's next ticket and record its outcome; a form sent twice is one ticket."""
    ordinal = min(max(form.version, 0), 20) + 1
    ticket_id = tickets.open_for_call(
        db,
        call=call,
        ordinal=ordinal,
        agent=current_user.user_id,
        person=form.person,
        now=now(),
        draw=draw,
    )
    written = tickets.record(
        db,
        house().keys,
        ticket_id=ticket_id,
        version=0,
        entry=form.entry,
        agent=current_user.user_id,
        now=now(),
    )
    it = tickets.ticket(db, ticket_id)
    number = it.grouped if it else ""
    if not written.won:
        return _("Laporan %(n)s sudah dicatat dari layar lain.", n=number), "warn"
    return _("Laporan dicatat. Nomor: %(n)s", n=number), "ok"


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
        return _("Dicatat: bukan permintaan."), "ok"
    return _("Panggilan ini sudah dicatat lain."), "warn"


def _end_wrap_up(db: Any, mine: desk.Offer) -> None:
    duty.end_wrap_up(
        db,
        agent=current_user.user_id,
        call=mine.call,
        number=mine.number,
        rules=house().policy().queue,
        now=now(),
    )


def _act(what: Any, too_late: str) -> Response:
    """Do it for the call and offer that the form names; whoever was first wins."""
    number = request.form.get("offer", "")
    here = house()
    with here.database.transaction() as db:
        won = number.isdecimal() and what(
            db,
            agent=current_user.user_id,
            call=request.form.get("call", ""),
            number=int(number),
            rules=here.policy().queue,
            now=now(),
        )
    return _back("" if won else too_late, "warn")


def _back(words: str = "", tone: str = "ok", **where: str) -> Response:
    if words:
        flash(words, tone)
    return redirect(url_for("desk.page", **{k: v for k, v in where.items() if v}), 303)
