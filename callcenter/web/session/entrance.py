"""Signing in and out, the first page, and how the pages look: language and colours."""

from __future__ import annotations

from flask import abort, redirect, render_template, request
from flask import session as cookie
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from callcenter.records import sign_in
from callcenter.web import guard, languages, sites
from callcenter.web.house import house
from callcenter.web.session.door import (
    back,
    begin,
    cost,
    door,
    end_session,
    fresh_cookie,
    onward,
    two_steps,
)

THEMES = ("auto", "light", "dark")


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
    """The sign-in page; who is signed in goes on, and who is half so to the second step."""
    if current_user.is_authenticated:
        return onward(current_user.role)
    if not current_user.is_anonymous:
        return redirect(sites.second_step(after=request.args.get("next", "")), 303)
    return render_template("session/login.html", fault="", username="")


@door.post("/login")
@guard.open_to_all
def sign_in_now() -> Response | tuple[str, int]:
    """Check the password; on success the browser gets a new session, whatever it had before."""
    here = house()
    username, password = request.form.get("username", ""), request.form.get("password", "")
    try:
        token = sign_in.attempt(
            here.database,
            here.keys,
            username,
            password,
            cost=cost(),
            two_steps=two_steps(),
            now=here.now(),
        )
    except sign_in.TooManyTries:
        return again(username, _("Terlalu banyak percobaan. Tunggu satu menit, lalu coba lagi."))
    except sign_in.NotKnown:
        return again(username, _("Nama pengguna atau kata sandi tidak cocok."))
    person = begin(token)
    if person.half:
        return redirect(sites.second_step(after=request.args.get("next", "")), 303)
    return onward(person.role)


@door.post("/logout")
@guard.roles(*guard.ROLES, guard.HALF)
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


def again(username: str, fault: str) -> tuple[str, int]:
    """The sign-in page once more, with what was wrong. The password is never sent back."""
    return render_template("session/login.html", fault=fault, username=username[:80]), 401
