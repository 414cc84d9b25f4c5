"""Fragments of live pages: rendered here, polled by ``live.js``, sent only when they changed."""

from __future__ import annotations

from hashlib import blake2b

from flask import g, make_response, render_template, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from callcenter.web.house import house


def fragment(template: str, **values: object) -> Response:
    """``template`` rendered, or 304 when the page already shows it.

    Both carry ``X-CSRF-Token`` (forms of a page that stood open during a new sign-in go on
    working) and ``X-Now`` (epoch ms, for the page's clocks). Values must not contain the present
    time, or every answer would be new: give instants, the page's ``data-clock`` counts.
    """
    body = render_template(template, **values)
    response = make_response(body)
    response.set_etag(blake2b(without_token(body).encode(), digest_size=12).hexdigest())
    response.headers["X-CSRF-Token"] = generate_csrf()
    response.headers["X-Now"] = str(round(house().now().timestamp() * 1000))
    return response.make_conditional(request)


def without_token(body: str) -> str:
    """A form's token is signed anew in every answer and must not make it a new one."""
    token = g.get("csrf_token")
    return body.replace(token, "") if token else body
