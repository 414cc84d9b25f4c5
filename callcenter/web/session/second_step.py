"""The second step: a code from the telephone; at the first time, the secret that makes codes."""

from __future__ import annotations

from flask import flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from callcenter.records import second_step
from callcenter.records.tries import TooManyTries
from callcenter.web import guard, sites
from callcenter.web.house import house
from callcenter.web.session.door import begin, door, onward

FEW_CODES = 3


@door.get("/login/code")
@guard.roles(guard.HALF)
def second_step_page() -> str:
    """Asks for the code."""
    return shown("")


@door.post("/login/code")
@guard.roles(guard.HALF)
def second_step_now() -> Response | str | tuple[str, int]:
    """Check the code; after the first one its recovery codes are shown, this once."""
    here, role = house(), current_user.role
    try:
        passed = second_step.attempt(
            here.database,
            here.keys,
            current_user,
            request.form.get("code", "")[:40],
            now=here.now(),
        )
    except TooManyTries:
        return shown(_("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi.")), 401
    except second_step.WrongCode:
        return shown(_("Kode tidak cocok atau sudah dipakai. Tunggu kode berikutnya.")), 401
    begin(passed.token)
    if passed.codes:
        after = sites.within(request.args.get("next", ""), sites.start(role))
        return render_template("session/recovery_codes.html", codes=passed.codes, after=after)
    warn_of_few()
    return onward(role)


def shown(fault: str) -> str:
    here = house()
    with here.database.transaction() as db:
        standing = second_step.standing(db, here.keys, current_user.user_id)
    picture = pictured(standing.address) if standing.secret else ""
    return render_template(
        "session/second_step.html", fault=fault, standing=standing, picture=picture
    )


def pictured(address: str) -> Markup:
    """The address of a secret for a telephone's camera."""
    from segno import make  # once in the life of an account

    shown = make(address, error="m", micro=False)
    return Markup(shown.svg_inline(border=4, omitsize=True, light="white", svgclass="qr"))  # noqa: S704


def warn_of_few() -> None:
    """Whoever has used recovery codes learns in time that new ones are needed."""
    with house().database.reading() as db:
        left = second_step.codes_left(db, current_user.user_id)
    if left <= FEW_CODES:
        told = ngettext(
            "Tinggal %(num)d kode cadangan. Buat yang baru di halaman Akun saya.",
            "Tinggal %(num)d kode cadangan. Buat yang baru di halaman Akun saya.",
            left,
        )
        flash(told, "warn")
