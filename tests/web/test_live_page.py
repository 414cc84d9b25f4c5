"""What ``live.js`` does with a page, and how pages look, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import callcenter
from tests.conftest import demo_settings
from tests.web.conftest import CHEAP
from tests.web.office import PASSWORD, Office
from tests.web.probe import Probe, probe, served

pytestmark = pytest.mark.browser
SEEN_BY = {
    "": ("/login",),
    "rini": ("/posko", "/nowhere", "/admin", "/probe"),
    "ani": ("/posko",),
    "tono": ("/admin",),
}
DESKTOP, TELEPHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Iterator[Office]:
    """On the real clock: a browser has no other."""
    office = Office(demo_settings(tmp_path, sqlite_url, **CHEAP), clock=callcenter.clock)
    office.user("rini", "supervisor", full_name="Rini Astuti")
    yield office
    office.house.database.close()


@pytest.fixture
def shown(office: Office) -> Probe:
    return probe(office)


@pytest.fixture
def address(office: Office, shown: Probe) -> Iterator[str]:
    with served(office) as address:
        yield address


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A page of somebody signed in, at the probe. A fault in our script fails the test."""
    context = chromium.new_context(base_url=address)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    sign_in(page, "rini")
    page.goto("/probe")
    yield page
    context.close()
    assert faults == []


def sign_in(page: Page, name: str) -> None:
    page.goto("/login")
    page.fill("#username", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(lambda url: "login" not in url)


def test_what_changed_at_the_server_appears(page, shown):
    shown.html = "<p>dua</p>"

    expect(page.locator("#live")).to_contain_text("dua")


def test_what_did_not_change_is_left_alone(page, shown):
    while 304 not in shown.polls:  # the first answer has been shown by now
        page.wait_for_timeout(50)
    page.evaluate("document.querySelector('#live p').dataset.mine = 'yes'")
    seen = len(shown.polls)
    while len(shown.polls) < seen + 3:
        page.wait_for_timeout(50)

    assert shown.polls[:1] == [200]
    assert set(shown.polls[1:]) == {304}
    expect(page.locator("#live p[data-mine]")).to_have_count(1)


def test_a_half_typed_answer_survives_a_change_with_its_cursor(page, shown):
    shown.html = '<ul id="list"></ul><input id="name" value="">'
    page.locator("#name").fill("Siti Aminah")
    page.evaluate("document.querySelector('#name').setSelectionRange(2, 4)")

    shown.html = '<ul id="list"><li>baru</li></ul><p>lagi</p><input id="name" value="server">'
    expect(page.locator("#list")).to_contain_text("baru")

    expect(page.locator("#name")).to_have_value("Siti Aminah")
    expect(page.locator("#name")).to_be_focused()
    assert page.evaluate("document.querySelector('#name').selectionStart") == 2
    assert page.evaluate("document.querySelector('#name').selectionEnd") == 4


def test_fields_that_nobody_touched_follow_the_server(page, shown):
    shown.html = '<input id="name" value="lama"><input id="tick" type="checkbox">'
    expect(page.locator("#name")).to_have_value("lama")

    shown.html = '<input id="name" value="baru"><input id="tick" type="checkbox" checked>'

    expect(page.locator("#name")).to_have_value("baru")
    expect(page.locator("#tick")).to_be_checked()


def test_choices_that_were_made_survive_a_change(page, shown):
    chosen = '<select id="s"><option value="1">1</option><option value="2">2</option></select>'
    radio = '<input type="radio" name="r" id="r1" checked><input type="radio" name="r" id="r2">'
    shown.html = chosen + radio + "<p>a</p>"
    page.locator("#s").select_option("2")
    page.locator("#r2").check()

    shown.html = chosen + radio + "<p>b</p>"
    expect(page.locator("#live p")).to_have_text("b")

    expect(page.locator("#s")).to_have_value("2")
    expect(page.locator("#r2")).to_be_checked()


def test_what_is_to_be_kept_is_never_touched(page, shown):
    shown.html = '<p>a</p><div id="ticket" data-keep><textarea id="note"></textarea></div>'
    page.locator("#note").fill("catatan")

    shown.html = '<p>b</p><div id="ticket" data-keep><p>lain</p></div>'
    expect(page.locator("#live > p")).to_have_text("b")

    expect(page.locator("#note")).to_have_value("catatan")


def test_elements_with_names_are_moved_not_made_anew(page, shown):
    shown.html = '<ul><li id="a">a</li><li id="b">b</li><li id="c">c</li></ul>'
    page.locator("#c").evaluate("element => { element.mine = true }")

    shown.html = '<ul><li id="c">c</li><li id="new">n</li><li id="a">a</li></ul>'
    expect(page.locator("#new")).to_be_visible()

    assert page.locator("#live li").all_text_contents() == ["c", "n", "a"]
    assert page.locator("#c").evaluate("element => element.mine") is True


def test_an_opened_section_stays_open(page, shown):
    shown.html = '<details id="d"><summary>Riwayat</summary>x</details><p>a</p>'
    page.locator("summary", has_text="Riwayat").click()

    shown.html = shown.html.replace("<p>a", "<p>b")
    expect(page.locator("#live > p")).to_have_text("b")

    expect(page.locator("#d")).to_have_attribute("open", "")


def test_a_call_is_said_aloud_once_and_stands_in_the_tab(page, shown):
    ring = '<p id="ring" data-announce="Panggilan masuk" data-urgent data-title="Panggilan">x</p>'
    shown.html = ring
    expect(page.locator("#say-now")).to_have_text("Panggilan masuk")
    expect(page).to_have_title("Panggilan · Probe · Pusat Panggilan")

    page.evaluate("document.getElementById('say-now').textContent = ''")
    shown.html = ring + "<p>y</p>"
    expect(page.locator("#live")).to_contain_text("y")
    expect(page.locator("#say-now")).to_have_text("")
    shown.html = "<p>z</p>"
    expect(page).to_have_title("Probe · Pusat Panggilan")


def test_a_lost_connection_is_told_and_the_page_goes_on_by_itself(page, shown):
    expect(page.locator("#connection")).to_be_hidden()

    shown.is_down = True
    expect(page.locator("#connection")).to_contain_text("Sambungan terputus, mencoba lagi")
    expect(page.locator("#live")).to_have_attribute("data-stale", "")
    shown.is_down, shown.html = False, "<p>kembali</p>"

    expect(page.locator("#live")).to_contain_text("kembali")
    expect(page.locator("#connection")).to_be_hidden()


def test_an_ended_session_loses_nothing_that_was_typed(page, shown, office, address, chromium):
    page.locator("#whole textarea").fill("penting")
    with office.house.database.transaction() as db:
        db.exec_driver_sql("UPDATE session SET ended_at = created_at")
    expect(page.locator("#connection a")).to_have_text("masuk lagi di tab baru")
    expect(page.locator("#whole textarea")).to_have_value("penting")

    second = page.context.new_page()
    sign_in(second, "rini")
    expect(page.locator("#connection")).to_be_hidden()
    page.locator("#whole button").click()

    expect(page.locator("#messages")).to_contain_text("Panggilan diterima.")
    assert shown.acts == ["finish:penting"]


def test_a_quiet_form_leaves_the_page_as_it_is(page, shown):
    page.locator("#whole textarea").fill("setengah jadi")

    page.locator("#quiet button", has_text="Terima").click()

    expect(page.locator("#live")).to_contain_text("diterima")
    expect(page.locator("#messages")).to_contain_text("Panggilan diterima.")
    expect(page.locator("#whole textarea")).to_have_value("setengah jadi")
    assert shown.acts == ["take:"]


def test_a_quiet_form_that_is_refused_shows_the_servers_page(page, shown):
    page.locator("#quiet button", has_text="Tolak").click()

    expect(page.locator("h1")).to_have_text("Isian tidak bisa dibaca")
    assert set(shown.acts) == {"refuse:"}


def test_a_quiet_form_that_did_not_arrive_says_so_and_can_be_sent_again(page, shown):
    page.locator("#whole textarea").fill("setengah jadi")
    page.context.set_offline(True)
    page.locator("#quiet button", has_text="Terima").click()
    expect(page.locator("#messages [role=alert]")).to_contain_text("Belum terkirim")

    page.context.set_offline(False)
    page.locator("#quiet button", has_text="Terima").click()

    expect(page.locator("#messages")).to_contain_text("Panggilan diterima.")
    expect(page.locator("#whole textarea")).to_have_value("setengah jadi")
    assert shown.acts == ["take:"]


def test_letters_are_shortcuts_only_while_nobody_types(page, shown):
    page.keyboard.press("n")
    expect(page.locator("#whole textarea")).to_be_focused()
    page.keyboard.type("sns?")
    expect(page.locator("#whole textarea")).to_have_value("sns?")
    assert shown.acts == []

    page.keyboard.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("Panggilan diterima.")
    assert shown.acts == ["finish:sns?"]
    shown.html = '<p id="news">lain</p>'
    expect(page.locator("#live")).to_contain_text("lain")  # the new page's script is at work
    page.keyboard.press("s")
    expect(page.locator("#live")).to_contain_text("diterima")
    assert shown.acts[1:] == ["take:"]


def test_the_cheat_sheet_lists_what_there_is_and_switches_letters_off(page, shown):
    page.keyboard.press("?")

    sheet = page.locator("#shortcuts")
    expect(sheet).to_be_visible()
    assert sheet.locator("dt").all_text_contents() == ["S", "N", "Ctrl + Enter"]
    assert sheet.locator("dd").all_text_contents() == ["Terima panggilan", "Catatan", "Selesai"]
    sheet.get_by_label("Pintasan satu huruf aktif").uncheck()
    sheet.get_by_role("button").click()
    page.keyboard.press("s")
    page.reload()
    page.keyboard.press("s")
    page.keyboard.press("n")
    expect(page.locator("#whole textarea")).not_to_be_focused()
    assert shown.acts == []


def test_clocks_count_in_minutes_and_seconds_and_tell_when_it_is_late(page, shown, office):
    now = office.clock()
    since, until = now - timedelta(seconds=125), now + timedelta(seconds=3725)
    shown.html = (
        f'<time id="up" data-clock="{since.isoformat()}" data-warn="60"></time>'
        f'<time id="down" data-countdown="{until.isoformat()}" data-warn="10"></time>'
    )

    expect(page.locator("#up")).to_have_text("2.07", timeout=10_000)
    expect(page.locator("#up")).to_have_attribute("data-late", "")
    assert page.locator("#down").text_content().startswith("1.02.0")
    assert page.locator("#down").get_attribute("data-late") is None


def test_pages_work_without_any_script(chromium, address, office):
    context = chromium.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "rini")
    page.goto("/posko")

    page.fill("#assisted-1", "182")
    page.press("#assisted-1", "Enter")
    page.wait_for_load_state()

    assert "182" in page.locator(".figure-value").first.text_content()
    page.locator("summary").click()
    page.get_by_role("button", name="English").click()
    assert "People assisted" in page.content()
    context.close()


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (TELEPHONE, "dark")], ids=["desktop", "telephone"]
)
def test_pages_can_be_used_by_everybody(chromium, address, office, viewport, scheme):
    office.user("ani", "posko")
    office.user("tono", "admin")
    found = []
    for name, places in SEEN_BY.items():
        context = chromium.new_context(base_url=address, viewport=viewport, color_scheme=scheme)
        page = context.new_page()
        if name:
            sign_in(page, name)
        for place in places:
            page.goto(place)
            page.evaluate("document.querySelector('details.me').open = true")
            found += [f"{name} {place}: {fault}" for fault in faults(page)]
            assert overflow(page) <= 0, f"{name} {place} is wider than its window"
        context.close()

    assert found == []


def faults(page: Page) -> list[str]:
    """What axe finds: the rule and the first place."""
    violations = Axe().run(page).response["violations"]
    return [f"{one['id']} at {one['nodes'][0]['target']}" for one in violations]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
