"""The second step of supervisors and administrators: nothing opens before it; a code works once."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pyotp
import pytest
import segno
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from callcenter import settings as settings_room
from callcenter.records import second_step, sessions
from callcenter.records.tables import (
    AlarmRow,
    AuditRow,
    RecoveryCodeRow,
    SessionRow,
    SignInTryRow,
    UserRow,
)
from callcenter.web import guard
from tests.web.office import PASSWORD, Browser, Office
from tests.web.probe import served

ROLES = ("supervisor", "admin")


class Telephone:
    """Makes codes as an application on somebody's telephone does."""

    def __init__(self, office: Office, page: str) -> None:
        shown = re.search(r'class="secret n"[^>]*>([A-Z2-7 ]+)<', page)
        assert shown, "the page shows no secret"
        self.office, self.secret = office, shown[1].replace(" ", "")

    def code(self, *, turns: int = 0) -> str:
        """The code of this moment; of ``turns`` x 30 s later or before."""
        at = int(self.office.clock().timestamp()) + 30 * turns
        return pyotp.TOTP(self.secret).at(at)


def asked(office: Office, name: str = "rini") -> Browser:
    """A browser in which the password was right and the code is asked for."""
    browser = office.browser()
    assert browser.sign_in(name).headers["Location"] == "/login/code"
    browser.get("/login/code")
    return browser


def give(browser: Browser, code: str, after: str = ""):
    return browser.post(f"/login/code{after}", {"code": code})


@pytest.fixture
def rini(strict: Office) -> str:
    return strict.user("rini", "supervisor", center="CC1")


@pytest.fixture
def begun(strict: Office, rini: str) -> tuple[Telephone, list[str]]:
    """Rini has connected her telephone a minute ago; gives it and her recovery codes."""
    browser = asked(strict)
    telephone = Telephone(strict, browser.get("/login/code").text)
    codes = re.findall(r"<li>(\d{4} \d{4} \d{4})</li>", give(browser, telephone.code()).text)
    assert len(codes) == second_step.CODES
    strict.clock.pass_by(minutes=1)
    return telephone, codes


def rows(office: Office, what: str) -> list:
    return [row for row in office.rows(AuditRow) if row.what == what]


# --- who needs it


def test_it_is_on_unless_the_operator_says_otherwise_and_off_in_the_demonstration(tmp_path):
    assert settings_room.load({}, folder=tmp_path).web.second_step is False
    field = settings_room.shape.keys_of("web")["second_step"]
    assert field.kind.from_text("true") is True
    default = settings_room.shape.Web(public_url="https://cc.example.test").second_step
    assert default is True


@pytest.mark.parametrize("role", guard.ROLES)
def test_roles_that_see_much_need_a_second_step_and_others_do_not(strict, role):
    strict.user("rini", role, **({"center": "CC1"} if role == "agent" else {}))

    answer = strict.browser().sign_in("rini")

    assert (answer.headers["Location"] == "/login/code") is (role in ROLES)


def test_without_the_setting_nobody_is_asked(office):
    office.user("rini", "supervisor")

    assert office.browser().sign_in("rini").headers["Location"] == "/board"


# --- the first time


def test_the_first_sign_in_connects_a_telephone_and_gives_recovery_codes_once(strict, rini):
    browser = asked(strict)
    page = browser.get("/login/code").text
    telephone = Telephone(strict, page)
    address = unescape(re.search(r'href="(otpauth://[^"]+)"', page)[1])
    assert pyotp.parse_uri(address).secret == telephone.secret
    drawn = segno.make(address, error="m", micro=False).svg_inline(border=4, light="white")
    assert re.search(r' d="[^"]+"', drawn)[0] in page  # for the telephone's camera

    done = give(browser, telephone.code())

    assert done.status_code == 200
    assert len(re.findall(r"<li>\d{4} \d{4} \d{4}</li>", done.text)) == 10
    assert browser.get("/board").status_code == 200
    again = browser.get("/login/code")
    assert (again.status_code, again.headers["Location"]) == (303, "/board")  # not shown again


def test_the_secret_is_sealed_and_recovery_codes_are_not_kept(strict, begun):
    telephone, codes = begun

    (user,) = strict.rows(UserRow)
    assert telephone.secret not in str(user)
    kept = str(strict.rows(RecoveryCodeRow))
    assert not [code for code in codes if code.replace(" ", "") in kept]


def test_the_secret_of_a_confirmed_step_is_never_shown_again(strict, begun):
    telephone, _ = begun

    page = asked(strict).get("/login/code").text

    assert telephone.secret[:4] not in page
    assert "otpauth" not in page


def test_a_secret_that_was_shown_and_not_used_is_worth_nothing(strict, rini):
    """Whoever looked over a shoulder at an unfinished first sign-in has nothing."""
    seen = Telephone(strict, asked(strict).get("/login/code").text)
    browser = asked(strict)

    assert give(browser, seen.code()).status_code == 401
    fresh = Telephone(strict, browser.get("/login/code").text)
    assert give(browser, fresh.code()).status_code == 200


# --- half signed in


def test_between_the_steps_nothing_opens_but_the_step_and_the_way_out(strict, rini):
    browser = asked(strict)

    for rule in strict.app.url_map.iter_rules():
        mark = guard.mark_of(strict.app.view_functions[rule.endpoint])
        if mark == guard.OPEN or guard.HALF in mark:
            continue
        address = rule.build({name: "1" for name in rule.arguments})[1]
        for method in rule.methods & {"GET", "POST"}:
            answer = browser.client.open(
                address, method=method, data={"csrf_token": browser.token}, buffered=True
            )
            told = (rule.endpoint, method, answer.status_code)
            if method == "GET":
                assert answer.status_code in (302, 401), told
                assert answer.headers.get("Location", "/login").startswith("/login"), told
            else:
                assert answer.status_code == 401, told
    assert "rini" not in browser.get("/nowhere").text  # nobody is signed in there
    assert browser.get("/login").headers["Location"] == "/login/code"

    browser.get("/login/code")
    assert browser.post("/logout").headers["Location"] == "/login"
    assert browser.get("/login/code").headers["Location"].startswith("/login?next=")


def test_live_parts_are_refused_between_the_steps(strict, rini):
    assert asked(strict).get("/board/live", headers={"X-Live": "1"}).status_code == 401


def test_the_time_between_the_steps_is_short(strict, begun):
    telephone, _ = begun
    browser = asked(strict)

    strict.clock.pass_by(minutes=10)

    assert give(browser, telephone.code()).status_code == 401
    assert browser.get("/board").status_code == 302


def test_the_token_changes_with_the_step(strict, begun):
    """A cookie that was planted or copied before the step is worth nothing after it."""
    telephone, _ = begun
    browser, thief = asked(strict), strict.browser()
    thief.client.set_cookie("session", browser.cookie())
    assert thief.get("/login/code").status_code == 200

    assert give(browser, telephone.code()).headers["Location"] == "/board"

    assert browser.get("/board").status_code == 200
    assert thief.get("/board").status_code == 302
    assert thief.get("/login/code").status_code == 302


def test_the_page_that_was_asked_for_is_reached_after_both_steps(strict, begun):
    telephone, _ = begun
    browser = strict.browser()
    sent = browser.get("/posko?day=2020-04-12").headers["Location"]

    step = browser.sign_in("rini", after=sent.removeprefix("/login")).headers["Location"]
    assert step == "/login/code?next=/posko%3Fday%3D2020-04-12"
    browser.get(step)
    done = give(browser, telephone.code(), after=step.removeprefix("/login/code"))

    assert done.headers["Location"] == "/posko?day=2020-04-12"


def test_no_address_leads_away_after_the_step(strict, begun):
    telephone, _ = begun

    done = give(asked(strict), telephone.code(), after="?next=//evil.test")

    assert done.headers["Location"] == "/board"


# --- codes


@pytest.mark.parametrize("turns", [-1, 0, 1])
def test_a_clock_that_is_half_a_minute_off_is_no_trouble(strict, begun, turns):
    assert give(asked(strict), begun[0].code(turns=turns)).status_code == 303


@pytest.mark.parametrize("turns", [-2, 2])
def test_codes_of_another_minute_are_wrong(strict, begun, turns):
    assert give(asked(strict), begun[0].code(turns=turns)).status_code == 401


@pytest.mark.parametrize(
    "code", ["", "000000 ", "12345", "1234567", "abcdef", "１２３４５６", "0" * 12]
)
def test_what_is_no_code_of_this_moment_is_refused(strict, begun, code):
    browser = asked(strict)

    assert give(browser, code).status_code == 401
    assert browser.get("/board").status_code == 302


def test_a_code_may_be_typed_with_spaces(strict, begun):
    code = begun[0].code()

    assert give(asked(strict), f" {code[:3]} {code[3:]} ").status_code == 303


def test_each_code_works_once(strict, begun):
    telephone, _ = begun
    code = telephone.code()
    assert give(asked(strict), code).status_code == 303

    assert give(asked(strict), code).status_code == 401
    assert give(asked(strict), telephone.code(turns=-1)).status_code == 401  # nor an older one
    strict.clock.pass_by(seconds=30)
    assert give(asked(strict), telephone.code()).status_code == 303


def test_two_who_give_the_same_code_at_once_are_one(strict, begun):
    browsers, code = [asked(strict) for _ in range(4)], begun[0].code()

    with ThreadPoolExecutor(4) as crowd:
        answers = list(crowd.map(lambda browser: give(browser, code).status_code, browsers))

    assert sorted(answers) == [303, 401, 401, 401]


def test_the_sixth_code_within_a_minute_waits_and_supervisors_are_told(strict, begun):
    telephone, _ = begun
    browser = asked(strict)
    for number in range(5):
        assert give(browser, f"00000{number}").status_code == 401

    answer = give(browser, telephone.code())

    assert "Tunggu satu menit" in answer.text
    (alarm,) = strict.rows(AlarmRow)
    assert alarm.kind == "second_step"
    strict.clock.pass_by(minutes=1)
    assert give(browser, telephone.code()).status_code == 303
    page = browser.get("/board").text
    assert "salah kode berkali-kali" in page


def test_tries_of_codes_and_of_passwords_are_counted_apart(strict, begun):
    browser = asked(strict)
    for number in range(5):
        give(browser, f"00000{number}")

    assert strict.browser().sign_in("rini").status_code == 303


def test_who_passed_and_who_did_not_is_kept_without_the_code(strict, begun):
    telephone, _ = begun
    browser = asked(strict)
    give(browser, "000000")
    code = telephone.code()
    give(browser, code)

    kept = rows(strict, "second_step")
    assert [(row.who, row.result) for row in kept] == [
        ("rini", "done"),
        ("rini", "refused"),
        ("rini", "done"),
    ]
    assert code not in str(kept)
    assert strict.rows(SignInTryRow) == []


# --- recovery codes


def test_a_recovery_code_stands_in_once_for_the_telephone(strict, begun):
    _, codes = begun

    assert give(asked(strict), codes[0]).status_code == 303
    assert give(asked(strict), codes[0]).status_code == 401
    assert give(asked(strict), codes[1].replace(" ", "-")).status_code == 303
    assert [row.why for row in rows(strict, "second_step")][-1] == "recovery code"


def test_a_recovery_code_is_its_owners(strict, begun):
    _, codes = begun
    strict.user("tono", "admin")
    first = asked(strict, "tono")
    give(first, Telephone(strict, first.get("/login/code").text).code())
    strict.clock.pass_by(minutes=1)

    assert give(asked(strict, "tono"), codes[0]).status_code == 401


def test_few_codes_left_are_told(strict, begun):
    _, codes = begun
    for code in codes[:7]:
        browser = asked(strict)
        give(browser, code)

    assert "Tinggal 3 kode cadangan" in browser.get("/board").text


def test_new_codes_need_the_password_and_end_the_old_ones(strict, begun):
    telephone, codes = begun
    browser = asked(strict)
    give(browser, telephone.code())
    page = browser.get("/account").text
    assert "Tersisa 10 kode cadangan" in page

    assert browser.post("/account/codes", {"password": "bukan ini sandinya"}).status_code == 422
    made = browser.post("/account/codes", {"password": PASSWORD})

    fresh = re.findall(r"<li>(\d{4} \d{4} \d{4})</li>", made.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert give(asked(strict), codes[0]).status_code == 401
    assert give(asked(strict), fresh[0]).status_code == 303
    assert len(rows(strict, "recovery_codes_made")) == 1


def test_another_password_does_not_ask_for_the_step_again(strict, begun):
    browser = asked(strict)
    give(browser, begun[0].code())
    browser.get("/account")
    fresh = "kata sandi yang lain"

    browser.post("/account/password", {"old": PASSWORD, "fresh": fresh, "again": fresh})

    assert browser.get("/board").status_code == 200


def test_an_agent_has_no_codes_to_make(strict):
    agent = strict.signed_in("agent")
    agent.get("/account")

    assert agent.post("/account/codes", {"password": PASSWORD}).status_code == 404
    assert strict.rows(RecoveryCodeRow) == []


# --- in a browser


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desktop", "telephone"])
def test_the_first_sign_in_needs_a_keyboard_and_nothing_else(strict_page, chromium, size):
    """And every page on the way is fit for a screen reader and for the width of the screen."""
    office, axe = strict_page, Axe()
    office.user("rini", "supervisor", center="CC1")
    width, height = size
    page = chromium.new_page(viewport={"width": width, "height": height})

    def fits(key: str = "") -> None:
        if key:
            with page.expect_navigation():
                page.keyboard.press(key)
        assert axe.run(page).violations_count == 0, page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    with served(office) as address:
        page.goto(f"{address}/login")
        expect(page.locator("#username")).to_be_focused()
        page.keyboard.type("rini")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        fits("Enter")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type("000000")
        fits("Enter")
        expect(page.locator("#code")).to_be_focused()
        page.keyboard.type(Telephone(office, page.content()).code())
        fits("Enter")
        assert page.locator(".codes li").count() == second_step.CODES
        page.get_by_role("link", name="Sudah saya simpan").focus()
        fits("Enter")
        assert page.url.endswith("/board")
        page.goto(f"{address}/account")
        fits()
    page.close()


# --- another telephone, another role


def admin(strict: Office) -> Browser:
    strict.user("tono", "admin")
    browser = asked(strict, "tono")
    give(browser, Telephone(strict, browser.get("/login/code").text).code())
    browser.get("/admin")
    return browser


def test_an_administrator_resets_the_step_and_the_user_is_out_at_once(strict, rini, begun):
    telephone, codes = begun
    browser = asked(strict)
    give(browser, telephone.code())
    tono = admin(strict)
    assert browser.get("/board").status_code == 200

    tono.post(f"/admin/users/{rini}/second-step")

    assert browser.get("/board").status_code == 302
    assert [row.who for row in rows(strict, "second_step_reset")] == ["tono"]
    strict.clock.pass_by(minutes=1)
    again = asked(strict)
    assert give(again, telephone.code()).status_code == 401
    assert give(again, codes[0]).status_code == 401
    fresh = Telephone(strict, again.get("/login/code").text)
    assert give(again, fresh.code()).status_code == 200


def test_nobody_resets_the_own_step_at_an_open_desk(strict):
    tono = admin(strict)
    with strict.house.database.reading() as db:
        me = db.execute(select(UserRow.id).where(UserRow.username == "tono")).scalar_one()

    page = tono.post(f"/admin/users/{me}/second-step")

    assert "administrator lain" in tono.get(page.headers["Location"]).text
    assert rows(strict, "second_step_reset") == []


def test_an_agent_who_becomes_supervisor_is_asked_at_the_next_request(strict):
    agent = strict.signed_in("agent")
    assert agent.get("/desk").status_code == 200
    with strict.house.database.reading() as db:
        me = db.execute(select(UserRow.id)).scalar_one()

    strict.change(me, role="supervisor")

    assert agent.get("/board").status_code == 302
    telephone = Telephone(strict, agent.get("/login/code").text)
    assert give(agent, telephone.code()).status_code == 200
    assert agent.get("/board").status_code == 200


def test_sessions_from_before_the_setting_are_asked_too(strict, rini):
    with strict.house.database.transaction() as db:
        sessions.begin(db, rini, now=strict.clock())  # as an older release wrote it
    (row,) = strict.rows(SessionRow)
    assert row.second_step_at is None
    with strict.house.database.transaction() as db:
        token = sessions.begin(db, rini, now=strict.clock())
    with strict.house.database.reading() as db:
        needed = second_step.NEEDED_BY
        found = sessions.signed_in(db, token, two_steps=needed, now=strict.clock())
    assert found.half
    assert not found.is_authenticated
