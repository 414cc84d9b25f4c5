"""Fragments of live pages: rendered here, fetched by ``live.js``, sent only when they changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b

from flask import current_app, g, render_template, request
from flask import session as cookie
from flask_wtf.csrf import generate_csrf
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response

from callcenter.web.house import house


@dataclass(frozen=True)
class Fragment:
    """A part of a page as it is sent, and its mark: the same for the same content."""

    body: bytes
    mark: str


def fragment(template: str, **values: object) -> Response:
    """``template`` rendered for who asks, or 304 when the page already shows it."""
    return answer(rendered(template, **values))


def rendered(template: str, **values: object) -> Fragment:
    """``template`` as a fragment. Values must not contain the present time, or every answer would
    be new: give instants, the page's ``data-clock`` counts. A form's token is signed anew in every
    answer and makes it no other."""
    body = render_template(template, **values)
    token = g.get("csrf_token")
    told = body.replace(token, "") if token else body
    return Fragment(body.encode(), blake2b(told.encode(), digest_size=12).hexdigest())


def answer(shown: Fragment) -> Response:
    """The fragment, or 304 when the page already shows it.

    Both carry ``X-CSRF-Token`` (forms of a page that stood open during a new sign-in go on
    working) and ``X-Now`` (epoch ms, for the page's clocks).
    """
    known = shown.mark in request.headers.get("If-None-Match", "")
    headers = {
        "ETag": f'"{shown.mark}"',
        "X-CSRF-Token": token(),
        "X-Now": epoch_ms(house().now()),
    }
    if known:
        return Response(status=304, headers=headers)
    return Response(shown.body, headers=headers, mimetype="text/html")


def epoch_ms(at: datetime) -> str:
    """A moment as browsers count."""
    return str(round(at.timestamp() * 1000))


def token() -> str:
    """The form token of this session. It does not age, so it need not be signed at every answer."""
    kept = cookie.get("csrf_token")
    return signed(current_app.secret_key, kept) if kept else generate_csrf()


@lru_cache(maxsize=1000)
def signed(key: str, kept: str) -> str:
    """The token of what a session keeps, as Flask-WTF signs it."""
    return URLSafeTimedSerializer(key, salt="wtf-csrf-token").dumps(kept)
