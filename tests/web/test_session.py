"""Signing in, staying signed in, and not staying longer than one should."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import argon2
import pytest

from callcenter.records import passwords, users
from callcenter.records.tables import AuditRow, SessionRow, SignInTryRow
from callcenter.web import guard, sites
from tests.web.office import CHEAP, PASSWORD, Browser, Office

WRONG = "bukan kata sandinya"


@pytest.fixture
def rini(office: Office) -> str:
    return office.user("rini", "supervisor")


def is_in(browser, page: str = "/posko") -> bool:
    return browser.get(page).status_code == 200


# --- signing in


def test_the_name_and_the_password_open_the_first_page(office, rini):
    browser = office.browser()

    answer = browser.sign_in(" Rini ")  # names are one whatever the case and the spaces around

    assert (answer.status_code, answer.headers["Location"]) == (303, "/board")
    assert is_in(browser)


def test_a_wrong_password_and_nobody_get_the_same_answer(office, rini):
    known, unknown = office.browser(), office.browser()

    wrong = known.sign_in("rini", WRONG)
    nobody = unknown.sign_in("nina", WRONG)

    assert wrong.status_code == nobody.status_code == 401
    assert plain(wrong.text, "rini") == plain(nobody.text, "nina")
    assert WRONG not in wrong.text


def plain(page: str, name: str) -> str:
    """A page without what differs between any two: its form token, its clock and the name typed."""
    page = re.sub(r'name="csrf_token" value="[^"]+"', "", page)
    return re.sub(r'name="now" content="\d+"', "", page).replace(name, "NAME")


def test_nobody_costs_as_much_to_check_as_somebody():
    """The time is the hashing's: the stand-in is hashed with exactly the same parameters."""
    somebody = passwords.hashed(PASSWORD, CHEAP)
    stand_in = passwords.nobody(CHEAP)

    assert argon2.extract_parameters(somebody) == argon2.extract_parameters(stand_in)
    assert not passwords.right(PASSWORD, None, CHEAP)
    assert passwords.right(PASSWORD, somebody, CHEAP)


@pytest.mark.parametrize("name", ["", "\t", "a" * 5000, "rini' --", "ünë", "rini\nx"])
def test_odd_names_are_nobody(office, name):
    assert office.browser().sign_in(name).status_code == 401


def test_a_password_is_never_hashed_beyond_its_longest(office, rini):
    assert office.browser().sign_in("rini", "x" * 10_000).status_code == 401


def test_the_sixth_try_within_a_minute_waits_even_with_the_right_password(office, rini):
    office.user("budi", "agent")
    browser = office.browser()
    for _ in range(5):
        assert "tidak cocok" in browser.sign_in("rini", WRONG).text

    assert "Tunggu satu menit" in browser.sign_in("rini").text
    assert office.browser().sign_in("budi").status_code == 303  # never a global lock
    office.clock.pass_by(seconds=60)
    assert browser.sign_in("rini").status_code == 303


def test_names_that_nobody_has_wait_as_well(office):
    browser = office.browser()
    for _ in range(5):
        browser.sign_in("nina", WRONG)

    assert "Tunggu satu menit" in browser.sign_in("nina", WRONG).text


def test_many_tries_at_once_do_not_all_come_first(office, rini):
    browsers = [office.browser() for _ in range(12)]

    with ThreadPoolExecutor(len(browsers)) as crowd:
        answers = list(crowd.map(lambda browser: browser.sign_in("rini", WRONG), browsers))

    checked = [answer for answer in answers if "tidak cocok" in answer.text]
    assert len(checked) <= 5


def test_signing_in_forgets_the_tries_before_it(office, rini):
    browser = office.browser()
    for _ in range(4):
        browser.sign_in("rini", WRONG)

    assert browser.sign_in("rini").status_code == 303
    assert office.rows(SignInTryRow) == []


def test_the_table_of_tries_names_nobody(office):
    office.browser().sign_in("my password by mistake", WRONG)

    (row,) = office.rows(SignInTryRow)
    assert "mistake" not in str(row)
    (kept,) = office.rows(AuditRow)
    assert (kept.who, kept.what, kept.result) == ("unknown", "sign_in", "refused")


def test_a_password_hashed_at_another_cost_is_hashed_again(office):
    user_id = office.user("rini", "supervisor")
    office.change(user_id, password_hash=passwords.hashed(PASSWORD, passwords.Cost(2, 16)))

    office.browser().sign_in("rini")

    with office.house.database.reading() as db:
        known = db.execute(users.USER.select()).one().password_hash
    assert argon2.extract_parameters(known).memory_cost == CHEAP.memory_kib


# --- the session


def test_the_database_cannot_be_used_to_sign_in(office, rini):
    """It holds a hash of the token, and the cookie holds the token."""
    browser = office.browser()
    browser.sign_in("rini")

    with browser.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    (row,) = office.rows(SessionRow)
    assert len(token) >= 43  # 32 random bytes
    assert token not in str(row)


def test_the_browser_gets_a_new_form_token_at_sign_in(office, rini):
    browser = office.browser()
    browser.get("/login")
    with browser.client.session_transaction() as cookie:
        before = cookie["csrf_token"]

    browser.sign_in("rini")
    browser.get("/posko")

    with browser.client.session_transaction() as cookie:
        assert cookie["csrf_token"] != before


def test_a_copy_of_the_cookie_is_worth_nothing_after_sign_out(office, rini):
    browser, thief = office.browser(), office.browser()
    browser.sign_in("rini")
    thief.client.set_cookie("session", browser.cookie())
    assert is_in(thief)

    browser.get("/posko")
    assert browser.post("/logout").headers["Location"] == "/login"

    assert not is_in(browser)
    assert not is_in(thief)


def test_signing_in_again_ends_the_session_before(office, rini):
    browser = office.browser()
    browser.sign_in("rini")
    browser.get("/posko")

    browser.post("/login", {"username": "rini", "password": PASSWORD})

    assert [row.ended_at is None for row in sorted(office.rows(SessionRow), key=began)] == [
        False,
        True,
    ]


def began(row) -> tuple:
    return row.created_at, row.ended_at is None


def test_who_is_disabled_is_out_at_the_next_request(office, rini):
    browser = office.browser()
    browser.sign_in("rini")

    with office.house.database.transaction() as db:
        users.disable(db, rini, now=office.clock())

    assert not is_in(browser)
    assert office.browser().sign_in("rini").status_code == 401


def test_another_role_holds_at_the_next_request(office, rini):
    browser = office.browser()
    browser.sign_in("rini")

    office.change(rini, role="agent", center="CC1")

    assert browser.get("/posko").status_code == 403
    assert browser.get("/").headers["Location"] == "/desk"


ENDS = {
    "signs out": lambda office, me, owner: owner.post("/logout"),
    "changes the password": lambda office, me, owner: owner.post("/account/password", OF_RINI),
    "is disabled": lambda office, me, owner: office.change(me, disabled_at=office.clock()),
    "is an agent now": lambda office, me, owner: office.change(me, role="agent", center="CC1"),
    "is for posko 12 now": lambda office, me, owner: office.change(me, role="posko", posko=12),
}
LIVE = {"X-Live": "1"}


@pytest.mark.parametrize("end", ENDS)
def test_a_stolen_cookie_is_worth_nothing_more_at_the_next_request(office, rini, end):
    """On the page, on the part of it that refreshes itself, and on what only a form can do."""
    office.app.config["STREAM_LASTS_S"] = 0
    owner, thief = office.browser(), office.browser()
    owner.sign_in("rini")
    thief.client.set_cookie("session", owner.cookie())
    owner.get("/account")
    for page in ("/board", "/board/definitions"):
        assert thief.get(page).status_code == 200
    for _ in range(2):  # the second is answered from what the first made
        assert thief.get("/board/live", headers=LIVE).status_code == 200
    assert thief.get("/live/stream").status_code == 200

    ENDS[end](office, rini, owner)

    refused = (302, 401, 403)
    assert thief.get("/board/live", headers=LIVE).status_code in refused
    assert thief.get("/board").status_code in refused
    assert thief.post("/board/void", {"number": "1"}).status_code in refused
    assert thief.get("/board/confirmations.csv").status_code in refused


def test_another_center_shows_at_the_next_request(office):
    agent = office.signed_in("agent")
    assert "CC1" in agent.get("/desk").text
    with office.house.database.reading() as db:
        user_id = users.by_name(db, "agent.one").id

    office.change(user_id, center="CC2")

    assert "CC2" in agent.get("/desk").text


def test_a_new_password_signs_out_everywhere(office, rini):
    here, there = office.browser(), office.browser()
    here.sign_in("rini")
    there.sign_in("rini")

    with office.house.database.transaction() as db:
        users.set_password(db, rini, "kata sandi yang lain", cost=CHEAP, now=office.clock())

    assert not is_in(here)
    assert not is_in(there)
    assert here.sign_in("rini").status_code == 401
    assert here.sign_in("rini", "kata sandi yang lain").status_code == 303


def test_a_session_ends_after_an_hour_without_work(office, rini):
    browser = office.browser()
    browser.sign_in("rini")

    office.clock.pass_by(minutes=59)
    assert is_in(browser)
    office.clock.pass_by(minutes=59)
    assert is_in(browser)  # what was done in between counts
    office.clock.pass_by(minutes=60)
    assert not is_in(browser)


def test_a_session_ends_after_twelve_hours_of_work(office, rini):
    browser = office.browser()
    browser.sign_in("rini")
    for _ in range(23):
        office.clock.pass_by(minutes=30)
        assert is_in(browser)

    office.clock.pass_by(minutes=30)

    assert not is_in(browser)


@pytest.mark.parametrize(
    ("role", "page", "stays"), [("agent", "/desk", True), ("supervisor", "/posko", False)]
)
def test_a_page_that_refreshes_itself_is_work_only_at_the_agents_desk(office, role, page, stays):
    browser = office.signed_in(role)
    for _ in range(4):
        office.clock.pass_by(minutes=20)
        browser.get(page, headers={"X-Live": "1"})

    assert is_in(browser, page) is stays


def test_a_stream_keeps_nobody_signed_in_but_agents(office):
    office.app.config["STREAM_LASTS_S"] = 0
    browser = office.signed_in("supervisor")
    for _ in range(4):
        office.clock.pass_by(minutes=20)
        browser.get("/live/stream")

    assert not is_in(browser)
    assert browser.get("/live/stream").status_code == 401


# --- one's own account


FRESH = "kata sandi yang lain"
OF_RINI = {"old": PASSWORD, "fresh": FRESH, "again": FRESH}


@pytest.fixture
def rinis(office: Office, rini: str) -> tuple[Browser, Browser]:
    """Two browsers in which Rini is signed in."""
    here, there = office.browser(), office.browser()
    for browser in (here, there):
        browser.sign_in("rini")
        browser.get("/account")
    return here, there


@pytest.mark.parametrize("role", guard.ROLES)
def test_everybody_can_change_the_own_password(office, role):
    browser = office.signed_in(role)
    assert browser.get("/account").status_code == 200

    assert browser.post("/account/password", OF_RINI).headers["Location"] == "/account"

    assert office.browser().sign_in(f"{role}.one").status_code == 401
    assert office.browser().sign_in(f"{role}.one", FRESH).status_code == 303


def test_another_password_ends_the_other_sessions_at_once_and_this_one_goes_on(office, rinis):
    here, there = rinis
    thief = office.browser()
    thief.client.set_cookie("session", there.cookie())

    here.post("/account/password", OF_RINI)

    assert is_in(here)
    assert not is_in(there)
    assert not is_in(thief)
    kept = [row for row in office.rows(AuditRow) if row.what == "password_set"]
    assert [(row.who, row.why) for row in kept] == [("rini", "own account")]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"old": WRONG}, "lama tidak cocok"),
        ({"again": "kata sandi yang laen"}, "baru tidak sama"),
        ({"fresh": PASSWORD, "again": PASSWORD}, "kata sandi yang lama"),
        ({"fresh": "pendek", "again": "pendek"}, "paling sedikit 14"),
        ({"fresh": "abcde" * 26, "again": "abcde" * 26}, "paling banyak 128"),
        ({"fresh": "katasandi123456", "again": "katasandi123456"}, "pertama dicoba"),
        ({"fresh": "aaaabbbbccccdddd", "again": "aaaabbbbccccdddd"}, "lima huruf"),
        ({"fresh": "rini123rini123rini", "again": "rini123rini123rini"}, "nama pengguna"),
    ],
)
def test_a_password_that_is_not_taken_changes_nothing_and_says_why(office, rinis, changes, told):
    here, there = rinis

    answer = here.post("/account/password", OF_RINI | changes)

    assert answer.status_code == 422
    assert told in answer.text
    assert not [value for value in changes.values() if f'value="{value}"' in answer.text]
    assert is_in(there)
    assert office.browser().sign_in("rini").status_code == 303


def test_the_old_password_cannot_be_guessed_at_an_open_desk(office, rinis):
    here, _ = rinis
    for _ in range(5):
        here.post("/account/password", OF_RINI | {"old": WRONG})

    answer = here.post("/account/password", OF_RINI)

    assert "Tunggu satu menit" in answer.text
    assert office.browser().sign_in("rini", FRESH).status_code == 401


@pytest.mark.parametrize(
    ("page", "form", "back"),
    [
        ("/account/password", OF_RINI | {"old": WRONG}, "/account"),
        ("/account", {}, "/account"),
    ],
)
def test_another_language_leads_back_to_a_page_that_can_be_opened(office, rinis, page, form, back):
    here, _ = rinis
    shown = here.post(page, form).text if form else here.get(page).text

    assert f'name="next" value="{back}"' in shown


# --- where one is sent


@pytest.mark.parametrize("address", ["/posko", "/posko?day=2020-04-13", "/board/wall#now"])
def test_addresses_of_this_site_are_gone_back_to(address):
    assert sites.within(address, "/") == address


@pytest.mark.parametrize(
    "address",
    [
        *("", "posko", "//evil.test", "///evil.test", "https://evil.test", "javascript:alert(1)"),
        *("/\\evil.test", "\\\\evil.test", "/\t/evil.test", "/\n/evil.test", " /posko", "/ä"),
    ],
)
def test_no_address_leads_away_from_this_site(one_engine, address):
    assert sites.within(address, "/start") == "/start"
    one_engine.user("rini", "supervisor")
    browser = one_engine.browser()
    browser.get("/login")

    answer = browser.client.post(
        "/login",
        query_string={"next": address},
        data={"csrf_token": browser.token, "username": "rini", "password": PASSWORD},
    )

    assert answer.headers["Location"] == "/board"


# --- language and colours


def test_the_language_is_chosen_in_the_browser_and_survives_the_sign_in(office, rini):
    browser = office.browser()
    assert 'lang="id"' in browser.get("/login").text

    assert browser.post("/language/en", {"next": "/login"}).headers["Location"] == "/login"

    page = browser.get("/login").text
    assert '<html lang="en"' in page
    assert "Password" in page
    browser.sign_in("rini")
    assert '<html lang="en"' in browser.get("/posko").text


def test_colours_are_chosen_in_the_browser(one_engine):
    browser = one_engine.browser()
    browser.get("/login")

    browser.post("/theme/dark", {"next": "//evil.test"})

    assert 'data-theme="dark"' in browser.get("/login").text
    assert browser.post("/theme/pink").status_code == 404
    assert browser.post("/language/xx").status_code == 404
