"""The board's pages: today, the list behind the confirmations, the recap, and every figure of a day
with its meaning."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import recaps, stats, tickets
from callcenter.records.stats import Window
from callcenter.rules import estimate
from callcenter.rules import recap as recap_rules
from callcenter.rules.tally import GROUPS
from callcenter.web import guard, live, sites
from callcenter.web.board import words
from callcenter.web.board.door import center_asked, day_asked, door, readers, today, window_asked
from callcenter.web.board.sight import Sight, snapshot
from callcenter.web.desk.words import CHANNELS, VOIDS
from callcenter.web.house import house
from callcenter.web.languages import wanted

WHOLE_DAY = "24:00"


@door.get("")
@readers
def page() -> str:
    """The board."""
    return render_template("board/board.html", day=today(), **_around(snapshot().now()))


@door.get("/live")
@readers
def figures() -> Response:
    """The board's figures alone, polled by the page."""
    seen, of = snapshot(), house().policy()
    key = wanted(), of.version  # as the shortcut asks for it
    return live.answer(
        seen.fragment(key, lambda it: live.rendered("board/_figures.html", **_around(it)))
    )


@door.get("/definitions")
@readers
def definitions() -> str:
    """What every number means, with its value on a day."""
    here, day = house(), day_asked()
    with here.database.reading() as db:
        known = stats.day(db, here.policy(), Window.of(day), now=here.now())
    return render_template(
        "board/definitions.html",
        groups=GROUPS,
        words=words,
        day=day,
        total=known.total,
        by_center=known.by_center(),
        queue=here.policy().queue,
        step=timedelta(days=1),
        today=today(),
    )


@door.get("/recap")
@readers
def recap() -> str:
    """The recap of a day: as text for messengers, with its revisions, fit to be printed."""
    here, day = house(), day_asked()
    made = recaps.recap(here.database, here.policy(), day, now=here.now())
    with here.database.reading() as db:
        frozen = recaps.revisions(db, day, made.until)
    return render_template(
        "board/recap.html",
        recap=made,
        text=recap_rules.text(made),
        heading=recap_rules.heading(made),
        sentences=recap_rules.sentences(made),
        source=recap_rules.source(made),
        trail=recap_rules.trail(made),
        frozen=frozen,
        names={center.code: center.name for center in here.policy().centers},
        today=today(),
        step=timedelta(days=1),
    )


@door.get("/confirmations")
@readers
def confirmations() -> str:
    """The list behind the figure: every ticket that is counted, and no other."""
    here = house()
    window, center = window_asked(WHOLE_DAY), center_asked()
    with here.database.reading() as db:
        rows = stats.confirmation_list(db, window, center=center)
    return render_template(
        "board/confirmations.html",
        rows=rows,
        window=window,
        center=center,
        centers=here.policy().centers,
        hours=sorted({here.policy().report.cutoff, WHOLE_DAY, window.until}),
        channels=CHANNELS,
        voids=VOIDS,
    )


@door.post("/void")
@guard.roles("supervisor")
def void() -> Response:
    """A ticket of the list is none: it leaves every figure, with the reason and who said so."""
    form, here = request.form, house()
    version = form.get("version", "")
    if form.get("why") not in VOIDS or not version.isdecimal():
        abort(400)
    with here.database.transaction() as db:
        it = tickets.by_number(db, form.get("number", "")) or abort(404)
        told = tickets.void(
            db,
            here.keys,
            ticket_id=it.id,
            version=int(version),
            why=form["why"],
            note="",
            by=current_user.user_id,
            now=here.now(),
        )
    if told.won:
        flash(_("Laporan %(n)s dibatalkan dan tidak lagi dihitung.", n=it.grouped), "ok")
    else:
        flash(_("Laporan %(n)s baru saja diubah orang lain. Periksa dulu.", n=it.grouped), "warn")
    return redirect(sites.within(form.get("next", ""), url_for("board.confirmations")), 303)


def _around(sight: Sight) -> dict[str, Any]:
    """What the board shows, and what its figures stand beside."""
    policy = house().policy()
    return {
        "sight": sight,
        "names": {center.code: center.name for center in policy.centers},
        "target_s": policy.queue.target_s,
        "estimates_told": estimate.calibrated(sight.pace, policy.queue),
        "words": words,
    }
