"""The handset page in a real browser: a caller and an agent on one page."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from tests.simulator.fake_product import LINE

CHROMIUM = shutil.which("chromium")
SWITCHES = ["--no-sandbox", "--disable-quic", "--disable-background-networking"]
SIZES = {"desk": (1366, 768), "hand": (390, 844)}
MENU = (
    '<Gather numDigits="1" action="/key" timeout="60">'
    '<Say language="id-ID">Tekan nol.</Say></Gather>'
)
expect.set_options(timeout=20_000)  # the machine may be busy with other tests

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not CHROMIUM and os.environ.get("CI") != "true",
        reason="no chromium on this machine: the handset page is not looked at",
    ),
]


@pytest.fixture
def page(request, server):
    """The handset page; an error in its scripts fails the test."""
    width, height = SIZES[getattr(request, "param", "desk")]
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if wrong(said) else None)
        page.goto(server.url)
        yield page
        browser.close()
    assert faults == []


def wrong(said) -> bool:
    """An error of the page; a machine without a sound card is none."""
    return said.type == "error" and "AudioContext" not in said.text


def fits_and_is_accessible(page) -> bool:
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
    return not wide and faults == []


@pytest.mark.parametrize("page", SIZES, indirect=True)
def test_a_caller_talks_to_an_agent_and_both_see_it(page, web_product):
    web_product.says("/voice", MENU, "<Redirect/>")
    web_product.says("/key", f'<Dial callerId="{LINE}" action="/after">+6281100000001</Dial>')
    web_product.says("/after", "<Say language='id-ID'>Terima kasih.</Say><Pause length='600'/>")
    assert fits_and_is_accessible(page)

    page.get_by_label("031-8280254").check()
    page.get_by_role("button", name="Panggil").click()
    heard = page.get_by_role("log", name="Yang didengar penelepon")
    expect(heard).to_contain_text("Tekan nol.")
    page.locator("body").press("0")  # the keyboard is the telephone's
    agent = page.get_by_role("article", name="Petugas 1")
    agent.get_by_role("button", name="Angkat").click()
    expect(agent).to_contain_text("Berbicara dengan Penelepon, 0812-3456-7890")
    expect(page.locator("#about")).to_contain_text("Berbicara dengan Petugas 1")
    expect(page.locator("#pressed")).to_have_text("0")
    assert fits_and_is_accessible(page)

    agent.get_by_role("button", name="Tutup telepon").click()
    expect(heard).to_contain_text("Terima kasih.")
    page.locator("#hangup").click()
    expect(page.locator("#state")).to_have_text("Panggilan selesai")
    assert web_product.told("/voice")[0]["To"] == "+62318280254"
    assert fits_and_is_accessible(page)


def test_a_telephone_is_added_and_set_busy_and_a_hidden_number_stays_hidden(page, web_product):
    web_product.says("/voice", MENU, "<Redirect/>")
    page.get_by_text("Pasang telepon baru").click()
    page.get_by_label("Nomor", exact=True).fill("0811-222-3333")
    page.get_by_label("Nama").fill("Ibu Sri")
    page.get_by_role("button", name="Pasang", exact=True).click()
    page.get_by_label("Keadaan telepon Ibu Sri").select_option("sibuk")
    expect(page.get_by_role("article", name="Ibu Sri")).to_contain_text("disetel sibuk")

    page.get_by_label("Sembunyikan nomor").check()
    page.get_by_role("button", name="Panggil").click()
    expect(page.get_by_role("log", name="Yang didengar penelepon")).to_contain_text("Tekan nol.")
    assert web_product.told("/voice")[0]["From"] == "anonymous"


def test_what_is_said_is_spoken_aloud_unless_the_sound_is_off(page, web_product):
    web_product.says("/voice", MENU.replace('"60"', '"1"'), "<Redirect/>")
    page.evaluate(
        "() => { window.speechSynthesis.speak ="
        " (said) => { document.body.dataset.spoken = said.lang + ': ' + said.text; }; }"
    )
    page.get_by_role("button", name="Panggil").click()
    expect(page.locator("body")).to_have_attribute("data-spoken", "id-ID: Tekan nol.")
    page.get_by_role("button", name="Suara nyala").click()
    expect(page.get_by_role("button", name="Suara mati")).to_have_attribute("aria-pressed", "false")
    page.evaluate("() => { document.body.dataset.spoken = ''; }")
    said = page.locator("#said > div")
    expect(said.nth(said.count() + 1)).to_be_attached()
    expect(page.locator("body")).to_have_attribute("data-spoken", "")
