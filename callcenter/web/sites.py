"""Addresses within this site: where people start, and whither they may be sent back."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from flask import request

START = {
    "agent": "/desk",
    "posko": "/posko",
    "supervisor": "/board",
    "auditor": "/board",
    "admin": "/admin",
}


def start(role: str) -> str:
    """The first page of a role."""
    return START[role]


def sign_in(after: str = "") -> str:
    """The sign-in page, which goes on to ``after``."""
    return f"/login?next={quote(after, safe='/')}" if after not in ("", "/") else "/login"


def second_step(after: str = "") -> str:
    """The page that asks for the code, which goes on to ``after``."""
    return f"/login/code?next={quote(after, safe='/')}" if after not in ("", "/") else "/login/code"


def within(address: str, otherwise: str) -> str:
    """``address`` when it is a path of this site, else ``otherwise``.

    Browsers read ``//host``, ``/\\host`` and ``/<tab>/host`` as another site.
    """
    plain = address.isascii() and address.isprintable() and "\\" not in address
    if not plain or not address.startswith("/") or address.startswith("//"):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


def is_live() -> bool:
    """Whether ``live.js`` asks, not a person who waits for a page; a stream can say so only by its
    address."""
    return "X-Live" in request.headers or request.path.startswith("/live/")
