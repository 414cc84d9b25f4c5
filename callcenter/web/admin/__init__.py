"""Administration: who may sign in. People are added with ``python -m callcenter user add``."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import audit, second_step, users
from callcenter.web import guard
from callcenter.web.house import house

door = Blueprint("admin", __name__, url_prefix="/admin")


@door.get("")
@guard.roles("admin")
def page() -> str:
    """Everybody who can or could sign in."""
    with house().database.reading() as db:
        everybody = users.everybody(db)
    return render_template("admin/users.html", users=everybody)


@door.post("/users/<user_id>/disable")
@guard.roles("admin")
def disable(user_id: str) -> Response:
    """Sign somebody out for good. Not oneself: somebody must be left who can undo it."""
    if user_id == current_user.user_id:
        flash(_("Akun Anda sendiri tidak bisa ditutup. Minta administrator lain."), "bad")
        return redirect("/admin", 303)
    here = house()
    with here.database.transaction() as db:
        user = users.of(db, user_id) or abort(404)
        users.disable(db, user_id, now=here.now())
        noted(db, "user_disabled", user_id)
    flash(_("Akun %(name)s ditutup dan langsung keluar.", name=user.username), "ok")
    return redirect("/admin", 303)


@door.post("/users/<user_id>/enable")
@guard.roles("admin")
def enable(user_id: str) -> Response:
    """Let somebody sign in again."""
    with house().database.transaction() as db:
        user = users.of(db, user_id) or abort(404)
        users.enable(db, user_id)
        noted(db, "user_enabled", user_id)
    flash(_("Akun %(name)s boleh masuk lagi.", name=user.username), "ok")
    return redirect("/admin", 303)


@door.post("/users/<user_id>/second-step")
@guard.roles("admin")
def reset_second_step(user_id: str) -> Response:
    """Somebody's telephone is lost: the next sign-in connects another. Not one's own: whoever sits
    at an open desk would have it."""
    if user_id == current_user.user_id:
        flash(_("Langkah kedua Anda sendiri diatur ulang oleh administrator lain."), "bad")
        return redirect("/admin", 303)
    here = house()
    with here.database.transaction() as db:
        user = users.of(db, user_id) or abort(404)
        second_step.reset(db, user_id, now=here.now())
        noted(db, "second_step_reset", user_id)
    told = _("%(name)s menghubungkan HP baru saat masuk berikutnya.", name=user.username)
    flash(told, "ok")
    return redirect("/admin", 303)


def noted(db: Any, what: str, user_id: str) -> None:
    here = house()
    subject = f"user:{user_id}"
    audit.note(
        db, who=current_user.username, what=what, subject=subject, why="/admin", now=here.now()
    )
