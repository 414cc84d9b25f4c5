"""The board: what is counted now, the list behind it, the recap, and who may see or void."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from time import sleep

import pytest

from callcenter.records import audit, diary, importing, pace, recaps, tickets
from callcenter.records.tables import AuditRow, EventRow, RecapRow
from callcenter.rules import events, wib
from callcenter.rules.estimate import Pace
from callcenter.rules.tally import DEFINITIONS, KEYS
from callcenter.web.board.indonesian import INDONESIAN
from callcenter.web.board.lists import cell
from tests.figures import line
from tests.web.office import MORNING, Office

TALK = (
    "08:30:00 queue confirmation",
    "08:30:10 answer sari",
    "08:33:00 outcome confirmed laid_off_list",
    "08:34:00 hangup caller",
)
GAVE_UP = ("08:40:00 queue confirmation", "08:41:00 hangup caller")
PLACES = ("", "/live", "/confirmations", "/confirmations.csv", "/recap", "/definitions")
WAITS = ("08:59:00 queue confirmation",)


def imported(office: Office, *lines: str) -> None:
    house = office.house
    importing.bring_in(house.database, house.keys, lines, now=office.clock())


def a_morning(office: Office) -> None:
    """At 09:00: two answered and confirmed, one given up, one waits."""
    imported(
        office,
        line("c1", *TALK, caller="08123456781"),
        line("c2", *TALK, center="CC2", caller="08123456782"),
        line("c3", *GAVE_UP, caller="08123456783"),
        line("c4", *WAITS, center="CC2"),
    )


def figure(page: str, key: str) -> str:
    found = re.search(rf'data-figure="{key}"[^>]*>(.*?)</(?:div|td)>', page, re.DOTALL)
    assert found, key
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip()


# --- today ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "share", "told"), [(16, "80,0 %", "disebut"), (15, "75,0 %", "belum disebut")]
)
def test_the_board_shows_how_many_estimates_came_true(office, kept, share, told):
    browser = office.signed_in("supervisor")
    assert 'id="tile-estimates"' not in browser.get("/board").text
    with office.house.database.transaction() as db:
        pace.note(db, Pace(3, 0, 240.0, 20, kept), office.clock())
    office.clock.pass_by(seconds=2)
    page = browser.get("/board").text
    assert figure(page, "estimates") == share
    assert f"{kept} dari 20 · {told} kepada penelepon" in page


def test_the_board_shows_what_is_counted_now(office):
    a_morning(office)
    page = office.signed_in("supervisor").get("/board").text

    shown = {
        key: figure(page, key)
        for key in ("confirmations", "waiting_now", "inbound", "answered", "abandoned")
    }
    assert shown == {
        "confirmations": "2",
        "waiting_now": "1",
        "inbound": "4",
        "answered": "2",
        "abandoned": "1",
    }
    assert figure(page, "confirmations-CC1") == figure(page, "confirmations-CC2") == "1"
    assert figure(page, "unique_callers") == "3"


def test_the_service_level_stands_with_its_formula_and_its_two_numbers(one_engine):
    a_morning(one_engine)
    page = one_engine.signed_in("supervisor").get("/board").text

    assert figure(page, "sl_offered") == "66,7 %"
    assert "≤ 20 dtk: 2 dari 3 terjawab + terputus" in page


def test_a_figure_that_cannot_be_computed_is_a_dash(one_engine):
    page = one_engine.signed_in("supervisor").get("/board").text

    assert figure(page, "sl_offered") == "–"
    assert figure(page, "assisted") == "–"
    assert "0 dari 56 posko melapor" in page


def test_the_live_part_is_sent_only_when_something_changed(one_engine):
    a_morning(one_engine)
    browser = one_engine.signed_in("supervisor")
    first = browser.get("/board/live")
    known = {"If-None-Match": first.headers["ETag"]}

    one_engine.clock.pass_by(seconds=30)  # somebody waits longer: the page counts by itself
    assert browser.get("/board/live", headers=known).status_code == 304

    imported(one_engine, line("c4", "09:00:20 answer sari", center="CC2"))
    one_engine.clock.pass_by(seconds=2)
    changed = browser.get("/board/live", headers=known)
    assert changed.status_code == 200
    assert figure(changed.text, "waiting_now") == "0"


def test_many_who_look_read_the_day_once_a_second(one_engine):
    browser = one_engine.signed_in("supervisor")
    browser.get("/board/live")
    shown = one_engine.app.extensions["callcenter.board"]
    first = shown.sight

    browser.get("/board/live")
    assert shown.sight is first
    one_engine.clock.pass_by(seconds=1)
    browser.get("/board/live")
    assert shown.sight is not first


def test_a_change_that_was_heard_of_is_there_before_the_second_is_over(office):
    browser, hub = office.signed_in("supervisor"), office.app.extensions["callcenter.hub"]
    assert figure(browser.get("/board/live").text, "inbound") == "0"
    before = hub.version

    a_morning(office)
    while hub.version == before:
        sleep(0.01)

    assert figure(browser.get("/board/live").text, "inbound") == "4"


def test_agents_stand_there_with_what_they_do(office):
    sari = office.user("sari", "agent", full_name="Sari Wulandari")
    office.user("budi", "agent", full_name="Budi Santoso")
    place = {"subject": events.agent(sari), "thread": "presence", "turn": "first"}
    chosen = events.StateChosen(**place, at=MORNING, state="available", center="CC1")
    with office.house.database.transaction() as db:
        diary.write(db, [chosen], now=MORNING)
    page = office.signed_in("supervisor").get("/board").text

    assert "Sari Wulandari" in page
    assert "Budi Santoso" not in page  # offline
    assert figure(page, "ready") == "1"


def test_imported_agents_are_not_at_work(one_engine):
    imported(one_engine, line("s", "08:00:00 agent_state lama available"))
    page = one_engine.signed_in("supervisor").get("/board").text

    assert figure(page, "ready") == "0"


def test_the_chart_and_its_table_tell_the_same(one_engine):
    a_morning(one_engine)
    page = one_engine.signed_in("supervisor").get("/board").text
    chart = page[page.index("<svg viewBox") : page.index("</svg>", page.index("<svg viewBox"))]

    heights = [float(h) for h in re.findall(r'class="chart-in"[^>]* height="([\d.]+)"', chart)]
    assert len(heights) == 18  # office hours
    assert [h > 0 for h in heights].count(True) == 1
    assert re.search(
        r'<th scope="row">08.30</th><td class="n">4</td><td class="n">2</td><td class="n">1</td>'
        r'<td class="n">2</td>',
        page,
    )


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["supervisor", "auditor", "admin"])
@pytest.mark.parametrize("place", PLACES)
def test_supervisors_auditors_and_administrators_may_look(one_engine, role, place):
    assert one_engine.signed_in(role).get(f"/board{place}").status_code == 200


@pytest.mark.parametrize("role", ["agent", "posko"])
def test_nobody_else_may(one_engine, role):
    browser = one_engine.signed_in(role)

    for place in PLACES:
        assert browser.get(f"/board{place}").status_code == 403, place
    assert browser.post("/board/void", {"number": "1"}).status_code == 403


@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_only_a_supervisor_may_void(one_engine, role):
    a_morning(one_engine)
    browser = one_engine.signed_in(role)
    page = browser.get("/board/confirmations").text

    assert "/board/void" not in page
    assert browser.post("/board/void", {"number": "1"}).status_code == 403


@pytest.mark.parametrize(
    "query", ["?day=yesterday", "?until=25:00", "?until=noon", "?center=CC9", "?day=2020-04-31"]
)
def test_an_address_that_makes_no_sense_is_not_found(one_engine, query):
    browser = one_engine.signed_in("supervisor")

    assert browser.get(f"/board/confirmations{query}").status_code == 404


# --- the list -------------------------------------------------------------------------------------


def rows(page: str) -> list[list[str]]:
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    found = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in found]
    return [[unescape(re.sub(r"<[^>]+>", "", c)).strip() for c in row] for row in cells]


def test_the_list_is_what_the_figure_counts(office):
    a_morning(office)
    browser = office.signed_in("supervisor")
    listed = rows(browser.get("/board/confirmations").text)

    assert figure(browser.get("/board").text, "confirmations") == str(len(listed)) == "2"
    assert [row[0] for row in listed] == ["08.33", "08.33"]
    assert {row[2] for row in listed} == {"CC1", "CC2"}
    assert listed[0][4] == "Konfirmasi data PHK / dirumahkan"
    assert all(re.fullmatch(r"\d{3} \d{3} \d{3}", row[1]) for row in listed)


def test_the_list_of_one_center_and_until_an_hour(one_engine):
    a_morning(one_engine)
    browser = one_engine.signed_in("supervisor")

    assert len(rows(browser.get("/board/confirmations?center=CC2").text)) == 1
    assert "0 konfirmasi" in browser.get("/board/confirmations?until=08:33").text
    assert "0 konfirmasi" in browser.get("/board/confirmations?day=2020-04-12").text


def test_the_file_holds_the_same_rows_and_says_who_took_it(office):
    a_morning(office)
    browser = office.signed_in("auditor")
    answer = browser.get("/board/confirmations.csv?day=2020-04-13&until=17:00")

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.data.startswith(b"\xef\xbb\xbf")  # else a spreadsheet misreads the letters
    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert len(table) == 3
    assert table[1][0] == "2020-04-13 08:33:00"
    taken = [row for row in office.rows(AuditRow) if row.what == "export"]
    assert [(row.who, row.subject) for row in taken] == [
        ("auditor.one", "confirmations:2020-04-13")
    ]


FORMULAS = (
    "=1+1",
    "+62",
    "-1",
    "@SUM(A1)",
    " =1",
    "\t=1",
    "\r\n=1",
    "\uff1d1",
    "\u202e=1",
    "\x00=1",
)


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_no_cell_begins_a_formula(text):
    assert cell(text).startswith("'")
    assert cell(text)[1:].strip() == text.strip("\t\r\n\x00\u202e ")


def test_no_cell_holds_what_cannot_be_seen():
    assert cell("Dewi\r\nAnggraini\u202e\x00") == "Dewi  Anggraini  "


def test_words_stay_as_they_are():
    assert cell("Dewi-Anggraini = 1") == "Dewi-Anggraini = 1"


def void(office: Office, browser, why: str = "duplicate", **changed: str):
    page = browser.get("/board/confirmations?center=CC1").text
    form = dict(re.findall(r'name="(number|version|next)" value="([^"]*)"', page))
    return browser.post("/board/void", form | {"why": why} | changed)


def test_a_supervisor_voids_a_ticket_of_the_list_and_it_is_counted_nowhere(office):
    a_morning(office)
    browser = office.signed_in("supervisor")

    done = void(office, browser)

    assert (done.status_code, done.headers["Location"]) == (303, "/board/confirmations?center=CC1")
    assert "dibatalkan" in browser.get("/board/confirmations").text
    office.clock.pass_by(seconds=1)
    assert figure(browser.get("/board").text, "confirmations") == "1"
    (voided,) = [row for row in office.rows(EventRow) if row.kind == "TicketVoided"]
    assert voided.body["why"] == "duplicate"


def test_a_list_that_is_out_of_date_voids_nothing(one_engine):
    a_morning(one_engine)
    browser = one_engine.signed_in("supervisor")
    stale = browser.get("/board/confirmations?center=CC1").text
    form = dict(re.findall(r'name="(number|version|next)" value="([^"]*)"', stale))
    house = one_engine.house
    with house.database.transaction() as db:
        ticket_id = tickets.by_number(db, form["number"]).id
        entry = tickets.Entry("laid_off_list", "answered")
        told = {"entry": entry, "why": "mistake", "agent": "sari", "now": MORNING}
        tickets.correct(db, house.keys, ticket_id=ticket_id, version=1, **told)

    browser.post("/board/void", form | {"why": "duplicate"})

    assert "diubah orang lain" in browser.get("/board").text
    assert not [row for row in one_engine.rows(EventRow) if row.kind == "TicketVoided"]


@pytest.mark.parametrize(
    ("changed", "status"),
    [({"why": "dislike"}, 400), ({"version": "x"}, 400), ({"number": "000000000"}, 404)],
)
def test_a_form_that_makes_no_sense_voids_nothing(one_engine, changed, status):
    a_morning(one_engine)
    browser = one_engine.signed_in("supervisor")

    assert void(one_engine, browser, **changed).status_code == status
    assert not [row for row in one_engine.rows(EventRow) if row.kind == "TicketVoided"]


# --- the recap ------------------------------------------------------------------------------------


def test_before_the_cutoff_the_recap_moves_and_says_so(one_engine):
    a_morning(one_engine)
    page = one_engine.signed_in("supervisor").get("/board/recap").text

    assert "Belum dibekukan" in page
    assert "menerima 2 konfirmasi (CC1: 1, CC2: 1)" in page
    assert one_engine.rows(RecapRow) == []


def test_after_it_the_page_and_the_command_say_the_same_revision(office):
    a_morning(office)
    office.clock.pass_by(hours=9)
    browser = office.signed_in("supervisor")
    page = browser.get("/board/recap?day=2020-04-13").text

    day, house = wib.day_of(MORNING), office.house
    told = recaps.recap(house.database, house.policy(), day, now=office.clock())
    assert told.revision == 1
    assert "Revisi ke-1" in page
    assert f"menerima {told.total} konfirmasi" in page

    void(office, browser)
    page = browser.get("/board/recap").text
    assert "Revisi ke-2" in page
    assert "Semua revisi" in page
    assert [row.revision for row in office.rows(RecapRow)] == [1, 2]


def test_every_number_of_the_recap_that_has_a_list_opens_it(one_engine):
    a_morning(one_engine)
    browser = one_engine.signed_in("supervisor")
    page = browser.get("/board/recap").text

    links = {unescape(a) for a in re.findall(r'href="(/board/confirmations\?[^"]+)"', page)}
    counts = {a: len(rows(browser.get(a).text)) for a in links}
    base = "/board/confirmations?day=2020-04-13&until=17:00"
    assert counts == {base: 2, f"{base}&center=CC1": 1, f"{base}&center=CC2": 1}


def test_the_recap_carries_the_head_of_the_access_log(one_engine):
    browser = one_engine.signed_in("supervisor")
    assert "Jejak audit" not in browser.get("/board/recap").text

    house = one_engine.house
    assert audit.seal(house.database, house.keys, now=one_engine.clock()) > 0

    with house.database.reading() as db:
        head = audit.head(db)[: audit.PRINTED]
    page = browser.get("/board/recap").text
    assert f'<p class="stamp">Jejak audit: {head}</p>' in page
    assert f"Jejak audit: {head}</pre>" in page


# --- meanings -------------------------------------------------------------------------------------


def test_every_figure_has_a_name_and_a_meaning_in_both_languages():
    assert tuple(INDONESIAN) == KEYS == tuple(DEFINITIONS)
    names = [name for name, _ in INDONESIAN.values()]
    assert len(set(names)) == len(names)
    assert all(meaning.endswith(".") for _, meaning in INDONESIAN.values())


def test_the_page_of_meanings_has_every_figure_with_its_value(one_engine):
    a_morning(one_engine)
    browser = one_engine.signed_in("auditor")
    page = browser.get("/board/definitions").text

    for key in KEYS:
        assert f'<tr id="{key}">' in page
        assert INDONESIAN[key][1] in unescape(page)
    browser.post("/language/en", {"next": "/board/definitions"})
    assert DEFINITIONS["sl_offered"] in unescape(browser.get("/board/definitions").text)
