"""Fragments of live pages: sent only when they changed."""

from __future__ import annotations

import pytest

from tests.web.office import Browser, Office
from tests.web.probe import Probe, probe

LIVE = {"X-Live": "1"}


@pytest.fixture
def shown(one_engine: Office) -> Probe:
    return probe(one_engine)


@pytest.fixture
def browser(one_engine: Office, shown: Probe) -> Browser:
    return one_engine.signed_in("supervisor")


def test_a_fragment_that_the_page_shows_already_is_not_sent_again(browser, shown):
    first = browser.get("/probe/live", headers=LIVE)
    same = browser.get("/probe/live", headers=LIVE | {"If-None-Match": first.headers["ETag"]})
    shown.html = "<p>dua</p>"
    other = browser.get("/probe/live", headers=LIVE | {"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, "satu" in first.text) == (200, True)
    assert (same.status_code, same.data) == (304, b"")
    assert (other.status_code, "dua" in other.text) == (200, True)


def test_the_form_token_in_it_is_new_each_time_and_makes_it_no_other(browser):
    first = browser.get("/probe/live", headers=LIVE)
    again = browser.get("/probe/live", headers=LIVE)

    assert 'name="csrf_token"' in first.text
    assert first.headers["ETag"] == again.headers["ETag"]


def test_it_brings_a_form_token_and_the_time_even_when_nothing_changed(browser, one_engine, shown):
    etag = browser.get("/probe/live", headers=LIVE).headers["ETag"]

    same = browser.get("/probe/live", headers=LIVE | {"If-None-Match": etag})

    assert same.status_code == 304
    assert same.headers["X-Now"] == str(round(one_engine.clock().timestamp() * 1000))
    browser.token = same.headers["X-CSRF-Token"]
    assert browser.post("/probe/act", {"act": "take"}).status_code == 303


def test_it_is_kept_in_no_cache(browser):
    assert browser.get("/probe/live", headers=LIVE).headers["Cache-Control"] == "no-store"
