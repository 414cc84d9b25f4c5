"""Tickets read again: the day's list, one ticket with its history, and what may be added to it."""

from __future__ import annotations

import pytest

from callcenter.records import tickets
from callcenter.records.tables import AuditRow, EventRow, TicketRow
from callcenter.rules import tickets as numbers
from tests.web.office import Browser, Office
from tests.web.telling import Call
from tests.web.test_desk import CONFIRMED, at_desk, chosen, events_of, person, value

AGAIN = {"reason": "application_status", "outcome": "answered"}


@pytest.fixture
def siti(office: Office) -> str:
    return office.user("siti", "agent", phone="081211112222", full_name="Siti Aminah")


@pytest.fixture
def desk(office: Office, siti: str) -> Browser:
    return at_desk(office, "siti")


@pytest.fixture
def call(office: Office, siti: str) -> Call:
    return Call(office).arrives().rings(siti).talks()


def recorded(office: Office, desk: Browser, **typed: str) -> str:
    """The address of the ticket of call CA1, recorded at the desk."""
    form = {"call": "CA1", "version": "0", **CONFIRMED} | typed
    assert desk.post("/desk/ticket", form).status_code == 303
    return f"/desk/tickets/{the_ticket(office).number}"


@pytest.fixture
def page(office: Office, desk: Browser, call: Call) -> str:
    return recorded(office, desk)


def the_ticket(office: Office):
    (it,) = office.rows(TicketRow)
    return it


def supervisor(office: Office) -> Browser:
    office.user("ratna", "supervisor", center="CC1", full_name="Ratna Dewi")
    browser = office.browser()
    browser.sign_in("ratna")
    browser.get("/desk/tickets")
    return browser


# --- reading


def test_the_page_tells_what_who_and_when(office, desk, page):
    shown = desk.get(page).text

    assert numbers.grouped(the_ticket(office).number) in shown
    assert "Cek status pendaftaran · Data terkonfirmasi" in shown
    assert "Siti Aminah" in shown
    assert "0812-••••-7890" in shown  # the caller, masked


def test_the_number_in_the_address_may_be_grouped(desk, page):
    number = page[-9:]

    assert desk.get(f"/desk/tickets/{numbers.grouped(number)}").status_code == 200


@pytest.mark.parametrize("number", ["123456789", "000000000", "x", "1 2"])
def test_a_number_that_is_none_is_not_found(one_engine, number):
    assert one_engine.signed_in("agent").get(f"/desk/tickets/{number}").status_code == 404


def test_every_look_is_written_down(office, desk, call):
    dewi = person(office, "Dewi Lestari")
    address = recorded(office, desk, person=dewi)
    desk.get(address)

    seen = {(row.who, row.what, row.subject) for row in office.rows(AuditRow)}
    ticket = f"ticket:{the_ticket(office).id}"
    assert {("siti", "ticket", ticket), ("siti", "person", f"person:{dewi}")} <= seen


@pytest.mark.parametrize(("role", "may"), [("auditor", 200), ("posko", 403), ("admin", 403)])
def test_who_may_read_a_ticket(one_engine, role, may):
    agent = one_engine.user("siti", "agent", phone="081211112222")
    Call(one_engine).arrives().rings(agent).talks()
    address = recorded(one_engine, at_desk(one_engine, "siti"))

    assert one_engine.signed_in(role).get(address).status_code == may


def test_an_auditor_reads_and_changes_nothing(one_engine):
    agent = one_engine.user("siti", "agent", phone="081211112222")
    Call(one_engine).arrives().rings(agent).talks()
    address = recorded(one_engine, at_desk(one_engine, "siti"))
    auditor = one_engine.signed_in("auditor")

    assert 'method="post"' not in auditor.get(address).text.partition("<main")[2]
    for act in ("record", "correct", "note", "number", "void"):
        assert auditor.post(f"{address}/{act}", AGAIN).status_code == 403
    assert the_ticket(one_engine).versions == 1


# --- the list


def test_an_agent_sees_the_own_tickets_of_today_whatever_the_center(office, desk, siti):
    Call(office, "CA1").arrives(center="CC2").rings(siti).talks()
    recorded(office, desk)

    number = numbers.grouped(the_ticket(office).number)
    assert number in desk.get("/desk/tickets").text
    assert number not in desk.get("/desk/tickets?of=center").text  # it is the other center's
    office.user("budi", "agent", center="CC2")
    budi = at_desk(office, "budi")
    assert number not in budi.get("/desk/tickets").text
    assert number in budi.get("/desk/tickets?of=center").text


def test_yesterday_is_another_list(office, desk, page):
    office.clock.pass_by(minutes=50)
    assert "Belum ada laporan" not in desk.get("/desk/tickets").text
    office.clock.pass_by(hours=23)
    assert "Belum ada laporan" in at_desk(office, "siti").get("/desk/tickets").text


def test_a_supervisor_sees_the_center(office, page):
    number = numbers.grouped(the_ticket(office).number)

    assert number in supervisor(office).get("/desk/tickets").text


# --- changing


def test_a_correction_has_a_reason_and_stands_in_the_history(office, desk, page):
    office.clock.pass_by(minutes=5)
    version = value(desk.get(page).text, "version")
    desk.post(f"{page}/correct", AGAIN | {"version": "1", "why": "mistake", "note": "keliru"})

    shown = desk.get(page).text
    assert version
    assert the_ticket(office).outcome == "answered"
    assert "dikoreksi: Cek status pendaftaran · Dijawab tuntas (salah catat) · Siti Aminah" in (
        " ".join(shown.split())
    )
    assert "keliru" in shown


def test_a_correction_without_a_reason_is_asked_for_it(office, desk, page):
    answer = desk.post(f"{page}/correct", AGAIN | {"version": "1", "note": "keliru"})

    assert answer.status_code == 422
    assert "Pilih alasan koreksinya." in answer.text
    assert ">keliru</textarea>" in answer.text
    assert the_ticket(office).versions == 1


def test_a_correction_of_an_old_page_is_told_and_keeps_what_was_typed(office, desk, page):
    form = AGAIN | {"version": "1", "why": "mistake"}
    desk.post(f"{page}/correct", form)
    late = desk.post(f"{page}/correct", form | {"outcome": "recorded", "note": "terlambat"})

    assert late.status_code == 409
    assert ">terlambat</textarea>" in late.text
    assert chosen(late.text, "outcome") == "recorded"
    assert the_ticket(office).outcome == "answered"


def test_the_same_correction_twice_is_one(office, desk, page):
    form = AGAIN | {"version": "1", "why": "mistake"}
    answers = [desk.post(f"{page}/correct", form).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(events_of(office, "OutcomeCorrected")) == 1


def test_an_open_ticket_takes_its_next_outcome_and_a_closed_one_only_corrections(
    office, desk, call
):
    page = recorded(office, desk, outcome="disconnected")
    assert "Simpan hasil berikutnya" in desk.get(page).text

    desk.post(f"{page}/record", {"version": "1", **CONFIRMED})

    assert [row.body["outcome"] for row in events_of(office, "OutcomeRecorded")] == [
        "disconnected",
        "confirmed",
    ]
    assert "Simpan hasil berikutnya" not in desk.get(page).text


def test_a_correction_leaves_the_number_to_call_as_it_was_unless_another_is_typed(
    office, desk, call
):
    given = {"outcome": "callback_scheduled", "time_window": "soon", "number": "031-8290000"}
    page = recorded(office, desk, **given)
    shown = desk.get(page).text
    assert "031-••••-000" in shown
    assert "031-8290000" not in shown

    later = {"reason": "application_status", "outcome": "callback_scheduled", "version": "1"}
    desk.post(f"{page}/correct", later | {"time_window": "tomorrow", "why": "mistake"})

    assert the_ticket(office).given == {"time_window": "tomorrow"}
    house = office.house
    with house.database.reading() as db:
        filed = tickets.ticket(db, the_ticket(office).id)
        assert tickets.number_to_call(db, house.keys, filed) == "+62318290000"


def test_the_number_to_call_is_shown_on_request_and_that_is_written_down(office, desk, call):
    given = {"outcome": "callback_scheduled", "time_window": "soon", "number": "031-8290000"}
    page = recorded(office, desk, **given)
    desk.get(page)
    shown = desk.post(f"{page}/number").text

    assert "031-8290000" in shown
    seen = [(row.who, row.what, row.why) for row in office.rows(AuditRow) if row.what == "number"]
    assert seen == [("siti", "number", "callback")]


def test_notes_are_added_and_signed_once_per_page(office, desk, page):
    form = {"more": "sudah ditelepon", "version": "0"}
    for _ in range(2):
        desk.post(f"{page}/note", form)
    desk.post(f"{page}/note", form | {"version": "1"})

    shown = desk.get(page).text
    assert shown.count("sudah ditelepon") == 2
    assert "Siti Aminah" in shown


def test_a_note_with_a_nik_is_asked_about_and_kept_in_the_field(office, desk, page):
    asked = desk.post(f"{page}/note", {"more": "NIK 3578011204900001", "version": "0"})

    assert asked.status_code == 422
    assert ">NIK 3578011204900001</textarea>" in asked.text
    house = office.house
    with house.database.reading() as db:
        assert tickets.notes(db, house.keys, the_ticket(office).id) == ()


def test_only_a_supervisor_voids_and_it_counts_nowhere(office, desk, page):
    assert desk.post(f"{page}/void", {"version": "1", "why": "duplicate"}).status_code == 403
    assert not the_ticket(office).void

    ratna = supervisor(office)
    ratna.get(page)
    assert ratna.post(f"{page}/void", {"version": "1", "why": "nothing"}).status_code == 400
    ratna.post(f"{page}/void", {"version": "1", "why": "duplicate"})

    it = the_ticket(office)
    assert (it.void, it.counted_at) == (True, None)
    shown = " ".join(desk.get(page).text.split())
    assert "dibatalkan (ganda) · Ratna Dewi" in shown
    assert "Simpan koreksi" not in shown


def test_no_event_of_a_ticket_holds_what_is_a_persons(office, desk, call):
    given = {"outcome": "callback_scheduled", "time_window": "soon", "number": "031-8290000"}
    recorded(office, desk, note="Ibu Dewi, anaknya Joko", **given)

    everything = " ".join(str(tuple(row)) for row in office.rows(EventRow))
    for secret in ("8290000", "81234567890", "Dewi", "Joko"):
        assert secret not in everything
