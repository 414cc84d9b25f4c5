"""The list behind the confirmations, as a file."""

from __future__ import annotations

import csv
import io

from flask import Response
from flask_login import current_user

from callcenter.records import audit, stats
from callcenter.rules import wib
from callcenter.web.board.door import centers_exported, door, readers, window_asked
from callcenter.web.house import house

COLUMNS = ("time_wib", "ticket", "center", "channel", "reason", "outcome", "agent")
FORMULA = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20")  # and the wide ones, which are taken for them
BOM = "\ufeff"  # without it a spreadsheet takes UTF-8 for something else


@door.get("/confirmations.csv")
@readers
def confirmations_csv() -> Response:
    """The counted tickets: UTF-8 with a mark, commas; no cell begins a formula."""
    here, window, center = house(), window_asked("24:00"), centers_exported()
    with here.database.transaction() as db:
        rows = stats.confirmation_list(db, window, center=center)
        audit.note(
            db,
            who=current_user.username,
            what="export",
            subject=f"confirmations:{window.day.isoformat()}",
            why=f"until {window.until} center {center or 'all'}",
            now=here.now(),
        )
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for row in rows:
        at = f"{wib.local(row.at):%Y-%m-%d %H:%M:%S}"
        told = (at, row.grouped, row.center, row.channel, row.reason, row.outcome, row.agent)
        lines.writerow([cell(value) for value in told])
    name = f"konfirmasi-{window.day.isoformat()}.csv"
    return Response(
        BOM + out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def cell(value: str) -> str:
    """The value, never taken for a formula, and without what cannot be seen: line ends, and marks
    that turn the text round."""
    seen = "".join(sign if sign.isprintable() else " " for sign in value)
    return f"'{seen}" if seen.lstrip().startswith(FORMULA) else seen
