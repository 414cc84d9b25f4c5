"""Calls that came to a desk telephone, written down by hand: how the tool is used on its first
day, and whenever the telephone system is down."""

from __future__ import annotations

import re
from html import unescape

import pytest

from callcenter.records import callers, tickets, users
from callcenter.records.tables import AuditRow, TicketRow
from callcenter.rules import tickets as numbers
from callcenter.rules import wib
from tests.web.office import MORNING, Browser, Office
from tests.web.telling import LINE_1, LINE_2, Call
from tests.web.test_desk import NIK, at_desk, chosen, events_of, person, value

TODAY = "2020-04-13"
WRITTEN = {
    "act": "save",
    "line": LINE_1,
    "day": TODAY,
    "clock": "08.45",
    "caller": "0812-3456-7890",
    "name": "Pak Joko",
    "reason": "laid_off_list",
    "outcome": "answered",
}


@pytest.fixture
def desk(office: Office) -> Browser:
    """An agent of the second center who has no telephone: the log needs none."""
    office.user("budi", "agent", center="CC2")
    return at_desk(office, "budi")


@pytest.fixture
def one_desk(one_engine: Office) -> Browser:
    one_engine.user("budi", "agent", center="CC2")
    return at_desk(one_engine, "budi")


def log(desk: Browser, **typed: str):
    """Fill in the page as it is now, and save."""
    form_id = value(desk.get("/desk/manual").text, "form_id")
    return desk.post("/desk/manual", {"form_id": form_id} | WRITTEN | typed)


def the_ticket(office: Office):
    (it,) = office.rows(TicketRow)
    return it


def test_the_empty_form_has_the_own_line_today_and_now(one_desk):
    page = one_desk.get("/desk/manual").text

    first = re.search(r'<select[^>]*id="line".*?<option value="([^"]*)"', page, re.DOTALL)
    assert (chosen(page, "line"), unescape(first[1])) == (LINE_2, LINE_2)
    assert f'value="{TODAY}"' in page
    assert 'value="09.00"' in page


def test_a_call_is_kept_for_the_agents_center_when_it_came(office, desk):
    log(desk)

    it = the_ticket(office)
    assert (it.channel, it.center, it.line, it.call_id) == ("manual", "CC2", LINE_1, "")
    assert it.opened_at == it.outcome_at == it.counted_at == wib.at(f"{TODAY} 08:45")
    house = office.house
    with house.database.reading() as db:
        caller = callers.of_ticket(it.id)
        assert callers.number(db, house.keys, caller) == "+6281234567890"
        assert callers.name(db, house.keys, caller) == "Pak Joko"


def test_the_number_is_shown_to_be_read_aloud_and_the_form_is_empty_again(office, desk):
    page = desk.get(log(desk).headers["Location"]).text

    assert numbers.grouped(the_ticket(office).number) in page
    assert "Pak Joko" not in page


def test_a_form_sent_twice_makes_one_ticket(office, desk):
    form_id = value(desk.get("/desk/manual").text, "form_id")
    sent = [desk.post("/desk/manual", {"form_id": form_id} | WRITTEN) for _ in range(2)]

    assert sent[0].headers["Location"] == sent[1].headers["Location"]
    assert len(office.rows(TicketRow)) == 1
    assert len(events_of(office, "OutcomeRecorded")) == 1


def test_a_form_sent_again_with_something_else_in_it_is_told(office, desk):
    form_id = value(desk.get("/desk/manual").text, "form_id")
    desk.post("/desk/manual", {"form_id": form_id} | WRITTEN)
    other = {"form_id": form_id, "outcome": "confirmed", "note": "berubah"}
    told = desk.post("/desk/manual", WRITTEN | other)

    assert told.status_code == 409
    assert "sudah tersimpan" in told.text
    assert ">berubah</textarea>" in told.text
    assert the_ticket(office).outcome == "answered"


def test_two_agents_forms_never_meet(one_engine, one_desk):
    one_engine.user("ratna", "agent")
    ratna = at_desk(one_engine, "ratna")
    for desk in (one_desk, ratna):
        desk.post("/desk/manual", {"form_id": "same"} | WRITTEN)

    assert sorted(it.center for it in one_engine.rows(TicketRow)) == ["CC1", "CC2"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"clock": "09.01"}, "Jamnya belum lewat."),  # it is nine
        ({"day": "2020-04-14"}, "Jamnya belum lewat."),
        ({"day": "2020-03-01"}, "Lebih dari 31 hari"),
        ({"day": "0001-01-01"}, "Lebih dari 31 hari"),
        ({"day": "13/04/2020"}, "Isi tanggal, dan jam"),
        ({"day": ""}, "Isi tanggal, dan jam"),
        ({"clock": "25.00"}, "Isi tanggal, dan jam"),
        ({"clock": ""}, "Isi tanggal, dan jam"),
        ({"line": "+628123"}, "Pilih salurannya."),
        ({"caller": ""}, "Tulis nomor penelepon"),
        ({"caller": "123"}, "Tulis nomor penelepon"),
        ({"caller": "anonymous"}, "Tulis nomor penelepon"),
        ({"name": "x" * 121}, "Nama terlalu panjang"),
        ({"reason": ""}, "Pilih keperluannya."),
        ({"outcome": ""}, "Pilih hasilnya."),
        ({"outcome": "prank"}, "Pilih hasilnya."),  # no case: nothing to log
        ({"outcome": "escalated_pmo"}, "Isi nomor rujukan"),
    ],
)
def test_a_fault_is_said_and_nothing_typed_is_lost(one_engine, one_desk, typed, said):
    answer = log(one_desk, note="cerita panjang", **typed)

    assert answer.status_code == 422
    assert said in answer.text
    assert ">cerita panjang</textarea>" in answer.text
    for name in ("day", "clock", "caller", "name"):
        assert f'value="{(WRITTEN | typed)[name]}"' in answer.text
    assert one_engine.rows(TicketRow) == []


@pytest.mark.parametrize("clock", ["09.00", "09:00", "9.00"])
def test_the_present_minute_is_not_in_the_future(one_engine, one_desk, clock):
    assert log(one_desk, clock=clock).status_code == 303
    assert the_ticket(one_engine).opened_at == MORNING


def test_a_caller_who_hides_the_number_is_logged_without_one(one_engine, one_desk):
    log(one_desk, caller="", withheld="1")

    house = one_engine.house
    with house.database.reading() as db:
        caller = callers.of_ticket(the_ticket(one_engine).id)
        assert callers.number(db, house.keys, caller) is None


def test_a_hidden_number_is_not_kept_though_one_was_typed(one_engine, one_desk):
    log(one_desk, withheld="1")

    house = one_engine.house
    with house.database.reading() as db:
        caller = callers.of_ticket(the_ticket(one_engine).id)
        assert callers.number(db, house.keys, caller) is None


def test_a_person_is_found_chosen_and_linked_and_nothing_is_lost(one_engine, one_desk):
    dewi = person(one_engine, "Dewi Lestari")
    form_id = value(one_desk.get("/desk/manual").text, "form_id")
    typed = {"form_id": form_id} | WRITTEN | {"note": "sudah dicari"}

    found = one_desk.post("/desk/manual", typed | {"act": "find", "text": "dewi"}).text
    assert f'name="chosen" value="{dewi}"' in found
    picked = one_desk.post("/desk/manual", typed | {"act": "", "chosen": dewi}).text
    assert value(picked, "person") == dewi
    for page in (found, picked):
        assert ">sudah dicari</textarea>" in page
        assert 'value="Pak Joko"' in page
        assert value(page, "form_id") == form_id
    one_desk.post("/desk/manual", typed | {"person": dewi})

    assert the_ticket(one_engine).person_id == dewi
    seen = {(row.who, row.why) for row in one_engine.rows(AuditRow) if row.what == "person"}
    assert seen == {("budi", "manual log")}


def test_a_nik_finds_its_person_and_is_not_kept_in_the_trail(one_engine, one_desk):
    dewi = person(one_engine, "Dewi Lestari")
    page = one_desk.post("/desk/manual", WRITTEN | {"act": "find", "text": NIK}).text

    assert value(page, "person") == dewi
    assert NIK not in page
    assert not any(NIK in str(tuple(row)) for row in one_engine.rows(AuditRow))


def test_a_note_with_a_code_is_asked_about_once(one_engine, one_desk):
    asked = log(one_desk, note="kode OTP 123456")
    assert asked.status_code == 422

    again = {"note": "kode OTP 123456", "warned": value(asked.text, "warned")}
    assert log(one_desk, **again).status_code == 303
    assert len(one_engine.rows(TicketRow)) == 1


def test_the_note_and_the_number_to_call_are_kept_sealed(one_engine, one_desk):
    given = {"time_window": "tomorrow", "number": "031-8290000", "note": "lewat anaknya"}
    log(one_desk, outcome="callback_scheduled", **given)

    it, house = the_ticket(one_engine), one_engine.house
    assert it.given == {"time_window": "tomorrow"}
    with house.database.reading() as db:
        filed = tickets.ticket(db, it.id)
        assert tickets.number_to_call(db, house.keys, filed) == "+62318290000"
        assert [note.text for note in tickets.notes(db, house.keys, it.id)] == ["lewat anaknya"]


def test_somebody_elses_number_is_not_shown_as_just_saved(one_engine, one_desk):
    log(one_desk)
    one_engine.user("ratna", "agent")
    number = the_ticket(one_engine).number

    page = at_desk(one_engine, "ratna").get(f"/desk/manual?saved={number}").text
    assert numbers.grouped(number) not in page


def test_a_call_that_rings_meanwhile_is_told_here_too(one_engine, one_desk):
    with one_engine.house.database.reading() as db:
        agent = users.by_name(db, "budi").id
    Call(one_engine).arrives().rings(agent, center="CC2")

    assert "Angkat telepon Anda dan tekan 1." in one_desk.get("/desk/manual").text
