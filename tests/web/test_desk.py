"""The agent's screen: the call, the person, the ticket; one answer to one form, and nothing typed
is ever lost."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from html import unescape

import pytest

from callcenter.records.people import snapshots
from callcenter.records.people.snapshots import Said
from callcenter.records.tables import (
    AuditRow,
    EventRow,
    HeartbeatRow,
    NoteRow,
    OfferRow,
    PresenceRow,
    StatusRow,
    TicketRow,
)
from callcenter.rules import tickets as numbers
from callcenter.rules import wib
from callcenter.rules.applicant import Applicant
from callcenter.rules.reasons import REASONS
from callcenter.web.desk.scripts import SCRIPTS
from tests.web.office import Browser, Office
from tests.web.telling import CALLER, Call

PHONE = "081211112222"
NIK = "3578011204900001"
CONFIRMED = {"reason": "application_status", "outcome": "confirmed"}


@pytest.fixture
def siti(one_engine: Office) -> str:
    return one_engine.user("siti", "agent", phone=PHONE, full_name="Siti Aminah")


@pytest.fixture
def desk(one_engine: Office, siti: str) -> Browser:
    return at_desk(one_engine, "siti")


@pytest.fixture
def call(one_engine: Office, siti: str) -> Call:
    """A caller who chose "status" and whose call rings at siti's desk."""
    return Call(one_engine).arrives(reason="application_status").rings(siti)


@pytest.fixture
def applicant(one_engine: Office) -> str:
    """Somebody in the registry whom the caller's number belongs to."""
    return person(one_engine, "Dewi Lestari", phone=CALLER)


def at_desk(office: Office, name: str) -> Browser:
    browser = office.browser()
    assert browser.sign_in(name).status_code == 303
    browser.get("/desk")
    return browser


def person(office: Office, name: str, *, nik: str = NIK, **more: str) -> str:
    """Add an applicant under evaluation, as a source told at 08.00 WIB; gives the id."""
    house = office.house
    said = Said("Disnakertrans", wib.at("2020-04-13 08:00"), "test", office.clock())
    about = {"regency_code": "35.78", "status": "under_evaluation"} | more
    told = Applicant(nik=nik, full_name=name, born_by_nik=date(1990, 4, 12), **about)
    with house.database.transaction() as db:
        found = snapshots.difference(db, house.keys, [snapshots.ready(house.keys, told)], said)
        snapshots.write(db, found)
        return found.people[0]["id"]


def value(page: str, name: str) -> str:
    """What a hidden field of the page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def chosen(page: str, name: str) -> str:
    """What stands selected in a list."""
    options = re.search(rf'<select[^>]* id="{name}".*?</select>', page, re.DOTALL)
    found = re.search(r'value="([^"]*)"[^>]*selected', options[0] if options else "")
    return found[1] if found else ""


def events_of(office: Office, kind: str) -> list:
    return [row for row in office.rows(EventRow) if row.kind == kind]


# --- state


def test_an_agent_becomes_available_and_goes_for_a_break_with_a_reason(one_engine, desk):
    page = desk.get("/desk").text
    desk.post("/desk/state", {"state": "available", "version": value(page, "version")})
    page = desk.get("/desk").text
    assert "panel-available" in page

    one_engine.clock.pass_by(minutes=5)
    form = {"state": "break", "reason": "prayer", "version": value(page, "version")}
    desk.post("/desk/state", form)

    (now,) = one_engine.rows(PresenceRow)
    assert (now.state, now.reason, now.center) == ("break", "prayer", "CC1")
    assert "salat" in desk.get("/desk").text


def test_a_state_form_of_an_old_page_is_told_and_changes_nothing(one_engine, desk):
    for state in ("available", "offline"):
        one_engine.clock.pass_by(seconds=1)
        answer = desk.post("/desk/state", {"state": state, "version": "first"})

    assert "sudah berubah" in desk.get(answer.headers["Location"]).text
    assert [row.state for row in one_engine.rows(PresenceRow)] == ["available"]


def test_a_state_that_is_none_is_refused(one_engine, desk):
    desk.post("/desk/state", {"state": "away", "version": "first"})

    assert one_engine.rows(PresenceRow) == []


def test_without_an_own_telephone_the_desk_says_what_to_do(one_engine):
    one_engine.user("tanpa", "agent")
    desk = at_desk(one_engine, "tanpa")

    page = desk.get("/desk").text
    desk.post("/desk/state", {"state": "available", "version": "first"})

    assert "Nomor telepon Anda belum terdaftar" in page
    assert one_engine.rows(PresenceRow) == []
    assert desk.get("/desk/manual").status_code == 200


# --- the call


def test_a_ringing_call_says_who_what_and_how_long_and_is_read_aloud(desk, call):
    fragment = desk.get("/desk/live").text

    assert "0812-••••-7890" in fragment
    assert "Cek status pendaftaran" in fragment
    assert "031-8293097" in fragment
    assert re.search(r'data-announce="[^"]*0812-••••-7890[^"]*" data-urgent', fragment)
    assert "Angkat telepon Anda dan tekan 1." in fragment
    assert CALLER[3:] not in fragment  # masked everywhere


def test_the_fragment_is_sent_only_when_it_changed(desk, call):
    first = desk.get("/desk/live")
    same = desk.get("/desk/live", headers={"If-None-Match": first.headers["ETag"]})
    call.talks()
    changed = desk.get("/desk/live", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status_code, same.status_code, changed.status_code) == (200, 304, 200)
    assert "panel-talking" in changed.text


def test_no_agent_sees_the_call_of_another(one_engine, call):
    one_engine.user("ratna", "agent", phone="081233334444")
    ratna = at_desk(one_engine, "ratna")

    for page in ("/desk", "/desk/live", "/desk/strip", "/desk?call=CA1"):
        shown = ratna.get(page).text
        assert "7890" not in shown
        assert value(shown, "call") == ""


@pytest.mark.parametrize("page", ["/desk", "/desk/live", "/desk/strip"])
def test_every_page_that_lives_is_a_heartbeat(one_engine, desk, page):
    one_engine.clock.pass_by(minutes=1)
    desk.get(page)

    assert [row.heard_at for row in one_engine.rows(HeartbeatRow)] == [one_engine.clock()]


def test_a_declined_call_is_declined_once_and_before_the_clock(one_engine, desk, call):
    desk.post("/desk/decline", {"call": "CA1", "offer": "1"})
    desk.post("/desk/decline", {"call": "CA1", "offer": "1"})

    (offer,) = one_engine.rows(OfferRow)
    assert offer.end == "declined"
    assert [row.body["why"] for row in events_of(one_engine, "OfferDeclined")] == ["desk"]


def test_declining_too_late_is_told(one_engine, desk, call):
    call.is_expired()
    answer = desk.post("/desk/decline", {"call": "CA1", "offer": "1"})

    assert "sudah tidak berdering" in desk.get(answer.headers["Location"]).text
    assert events_of(one_engine, "OfferDeclined") == []


@pytest.mark.parametrize("offer", ["", "-1", "one", "²", "9" * 30])
def test_an_offer_that_is_no_number_is_nobodys(one_engine, desk, call, offer):
    assert desk.post("/desk/decline", {"call": "CA1", "offer": offer}).status_code == 303
    assert events_of(one_engine, "OfferDeclined") == []


def test_the_agent_ends_the_call_at_the_desk(one_engine, desk, call):
    call.talks()
    desk.post("/desk/hangup", {"call": "CA1", "offer": "1"})

    assert len(events_of(one_engine, "HangUpAsked")) == 1


def test_wrap_up_ends_when_something_is_recorded_and_not_before(one_engine, desk, call):
    call.talks().hangs_up()

    refused = desk.post("/desk/done", {"call": "CA1", "offer": "1"})
    assert "Pilih hasil" in desk.get(refused.headers["Location"]).text
    assert events_of(one_engine, "WrapUpEnded") == []

    desk.post("/desk/ticket", {"call": "CA1", "version": "0", **CONFIRMED})
    desk.post("/desk/done", {"call": "CA1", "offer": "1"})
    assert [row.body["by"] for row in events_of(one_engine, "WrapUpEnded")] == ["agent"]


# --- the person


def test_a_known_number_is_a_hint_and_the_agent_chooses(one_engine, desk, call, applicant):
    page = desk.get("/desk").text

    assert "Dewi Lestari" in page
    assert value(page, "person") == ""
    page = desk.post("/desk/find", {"call": "CA1", "chosen": applicant}).text
    assert value(page, "person") == applicant
    assert "3578••••••••0001" in page
    assert NIK not in page
    assert "data per" in page
    assert "Disnakertrans" in page
    assert "Sistem sedang menyeleksi" in page  # what the status means


def test_a_number_that_is_typed_in_full_finds_its_one_person(desk, call, applicant):
    page = desk.post("/desk/find", {"call": "CA1", "text": NIK}).text

    assert value(page, "person") == applicant


def test_a_name_is_never_enough_to_choose_somebody(desk, call, applicant):
    page = desk.post("/desk/find", {"call": "CA1", "text": "dewi lestari"}).text

    assert value(page, "person") == ""
    assert f'name="chosen" value="{applicant}"' in page
    assert "nama sama" in page


def test_a_search_and_a_choice_lose_nothing_that_was_typed(desk, call, applicant):
    typed = {"call": "CA1", "reason": "incentive", "outcome": "escalated_pmo", "note": "dua kali"}
    typed |= {"external_reference": "PMO-77", "version": "0"}

    for form in ({"text": "dewi"}, {"chosen": applicant}, {"chosen": ""}):
        page = desk.post("/desk/find", typed | form).text
        assert (chosen(page, "reason"), chosen(page, "outcome")) == ("incentive", "escalated_pmo")
        assert ">dua kali</textarea>" in page
        assert 'value="PMO-77"' in page


def test_nobody_found_is_said(desk, call):
    assert "Tidak ada yang cocok" in desk.post("/desk/find", {"text": "Zulkarnaen"}).text


def test_whoever_was_shown_is_written_down_with_the_call(one_engine, desk, call, applicant):
    desk.get("/desk")
    desk.post("/desk/find", {"call": "CA1", "text": NIK})

    seen = {(row.who, row.subject, row.why) for row in one_engine.rows(AuditRow)}
    assert ("siti", f"person:{applicant}", "call:CA1") in seen
    searches = [row for row in one_engine.rows(AuditRow) if row.what == "search"]
    assert [row.result for row in searches] == ["1 found"]
    assert not any(NIK in str(tuple(row)) for row in one_engine.rows(AuditRow))


def test_polling_shows_nobody_and_writes_no_trail(one_engine, desk, call, applicant):
    before = len(one_engine.rows(AuditRow))
    desk.get("/desk/live")
    desk.get("/desk/strip")

    assert len(one_engine.rows(AuditRow)) == before


def test_a_status_heard_elsewhere_is_kept_with_its_source_and_hour(
    one_engine, desk, call, applicant
):
    one_engine.clock.pass_by(minutes=40)
    form = {"call": "CA1", "person": applicant, "status": "selected", "note": "belum selesai"}
    page = desk.post("/desk/status", form).text

    (heard,) = [row for row in one_engine.rows(StatusRow) if row.source == "agent"]
    assert (heard.status, heard.as_of, heard.by) == ("selected", one_engine.clock(), "siti")
    assert "Lolos" in page
    assert ">belum selesai</textarea>" in page


@pytest.mark.parametrize("form", [{"status": "rich"}, {"status": "selected", "person": "nobody"}])
def test_a_status_of_nothing_or_nobody_is_not_kept(one_engine, desk, call, applicant, form):
    answer = desk.post("/desk/status", {"call": "CA1", "person": applicant} | form)

    assert answer.status_code == 422
    assert not any(row.source == "agent" for row in one_engine.rows(StatusRow))


# --- the ticket


def test_the_need_of_the_menu_is_filled_in_and_brings_its_line_to_say(desk, call):
    page = desk.get("/desk").text

    assert chosen(page, "reason") == "application_status"
    lines = re.findall(r'data-script="(\w+)"( hidden)?>', page)
    assert len(lines) == len(REASONS)
    assert [code for code, hidden in lines if not hidden] == ["application_status"]


def test_every_reason_has_a_line_to_say():
    assert set(SCRIPTS) == set(REASONS)


def test_an_outcome_is_recorded_for_the_line_and_its_number_can_be_read_out(
    one_engine, desk, call, applicant
):
    call.talks()
    form = {"call": "CA1", "version": "0", "person": applicant, **CONFIRMED, "note": "sudah"}
    saved = desk.post("/desk/ticket", form)

    (it,) = one_engine.rows(TicketRow)
    assert (it.center, it.call_id, it.person_id) == ("CC1", "CA1", applicant)
    assert (it.reason, it.outcome, it.channel) == (*CONFIRMED.values(), "call")
    assert it.counted_at is not None
    page = desk.get(saved.headers["Location"]).text
    assert numbers.grouped(it.number) in page
    assert value(page, "person") == applicant  # for the next request of the same call


def test_a_double_submit_makes_one_ticket_and_one_outcome(office):
    agent = office.user("siti", "agent", phone=PHONE)
    Call(office).arrives().rings(agent).talks()
    desk = at_desk(office, "siti")
    form = {"call": "CA1", "version": "0", **CONFIRMED, "note": "sekali"}

    answers = [desk.post("/desk/ticket", form).status_code for _ in range(3)]

    assert answers == [303, 303, 303]
    assert len(office.rows(TicketRow)) == 1
    assert len(events_of(office, "OutcomeRecorded")) == 1


def test_clicks_at_the_same_moment_in_four_tabs_make_one_ticket_and_one_end(office):
    agent = office.user("siti", "agent", phone=PHONE)
    tabs = [at_desk(office, "siti") for _ in range(4)]
    with ThreadPoolExecutor(len(tabs)) as threads:
        for n in range(5):
            Call(office, f"CA{n}").arrives().rings(agent).talks().hangs_up()
            form = {"call": f"CA{n}", "version": "0", **CONFIRMED, "then": "done", "note": "satu"}
            clicks = [threads.submit(tab.post, "/desk/ticket", form) for tab in tabs]
            assert {click.result().status_code for click in clicks} == {303}

    assert len(office.rows(TicketRow)) == len(events_of(office, "WrapUpEnded")) == 5
    assert len(events_of(office, "OutcomeRecorded")) == len(office.rows(NoteRow)) == 5


def test_a_tab_left_open_is_told_and_keeps_what_was_typed(one_engine, desk, call):
    call.talks()
    desk.post("/desk/ticket", {"call": "CA1", "version": "0", **CONFIRMED})

    late = {"call": "CA1", "version": "0", "reason": "incentive", "outcome": "answered"}
    told = desk.post("/desk/ticket", late | {"note": "dari tab lain"})

    assert told.status_code == 409
    assert "sudah dicatat dari layar lain" in told.text
    assert ">dari tab lain</textarea>" in told.text
    assert [row.outcome for row in one_engine.rows(TicketRow)] == ["confirmed"]


def test_one_call_may_hold_several_requests(one_engine, desk, call):
    call.talks()
    for version, reason in enumerate(("application_status", "incentive")):
        form = {"call": "CA1", "version": str(version), "reason": reason, "outcome": "answered"}
        desk.post("/desk/ticket", form)

    found = one_engine.rows(TicketRow)
    assert sorted(it.reason for it in found) == ["application_status", "incentive"]
    assert len({it.number for it in found}) == 2


@pytest.mark.parametrize(
    ("outcome", "given", "said"),
    [
        ("not_eligible", {}, "Pilih alasannya."),
        ("referred_service_point", {"sub_reason": "no_email"}, "Pilih posko"),
        ("referred_service_point", {"sub_reason": "no_email", "posko": "999"}, "Pilih posko"),
        ("referred_dukcapil", {"sub_reason": "no_email"}, "Pilih alasannya."),
        ("escalated_pmo", {}, "Isi nomor rujukan"),
        ("escalated_pmo", {"external_reference": f"NIK-{NIK}"}, "Hanya nomor rujukan"),
        ("escalated_pmo", {"external_reference": "Ibu Dewi"}, "Hanya nomor rujukan"),
        ("callback_scheduled", {"number": "0812 3456 7890"}, "Pilih kapan"),
        ("callback_scheduled", {"time_window": "soon"}, "Isi nomor"),
        ("callback_scheduled", {"time_window": "soon", "number": "12"}, "tidak bisa kami telepon"),
        ("callback_scheduled", {"time_window": "never", "number": PHONE}, "Pilih kapan"),
        ("", {}, "Pilih hasilnya."),
    ],
)
def test_what_an_outcome_needs_is_said_beside_its_field(
    one_engine, desk, call, outcome, given, said
):
    call.talks()
    form = {"call": "CA1", "reason": "incentive", "outcome": outcome, "note": "masih ada"} | given
    answer = desk.post("/desk/ticket", form)

    assert answer.status_code == 422
    assert said in answer.text
    assert ">masih ada</textarea>" in answer.text
    assert one_engine.rows(TicketRow) == []


def test_the_reason_for_a_referral_is_kept_and_what_another_outcome_asked_is_not(
    one_engine, desk, call
):
    call.talks()
    form = {"call": "CA1", "reason": "registration_help", "outcome": "referred_service_point"}
    form |= {"sub_reason": "no_email", "posko": "3", "external_reference": "lama"}
    desk.post("/desk/ticket", form)

    assert [it.given for it in one_engine.rows(TicketRow)] == [
        {"sub_reason": "no_email", "posko": "3"}
    ]


@pytest.mark.parametrize("note", [f"NIK {NIK}", "kode otp 123456"])
def test_a_note_with_what_it_should_not_hold_is_asked_about_once(one_engine, desk, call, note):
    call.talks()
    form = {"call": "CA1", "version": "0", **CONFIRMED, "note": note}

    asked = desk.post("/desk/ticket", form)
    assert asked.status_code == 422
    assert one_engine.rows(TicketRow) == []

    again = form | {"warned": value(asked.text, "warned")}
    assert desk.post("/desk/ticket", again).status_code == 303
    assert len(one_engine.rows(TicketRow)) == 1


def test_a_call_that_still_rings_has_no_ticket(one_engine, desk, call):
    answer = desk.post("/desk/ticket", {"call": "CA1", "version": "0", **CONFIRMED})

    assert answer.status_code == 409
    assert "belum disimpan" in answer.text
    assert one_engine.rows(TicketRow) == []


def test_nobody_records_for_another_agent(one_engine, call):
    call.talks()
    one_engine.user("ratna", "agent", phone="081233334444")
    ratna = at_desk(one_engine, "ratna")

    assert ratna.post("/desk/ticket", {"call": "CA1", **CONFIRMED}).status_code == 409
    assert one_engine.rows(TicketRow) == []


def test_a_person_who_is_not_in_the_registry_is_not_linked(one_engine, desk, call):
    call.talks()
    desk.post("/desk/ticket", {"call": "CA1", "version": "0", "person": "Budi 0812", **CONFIRMED})

    assert [it.person_id for it in one_engine.rows(TicketRow)] == [""]


def test_saving_in_wrap_up_can_end_it_in_one(one_engine, desk, call):
    call.talks()
    first = {"call": "CA1", "version": "0", **CONFIRMED, "then": "done"}
    desk.post("/desk/ticket", first)
    assert events_of(one_engine, "WrapUpEnded") == []  # during the talk it only saves

    call.hangs_up()
    second = {"call": "CA1", "version": "1", "reason": "incentive", "outcome": "answered"}
    answer = desk.post("/desk/ticket", second | {"then": "done"})

    assert answer.headers["Location"] == "/desk"
    assert len(events_of(one_engine, "WrapUpEnded")) == 1


def test_a_call_that_was_no_case_makes_no_ticket(one_engine, desk, call):
    call.talks().hangs_up()
    form = {"call": "CA1", "version": "0", "outcome": "silent", "then": "done"}

    assert desk.post("/desk/ticket", form).headers["Location"] == "/desk"
    assert one_engine.rows(TicketRow) == []
    assert [row.body["code"] for row in events_of(one_engine, "OutcomeNoted")] == ["silent"]
    assert len(events_of(one_engine, "WrapUpEnded")) == 1


def test_a_note_is_not_silently_dropped_with_a_call_that_was_no_case(one_engine, desk, call):
    call.talks()
    answer = desk.post("/desk/ticket", {"call": "CA1", "outcome": "prank", "note": "memaki"})

    assert answer.status_code == 422
    assert ">memaki</textarea>" in answer.text
    assert events_of(one_engine, "OutcomeNoted") == []


def test_the_form_stays_when_the_clock_ended_the_wrap_up(one_engine, desk, call):
    call.talks().hangs_up().is_over()

    page = desk.get("/desk").text
    assert value(page, "call") == "CA1"
    desk.post("/desk/ticket", {"call": "CA1", "version": "0", **CONFIRMED})
    assert len(one_engine.rows(TicketRow)) == 1


def test_what_the_number_asked_before_stands_beside_the_call(one_engine, desk, siti):
    earlier = Call(one_engine, "CA0").arrives().rings(siti).talks().hangs_up()
    desk.post("/desk/ticket", {"call": earlier.sid, "version": "0", **CONFIRMED, "then": "done"})
    one_engine.clock.pass_by(days=2)
    desk = at_desk(one_engine, "siti")
    Call(one_engine, "CA1").arrives().rings(siti)

    page = desk.get("/desk").text
    (it,) = one_engine.rows(TicketRow)
    assert "Data terkonfirmasi" in page
    assert numbers.grouped(it.number) in page


def test_the_other_pages_of_the_desk_tell_of_a_ringing_call(desk, call):
    for page in ("/desk/manual", "/desk/tickets"):
        assert "Angkat telepon Anda dan tekan 1." in desk.get(page).text


def test_the_desk_speaks_english(desk, call, applicant):
    desk.post("/language/en", {"next": "/desk"})
    page = desk.post("/desk/find", {"call": "CA1", "chosen": applicant}).text

    assert "Application status" in page
    assert "Under evaluation" in page
    assert "Incoming call" in page


def test_a_form_without_its_token_is_refused(one_engine, desk, call):
    answer = desk.client.post("/desk/decline", data={"call": "CA1", "offer": "1"})

    assert answer.status_code == 400
    assert events_of(one_engine, "OfferDeclined") == []


@pytest.mark.parametrize("role", ["supervisor", "admin", "auditor", "posko"])
def test_the_desk_is_for_agents(one_engine, role):
    assert one_engine.signed_in(role).get("/desk").status_code == 403


def test_no_personal_data_stands_in_an_address(one_engine, desk, call, applicant):
    call.talks()
    page = desk.post("/desk/find", {"call": "CA1", "text": NIK}).text
    saved = desk.post("/desk/ticket", {"call": "CA1", "version": "0", **CONFIRMED})

    addresses = re.findall(r'(?:href|action|formaction|data-live)="([^"]*)"', page)
    for address in (*addresses, saved.headers["Location"]):
        assert not re.search(r"\d{10,}|Dewi", address), address
