"""One's own account: another password, and new recovery codes."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import audit, passwords, second_step, sessions, sign_in, tries, users
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.session.door import begin, cost, door, two_steps
from callcenter.web.session.words import WEAK


@door.get("/account")
@guard.roles(*guard.ROLES)
def account() -> str:
    """Who one is here, and the forms to change the password and make recovery codes."""
    return shown()


@door.post("/account/password")
@guard.roles(*guard.ROLES)
def new_password() -> Response | tuple[str, int]:
    """Another password: whoever is signed in is out at once, and this browser gets a new session,
    so that a copy of its cookie is worth nothing either."""
    here, fresh = house(), request.form.get("fresh", "")
    if fault := wrong_password(request.form.get("old", "")):
        return shown(old=fault), 422
    if fresh != request.form.get("again", ""):
        return shown(again=_("Kedua kata sandi baru tidak sama.")), 422
    if fresh == request.form.get("old", ""):
        return shown(fresh=_("Ini kata sandi yang lama. Pilih yang lain.")), 422
    try:
        with here.database.transaction() as db:
            me, passed_at = current_user.user_id, current_user.second_step_at
            users.set_password(db, me, fresh, cost=cost(), now=here.now())
            noted(db, "password_set")
            token = sessions.begin(db, me, second_step_at=passed_at, now=here.now())
    except users.PasswordRefused as refused:
        return shown(fresh=str(WEAK[refused.code])), 422
    begin(token)
    flash(_("Kata sandi diganti. Perangkat lain yang memakai akun ini sudah keluar."), "ok")
    return redirect("/account", 303)


@door.post("/account/codes")
@guard.roles(*guard.ROLES)
def new_codes() -> str | tuple[str, int]:
    """Fresh recovery codes, shown this once; the password is asked, for the desk may stand open."""
    here = house()
    if current_user.role not in two_steps():
        abort(404)
    if fault := wrong_password(request.form.get("password", "")):
        return shown(password=fault), 422
    with here.database.transaction() as db:
        codes = second_step.new_codes(db, here.keys, current_user.user_id, now=here.now())
        noted(db, "recovery_codes_made")
    return render_template("session/recovery_codes.html", codes=codes, after="/account")


def wrong_password(password: str) -> str:
    """Why this is not taken for the user's password; empty when it is right."""
    here = house()
    name = sign_in.name_of(here.keys, current_user.username)
    try:
        tries.spend(here.database, name, now=here.now())
    except tries.TooManyTries:
        return _("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi.")
    with here.database.reading() as db:
        known = users.password_hash(db, current_user.user_id)
    if not passwords.right(password, known, cost()):
        return _("Kata sandi lama tidak cocok.")
    with here.database.transaction() as db:
        tries.forget(db, name)
    return ""


def shown(**faults: str) -> str:
    """The page, with what is wrong by field."""
    me = current_user.user_id
    with house().database.reading() as db:
        user, codes_left = users.of(db, me), second_step.codes_left(db, me)
    asked = current_user.role in two_steps()
    since = user.second_since if user and asked else None
    return render_template(
        "session/account.html", faults=faults, since=since, codes_left=codes_left
    )


def noted(db: Any, what: str) -> None:
    """Keep in the access log that it was the user's own doing."""
    me, now = current_user, house().now()
    subject = f"user:{me.user_id}"
    audit.note(db, who=me.username, what=what, subject=subject, why="own account", now=now)
