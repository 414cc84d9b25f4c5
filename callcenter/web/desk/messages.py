"""A message that a caller left, to be heard at its ticket; whoever hears it is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, abort
from flask_login import current_user

from callcenter.records import audit, recordings, tickets
from callcenter.records.recordings import Folder
from callcenter.records.tickets import Filed
from callcenter.rules import calendar
from callcenter.rules.tickets import parse
from callcenter.web import guard
from callcenter.web.desk.door import door, now
from callcenter.web.house import house


@door.get("/tickets/<number>/message")
@guard.roles("agent", "supervisor")
def message(number: str) -> Response:
    """The sound of the message, to people of the ticket's own center."""
    here = house()
    with here.database.transaction() as db:
        it = tickets.by_number(db, parse(number) or number) or abort(404)
        if not may_hear(it):
            abort(403)
        left = recordings.of_ticket(db, it) or abort(404)
        sound = Folder(here.settings.recordings.directory, here.keys).sound(left.recording)
        if sound is None:
            abort(404)
        about = {"who": current_user.username, "what": "message", "subject": f"ticket:{it.id}"}
        audit.seen(db, **about, why="heard", now=now())
    return Response(sound, content_type="audio/x-wav")


def may_hear(it: Filed) -> bool:
    """Whether the message is of the reader's own center; who belongs to none hears all."""
    return current_user.role != "auditor" and current_user.center in (None, "", it.center)


def left_with(db: Any, it: Filed) -> dict[str, object]:
    """What the page of a ticket shows of its message: how long it is, whether its sound is here,
    and by when the caller was promised to be called."""
    if (left := recordings.of_ticket(db, it)) is None:
        return {"message": None}
    here = house()
    folder = Folder(here.settings.recordings.directory, here.keys)
    return {
        "message": left,
        "heard_here": may_hear(it) and folder.has(left.recording),
        "promised_by": _promised(it),
    }


def _promised(it: Filed) -> datetime | None:
    """The day on which somebody is there to answer, as the caller was told."""
    policy = house().policy()
    return calendar.next_opening(policy, policy.center(it.center), it.opened_at)
