"""Who gets where: nobody, unless a view says so."""

from __future__ import annotations

import re

import pytest

from callcenter.records.tables import AuditRow
from callcenter.web import guard

OPEN_TO_ALL = {
    "static",
    "bootstrap.static",
    "session.first",
    "session.sign_in_page",
    "session.sign_in_now",
    "session.language",
    "session.theme",
    "health.live",
    "health.ready",
    "metrics.page",  # from the addresses that the settings name; it refuses others itself
}
PAGES = {  # where each role works; everything else is refused
    "/desk": {"agent"},
    "/board": {"supervisor", "auditor", "admin"},
    "/posko": {"posko", "supervisor"},
    "/admin": {"admin"},
}


def test_every_view_says_who_may_use_it_and_few_are_open(one_engine):
    marks = guard.matrix(one_engine.app)

    assert all(marks.values()), [name for name, mark in marks.items() if not mark]
    assert {name for name, mark in marks.items() if mark == guard.OPEN} == OPEN_TO_ALL
    assert not [name for name, mark in marks.items() if mark == guard.SIGNED]  # the carrier's door


def test_a_view_that_says_nothing_is_refused_to_everybody(one_engine):
    one_engine.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    admin = one_engine.signed_in("admin")

    assert admin.get("/forgotten").status_code == 403
    assert one_engine.browser().get("/forgotten").status_code in (302, 403)


def test_a_mark_with_a_misspelt_role_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="superviser"):
        guard.roles("superviser")


@pytest.mark.parametrize("role", guard.ROLES)
def test_each_role_reaches_its_pages_and_no_others(one_engine, role):
    browser = one_engine.signed_in(role)

    reached = {page for page in PAGES if browser.get(page).status_code == 200}

    assert reached == {page for page, roles in PAGES.items() if role in roles}


@pytest.mark.parametrize("role", guard.ROLES)
def test_the_first_page_is_where_one_works_and_the_menu_names_the_others(one_engine, role):
    browser = one_engine.signed_in(role)

    first = browser.get("/").headers["Location"]

    page = browser.get(first)
    assert page.status_code == 200
    menu = set(
        re.findall(r'<a href="(/\w+)"', page.text.partition("topbar-nav")[2].partition("</nav>")[0])
    )
    assert menu == {page for page, roles in PAGES.items() if role in roles}
    assert first in menu


def test_who_is_not_signed_in_is_sent_to_the_sign_in_page_and_back(office):
    office.user("rini", "supervisor")
    browser = office.browser()

    sent = browser.get("/posko?day=2020-04-12")

    assert sent.status_code == 302
    address = sent.headers["Location"]
    assert address == "/login?next=/posko%3Fday%3D2020-04-12"
    assert browser.sign_in("rini", after=address.removeprefix("/login")).headers["Location"] == (
        "/posko?day=2020-04-12"
    )


def test_a_fragment_or_a_form_of_nobody_is_refused_without_a_detour(one_engine):
    browser = one_engine.browser()
    browser.get("/login")

    assert browser.get("/posko", headers={"X-Live": "1"}).status_code == 401
    assert browser.post("/posko").status_code == 401


def test_a_refusal_is_written_down(office):
    agent = office.signed_in("agent")

    assert agent.get("/admin").status_code == 403

    (denied,) = [row for row in office.rows(AuditRow) if row.what == "denied"]
    assert (denied.who, denied.subject, denied.result) == (
        "agent.one",
        "page:admin.page",
        "refused",
    )


@pytest.mark.parametrize("token", ["", "nonsense", "of another session"])
def test_a_form_without_the_token_of_its_session_changes_nothing(office, token):
    other = office.browser()
    other.get("/login")
    posko = office.signed_in("posko")
    posko.get("/posko")
    form = {"assisted-12": "5", "version-12": "first", "was-12": ""}

    sent = other.token if token == "of another session" else token
    refused = posko.post("/posko", form | {"csrf_token": sent})

    assert refused.status_code == 400
    assert "belum lapor" in posko.get("/posko").text


def test_forms_that_are_open_to_all_have_a_token_too(one_engine):
    browser = one_engine.browser()

    assert browser.client.post("/login", data={"username": "a"}).status_code == 400
    assert browser.client.post("/language/en").status_code == 400


def test_the_carrier_needs_no_form_token_but_a_signature(both_doors):
    assert both_doors.browser().client.post("/voice/incoming", data={}).status_code == 403


def test_a_file_of_another_center_is_not_a_supervisors_to_take(office):
    ratna = office.signed_in("supervisor", center="CC1")
    page = ratna.get("/board/confirmations").text
    assert "center=CC1" in page

    assert ratna.get("/board/confirmations.csv?center=CC2").status_code == 403
    assert ratna.get("/board/confirmations.csv").status_code == 200

    kept = [
        (row.what, row.why) for row in office.rows(AuditRow) if row.what in ("denied", "export")
    ]
    assert kept == [("denied", "role supervisor"), ("export", "until 24:00 center CC1")]
    assert "CSV" not in ratna.get("/board/confirmations?center=CC2").text
