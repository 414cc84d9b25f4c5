"""The people's door: everything that a signed-in person sees, put together."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer

from callcenter.web import (
    admin,
    assets,
    board,
    desk,
    errors,
    guard,
    headers,
    health,
    languages,
    letters,
    posko,
    session,
    shortcut,
    streams,
    words,
)
from callcenter.web.house import house

FORM_BYTES = 256 * 1024
FORM_PARTS = 200


def open_door(app: Flask) -> None:
    """Give ``app`` the people's pages. The house must stand in its extensions already."""
    with app.app_context():
        web = house().settings.web
    https = web.public_url.startswith("https://")
    configure(app, secret_key=web.secret_key, https=https)
    app.request_class = letters.PlainRequest
    assets.serve(app)
    CSRFProtect(app)
    languages.speak(app)
    words.teach(app)
    login = LoginManager(app)
    login.session_protection = None  # a telephone changes its address; the row decides, not this
    login.user_loader(session.signed_in)
    guard.watch(app)
    headers.put_on(app, https=https)
    errors.answer(app)
    streams.open_door(app)
    for place in (session, desk, board, posko, admin):
        app.register_blueprint(place.door)
    if "health" not in app.blueprints:  # both doors have it
        app.register_blueprint(health.door)
    app.wsgi_app = shortcut.Shortcut(app, https=https)  # type: ignore[method-assign, assignment]


class Cookies(SecureCookieSessionInterface):
    """Flask's own, whose signer is made once and not at every request."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        made: URLSafeTimedSerializer | None = app.extensions.get("callcenter.signer")
        if made is None:
            made = super().get_signing_serializer(app)
            app.extensions["callcenter.signer"] = made
        return made


def configure(app: Flask, *, secret_key: str, https: bool) -> None:
    """Cookies, limits and the few switches of the libraries.

    ``__Host-`` cookies exist only on https; with that name on http nobody could sign in.
    """
    app.session_interface = Cookies()
    app.config.update(
        SECRET_KEY=secret_key,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=FORM_PARTS,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_CHECK_DEFAULT=False,  # the guard checks: it knows which views are the carrier's
        WTF_CSRF_TIME_LIMIT=None,  # a desk stands open all day; the token ends with the session
        WTF_CSRF_SSL_STRICT=False,  # it wants a Referer, which our pages never send
    )
