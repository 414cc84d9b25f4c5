"""What machines ask: does the process live, and can it do its work? No people in it."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from callcenter import __version__
from callcenter.records import outbox
from callcenter.records.database import DatabaseUnreachable
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
    """200 when work can be done, else 503; each part says how it is."""
    here = house()
    parts: dict[str, object] = {"version": __version__, "database": "ok"}
    try:
        here.database.ping()
        with here.database.reading() as db:
            parts["outbox"] = {"waiting": outbox.backlog(db)}
        parts["policy"] = {"version": here.policy().version}
    except DatabaseUnreachable:
        parts["database"] = "unreachable"  # its address stands in the log, not here
        return jsonify(parts), 503
    return jsonify(parts), 200
