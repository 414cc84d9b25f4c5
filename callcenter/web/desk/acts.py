"""What an agent does with a call: state, decline, hang up, done."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import desk, duty
from callcenter.web import guard
from callcenter.web.desk.door import door, now
from callcenter.web.desk.words import BREAKS
from callcenter.web.house import house

STATES = ("available", "break", "offline")


@door.post("/state")
@guard.roles("agent")
def state() -> Response:
    """Available, on a break, or gone."""
    chosen, reason = request.form.get("state", ""), request.form.get("reason", "")
    if chosen not in STATES:
        return back(_("Pilih keadaan yang ada di layar."), "bad")
    with house().database.transaction() as db:
        if chosen == "available" and not desk.presence(db, current_user.user_id).reachable:
            return back(_("Nomor telepon Anda belum terdaftar. Minta administrator."), "bad")
        done = duty.choose_state(
            db,
            agent=current_user.user_id,
            center=current_user.center,
            version=request.form.get("version", ""),
            state=chosen,
            reason=reason if chosen == "break" and reason in BREAKS else "",
            now=now(),
        )
    return back("" if done else _("Keadaan Anda sudah berubah. Lihat layar, lalu pilih lagi."))


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


@door.post("/hold")
@guard.roles("agent")
def hold() -> Response:
    """The caller hears music, or is taken back: the opposite of what the form showed."""
    return _change(duty.hold)


@door.post("/mute")
@guard.roles("agent")
def mute() -> Response:
    """The agent is not heard, or heard again."""
    return _change(duty.mute)


@door.post("/done")
@guard.roles("agent")
def done() -> Response:
    """Wrap-up is over. A call of which nothing is recorded is not done yet; only the clock ends
    its wrap-up, and the form stays."""
    with house().database.reading() as db:
        recorded = desk.recorded(db, request.form.get("call", ""))
    if not recorded:
        return back(_("Pilih hasil atau keterangan panggilan dulu, lalu simpan."))
    return _act(duty.end_wrap_up, _("Penyelesaian catatan sudah berakhir."))


def _change(what: Any) -> Response:
    """Something that is switched on and off: ``change`` is the switch's next turn."""
    change = request.form.get("change", "")
    if not (change.isascii() and change.isdecimal() and 0 < len(change) < 6):
        return back(_("Layar ini sudah berubah. Lihat dulu, lalu pilih lagi."))
    late = _("Percakapan sudah berakhir, atau baru saja diubah. Lihat layar.")
    return _act(partial(what, change=int(change)), late)


def _act(what: Any, too_late: str) -> Response:
    """Do it for the call and offer that the form names; whoever was first wins."""
    number = request.form.get("offer", "")
    here = house()
    with here.database.transaction() as db:
        won = number.isascii() and number.isdecimal() and len(number) < 6
        won = won and what(
            db,
            agent=current_user.user_id,
            call=request.form.get("call", ""),
            number=int(number),
            rules=here.policy().queue,
            now=now(),
        )
    return back("" if won else too_late)


def back(said: str = "", tone: str = "warn", call: str = "") -> Response:
    """To the desk, with one sentence on it."""
    if said:
        flash(said, tone)
    return redirect(url_for("desk.page", call=call or None), 303)
