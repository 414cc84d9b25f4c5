"""The acceptance walk in a real browser: a person dials from the handset, an agent answers on the
own telephone, records, and the supervisor's board and the recap count one more."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from callcenter.rules import wib
from tests.e2e.house import House, started

pytestmark = pytest.mark.browser

AGENTS = {"CC1": "sari.cc1", "CC2": "budi.cc2"}
LINES = {"CC1": "+62318293097", "CC2": "+62318280254"}
CHROMIUM = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
WITHIN_MS = 20_000


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    with started(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        told = "no chromium on this machine (Debian: apt install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(told, pytrace=False)
        pytest.skip(told)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def faults():
    """What the browser complained about: errors on the console, blocked by the policy."""
    found: list[str] = []
    yield found
    assert found == []


def page_of(browser: Browser, faults: list[str], **options) -> Page:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, **options).new_page()
    page.on("console", lambda said: said.type == "error" and faults.append(said.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.set_default_timeout(WITHIN_MS)
    return page


def signed_in(browser: Browser, house: House, faults: list[str], name: str) -> Page:
    page = page_of(browser, faults)
    page.goto(f"{house.pages}/login")
    page.fill("[name=username]", name)
    page.fill("[name=password]", house.passwords[name])
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/(desk|board|posko|admin)"))
    return page


def confirmations(house: House, center: str) -> int:
    day = wib.day_of(datetime.now(UTC)).isoformat()
    recap = json.loads(house.ask("recap", "--day", day, "--until", "24:00", "--json"))
    return recap["confirmations"].get(center, 0)


def clean(page: Page) -> None:
    """Nothing that a screen reader would stumble over."""
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in violations] == []


@pytest.mark.parametrize("center", ["CC1", "CC2"])
def test_a_call_from_the_handset_to_the_recap(browser, house, faults, center):
    name = AGENTS[center]
    before = confirmations(house, center)
    desk = signed_in(browser, house, faults, name)
    desk.keyboard.press("s")
    expect(desk.locator(".panel-available")).to_be_visible()

    handset = page_of(browser, faults)
    handset.goto(house.network)
    handset.locator(f"#lines input[value='{LINES[center]}']").check()
    handset.fill("#from", "+6281234567890")
    handset.get_by_role("button", name="Panggil", exact=True).click()
    expect(handset.locator("#said")).to_contain_text("Kartu Prakerja")
    handset.locator("#busy [data-pad]").get_by_text("1", exact=True).click()
    expect(handset.locator("#said")).to_contain_text("bicara dengan petugas, tekan nol")
    handset.locator("#busy [data-pad]").get_by_text("0", exact=True).click()

    phone = handset.locator("article.phone", has_text=name)
    phone.get_by_role("button", name="Angkat").click()
    expect(phone.locator("[data-said]")).to_contain_text("Tekan satu")
    expect(desk.locator(".panel-ringing")).to_be_visible()
    clean(desk)
    phone.locator("[data-pad]").get_by_text("1", exact=True).click()
    expect(desk.locator(".panel-talking")).to_be_visible()
    desk.keyboard.press("Alt+1")  # whom the caller's number belongs to, as a hint
    expect(desk.get_by_role("heading", name="Siti Aminah")).to_be_visible()

    desk.keyboard.press("r")
    desk.select_option("#reason", "application_status")
    desk.select_option("#outcome", "confirmed")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#ticket")).to_contain_text("Nomor laporan")
    clean(desk)
    assert confirmations(house, center) == before + 1

    handset.get_by_role("button", name="Tutup telepon").first.click()
    expect(desk.locator(".panel-wrap_up")).to_be_visible()
    desk.keyboard.press("Control+s")
    expect(desk.locator("#no-call")).to_be_visible()
    desk.keyboard.press("l")
    expect(desk.locator(".panel-offline")).to_be_visible()


def test_the_board_counts_a_call_logged_by_hand_within_two_seconds(browser, house, faults):
    board = signed_in(browser, house, faults, "ratna")
    board.goto(f"{house.pages}/board")
    figure = board.locator("[data-figure='confirmations']").first
    before = int(figure.inner_text().replace(".", ""))
    clean(board)
    desk = signed_in(browser, house, faults, "dewi.cc1")
    desk.goto(f"{house.pages}/desk/manual")
    desk.fill("#caller", "0812-3456-7890")
    desk.fill("#name", "Bapak Joko Susilo bin Haji Muhammad Abdurrahman Wahid Tanpa Akhir")
    desk.select_option("#reason", "laid_off_list")
    desk.select_option("#outcome", "answered")
    clean(desk)
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_role("status").first).to_contain_text("Laporan dicatat")
    expect(figure).to_have_text(str(before + 1), timeout=2_000)


def test_a_faulty_manual_log_loses_nothing(browser, house, faults):
    desk = signed_in(browser, house, faults, "agus.cc2")
    desk.goto(f"{house.pages}/desk/manual")
    desk.fill("#name", "Ibu Suharti")
    desk.fill("#note", "Tanya syarat")
    desk.locator("button[value=save]").click()
    expect(desk.locator(".fault").first).to_be_visible()
    expect(desk.locator("#name")).to_have_value("Ibu Suharti")
    expect(desk.locator("#note")).to_have_value("Tanya syarat")
    faults.clear()  # the browser logs the 422 itself
