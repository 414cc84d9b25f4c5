"""What supervisors are told on every page until somebody has looked."""

from __future__ import annotations

from flask import g
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import alarms
from callcenter.records.alarms import Alarm
from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.session.door import back, door
from callcenter.web.session.words import ALARMS

TOLD = ("supervisor", "admin")


@door.post("/alarms/<alarm_id>/seen")
@guard.roles(*TOLD)
def alarm_seen(alarm_id: str) -> Response:
    """Somebody looked, and that is kept; two who do it at once are one."""
    here = house()
    with here.database.transaction() as db:
        alarms.look(db, alarm_id, by=current_user.username, now=here.now())
    return back()


@door.app_context_processor
def open_alarms() -> dict[str, object]:
    """For ``base.html``, which asks when it needs them."""
    return {"alarms": unseen, "alarm_words": ALARMS}


def unseen() -> tuple[Alarm, ...]:
    """The open alarms, for those who are told."""
    if g.get("in_trouble") or not current_user.is_authenticated or current_user.role not in TOLD:
        return ()
    with house().database.reading() as db:
        return alarms.unseen(db)
