"""What may be sent to the people's door, how much of it, and how often."""

from __future__ import annotations

import random
from datetime import timedelta
from io import BytesIO

import argon2
import pytest

from callcenter.chores import CHORES
from callcenter.records import alarms, lookups, sessions, sign_in, tries, users
from callcenter.records.lookups import LOOK_UPS, REVEALS
from callcenter.records.passwords import LONGEST
from callcenter.records.tables import (
    AlarmRow,
    AuditRow,
    LookUpRow,
    NoteRow,
    SessionRow,
    SignInTryRow,
)
from callcenter.web import guard, letters
from tests.web.office import CHEAP, PASSWORD, Browser, Office
from tests.web.test_desk import at_desk, person

WRONG = "bukan kata sandinya"
NIK = "3578011204900001"
BIDI = "\u202e"


# --- sizes


@pytest.mark.parametrize(
    "form",
    [
        {"text": "x" * (letters.LONGEST + 1)},
        {"x" * (letters.LONGEST_NAME + 1): "1"},
        {f"field{number}": "1" for number in range(letters.MOST_FIELDS + 1)},
        {"text": "x" * 300_000},
    ],
    ids=["a long field", "a long name", "many fields", "a long body"],
)
def test_more_than_a_page_of_ours_sends_is_refused(one_engine, form):
    agent = one_engine.signed_in("agent")
    agent.get("/desk")

    answer = agent.post("/desk/find", form)

    assert answer.status_code == 413
    assert "terlalu besar" in answer.text


def test_a_body_of_unknown_length_is_not_read_without_end(one_engine):
    agent = one_engine.signed_in("agent")
    agent.get("/desk")

    answer = agent.client.post(
        "/desk/find",
        input_stream=BytesIO(b"text=" + b"x" * 300_000),
        headers={"Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 413


@pytest.mark.parametrize("cookie", ["x" * 100_000, "\u00e9", ".eJ.x.y", "{}", '"'])
def test_a_cookie_that_is_none_of_ours_is_nobody(one_engine, cookie):
    browser = one_engine.browser()

    answer = browser.client.get("/posko", headers={"Cookie": f"session={cookie}"})

    assert answer.status_code == 302


def test_a_note_has_a_length(one_engine):
    one_engine.user("siti", "agent", phone="081211112222")
    desk = at_desk(one_engine, "siti")
    page = desk.get("/desk/manual").text
    assert "maxlength" in page

    form = {"act": "save", "reason": "other", "outcome": "answered", "note": "x" * 4001}
    answer = desk.post("/desk/manual", form)

    assert answer.status_code == 422
    assert one_engine.rows(NoteRow) == []


# --- letters


@pytest.mark.parametrize("mark", ["\x00", "\x08", "\x1b", "\x7f", "\x85"])
@pytest.mark.parametrize("place", ["form", "question", "address"])
def test_what_nobody_types_is_refused_before_anything_is_asked(office, mark, place):
    agent = office.signed_in("agent")
    agent.get("/desk")

    match place:
        case "form":
            answer = agent.post("/desk/find", {"text": f"Siti{mark}"})
        case "question":
            answer = agent.client.get("/desk", query_string={"call": f"CA{mark}"})
        case _:
            answer = agent.client.get(f"/desk/tickets/{mark}".replace("\x85", "\u0085"))

    assert answer.status_code == 400
    assert "tidak bisa dibaca" in answer.text


def test_numbers_copied_from_a_messenger_are_found(one_engine):
    """They come wrapped in marks that turn the writing direction."""
    one_engine.user("siti", "agent", phone="081211112222")
    person(one_engine, "Dewi Lestari", phone="+6281234567890")
    desk = at_desk(one_engine, "siti")

    page = desk.post("/desk/find", {"text": "\u202a+62 812-3456-7890\u202c"}).text

    assert "Dewi Lestari" in page
    assert "\u202a" not in page


def test_a_name_cannot_turn_the_writing_direction(one_engine):
    one_engine.user("siti", "agent", phone="081211112222")
    desk = at_desk(one_engine, "siti")

    page = desk.post("/desk/manual", {"name": f"Siti{BIDI}igal", "act": "find"}).text

    assert 'value="Sitiigal"' in page


def test_a_file_where_none_is_asked_for_is_no_field_and_its_name_is_told_to_nobody(one_engine):
    agent = one_engine.signed_in("agent")
    agent.get("/desk")
    name = f'a"\r\nX-Evil: 1{BIDI}.csv'

    answer = agent.client.post(
        "/desk/find",
        data={"csrf_token": agent.token, "text": (BytesIO(b"Siti"), name)},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 200
    assert "X-Evil" not in answer.headers
    assert "X-Evil" not in answer.text


NASTY = (
    *("", " ", "0", "-1", "1e9", "9" * 400, "\t", "\r\n", "' OR 1=1 --", "<script>", "{{7*7}}"),
    *("../../etc/passwd", "%00", "\ufffd", "\U0001f600" * 50, "NaN", "null", "3,57801E+15"),
    *("2020-13-45", "99:99", "٣", "Infinity", "1_000", "²", "\\", "x" * 5000),
)
FIELDS = (
    *("text", "chosen", "call", "offer", "version", "state", "reason", "outcome", "note", "more"),
    *("person", "number", "why", "status", "then", "act", "line", "day", "clock", "caller", "name"),
    *("form_id", "reveal", "reveal_why", "reveal_words", "old", "fresh", "again", "password"),
    *("code", "next", "until", "center", "assisted-12", "version-12", "was-12", "warned", "posko"),
    *("external_reference", "time_window", "sub_reason", "withheld", "username", "of", "saved"),
)


@pytest.mark.parametrize("role", ["agent", "supervisor", "posko", "admin"])
def test_nothing_that_is_typed_breaks_a_page(office, role):
    browser, dice, broken = office.signed_in(role), random.Random(20), []
    address_of = {
        rule.endpoint: rule.build({name: "1" for name in rule.arguments})[1]
        for rule in office.app.url_map.iter_rules()
        if role in guard.mark_of(office.app.view_functions[rule.endpoint])
        and rule.endpoint not in ("session.sign_out", "streams.stream")
    }
    for address in address_of.values():
        for _ in range(4):
            typed = {name: dice.choice(NASTY) for name in dice.sample(FIELDS, 30)}
            browser.get("/account")
            sent = browser.client.post(address, data={"csrf_token": browser.token} | typed)
            asked = browser.client.get(address, query_string=typed, buffered=True)
            broken += [
                (address, answer.status_code, typed)
                for answer in (sent, asked)
                if answer.status_code >= 500
            ]

    assert broken == []


# --- signing in


@pytest.fixture
def checked(monkeypatch) -> list[str]:
    """Every hash that a password was compared with."""
    compared: list[str] = []
    verify = argon2.PasswordHasher.verify

    def counted(self, known, password):
        compared.append(known)
        return verify(self, known, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    return compared


@pytest.mark.parametrize("name", ["rini", "nobody", "ta'is", "a" * 300, "closed"])
@pytest.mark.parametrize("password", [WRONG, PASSWORD])
def test_every_try_costs_one_comparison_whoever_it_is_for(one_engine, checked, name, password):
    """The time of a try is that of one hashing at the configured cost, for anybody."""
    one_engine.user("rini", "supervisor")
    closed = one_engine.user("closed", "admin")
    with one_engine.house.database.transaction() as db:
        users.disable(db, closed, now=one_engine.clock())

    one_engine.browser().sign_in(name, password)

    assert len(checked) == 1
    found = argon2.extract_parameters(checked[0])
    assert (found.time_cost, found.memory_cost) == (CHEAP.time, CHEAP.memory_kib)


@pytest.mark.parametrize("name", ["rini", "nobody"])
def test_a_password_beyond_the_longest_costs_nothing_for_anybody(one_engine, checked, name):
    one_engine.user("rini", "supervisor")

    assert one_engine.browser().sign_in(name, "x" * (LONGEST + 1)).status_code == 401
    assert checked == []


@pytest.mark.parametrize("name", ["rini", "nobody"])
def test_the_sixth_try_costs_nothing_and_is_of_this_name_alone(one_engine, checked, name):
    one_engine.user("rini", "supervisor")
    one_engine.user("budi", "agent")
    browser = one_engine.browser()
    for _ in range(5):
        browser.sign_in(name, WRONG)
    assert len(checked) == 5

    assert "Tunggu satu menit" in browser.sign_in(name).text

    assert len(checked) == 5
    assert one_engine.browser().sign_in("budi").status_code == 303


def test_tries_are_counted_over_all_processes(office):
    """Two applications on one database are two processes of it."""
    office.user("rini", "supervisor")
    other = Office(office.settings, clock=office.clock)
    try:
        for number in range(5):
            (office, other)[number % 2].browser().sign_in("rini", WRONG)

        assert "Tunggu satu menit" in other.browser().sign_in("rini").text
        assert "Tunggu satu menit" in office.browser().sign_in("rini").text
    finally:
        other.house.database.close()


# --- looking people up


def looked(desk: Browser, text: str = NIK):
    return desk.post("/desk/find", {"text": text})


@pytest.fixture
def desk(office: Office) -> Browser:
    office.user("siti", "agent", phone="081211112222", full_name="Siti Aminah")
    person(office, "Dewi Lestari")
    return at_desk(office, "siti")


def used_up(office: Office, limit: lookups.Limit, *, but: int = 0) -> str:
    """Siti has looked as often as goes at once, a minute ago; gives her id."""
    with office.house.database.transaction() as db:
        siti = users.by_name(db, "siti").id
        for _ in range(limit.most - but):
            assert not lookups.wait_s(db, siti, limit, "", now=office.clock())
    return siti


def test_two_hundred_looks_in_ten_minutes_slow_down_and_tell_supervisors(office, desk):
    office.user("ratna", "supervisor", center="CC1")
    ratna = office.browser()
    ratna.sign_in("ratna")
    used_up(office, LOOK_UPS, but=1)
    assert office.rows(AlarmRow) == []

    assert looked(desk).status_code == 200  # the two hundredth
    slowed = looked(desk)

    assert slowed.status_code == 429
    assert "Tunggu 5 detik" in slowed.text
    assert "Dewi Lestari" not in slowed.text
    (alarm,) = office.rows(AlarmRow)
    assert alarm.kind == "look_ups"
    page = ratna.get("/board").text
    assert "Siti Aminah" in page
    assert "membuka data sangat banyak orang" in page
    kept = [(row.what, row.result) for row in office.rows(AuditRow)]
    assert ("alarm", "sounded") in kept
    assert ("look_up", "slowed") in kept


def test_the_delay_grows_with_every_look_too_many_and_goes_when_the_hurry_is_over(office, desk):
    used_up(office, LOOK_UPS)
    waits = []
    for _ in range(4):
        told = looked(desk).text.partition("Tunggu ")[2].partition(" ")[0]
        waits.append(int(told))
        office.clock.pass_by(seconds=int(told))
        assert looked(desk).status_code == 200

    assert waits == [5, 10, 15, 20]
    office.clock.pass_by(minutes=10)
    assert [looked(desk).status_code for _ in range(3)] == [200, 200, 200]


def test_trying_while_slowed_does_not_make_it_longer(office, desk):
    used_up(office, LOOK_UPS)
    for _ in range(10):
        assert looked(desk).status_code == 429

    office.clock.pass_by(seconds=5)

    assert looked(desk).status_code == 200


def test_others_go_on_while_one_is_slowed(office, desk):
    office.user("budi", "agent", phone="081211113333")
    used_up(office, LOOK_UPS)

    assert looked(at_desk(office, "budi")).status_code == 200


def test_what_was_typed_stays_while_slowed(office, desk):
    used_up(office, LOOK_UPS)

    page = desk.post("/desk/manual", {"text": NIK, "note": "sudah panjang", "act": "find"}).text

    assert "sudah panjang" in page
    assert NIK in page  # the agent's own typing


def test_the_same_person_again_is_no_new_look(office, desk):
    page = looked(desk).text
    chosen = page.partition('name="person" value="')[2].partition('"')[0]
    assert chosen
    before = len(office.rows(LookUpRow))

    for _ in range(5):
        desk.post("/desk/status", {"person": chosen, "status": "nothing"})

    assert len(office.rows(LookUpRow)) == before + 1


def test_looks_are_counted_over_all_processes_and_forgotten_in_time(office, desk):
    other = Office(office.settings, clock=office.clock)
    try:
        used_up(office, LOOK_UPS)
        browser = at_desk(other, "siti")
        assert looked(browser).status_code == 429
    finally:
        other.house.database.close()
    office.clock.pass_by(minutes=10)
    assert looked(desk).status_code == 200
    assert len(office.rows(LookUpRow)) == 1  # the others do not count and are gone


def test_a_nik_in_an_address_is_not_searched(office, desk):
    assert "Dewi Lestari" not in desk.get(f"/desk?text={NIK}").text
    assert office.rows(LookUpRow) == []
    assert desk.get(f"/desk/find?text={NIK}").status_code == 405


def test_an_alarm_is_told_once_an_hour_until_somebody_has_looked(office):
    office.user("ratna", "supervisor")
    ratna = office.browser()
    ratna.sign_in("ratna")
    siti = office.user("siti", "agent", full_name="Siti Aminah")
    with office.house.database.transaction() as db:
        about = {"kind": "reveals", "subject": f"user:{siti}"}
        assert alarms.sound(db, **about, now=office.clock())
        assert not alarms.sound(db, **about, now=office.clock() + timedelta(minutes=59))
        (known,) = alarms.unseen(db)
    page = ratna.get("/posko").text
    assert f"/alarms/{known.id}/seen" in page

    ratna.post(f"/alarms/{known.id}/seen", {"next": "/posko"})
    ratna.post(f"/alarms/{known.id}/seen", {"next": "/posko"})

    assert "Siti Aminah" not in ratna.get("/posko").text
    seen = [row for row in office.rows(AuditRow) if row.what == "alarm_seen"]
    assert [(row.who, row.subject) for row in seen] == [("ratna", f"alarm:{known.id}")]
    with office.house.database.transaction() as db:
        assert alarms.sound(db, **about, now=office.clock() + timedelta(hours=1))


@pytest.mark.parametrize("role", ["agent", "posko", "auditor"])
def test_alarms_are_for_those_who_can_act(office, role):
    siti = office.user("siti", "agent", full_name="Siti Aminah")
    browser = office.signed_in(role)
    with office.house.database.transaction() as db:
        alarms.sound(db, kind="reveals", subject=f"user:{siti}", now=office.clock())

    assert "Siti Aminah" not in browser.get("/account").text


# --- what does not count any more goes


def test_the_worker_takes_away_what_no_longer_counts(office, desk):
    now = office.clock()
    with office.house.database.transaction() as db:
        siti = users.by_name(db, "siti").id
        sessions.end_all(db, siti, now=now - timedelta(days=8))
        alive = sessions.begin(db, siti, now=now)
        sessions.begin(db, siti, now=now - timedelta(days=9))  # expired, never signed out
        lookups.wait_s(db, siti, REVEALS, "", now=now - timedelta(minutes=10))
        lookups.wait_s(db, siti, LOOK_UPS, "", now=now)
        alarms.sound(db, kind="reveals", subject="user:1", now=now - timedelta(days=40))
        (old,) = alarms.unseen(db)
        alarms.look(db, old.id, by="ratna", now=now - timedelta(days=31))
        alarms.sound(db, kind="reveals", subject="user:2", now=now - timedelta(days=40))
    name = sign_in.name_of(office.house.keys, "siti")
    tries.spend(office.house.database, name, now=now - timedelta(minutes=2))

    (purge,) = [chore for chore in CHORES if chore.do.__name__ == "purge"]
    purge.do(office.house)

    assert len(office.rows(SessionRow)) == 1
    assert office.rows(SignInTryRow) == []
    assert len(office.rows(LookUpRow)) == 1
    assert [row.subject for row in office.rows(AlarmRow)] == ["user:2"]
    with office.house.database.reading() as db:
        assert sessions.signed_in(db, alive, now=now)
