"""The levers of the centers: open, draining, closed. Nothing is moved here; the floor and the
dialogue read what was chosen."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import centers
from callcenter.rules.centers import CHOICES, WHYS, CenterNow
from callcenter.web import guard
from callcenter.web.board import words
from callcenter.web.board.door import door, readers
from callcenter.web.house import house


@door.get("/centers")
@readers
def levers() -> str:
    """How each center stands and since when, with its levers for those who may pull them."""
    here = house()
    with here.database.reading() as db:
        known = {it.code: it for it in centers.now_of(db)}
    standing = [(it, known.get(it.code, CenterNow(it.code))) for it in here.policy().centers]
    return render_template(
        "board/centers.html",
        standing=standing,
        states=words.STATES,
        lamps=words.LAMPS,
        levers=words.LEVERS,
        reasons=words.WHYS,
        may=current_user.role in ("supervisor", "admin"),
    )


@door.post("/centers")
@guard.roles("supervisor", "admin")
def pull() -> Response:
    """Somebody chose how a center stands from now on."""
    form, here = request.form, house()
    code, state, why = (form.get(name, "") for name in ("center", "state", "why"))
    known = {center.code for center in here.policy().centers}
    if code not in known or state not in CHOICES or why not in WHYS:
        abort(400)
    with here.database.transaction() as db:
        done = centers.choose(
            db,
            code,
            state,
            version=form.get("version", "")[:40],
            why=why,
            by=current_user.user_id,
            who=current_user.username,
            now=here.now(),
        )
    if done:
        flash(_("%(c)s sekarang: %(s)s.", c=code, s=words.STATES[state]), "ok")
    else:
        flash(_("%(c)s baru saja diubah orang lain. Periksa dulu.", c=code), "warn")
    return redirect(url_for("board.levers"), 303)
