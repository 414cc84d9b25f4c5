"""The board's figures for the many who look at them: the way of one request, without what a web
framework does for every other kind.

Two hundred boards ask for the same bytes whenever something changes. Who asks is still read anew
from the session's row, and whether they may is still the view's own mark. Whatever is not exactly
this, every refusal above all, goes the long way, and so does the first who asks after a change.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from time import perf_counter, time
from typing import Any

from flask import Flask
from itsdangerous import BadSignature, URLSafeTimedSerializer

from callcenter.records.database import Unavailable
from callcenter.web import guard, headers, languages, live, session
from callcenter.web.board.sight import snapshot
from callcenter.web.house import house
from callcenter.web.live import Fragment

ENDPOINT, ADDRESS, ROLES = "board.figures", "/board/live", "board"
Kept = dict[str, Any]


class Shortcut:
    """Stands before ``app``, which must have all its views and settings."""

    def __init__(self, app: Flask, *, https: bool) -> None:
        self._app, self._long = app, app.wsgi_app
        self._cookie = f"{app.config['SESSION_COOKIE_NAME']}="
        self._lasts_s = int(app.permanent_session_lifetime.total_seconds())
        self._may = guard.mark_of(app.view_functions[ENDPOINT])
        self._headers = [*headers.FIXED.items(), ("Cache-Control", "no-store")]
        self._headers += [("Vary", "Cookie"), *headers.only_https(https).items()]

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if not is_asked(environ):
            return self._long(environ, start)
        begun = perf_counter()
        with self._app.app_context():
            kept = self._kept(environ.get("HTTP_COOKIE", ""))
            shown = self._shown(kept)
            now = house().now()
        if shown is None:
            return self._long(environ, start)
        known = shown.mark in environ.get("HTTP_IF_NONE_MATCH", "")
        self._app.extensions["callcenter.requests"].seen(
            ENDPOINT, ROLES, 304 if known else 200, perf_counter() - begun
        )
        told = [*self._headers, ("ETag", f'"{shown.mark}"')]
        told += [("X-CSRF-Token", live.signed(self._app.secret_key, kept["csrf_token"]))]
        told += [("X-Now", live.epoch_ms(now))]
        if known:
            start("304 NOT MODIFIED", told)
            return ()
        told += [("Content-Type", "text/html; charset=utf-8")]
        start("200 OK", [*told, ("Content-Length", str(len(shown.body)))])
        return (shown.body,)

    def _kept(self, cookies: str) -> Kept:
        """What the session's cookie holds; nothing when it is not of ours, or too old."""
        for part in cookies.split("; "):
            if part.startswith(self._cookie):
                signer = self._app.session_interface.get_signing_serializer(self._app)  # type: ignore[attr-defined]
                try:
                    kept, signed_at = opened(signer, part[len(self._cookie) :])
                except BadSignature:
                    break
                return kept if time() - signed_at <= self._lasts_s else {}
        return {}

    def _shown(self, kept: Kept) -> Fragment | None:
        """What this person may be shown, when it is there already."""
        if "_user_id" not in kept or "csrf_token" not in kept:
            return None
        try:
            person = session.signed_in(kept["_user_id"])
            if person is None or person.half or person.role not in self._may:
                return None
            language = languages.known(kept.get("language"))
            return snapshot().held((language, house().policy().version))
        except Unavailable:
            return None


@lru_cache(maxsize=1000)
def opened(signer: URLSafeTimedSerializer, cookie: str) -> tuple[Kept, float]:
    """What a cookie holds and when it was signed. Raises ``BadSignature``."""
    kept, signed_at = signer.loads(cookie, return_timestamp=True)
    return dict(kept), signed_at.timestamp()


def is_asked(environ: dict[str, Any]) -> bool:
    """Whether the board's page asks, by its script."""
    return (
        environ["PATH_INFO"] == ADDRESS
        and environ["REQUEST_METHOD"] == "GET"
        and "HTTP_X_LIVE" in environ
        and not environ.get("QUERY_STRING")
    )
