"""The board's short way: the same answers as the long way, and nothing that it would refuse."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from tests.web.office import Browser, Office

LIVE = {"X-Live": "1"}


@pytest.fixture
def browser(one_engine: Office) -> Browser:
    """Of a supervisor, whose board has been rendered before."""
    browser = one_engine.signed_in("supervisor")
    browser.get("/board")
    browser.get("/board/live", headers=LIVE)
    return browser


@pytest.fixture
def long_way(one_engine: Office) -> list[str]:
    """The requests that the framework answered."""
    asked: list[str] = []
    one_engine.app.before_request_funcs[None].append(lambda: asked.append("long"))
    return asked


def ask(browser: Browser, **more: str) -> TestResponse:
    return browser.get("/board/live", headers=LIVE | more)


def told(answer: TestResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


def test_both_ways_give_the_same_answer(one_engine, browser, long_way):
    short = ask(browser)
    assert long_way == []
    long = browser.get("/board/live?", headers=LIVE | {"X-Live": ""}, query_string="long=1")

    assert long_way == ["long"]
    assert (short.status_code, short.data) == (long.status_code, long.data) == (200, short.data)
    assert told(short) == told(long)


def test_both_ways_know_what_the_page_shows_already(browser, long_way):
    mark = ask(browser).headers["ETag"]

    short = ask(browser, **{"If-None-Match": mark})
    long = browser.get("/board/live?long=1", headers=LIVE | {"If-None-Match": mark})

    assert long_way == ["long"]
    assert (short.status_code, short.data) == (long.status_code, long.data) == (304, b"")
    assert told(short) == told(long)


def test_behind_https_too(behind_https):
    browser = behind_https.browser(https=True)
    behind_https.user("rini", "supervisor")
    browser.sign_in("rini")
    browser.get("/board")

    long, short = browser.get("/board/live?long=1", headers=LIVE), ask(browser)

    assert told(short) == told(long)
    assert "Strict-Transport-Security" in short.headers


def test_the_form_token_that_it_brings_is_good(browser, long_way):
    browser.token = ask(browser).headers["X-CSRF-Token"]
    assert long_way == []

    assert browser.post("/language/en", {"next": "/board"}).status_code in (302, 303)


def test_it_speaks_the_language_of_the_browser(browser, long_way):
    browser.post("/language/en", {"next": "/board"})
    ask(browser)
    long_way.clear()

    assert "Agents" in ask(browser).text
    assert long_way == []


def test_who_signed_out_is_refused_at_once(one_engine, browser):
    cookie = browser.cookie()
    browser.post("/logout")
    thief = one_engine.browser()
    thief.client.set_cookie("session", cookie)

    assert ask(thief).status_code == 401


def test_who_is_no_supervisor_any_more_is_refused_at_once(one_engine, browser):
    user = one_engine.user("other", "supervisor")
    other = one_engine.browser()
    other.sign_in("other")
    assert ask(other).status_code == 200

    one_engine.change(user, role="posko", posko=12)

    assert ask(other).status_code == 403


@pytest.mark.parametrize("change", [lambda it: it[:-1], lambda it: "x" + it, lambda it: ""])
def test_a_cookie_that_is_not_ours_is_nobodys(one_engine, browser, change):
    forger = one_engine.browser()
    forger.client.set_cookie("session", change(browser.cookie()))

    assert ask(forger).status_code == 401


def test_a_session_that_is_too_old_is_over(one_engine, browser):
    one_engine.clock.pass_by(hours=12)

    assert ask(browser).status_code == 401


def test_only_the_script_of_the_page_goes_this_way(browser, long_way):
    assert browser.get("/board/live").status_code == 200
    assert browser.post("/board/live", headers=LIVE).status_code == 405
    assert browser.client.head("/board/live", headers=LIVE).status_code == 200

    assert len(long_way) == 3


def test_it_is_counted_as_any_other(one_engine, browser):
    counted = one_engine.app.extensions["callcenter.requests"]
    before = counted.counts().get(("board.figures", "2xx"), 0)

    ask(browser)

    assert counted.counts()["board.figures", "2xx"] == before + 1
