"""Who is signed in, and how a session begins and ends in the browser."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, request
from flask import session as cookie
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from callcenter.records import second_step, sessions
from callcenter.records.passwords import Cost
from callcenter.records.sessions import SignedIn
from callcenter.web import sites
from callcenter.web.house import house

door = Blueprint("session", __name__)

OF_THE_BROWSER = ("language", "theme")


def signed_in(token: str) -> SignedIn | None:
    """Who this is, read anew at every request: what changed in the row holds at once.

    Nobody on the page that says we are in trouble: the database may be the trouble.
    """
    if g.get("in_trouble"):
        return None
    here = house()
    with here.database.glance() as db:
        return sessions.signed_in(db, token, two_steps=two_steps(), now=here.now())


def two_steps() -> frozenset[str]:
    """The roles that need a second step, by the settings."""
    return second_step.NEEDED_BY if house().settings.web.second_step else frozenset()


def cost() -> Cost:
    """What a password check may cost, by the settings."""
    web = house().settings.web
    return Cost(web.argon2_time_cost, web.argon2_memory_kib)


def begin(token: str) -> SignedIn:
    """Give the browser a new session for this token, and end the one it had."""
    if not current_user.is_anonymous:
        end_session()
    fresh_cookie()
    person = signed_in(token)
    if person is None:  # disabled between the check and now
        abort(401)
    login_user(person)
    return person


def end_session() -> None:
    here = house()
    with here.database.transaction() as db:
        sessions.end(db, current_user.session_id, now=here.now())


def fresh_cookie() -> None:
    """Nothing of the last session goes on, its form token least of all."""
    kept = {name: cookie[name] for name in OF_THE_BROWSER if name in cookie}
    cookie.clear()
    cookie.update(kept)


def onward(role: str) -> Response:
    """To the page that was asked for before the sign-in, else to the first one."""
    return redirect(sites.within(request.args.get("next", ""), sites.start(role)), 303)


def back() -> Response:
    """To the page that the form stood on."""
    return redirect(sites.within(request.form.get("next", ""), "/"), 303)
