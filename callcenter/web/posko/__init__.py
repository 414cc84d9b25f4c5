"""How many people each posko assisted on a day: typed by the posko, or by a supervisor who was
told by telephone."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import posko
from callcenter.rules import wib
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.posko.sheet import Line, Sheet, sheet

door = Blueprint("posko", __name__, url_prefix="/posko")

DAYS_BACK = 7  # today and the six days before: a later report goes to the office in writing


@door.get("")
@guard.roles("posko", "supervisor")
def page() -> str:
    """The counts of a day, those missing first."""
    return shown(sheet_of(day_asked(request.args.get("day", ""))))


@door.post("")
@guard.roles("posko", "supervisor")
def enter() -> Response | tuple[str, int]:
    """Write down every count that was changed. What cannot be read stays, with its fault."""
    typed = sheet_of(day_asked(request.form.get("day", ""))).typed(request.form)
    written = tuple(write(line, typed.day) for line in typed.changed)
    faulty = tuple(line for line in written if line.fault)
    saved = len(written) - len(faulty)
    if saved:
        flash(ngettext("%(num)d posko tersimpan.", "%(num)d posko tersimpan.", saved), "ok")
    if faulty:
        return shown(sheet_of(typed.day).holding(faulty)), 422
    if not saved:
        flash(_("Tidak ada angka yang berubah."), "warn")
    return redirect(url_for("posko.page", day=typed.day.isoformat()), 303)


def write(line: Line, day: date) -> Line:
    """The line after it was written down, or with the fault that kept it from being so."""
    if line.fault or line.assisted is None:
        return line
    here = house()
    try:
        with here.database.transaction() as db:
            posko.enter(
                db,
                line.posko.number,
                day,
                line.assisted,
                version=line.version,
                by=current_user.user_id,
                now=here.now(),
            )
    except posko.Overtaken:
        with here.database.reading() as db:
            return line.overtaken(posko.counts(db, day)[line.posko.number])
    return line


def sheet_of(day: date) -> Sheet:
    """Every posko that this person may count: the own one, or all for a supervisor."""
    here = house()
    everyone = here.policy().posko
    mine = tuple(one for one in everyone if one.number == current_user.posko)
    with here.database.reading() as db:
        counts = posko.counts(db, day)
    return sheet(day, everyone if current_user.role == "supervisor" else mine, counts)


def days() -> tuple[date, ...]:
    """The days that may be counted, today first."""
    today = wib.day_of(house().now())
    return tuple(today - timedelta(days=back) for back in range(DAYS_BACK))


def day_asked(text: str) -> date:
    """The day of a form or an address; today when none is named."""
    if not text:
        return days()[0]
    known = {day.isoformat(): day for day in days()}
    return known.get(text) or abort(404)


def shown(counted: Sheet) -> str:
    template = "posko/all.html" if current_user.role == "supervisor" else "posko/own.html"
    return render_template(template, sheet=counted, days=days())
