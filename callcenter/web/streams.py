"""The streams of live pages. A stream carries a word when something changed and nothing else: the
page then fetches its fragment, and what it may see is decided there, anew each time."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from time import monotonic

from flask import Blueprint, Flask, Response, current_app
from flask_login import current_user

from callcenter.web import guard
from callcenter.web.house import house
from callcenter.web.hub import END, TOPICS, Full, Hub, Stream

door = Blueprint("streams", __name__)

LASTS_S = 25.0  # then the browser opens the next one; no thread is kept by a browser that is gone
QUIET_S = 10.0  # a comment after so long: writing it tells whether anybody is there
AGAIN_S = 5


def open_door(app: Flask) -> None:
    """Give ``app`` its hub; pages name their session by ``stream_of`` to share one stream."""
    with app.app_context():
        app.extensions["callcenter.hub"] = Hub(house().database)
    app.config.setdefault("STREAM_LASTS_S", LASTS_S)
    app.jinja_env.globals.update(stream_of=stream_of)
    app.register_blueprint(door)


def hub() -> Hub:
    """The hub of the application that answers this request."""
    found: Hub = current_app.extensions["callcenter.hub"]
    return found


@door.get("/live/stream")
@guard.roles(*TOPICS)
def stream() -> Response:
    """Say when this person's pages changed, for 25 s. 503 when there are too many streams."""
    here = hub()
    try:
        opened = here.join(
            current_user.role, user=current_user.user_id, session=current_user.session_id
        )
    except Full:
        return Response(status=503, headers={"Retry-After": str(AGAIN_S)})
    answer = Response(
        told(opened, current_app.config["STREAM_LASTS_S"]), mimetype="text/event-stream"
    )
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy must not collect it
    answer.call_on_close(lambda: here.leave(opened))
    return answer


def told(stream: Stream, lasts_s: float) -> Iterator[str]:
    """The lines of a stream; the first says what it is about: from now on nothing is missed."""
    until = monotonic() + lasts_s
    yield f"event: open\ndata: {stream.topic}\n\n"
    while (left := until - monotonic()) > 0:
        word = stream.heard(min(QUIET_S, left))
        if word == END:
            return
        yield f"data: {word}\n\n" if word else ":\n\n"


def stream_of() -> str:
    """What the tabs of one session have in common, and no others; empty for who has no stream."""
    if not current_user.is_authenticated or current_user.role not in TOPICS:
        return ""
    return blake2b(current_user.session_id.encode(), digest_size=8).hexdigest()
