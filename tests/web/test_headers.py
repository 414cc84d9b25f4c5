"""What every answer tells the browser, and what people see when something cannot be done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.web.office import PASSWORD

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
INLINE = re.compile(
    r"<style|\bstyle=|\son[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE
)
PLACES = ["/login", "/", "/nowhere", "/health/live", "/static/app.css"]


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_allows_this_site_only(one_engine, place):
    headers = one_engine.browser().get(place).headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self'",
        "media-src": "'self'",
        "font-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_template_needs_more_than_that(template):
    assert not INLINE.search(template.read_text("utf-8"))


def test_pages_are_kept_nowhere_and_files_for_as_long_as_they_are_the_same(one_engine):
    browser = one_engine.signed_in("posko")
    page = browser.get("/posko")

    assert page.headers["Cache-Control"] == "no-store"
    for address in re.findall(
        r'(?:href|src|data-ticker)="(/(?:static|bootstrap)[^"]+)"', page.text
    ):
        answer = browser.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers
    assert browser.get("/static/app.css").headers["Cache-Control"] == "no-cache"


def test_all_that_a_page_loads_is_on_this_server(one_engine):
    page = one_engine.browser().get("/login").text

    assert not re.findall(r'(?:href|src)="(?!/)[^#"]+', page)


def test_cookies_on_https_belong_to_this_host_alone(behind_https):
    behind_https.user("rini", "supervisor")
    browser = behind_https.browser(https=True)

    answer = browser.sign_in("rini")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    assert browser.get("/posko").status_code == 200


def test_cookies_on_http_have_plain_names_or_nobody_could_sign_in(one_engine):
    one_engine.user("rini", "supervisor")

    answer = one_engine.browser().sign_in("rini")

    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("session=")
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Strict-Transport-Security" not in answer.headers


# --- troubles


def test_a_page_that_is_not_there_says_so_and_where_to_go(one_engine):
    answer = one_engine.browser().get("/nowhere")

    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text
    assert 'href="/"' in answer.text


def test_a_wrong_method_is_told_with_the_right_ones(one_engine):
    answer = one_engine.signed_in("posko").get("/logout")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "tidak dibuka dengan cara itu" in answer.text


def test_too_much_is_refused_before_it_is_read(one_engine):
    browser = one_engine.browser()
    browser.get("/login")

    answer = browser.post("/login", {"username": "x" * 300_000, "password": PASSWORD})

    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


def test_too_many_parts_are_refused(one_engine):
    browser = one_engine.browser()
    browser.get("/login")
    parts = {f"field{number}": "x" for number in range(300)}

    answer = browser.post("/login", parts, content_type="multipart/form-data")

    assert answer.status_code == 413


def test_an_old_form_is_told_that_nothing_was_saved(one_engine):
    answer = one_engine.browser().client.post("/login", data={"username": "rini"})

    assert answer.status_code == 400
    assert "terlalu lama terbuka" in answer.text


def test_a_fault_of_ours_is_a_calm_page_that_tells_nothing_of_the_inside(one_engine):
    def broken():
        raise RuntimeError("3578010101900001 in an exception")

    broken.mark = frozenset({"open"})
    one_engine.app.add_url_rule("/broken", "broken", broken)

    answer = one_engine.browser().get("/broken")

    assert answer.status_code == 500
    assert "Ada gangguan di sistem kami" in answer.text
    assert "catat di kertas" in answer.text
    for inside in ("RuntimeError", "Traceback", "3578010101900001", "broken()"):
        assert inside not in answer.text


def test_the_page_of_a_fault_needs_no_database(one_engine):
    browser = one_engine.signed_in("supervisor")
    with one_engine.house.database.transaction() as db:
        db.exec_driver_sql("ALTER TABLE session RENAME TO lost")

    answer = browser.get("/posko")

    assert answer.status_code == 500
    assert "Ada gangguan di sistem kami" in answer.text


def test_troubles_are_told_in_the_language_of_the_browser(one_engine):
    browser = one_engine.browser()
    browser.get("/login")
    browser.post("/language/en")

    assert "Page not found" in browser.get("/nowhere").text


# --- what machines ask


def test_a_process_that_can_work_says_so(office):
    browser = office.browser()

    assert browser.get("/health/live").text == "ok\n"
    answer = browser.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json["database"] == "ok"
    assert answer.json["outbox"] == {"waiting": 0}
    assert answer.json["policy"] == {"version": 1}
    assert answer.json["version"]
