"""Live pages with their stream, in a real browser: one for all tabs, and none missed without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import callcenter
from callcenter.records import diary
from callcenter.rules import events
from callcenter.web.hub import Hub
from tests.conftest import demo_settings
from tests.web.conftest import CHEAP
from tests.web.office import PASSWORD, Office
from tests.web.probe import Probe, probe, served

pytestmark = pytest.mark.browser
NEVER = "/probe?every=600000"  # only the stream says when to fetch
WORD = "document.dispatchEvent(new CustomEvent('stream', {detail: {kind: 'word', topic: 'board'}}))"


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    office = Office(demo_settings(tmp_path, sqlite_url, **CHEAP), clock=callcenter.clock)
    office.user("rini", "supervisor")
    yield office
    hub_of(office).close()
    office.house.database.close()


@pytest.fixture
def shown(office: Office) -> Probe:
    return probe(office)


@pytest.fixture
def tabs(chromium: Browser, office: Office, shown: Probe) -> Iterator[BrowserContext]:
    """A browser in which somebody is signed in. A fault in a script fails the test."""
    faults: list[str] = []
    with served(office) as address:
        context = chromium.new_context(base_url=address)
        context.on("weberror", lambda fault: faults.append(str(fault.error)))
        page = context.new_page()
        page.goto("/login?next=/posko")  # a page without a stream
        page.fill("#username", "rini")
        page.fill("#password", PASSWORD)
        page.press("#password", "Enter")
        page.wait_for_url(lambda url: "login" not in url)
        page.close()
        yield context
        context.close()
    assert faults == []


def hub_of(office: Office) -> Hub:
    return office.app.extensions["callcenter.hub"]


def opened(tabs: BrowserContext, address: str = NEVER) -> Page:
    page = tabs.new_page()
    page.goto(address)
    return page


def streaming(page: Page, office: Office) -> None:
    """Wait until the stream has begun and the page has fetched for it."""
    while hub_of(office).streams == 0:
        page.wait_for_timeout(20)
    page.wait_for_timeout(300)


def changes(office: Office, shown: Probe, words: str) -> None:
    """Something happened, and the page shows other words from now on."""
    shown.html = f"<p>{words}</p>"
    something_happens(office, words)


def something_happens(office: Office, turn: str) -> None:
    now = office.clock()
    place = {"subject": events.agent("ani"), "thread": "presence", "turn": turn}
    with office.house.database.transaction() as db:
        diary.write(db, [events.StateChosen(**place, at=now, state="available")], now=now)


def test_what_happened_is_shown_because_the_stream_says_so(tabs, office, shown):
    page = opened(tabs)
    streaming(page, office)

    changes(office, shown, "dua")

    expect(page.locator("#live")).to_contain_text("dua")


def test_all_tabs_of_a_browser_have_one_stream(tabs, office, shown):
    asked: list[str] = []
    tabs.on("request", lambda it: it.url.endswith("/live/stream") and asked.append(it.url))
    pages = [opened(tabs) for _ in range(3)]
    streaming(pages[0], office)

    changes(office, shown, "dua")
    for page in pages:
        expect(page.locator("#live")).to_contain_text("dua")
    assert len(asked) == 1
    assert hub_of(office).streams == 1


def test_another_tab_goes_on_when_the_one_with_the_stream_is_closed(tabs, office, shown):
    first, second = opened(tabs), opened(tabs)
    streaming(first, office)
    asked: list[str] = []
    second.on("request", lambda it: it.url.endswith("/live/stream") and asked.append(it.url))

    first.close()
    while not asked:
        second.wait_for_timeout(20)
    second.wait_for_timeout(300)
    changes(office, shown, "tiga")

    expect(second.locator("#live")).to_contain_text("tiga")


def test_streams_follow_each_other(tabs, office, shown):
    office.app.config["STREAM_LASTS_S"] = 0.5
    asked: list[str] = []
    tabs.on("request", lambda it: it.url.endswith("/live/stream") and asked.append(it.url))
    page = opened(tabs)
    while len(asked) < 3:
        page.wait_for_timeout(50)
    office.app.config["STREAM_LASTS_S"] = 25

    changes(office, shown, "dua")

    expect(page.locator("#live")).to_contain_text("dua", timeout=20_000)
    assert page.locator("#connection").is_hidden()


def test_without_a_stream_the_page_polls_and_says_so(tabs, office, shown):
    tabs.route("**/live/stream", lambda route: route.abort())
    page = opened(tabs, "/probe?every=200")
    shown.html = "<p>dua</p>"

    expect(page.locator("#live")).to_contain_text("dua")
    expect(page.locator("#live")).to_have_attribute("data-polled", "")
    assert hub_of(office).streams == 0


def test_too_many_streams_are_no_fault_of_the_page(tabs, office, shown):
    hub_of(office).limit = 0
    page = opened(tabs, "/probe?every=200")
    shown.html = "<p>dua</p>"

    expect(page.locator("#live")).to_contain_text("dua")
    assert page.locator("#connection").is_hidden()


def test_after_a_pulled_cable_the_page_catches_up(tabs, office, shown):
    page = opened(tabs)
    streaming(page, office)
    tabs.set_offline(True)
    changes(office, shown, "dua")
    page.wait_for_timeout(300)
    expect(page.locator("#live")).to_contain_text("satu")

    tabs.set_offline(False)

    expect(page.locator("#live")).to_contain_text("dua")
    expect(page.locator("#connection")).to_be_hidden()
    streaming(page, office)
    changes(office, shown, "tiga")
    expect(page.locator("#live")).to_contain_text("tiga", timeout=20_000)


def test_many_words_are_one_fetch_after_the_one_under_way(tabs, office, shown):
    page = opened(tabs)
    streaming(page, office)
    shown.takes_s, before = 0.5, len(shown.polls)

    for _ in range(10):
        page.evaluate(WORD)
    while len(shown.polls) < before + 2:
        page.wait_for_timeout(50)
    page.wait_for_timeout(700)

    assert len(shown.polls) == before + 2
    assert shown.most_at_once == 1


def test_a_change_takes_neither_the_focus_nor_what_was_typed(tabs, office, shown):
    shown.html = '<p>satu</p><input id="name" value="">'
    page = opened(tabs)
    streaming(page, office)
    page.locator("#name").fill("Siti Aminah")

    shown.html = '<p>dua</p><input id="name" value="server">'
    something_happens(office, "first")

    expect(page.locator("#live p")).to_have_text("dua")
    expect(page.locator("#name")).to_have_value("Siti Aminah")
    expect(page.locator("#name")).to_be_focused()
