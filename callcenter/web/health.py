"""What machines ask: does the process live, and can it do its work? No people in it."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from callcenter import __version__
from callcenter.records import floor, journal, vitals
from callcenter.records.database import Unavailable
from callcenter.web import guard
from callcenter.web.house import house

door = Blueprint("health", __name__, url_prefix="/health")


@door.get("/live")
@guard.open_to_all
def live() -> Response:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@door.get("/ready")
@guard.open_to_all
def ready() -> tuple[Response, int]:
    """200 when this door can do its work, else 503; each part says how it is.

    The carrier's door works without a database: callers are answered and written down.
    """
    here = house()
    backlog = journal.backlog(here.settings.journal.directory)
    parts: dict[str, object] = {
        "version": __version__,
        "policy": {"version": here.policy().version},
        "journal": {"waiting": backlog.records, "rejected": backlog.rejected},
        "sources": {source.name: source.kind for source in here.settings.sources},
    }
    try:
        with here.database.reading() as db:
            outbox, led = vitals.outbox(db), floor.led(db, here.now())
    except Unavailable:
        parts["database"] = "unreachable"  # its address stands in the log, not here
        return jsonify(parts), 200 if "voice" in current_app.blueprints else 503
    parts["database"] = "ok"
    parts["floor"] = "led" if led else "no worker moves it"
    parts["outbox"] = {"waiting": outbox.waiting}
    parts["carrier"] = "takes no commands" if outbox.failing else "ok"
    return jsonify(parts), 200
