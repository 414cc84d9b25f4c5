"""How many people each posko assisted: not reported is not 0, and nothing typed is lost."""

from __future__ import annotations

import re
from html import unescape

import pytest

from callcenter.records import posko
from callcenter.records.tables import EventRow
from tests.web.office import MORNING, Browser, Office

TODAY, YESTERDAY, TOO_LONG_AGO = "2020-04-13", "2020-04-12", "2020-04-06"


def fields(browser: Browser, day: str = TODAY) -> dict[str, str]:
    """The form as the page shows it."""
    page = browser.get(f"/posko?day={day}").text
    found = re.findall(r'name="([a-z]+(?:-\d+)?)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def reports(office: Office, day: str = TODAY) -> dict[int, int]:
    """What is written down."""
    with office.house.database.reading() as db:
        found = posko.counts(db, MORNING.date().fromisoformat(day))
    return {number: count.assisted for number, count in found.items()}


def enter(browser: Browser, day: str = TODAY, **typed: str):
    """Type into the page as it is now, and save; ``p12`` is posko 12."""
    changed = {f"assisted-{name[1:]}": text for name, text in typed.items()}
    return browser.post("/posko", fields(browser, day) | changed)


# --- the posko itself


def test_a_posko_enters_its_own_count_of_today(office):
    browser = office.signed_in("posko")

    saved = enter(browser, p12="182")

    assert saved.headers["Location"] == "/posko?day=2020-04-13"
    assert reports(office) == {12: 182}
    page = browser.get("/posko").text
    assert "1 posko tersimpan." in page
    assert "sudah lapor" in page


def test_a_posko_sees_and_counts_no_other(office):
    browser = office.signed_in("posko")

    shown = fields(browser)
    browser.post("/posko", shown | {"assisted-13": "9", "version-13": "first", "was-13": ""})

    assert "assisted-12" in shown
    assert "assisted-13" not in shown
    assert reports(office) == {}


def test_nobody_assisted_is_a_report(office):
    browser = office.signed_in("posko")
    assert "belum lapor" in browser.get("/posko").text

    enter(browser, p12="0")

    assert reports(office) == {12: 0}
    assert "sudah lapor" in browser.get("/posko").text


def test_the_last_count_of_a_day_is_the_one_that_counts(office):
    browser = office.signed_in("posko")

    enter(browser, p12="17")
    office.clock.pass_by(minutes=30)
    enter(browser, p12="25")

    assert reports(office) == {12: 25}
    assert len([row for row in office.rows(EventRow) if row.kind == "PoskoCounted"]) == 2


def test_a_count_is_written_by_an_id_and_names_nobody(office):
    browser = office.signed_in("posko")
    enter(browser, p12="17")

    (event,) = office.rows(EventRow)

    assert event.subject == "posko:12:2020-04-13"
    assert set(event.body) == {"posko", "day", "assisted", "by"}
    assert "posko.one" not in str(event.body)


# --- the supervisor, who was told by telephone


def test_a_supervisor_enters_many_at_once_and_leaves_the_rest_alone(office):
    browser = office.signed_in("supervisor")

    enter(browser, p1="100", p2="1.234", p56="0")

    assert reports(office) == {1: 100, 2: 1234, 56: 0}
    assert "3 posko tersimpan." in browser.get("/posko").text


def test_those_who_have_not_reported_come_first_and_are_not_zero(office):
    browser = office.signed_in("supervisor")
    enter(browser, p1="100", p3="82")

    page = browser.get("/posko").text

    order = [int(number) for number in re.findall(r'id="assisted-(\d+)"', page)]
    assert order[0] == 2
    assert order[-2:] == [1, 3]
    assert len(order) == 56
    figures = re.findall(r'figure-value n">([^<]+)<', page)
    assert figures == ["182", "2", "54"]  # people, reported, not reported
    assert 'id="assisted-2" name="assisted-2" value=""' in page


def test_a_page_sent_unchanged_writes_nothing(office):
    browser = office.signed_in("supervisor")
    enter(browser, p1="100")
    before = len(office.rows(EventRow))

    enter(browser)

    assert len(office.rows(EventRow)) == before
    assert "Tidak ada angka yang berubah." in browser.get("/posko").text


@pytest.mark.parametrize("text", ["-3", "tujuh", "12,5", "1.2", "5001", "١٢", "1e3", "99999999999"])
def test_what_is_no_count_is_told_beside_its_field_and_nothing_is_lost(one_engine, text):
    browser = one_engine.signed_in("supervisor")

    answer = enter(browser, p1="100", p2=text)

    assert answer.status_code == 422
    assert f'value="{text}"' in answer.text
    assert 'id="fault-2"' in answer.text
    assert 'aria-describedby="fault-2"' in answer.text
    assert reports(one_engine) == {1: 100}  # what could be read is saved
    assert "1 posko tersimpan." in answer.text


def test_a_report_cannot_be_emptied_again(office):
    browser = office.signed_in("supervisor")
    enter(browser, p1="100")

    assert enter(browser, p1="").status_code == 422
    assert reports(office) == {1: 100}


def test_a_double_click_is_one_report(office):
    browser = office.signed_in("posko")
    form = fields(browser) | {"assisted-12": "17"}

    browser.post("/posko", form)
    browser.post("/posko", form)

    assert len(office.rows(EventRow)) == 1


def test_who_was_slower_is_told_and_may_still_be_right(office):
    supervisor, there = (
        office.signed_in("supervisor"),
        office.signed_in("posko", full_name="Bu Ani"),
    )
    form = fields(supervisor) | {"assisted-12": "15"}
    enter(there, p12="17")
    office.clock.pass_by(minutes=1)

    told = supervisor.post("/posko", form)

    assert told.status_code == 422
    assert "Baru saja diisi 17 oleh Bu Ani" in told.text
    assert 'value="15"' in told.text
    assert reports(office) == {12: 17}
    version = re.search(r'name="version-12" value="([^"]+)"', told.text)[1]
    supervisor.post("/posko", form | {"version-12": unescape(version), "was-12": "17"})
    assert reports(office) == {12: 15}


def test_clocks_that_differ_do_not_lose_a_correction(office):
    browser = office.signed_in("supervisor")
    enter(browser, p1="100")
    office.clock.pass_by(minutes=-2)  # another host, a little behind

    enter(browser, p1="101")

    assert reports(office) == {1: 101}


# --- days


def test_a_report_that_came_late_goes_to_its_day(office):
    browser = office.signed_in("supervisor")

    enter(browser, YESTERDAY, p1="100")

    assert reports(office, YESTERDAY) == {1: 100}
    assert reports(office) == {}


def test_the_day_of_a_page_that_stood_open_over_midnight_stays(office):
    office.clock.at = MORNING.replace(hour=16, minute=50)  # 23.50 WIB
    browser = office.signed_in("posko")
    form = fields(browser) | {"assisted-12": "17"}
    office.clock.pass_by(minutes=20)

    browser.post("/posko", form)

    assert reports(office) == {12: 17}


@pytest.mark.parametrize("day", [TOO_LONG_AGO, "2020-04-14", "yesterday", "2020-13-99"])
def test_only_today_and_the_six_days_before_can_be_counted(one_engine, day):
    browser = one_engine.signed_in("supervisor")

    assert browser.get(f"/posko?day={day}").status_code == 404
    assert browser.post("/posko", {"day": day, "assisted-1": "5"}).status_code == 404
    assert reports(one_engine) == {}
