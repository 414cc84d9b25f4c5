"""Signing in and out, the first page, and how the pages look: language and colours."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user, login_user
from werkzeug.wrappers import Response

from callcenter.records import sessions, sign_in
from callcenter.records.passwords import Cost
from callcenter.records.sessions import SignedIn
from callcenter.web import guard, languages, sites
from callcenter.web.house import house

door = Blueprint("session", __name__)

THEMES = ("auto", "light", "dark")
OF_THE_BROWSER = ("language", "theme")


def signed_in(token: str) -> SignedIn | None:
    """Who this is, read anew at every request: what changed in the row holds at once.

    Nobody on the page that says we are in trouble: the database may be the trouble.
    """
    if g.get("in_trouble"):
        return None
    here = house()
    with here.database.reading() as db:
        return sessions.signed_in(db, token, now=here.now())


def cost() -> Cost:
    """What a password check may cost, by the settings."""
    web = house().settings.web
    return Cost(web.argon2_time_cost, web.argon2_memory_kib)


@door.get("/")
@guard.open_to_all
def first() -> Response:
    """The page where one's work is."""
    if not current_user.is_authenticated:
        return redirect(sites.sign_in())
    return redirect(sites.start(current_user.role))


@door.get("/login")
@guard.open_to_all
def sign_in_page() -> Response | str:
    """The sign-in page; who is signed in goes on."""
    if current_user.is_authenticated:
        return onward(current_user.role)
    return render_template("session/login.html", fault="", username="")


@door.post("/login")
@guard.open_to_all
def sign_in_now() -> Response | tuple[str, int]:
    """Check the password; on success the browser gets a new session, whatever it had before."""
    here = house()
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        token = sign_in.attempt(
            here.database, here.keys, username, password, cost=cost(), now=here.now()
        )
    except sign_in.TooManyTries:
        return again(username, _("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi."))
    except sign_in.NotKnown:
        return again(username, _("Nama pengguna atau kata sandi tidak cocok."))
    person = begin(token)
    return onward(person.role)


@door.post("/logout")
@guard.roles(*guard.ROLES)
def sign_out() -> Response:
    """End the session in its row, so that a copy of the cookie is worth nothing."""
    end_session()
    fresh_cookie()
    return redirect(sites.sign_in(), 303)


@door.post("/language/<code>")
@guard.open_to_all
def language(code: str) -> Response:
    """Speak another language in this browser."""
    if code not in languages.LANGUAGES:
        abort(404)
    cookie["language"] = code
    return back()


@door.post("/theme/<name>")
@guard.open_to_all
def theme(name: str) -> Response:
    """Light, dark, or as the system has it."""
    if name not in THEMES:
        abort(404)
    cookie["theme"] = name
    return back()


@door.app_context_processor
def appearance() -> dict[str, object]:
    """The colours chosen in this browser, for ``base.html``."""
    return {"theme": cookie.get("theme", "auto"), "themes": THEMES}


def begin(token: str) -> SignedIn:
    """Give the browser a new session for this token."""
    if current_user.is_authenticated:
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


def again(username: str, fault: str) -> tuple[str, int]:
    """The sign-in page once more, with what was wrong. The password is never sent back."""
    return render_template("session/login.html", fault=fault, username=username[:80]), 401


def onward(role: str) -> Response:
    """To the page that was asked for before the sign-in, else to the first one."""
    return redirect(sites.within(request.args.get("next", ""), sites.start(role)), 303)


def back() -> Response:
    """To the page that the form stood on."""
    return redirect(sites.within(request.form.get("next", ""), "/"), 303)
