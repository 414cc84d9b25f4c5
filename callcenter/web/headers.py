"""What every answer tells the browser not to do."""

from __future__ import annotations

from flask import Flask, request
from werkzeug.wrappers import Response

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Bootstrap's form marks are data: images in its style sheet
        "connect-src 'self'",
        "media-src 'self'",  # messages that callers left
        "font-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
FIXED = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)",
}
STATIC = frozenset({"static", "bootstrap.static"})
YEAR_S = 31_536_000


def put_on(app: Flask, *, https: bool) -> None:
    """Send them with every answer of the people's door, errors included."""

    @app.after_request
    def headers(response: Response) -> Response:
        given = {name.lower() for name, _ in response.headers}
        for name, value in FIXED.items():
            if name.lower() not in given:
                response.headers.add(name, value)
        response.headers["Cache-Control"] = kept()
        response.headers.update(only_https(https))
        return response


def only_https(https: bool) -> dict[str, str]:
    """From now on the browser asks for these pages by https only."""
    return {"Strict-Transport-Security": f"max-age={YEAR_S}"} if https else {}


def kept() -> str:
    """Files keep for as long as their address carries their version; pages are never kept."""
    if request.endpoint not in STATIC:
        return "no-store"
    return f"public, max-age={YEAR_S}, immutable" if "v" in request.args else "no-cache"
