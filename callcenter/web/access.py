"""What every request leaves behind: one line in the log, and its part of the numbers. Never its
address beyond the view's name, nor what was asked or sent."""

from __future__ import annotations

import re
import secrets
from itertools import count
from time import perf_counter
from types import TracebackType

import structlog
from flask import Flask, Request, request
from werkzeug.wrappers import Response

from callcenter import logs, meters

log = structlog.get_logger("access")

METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
# Asked all day long by machines: told at debug, unless refused. So are live pages' fragments.
QUIET = frozenset(
    {
        *("voice.status", "voice.leg_status", "voice.room", "voice.music", "voice.recording"),
        *("health.live", "health.ready", "metrics.page", "static", "bootstrap.static"),
    }
)
Raised = tuple[type, BaseException, TracebackType]
NOT_MODIFIED = 304
BEGAN = "callcenter.began"
LIVE = "HTTP_X_LIVE"
# What proxies make: a UUID or 32 hexadecimal digits; or a short word without a long number in it,
# which could be somebody's.
DRAWN = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PLAIN = re.compile(r"(?!.*\d(?:[-_.]?\d){7})[A-Za-z0-9_.-]{8,64}")


def watch(app: Flask) -> None:
    """Tell and count every request of ``app``: called when all its views are there."""
    groups = {name: group(name) for name in (*app.view_functions, "none")}
    counted = meters.Requests(meters.sheet, groups, sorted(set(groups.values())))
    app.extensions["callcenter.requests"] = counted
    breaker = app.extensions["callcenter"].database.breaker
    start, numbers = secrets.token_hex(4), count()

    def begin() -> None:
        environ = request.environ
        environ[BEGAN] = perf_counter()
        given = environ.get("HTTP_X_REQUEST_ID")
        logs.about(request=given if given and plain(given) else f"{start}-{next(numbers):x}")

    def end(answer: Response) -> Response:
        asked: Request = request._get_current_object()  # type: ignore[attr-defined]
        took_s = perf_counter() - asked.environ[BEGAN]
        endpoint, status = asked.endpoint or "none", answer.status_code
        counted.seen(endpoint, groups.get(endpoint, "none"), status, took_s)
        meters.sheet.put(meters.BREAKER, not breaker.closed)
        quiet = endpoint in QUIET or status == NOT_MODIFIED or LIVE in asked.environ
        (log.debug if quiet and status < 400 else log.info)(
            "request",
            method=asked.method if asked.method in METHODS else "OTHER",
            endpoint=endpoint,
            status=status,
            duration_ms=round(took_s * 1000, 1),
            bytes=answer.content_length,
        )
        logs.about()  # what this thread says next is of another request, or of none
        return answer

    # First and last of all: what others refuse or break is told too.
    app.before_request_funcs.setdefault(None, []).insert(0, begin)
    app.after_request_funcs.setdefault(None, []).insert(0, end)
    app.log_exception = broke  # type: ignore[method-assign]  # as the library tells us to


def broke(exc_info: Raised | tuple[None, None, None]) -> None:
    """A view broke: the library would tell the address and the exception's words."""
    log.error("page broke", endpoint=request.endpoint or "none", exc_info=exc_info[1])


def group(endpoint: str) -> str:
    """Whose times are told together: every webhook by itself, pages by their part of the house."""
    return endpoint if endpoint.startswith("voice.") else endpoint.partition(".")[0]


def plain(given: str) -> bool:
    """Whether a proxy's id of the request may stand in the log."""
    return bool(DRAWN.fullmatch(given) or PLAIN.fullmatch(given))
