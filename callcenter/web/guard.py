"""Closed by default: every view says who may use it, and a view that says nothing is refused.

``@guard.roles("agent", ...)`` names the roles, ``@guard.open_to_all`` marks the few open views, and
``@guard.signed`` those of the carrier, which check a signature themselves. ``HALF`` stands for
whoever gave the right password and not yet the second step. The order of the decorators does not
matter: a mark changes nothing but the view's attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Flask, abort, current_app, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import audit, sessions
from callcenter.records.users import ROLES
from callcenter.web import letters, sites
from callcenter.web.house import house

OPEN = frozenset({"open"})
SIGNED = frozenset({"signed"})
HALF = "half"
SAFE = ("GET", "HEAD", "OPTIONS")

View = TypeVar("View", bound=Callable[..., object])


def roles(*allowed: str) -> Callable[[View], View]:
    """Only people with one of these roles may use the view."""
    if unknown := set(allowed) - {*ROLES, HALF}:
        raise ValueError(f"there is no role {', '.join(sorted(unknown))}; roles: {ROLES}")
    return lambda view: marked(view, frozenset(allowed))


def open_to_all(view: View) -> View:
    """Everybody may use the view, signed in or not."""
    return marked(view, OPEN)


def signed(view: View) -> View:
    """The carrier's: the view checks the signature; there is no form token and no session."""
    return marked(view, SIGNED)


def marked(view: View, mark: frozenset[str]) -> View:
    view.mark = mark  # type: ignore[attr-defined]
    return view


def mark_of(view: Callable[..., object] | None) -> frozenset[str]:
    """Who may use a view: roles, ``OPEN``, ``SIGNED``, or nobody."""
    return getattr(view, "mark", frozenset())


def matrix(app: Flask) -> Mapping[str, frozenset[str]]:
    """Every endpoint with its mark: what the documented role x route table is compared with."""
    return {name: mark_of(view) for name, view in app.view_functions.items()}


def watch(app: Flask) -> None:
    """Check every request before its view runs; once for an application, whatever its doors."""
    if "guard" not in app.extensions:
        app.extensions["guard"] = True
        app.before_request(check)


def check() -> Response | None:
    """Refuse, send to the sign-in page, or let through (None)."""
    if request.endpoint is None:
        return None  # no such address or method: said as such after this
    mark = mark_of(current_app.view_functions[request.endpoint])
    if mark == SIGNED:
        return None
    letters.check()
    if mark != OPEN and (refused := refusal(mark)):
        return refused
    if request.method not in SAFE:
        current_app.extensions["csrf"].protect()
    return None


def refusal(mark: frozenset[str]) -> Response | None:
    """Why whoever asks may not use a view with this mark; None when they may."""
    if current_user.is_anonymous or (current_user.half and HALF not in mark):
        return to_sign_in()
    if current_user.half:
        return None
    if current_user.role not in mark:
        if mark == {HALF}:  # the step is passed already
            return redirect(sites.start(current_user.role), 303)
        deny()
    keep_awake()
    return None


def to_sign_in() -> Response:
    """A page is remembered and shown after the sign-in; a fragment or a form cannot be."""
    if request.method in ("GET", "HEAD") and not sites.is_live():
        return redirect(sites.sign_in(after=request.full_path.rstrip("?")))
    abort(401)


def deny() -> None:
    """Refuse a signed-in person and keep that it was tried."""
    here = house()
    with here.database.transaction() as db:
        audit.note(
            db,
            who=current_user.username,
            what="denied",
            subject=f"page:{request.endpoint}",
            why=f"role {current_user.role}",
            now=here.now(),
            result="refused",
        )
    abort(403)


def keep_awake() -> None:
    """A session lives while somebody works: pages that refresh themselves do not count, except
    the agent's desk, where waiting for a call is the work."""
    here = house()
    if sites.is_live() and current_user.role != "agent":
        return
    if sessions.due(current_user, now=here.now()):
        with here.database.transaction() as db:
            sessions.touch(db, current_user.session_id, now=here.now())
