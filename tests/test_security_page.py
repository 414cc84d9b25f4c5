"""The role x route table of docs/security.md is what the application really does: the marks, and
real requests to every route, with every method, of nobody and of every role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

import callcenter
from callcenter.web import guard
from tests.conftest import demo_settings
from tests.web.conftest import CHEAP, opened
from tests.web.office import Browser, Office

PAGE = Path(__file__).parent.parent / "docs" / "security.md"
ROW = re.compile(r"^\| `(\w+\.?\w*)` \| ([\w, ]+) \|$", re.MULTILINE)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
SOUNDS = {"voice.music", "voice.recording"}  # of the carrier's door; there is nothing in them
LIVES_ON = {"streams.stream"}  # an answer that does not end: looked at where streams are tested


@pytest.fixture
def app(tmp_path: Path, sqlite_template: Path) -> Flask:
    return callcenter.create_app(demo_settings(tmp_path, fresh(tmp_path, sqlite_template)))


@pytest.fixture
def house(tmp_path: Path, sqlite_template: Path) -> Iterator[Office]:
    """Both doors, as the two servers open them."""
    settings = demo_settings(tmp_path, fresh(tmp_path, sqlite_template), **CHEAP)
    yield from opened(Office(settings, ("voice", "people")))


def fresh(folder: Path, template: Path) -> str:
    database = folder / "callcenter.db"
    database.write_bytes(template.read_bytes())
    return f"sqlite:///{database}"


def table() -> dict[str, frozenset[str]]:
    return {name: frozenset(who.split(", ")) for name, who in ROW.findall(PAGE.read_text("utf-8"))}


def routes(app: Flask) -> Iterator[tuple[Rule, str, frozenset[str]]]:
    """Every rule with an address of it, and who may go there by the page."""
    written = table()
    for rule in app.url_map.iter_rules():
        values = {name: "1" for name in rule.arguments} | (rule.defaults or {})
        yield rule, rule.build(values)[1], written[rule.endpoint]


def test_every_route_is_open_to_those_in_the_table_and_to_nobody_else(app):
    assert table() == dict(guard.matrix(app))


def test_no_route_is_without_a_mark(app):
    assert [name for name, who in guard.matrix(app).items() if not who] == []


def test_without_a_session_or_a_signature_nothing_opens(house):
    wrong = []
    for rule, address, who in routes(house.app):
        if who == {"open"} or rule.endpoint in SOUNDS:
            continue
        for method in METHODS:
            answer = house.browser().client.open(address, method=method)
            refused = (401, 403, 405) if method not in ("GET", "HEAD") else (302, 401, 403, 405)
            sent_away = answer.headers.get("Location", "/login").startswith("/login")
            if answer.status_code not in refused or not sent_away:
                wrong.append((method, address, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("role", [*guard.ROLES])
def test_each_role_gets_where_the_table_says_and_nowhere_else(house, role):
    browser = house.signed_in(role)
    wrong = []
    for rule, address, who in routes(house.app):
        ends_it = rule.endpoint in ("session.sign_out", *LIVES_ON)
        if {"open", "signed"} & who or ends_it:
            continue
        for method in sorted(set(rule.methods or ()) & {"GET", "POST"}):
            status = asked(browser, method, address)
            if who == {"half"}:
                fits = status == 303  # the step is passed
            elif role in who:
                fits = status not in (401, 403) and status < 500
            else:
                fits = status == 403
            if not fits:
                wrong.append((method, address, status))

    assert wrong == []


def asked(browser: Browser, method: str, address: str) -> int:
    """The status of a request with the session's form token."""
    browser.get("/account")
    form = {"csrf_token": browser.token} if method == "POST" else None
    return browser.client.open(address, method=method, data=form, buffered=True).status_code


def test_every_form_needs_the_token_of_its_session(house):
    browsers = {role: house.signed_in(role) for role in guard.ROLES}
    nobody = house.browser()
    taken = []
    for _, address, who in routes_that_change(house.app):
        browser = nobody if who == {"open"} else browsers[sorted(who & {*guard.ROLES})[0]]
        for token in ("", "nonsense", browsers["admin"].token + "x"):
            answer = browser.client.post(address, data={"csrf_token": token})
            if answer.status_code != 400:
                taken.append((address, token, answer.status_code))

    assert taken == []


def routes_that_change(app: Flask) -> Iterator[tuple[Rule, str, frozenset[str]]]:
    """Routes of people that take a form; the half signed in have a test of their own."""
    for rule, address, who in routes(app):
        if "POST" in (rule.methods or ()) and who not in ({"signed"}, {"half"}):
            yield rule, address, who


def test_every_answer_of_the_people_tells_the_browser_what_not_to_do(house):
    """Pages, refusals, errors and files alike; what somebody signed in sees is kept nowhere."""
    supervisor, wrong = house.signed_in("supervisor"), []
    addresses = [address for rule, address, who in routes(house.app) if "signed" not in who]
    for address in [*addresses, "/nowhere", "/desk/%00", "/static/nothing.css"]:
        if "stream" in address:
            continue
        answer = supervisor.client.get(address, buffered=True)
        policy = answer.headers.get("Content-Security-Policy", "")
        if "frame-ancestors 'none'" not in policy or "unsafe" in policy:
            wrong.append((address, policy))
        if not address.startswith(("/static", "/bootstrap")):
            assert answer.headers["Cache-Control"] == "no-store", address
        assert answer.headers["X-Content-Type-Options"] == "nosniff", address
        assert answer.headers["Referrer-Policy"] == "no-referrer", address

    assert wrong == []
