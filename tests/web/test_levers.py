"""The levers of the centers: who may pull them, once, and what is kept of it."""

import re

import pytest

from callcenter.records import centers
from callcenter.records.tables import AuditRow, EventRow
from tests.web.office import Browser, Office


def version(browser: Browser, center: str = "CC1") -> str:
    page = browser.get("/board/centers").text
    found = re.findall(
        r'name="center" value="(\w+)">\s*<input[^>]*name="version" value="([^"]*)"', page
    )
    return dict(found)[center]


def pull(browser: Browser, state: str, seen: str, why: str = "outage", center: str = "CC1"):
    form = {"center": center, "state": state, "why": why, "version": seen}
    return browser.post("/board/centers", form)


def stands(office: Office) -> str:
    with office.house.database.reading() as db:
        return {it.code: it.shown for it in centers.now_of(db)}.get("CC1", "open")


def noted(office: Office) -> list[tuple[str, str, str]]:
    return [(it.who, it.what, it.why) for it in office.rows(AuditRow) if it.subject == "center:CC1"]


@pytest.mark.parametrize("role", ["supervisor", "admin"])
def test_a_center_is_drained_closed_and_opened(office, role):
    browser = office.signed_in(role)
    for state in ("draining", "closed", "open"):
        assert pull(browser, state, version(browser)).status_code == 303
        assert stands(office) == state
        office.clock.pass_by(seconds=2)
        assert f'data-state="CC1 {state}"' in browser.get("/board").text
        assert f'data-state="{state}"' in browser.get("/board/centers").text
    assert noted(office) == [
        (f"{role}.one", f"center:{state}", "outage") for state in ("draining", "closed", "open")
    ]


def test_a_double_click_is_one_and_a_stale_page_is_told(office):
    browser = office.signed_in("supervisor")
    seen = version(browser)
    pull(browser, "draining", seen)
    pull(browser, "draining", seen)
    assert len(noted(office)) == 1
    pull(browser, "closed", seen)
    assert "baru saja diubah" in browser.get("/board/centers").text
    assert stands(office) == "draining"
    assert len([it for it in office.rows(EventRow) if it.kind == "CenterStateChosen"]) == 1


def test_an_auditor_looks_and_pulls_nothing(one_engine):
    browser = one_engine.signed_in("auditor")
    page = browser.get("/board/centers").text
    assert 'data-center="CC1"' in page
    assert 'name="state"' not in page
    assert pull(browser, "closed", "0").status_code in (400, 403)
    assert stands(one_engine) == "open"


@pytest.mark.parametrize(
    "wrong", [{"state": "dark"}, {"center": "CC9"}, {"why": "because"}], ids=str
)
def test_what_is_no_choice_is_refused(one_engine, wrong):
    browser = one_engine.signed_in("supervisor")
    form = {"state": "closed", "seen": version(browser)} | wrong
    assert pull(browser, **form).status_code == 400
    assert stands(one_engine) == "open"


def test_the_telephone_learns_which_centers_are_shut(one_engine):
    browser = one_engine.signed_in("supervisor")
    pull(browser, "closed", version(browser))
    one_engine.house.policy._read_at = 0.0  # the second after which it is read again
    assert one_engine.house.policy().shut == ("CC1",)
