"""Nobody's numbers are shown in full, unless somebody says why, and that is kept."""

from __future__ import annotations

import re

import pytest

from callcenter.records import lookups, users
from callcenter.records.lookups import REVEALS
from callcenter.records.tables import AlarmRow, AuditRow
from callcenter.web.desk.words import REVEAL_FIELDS, REVEAL_WHY
from tests.web.office import Browser, Office
from tests.web.telling import CALLER, Call
from tests.web.test_desk import CONFIRMED, at_desk, person, value
from tests.web.test_ticket_pages import recorded, supervisor

NIK, KK = "3578011204900001", "3578010101100007"
PHONE = "+6281311112222"
CALL_BACK = "081322223333"
WHOLE = re.compile(r"(?<!\d)\d{16}(?!\d)|(?:\+?62|0)8\d{2}-?\d{4}-?\d{3,4}(?!\d)")
ASKED = {"reveal": "nik", "reveal_why": "compare"}


@pytest.fixture
def siti(office: Office) -> str:
    return office.user("siti", "agent", phone="081211112222", full_name="Siti Aminah")


@pytest.fixture
def desk(office: Office, siti: str) -> Browser:
    return at_desk(office, "siti")


@pytest.fixture
def dewi(office: Office) -> str:
    return person(office, "Dewi Lestari", nik=NIK, kk=KK, phone=PHONE)


@pytest.fixture
def call(office: Office, siti: str) -> Call:
    return Call(office).arrives().rings(siti).talks()


@pytest.fixture
def ticket(office: Office, desk: Browser, dewi: str, call: Call) -> str:
    """The address of a ticket about Dewi, who wants to be called back."""
    more = {"outcome": "callback_scheduled", "number": CALL_BACK, "time_window": "soon"}
    return recorded(office, desk, person=dewi, **more)


def kept(office: Office, what: str) -> list:
    return [row for row in office.rows(AuditRow) if row.what == what]


def in_full(page: str) -> list[str]:
    """What stands revealed on the page."""
    return re.findall(r"data-revealed>([^<]*)<", page)


# --- masked


def test_no_page_around_a_person_shows_a_number_in_full(office, desk, dewi, call, ticket):
    ratna = supervisor(office)
    found = desk.post("/desk/find", {"text": "Dewi Lestari"})
    shown = {
        "found": found,
        "card": desk.post("/desk/find", {"person": dewi, "call": "CA1"}),
        "desk": desk.get("/desk"),
        "live": desk.get("/desk/live"),
        "strip": desk.get("/desk/strip"),
        "manual": desk.post("/desk/manual", {"person": dewi, "act": "find"}),
        "list": desk.get("/desk/tickets"),
        "ticket": desk.get(ticket),
        "list of the supervisor": ratna.get("/desk/tickets"),
        "ticket of the supervisor": ratna.get(ticket),
        "confirmations": ratna.get("/board/confirmations"),
        "file": ratna.get("/board/confirmations.csv"),
        "board": ratna.get("/board"),
        "recap": ratna.get("/board/recap"),
    }

    for name, answer in shown.items():
        assert answer.status_code == 200, name
        assert in_full(answer.text) == [], name
        ours = {"031-8293097", "031-8280254", "+62318293097", "+62318280254"}
        assert set(WHOLE.findall(answer.text)) - ours == set(), name
    for page in (found, shown["card"], shown["ticket"]):
        assert "3578••••••••0001" in page.text
    assert "3578••••••••0007" in shown["card"].text  # the KK
    assert "0813-••••-2222" in shown["card"].text


def test_a_form_with_a_fault_does_not_give_the_number_to_call_away(desk, ticket):
    """Left empty, the number stays what it was; it must not come back filled in."""
    page = desk.get(ticket).text
    form = {"version": value(page, "version"), "reason": "other", "outcome": "callback_scheduled"}

    answer = desk.post(f"{ticket}/correct", form | {"time_window": "soon", "why": "nothing"})
    other = desk.post(f"{ticket}/record", form | {"time_window": "never"})

    for refused in (answer, other):
        assert refused.status_code == 422
        assert CALL_BACK not in refused.text
        assert CALL_BACK.lstrip("0") not in refused.text


def test_left_empty_the_number_to_call_stays_what_it_was(office, desk, ticket):
    page = desk.get(ticket).text
    form = {"version": value(page, "version"), "reason": "other", "outcome": "callback_scheduled"}

    desk.post(f"{ticket}/record", form | {"time_window": "noon"})

    assert in_full(desk.post(f"{ticket}/number").text) == ["0813-2222-3333"]


# --- revealed


@pytest.mark.parametrize(
    ("field", "shown"),
    [("nik", NIK), ("kk", KK), ("phone", "0813-1111-2222"), ("birth_date", "1990-04-12")],
)
def test_one_thing_is_shown_in_full_for_a_reason(office, desk, dewi, field, shown):
    form = {"person": dewi, "reveal": field, "reveal_why": "compare", "note": "sudah diketik"}

    page = desk.post("/desk/reveal", form).text

    assert in_full(page) == [shown]
    (seen,) = kept(office, "reveal")
    assert (seen.who, seen.subject, seen.result) == ("siti", f"person:{dewi}", field)
    assert seen.why == "search · compare"
    assert shown not in str(office.rows(AuditRow))
    assert in_full(desk.post("/desk/find", {"person": dewi}).text) == []  # masked again


def test_what_was_typed_stays_when_something_is_shown(office, desk, dewi, call):
    form = {**CONFIRMED, "person": dewi, "call": "CA1", "note": "sudah diketik", **ASKED}

    page = desk.post("/desk/reveal", form).text

    assert in_full(page) == [NIK]
    assert "sudah diketik" in page
    assert value(page, "person") == dewi
    assert [row.why for row in kept(office, "reveal")] == ["call:CA1 · compare"]


def test_the_manual_log_shows_it_too(office, desk, dewi):
    form = {"person": dewi, "act": "reveal", "name": "Pak Budi", **ASKED}

    page = desk.post("/desk/manual", form).text

    assert in_full(page) == [NIK]
    assert "Pak Budi" in page
    assert [row.why for row in kept(office, "reveal")] == ["manual log · compare"]


@pytest.mark.parametrize("role", ["agent", "supervisor"])
def test_the_ticket_shows_it_too(office, desk, dewi, ticket, role):
    browser = desk if role == "agent" else supervisor(office)

    page = browser.post(f"{ticket}/reveal", ASKED).text

    assert in_full(page) == [NIK]
    (seen,) = kept(office, "reveal")
    assert seen.why.startswith("ticket:")


def test_an_auditor_sees_that_it_was_shown_and_not_what(office, desk, dewi, ticket):
    auditor = office.signed_in("auditor")

    assert "Tampilkan data lengkap" not in auditor.get(ticket).text
    assert auditor.post(f"{ticket}/reveal", ASKED).status_code == 403
    assert auditor.post(f"{ticket}/number").status_code == 403


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"reveal": "", "reveal_why": "compare"}, "Pilih data"),
        ({"reveal": "full_name", "reveal_why": "compare"}, "Pilih data"),
        ({"reveal": "nik", "reveal_why": ""}, "Pilih alasannya"),
        ({"reveal": "nik", "reveal_why": "because"}, "Pilih alasannya"),
        ({"reveal": "nik", "reveal_why": "other"}, "Tulis alasannya"),
        ({"reveal": "nik", "reveal_why": "other", "reveal_words": " x  "}, "Tulis alasannya"),
        ({"reveal": "nik", "reveal_why": "other", "reveal_words": f"cek {NIK}"}, "tanpa NIK"),
        ({"reveal": "nik", "reveal_why": "compare", "reveal_words": "08 12.34-56"}, "tanpa NIK"),
        ({"reveal": "nik", "reveal_why": "compare", "reveal_words": "x" * 121}, "cukup singkat"),
    ],
)
def test_without_a_reason_nothing_is_shown(office, desk, dewi, form, told):
    answer = desk.post("/desk/reveal", {"person": dewi, **form})

    assert answer.status_code == 422
    assert told in answer.text
    assert in_full(answer.text) == []
    assert kept(office, "reveal") == []
    assert NIK not in str(office.rows(AuditRow))


def test_another_reason_is_written_down_as_said(office, desk, dewi):
    words = {"reveal_why": "other", "reveal_words": "  diminta   PMO lewat surat "}

    desk.post("/desk/reveal", {"person": dewi, "reveal": "kk", **words})

    assert [row.why for row in kept(office, "reveal")] == [
        "search · other: diminta PMO lewat surat"
    ]


def test_what_is_unknown_is_said_to_be(office, desk):
    unknown = person(office, "Tono", nik="3578010101800002")

    page = desk.post("/desk/reveal", {"person": unknown, "reveal": "kk", "reveal_why": "compare"})

    assert in_full(page.text) == ["tidak ada di data kami"]


@pytest.mark.parametrize("nobody", ["", "nobody", "00000000-0000-0000-0000-000000000000"])
def test_nobody_has_nothing_to_show(office, desk, nobody):
    answer = desk.post("/desk/reveal", {"person": nobody, **ASKED})

    assert in_full(answer.text) == []
    assert kept(office, "reveal") == []


def test_showing_very_much_slows_down_and_supervisors_are_told(office, desk, siti, dewi, ticket):
    with office.house.database.transaction() as db:
        for _ in range(REVEALS.most):
            assert not lookups.wait_s(db, siti, REVEALS, "", now=office.clock())

    slowed = desk.post("/desk/reveal", {"person": dewi, **ASKED})
    number = desk.post(f"{ticket}/number")

    for answer in (slowed, number):
        assert answer.status_code == 429
        assert "Tunggu 5 detik" in answer.text
        assert in_full(answer.text) == []
    assert [row.kind for row in office.rows(AlarmRow)] == ["reveals"]
    assert [row.result for row in kept(office, "reveal")] == ["slowed", "slowed"]
    assert kept(office, "number") == []
    assert desk.post("/desk/find", {"text": NIK}).status_code == 200  # looking goes on


def test_a_ticket_that_is_one_look_too_many_says_how_long_to_wait(office, desk, siti, ticket):
    office.clock.pass_by(minutes=10)  # so that the ticket is a new look
    with office.house.database.transaction() as db:
        for _ in range(lookups.LOOK_UPS.most):
            assert not lookups.wait_s(db, siti, lookups.LOOK_UPS, "", now=office.clock())

    slowed = desk.get(ticket)

    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "5"
    assert "Tunggu 5 detik" in slowed.text
    assert "Dewi" not in slowed.text
    office.clock.pass_by(seconds=5)
    assert desk.get(ticket).status_code == 200


def test_every_look_at_a_person_is_kept_with_what_it_was_for(office, desk, dewi, call, ticket):
    desk.post("/desk/find", {"text": NIK, "call": "CA1"})
    desk.post("/desk/manual", {"text": NIK, "act": "find"})
    desk.get(ticket)

    whys = {row.why.partition(":")[0] for row in kept(office, "person")}
    assert whys == {"call", "manual log", "ticket"}
    assert {row.subject for row in kept(office, "person")} == {f"person:{dewi}"}
    assert {row.why for row in kept(office, "ticket")} == {"opened"}
    assert CALLER not in str(office.rows(AuditRow))


def test_every_reason_and_every_field_is_offered(desk, dewi):
    page = desk.post("/desk/find", {"person": dewi}).text

    for code in (*REVEAL_FIELDS, *REVEAL_WHY):
        assert f'<option value="{code}"' in page


def test_people_of_a_call_are_shown_masked_before_anybody_is_chosen(office, siti):
    family = person(office, "Dewi Lestari", nik=NIK, phone=CALLER)
    browser = at_desk(office, "siti")
    Call(office).arrives().rings(siti)

    page = browser.get("/desk").text

    assert "3578••••••••0001" in page
    assert NIK not in page
    with office.house.database.reading() as db:
        assert users.by_name(db, "siti")
    assert {row.subject for row in kept(office, "person")} == {f"person:{family}"}
