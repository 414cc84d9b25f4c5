"""One answer to one version of a ticket, numbers that nobody else has, and what was before."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, text

from callcenter.records import callers, contacts, diary, tickets
from callcenter.records.tables import CallerRow, EventRow, NoteRow
from callcenter.records.tickets import Entry
from callcenter.rules import events, wib
from callcenter.rules import tickets as numbers

NOW = datetime(2020, 4, 13, 2, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
NUMBER, OTHER_NUMBER = "+6281234567890", "+6281299998888"
STATUS = Entry("application_status", "confirmed")


@pytest.fixture
def db(database):
    with database.transaction() as db:
        yield db


@pytest.fixture
def draw():
    """Draws that never repeat."""
    return count(1000).__next__


@pytest.fixture
def call(db, keys):
    """``call("CA1")`` arrives on line 1."""

    def call(sid: str, *, number: str | None = NUMBER, test=False, at: datetime = NOW) -> str:
        arrived = events.CallArrived(
            subject=events.call(sid),
            thread="arrival",
            turn="0",
            at=at,
            line="+62318293097",
            center="CC1",
            test=test,
        )
        diary.write(db, [arrived], now=at)
        callers.note(db, keys, callers.of_call(sid), number=number, now=at)
        return sid

    return call


@pytest.fixture
def opened(db, call, draw):
    """``opened()`` is the id of the first ticket of call CA1."""

    def opened(sid: str = "CA1", ordinal: int = 1, **more) -> str:
        call(sid)
        told = {"agent": "siti", "person": "", "now": NOW, "draw": draw} | more
        return tickets.open_for_call(db, call=sid, ordinal=ordinal, **told)

    return opened


@pytest.fixture
def record(db, keys):
    def record(ticket_id: str, entry: Entry = STATUS, *, version=0, now=NOW) -> tickets.Recorded:
        told = {"version": version, "entry": entry, "agent": "siti", "now": now}
        return tickets.record(db, keys, ticket_id=ticket_id, **told)

    return record


@pytest.fixture
def manual(db, keys, draw):
    """``manual("form 1")`` logs a call by hand, at CC2, an hour after it came."""

    def manual(form_id: str, *, number: str | None = NUMBER, name="Pak Joko") -> str:
        return tickets.open_manual(
            db,
            keys,
            form_id=form_id,
            agent="budi",
            center="CC2",
            line="+62318293097",
            at=NOW,
            person="",
            caller_number=number,
            caller_name=name,
            test=False,
            now=LATER,
            draw=draw,
        )

    return manual


# --- opening


def test_a_ticket_belongs_to_the_center_of_the_line_whoever_answers(db, opened):
    it = tickets.ticket(db, opened())

    assert (it.center, it.line, it.channel, it.agent_id) == ("CC1", "+62318293097", "call", "siti")
    assert numbers.valid(it.number)


def test_a_double_click_opens_one_ticket_and_a_second_request_another(db, opened):
    first, again, second = opened(), opened(), opened(ordinal=2, now=LATER)

    assert first == again
    assert [it.id for it in tickets.tickets_of_call(db, "CA1")] == [first, second]


def test_a_number_that_is_taken_is_drawn_again(db, opened):
    draws = iter((7, 7, 7, 8))

    first = opened(draw=draws.__next__)
    second = opened(ordinal=2, draw=draws.__next__)

    taken = {tickets.ticket(db, it).number for it in (first, second)}
    assert taken == {numbers.number(7), numbers.number(8)}


def test_draws_that_always_repeat_are_an_error_and_not_an_endless_wait(opened):
    opened(draw=lambda: 7)

    with pytest.raises(RuntimeError, match="no ticket number is free"):
        opened(ordinal=2, draw=lambda: 7)


def test_a_call_that_never_reached_us_has_no_ticket(db, draw):
    told = {"agent": "siti", "person": "", "now": NOW, "draw": draw}
    with pytest.raises(LookupError):
        tickets.open_for_call(db, call="CA404", ordinal=1, **told)


def test_the_ticket_of_a_test_call_is_a_test(db, call, draw):
    call("CA9", test=True)
    told = {"agent": "siti", "person": "", "now": NOW, "draw": draw}

    assert tickets.ticket(db, tickets.open_for_call(db, call="CA9", ordinal=1, **told)).test


def test_a_call_logged_by_hand_counts_for_the_agents_center_at_the_time_it_came(db, keys, manual):
    it = tickets.ticket(db, manual("form 1"))

    assert (it.channel, it.center, it.call_id, it.opened_at) == ("manual", "CC2", "", NOW)
    caller = callers.of_ticket(it.id)
    assert callers.number(db, keys, caller) == NUMBER
    assert callers.name(db, keys, caller) == "Pak Joko"
    assert manual("form 1") == it.id != manual("form 2")


# --- recording


def test_the_same_answer_twice_is_one_answer(db, opened, record):
    ticket = opened()

    assert record(ticket).won
    assert record(ticket, now=LATER).won  # the second click of a double click

    it = tickets.ticket(db, ticket)
    assert (it.outcome, it.outcome_at, it.versions) == ("confirmed", NOW, 1)


def test_a_stale_tab_is_told_and_changes_nothing(db, keys, opened, record):
    ticket = opened()
    record(ticket)

    late = record(ticket, Entry("application_status", "answered", note="tertinggal"), now=LATER)

    assert not late.won
    assert [event.outcome for event in late.written] == ["confirmed"]
    assert tickets.ticket(db, ticket).outcome == "confirmed"
    assert tickets.notes(db, keys, ticket) == ()


def test_a_version_that_was_never_shown_is_refused(db, opened, record):
    ticket = opened()

    assert not record(ticket, version=5).won
    assert tickets.ticket(db, ticket).outcome == ""


def test_an_open_ticket_takes_its_next_outcome(db, opened, record):
    ticket = opened()
    record(ticket, Entry("application_status", "disconnected"))

    assert tickets.ticket(db, ticket).counted_at is None
    assert record(ticket, version=1, now=LATER).won
    assert tickets.ticket(db, ticket).counted_at == LATER


def test_a_correction_keeps_the_first_time_and_its_reason(db, keys, opened, record):
    ticket = opened()
    record(ticket)
    wrong = Entry("incentive", "answered")
    told = {"version": 1, "entry": wrong, "why": "mistake", "agent": "ratna", "now": LATER}

    assert tickets.correct(db, keys, ticket_id=ticket, **told).won

    it = tickets.ticket(db, ticket)
    assert (it.reason, it.counted_at) == ("incentive", None)  # no confirmation any more
    last = tickets.history(db, ticket)[-1]
    assert (last.kind, last.why, last.agent) == ("OutcomeCorrected", "mistake", "ratna")


def test_two_corrections_of_one_version_are_one_correction(db, keys, opened, record):
    ticket = opened()
    record(ticket)
    answers = [
        tickets.correct(
            db,
            keys,
            ticket_id=ticket,
            version=1,
            entry=Entry("application_status", outcome),
            why="mistake",
            agent=agent,
            now=LATER,
        )
        for agent, outcome in (("siti", "answered"), ("ratna", "guided"))
    ]

    assert [answer.won for answer in answers] == [True, False]
    assert tickets.ticket(db, ticket).outcome == "answered"


def test_a_voided_ticket_counts_nowhere_stays_readable_and_takes_no_more_answers(
    db, keys, opened, record
):
    ticket = opened()
    record(ticket)
    told = {"version": 1, "why": "duplicate", "note": "", "by": "ratna", "now": LATER}

    assert tickets.void(db, keys, ticket_id=ticket, **told).won

    it = tickets.ticket(db, ticket)
    assert (it.void, it.counted_at, it.outcome) == (True, None, "confirmed")
    assert not record(ticket, version=1).won


def test_a_ticket_can_be_about_another_person_later(db, opened):
    ticket = opened(person="p1")
    for person in ("p2", "p2", "p1"):
        tickets.link(db, ticket_id=ticket, person=person, agent="siti", now=LATER)

    assert tickets.ticket(db, ticket).person_id == "p1"
    linked = [it.person for it in tickets.history(db, ticket) if it.kind == "PersonLinked"]
    assert sorted(linked) == ["p1", "p2"]


# --- what is a person's


def test_the_number_to_call_is_sealed_beside_the_event_and_never_in_it(db, keys, opened, record):
    ticket = opened()
    given = {"time_window": "noon", "number": OTHER_NUMBER}
    record(ticket, Entry("laid_off_list", "callback_scheduled", given))

    it = tickets.ticket(db, ticket)
    assert it.given == {"time_window": "noon"}
    assert tickets.number_to_call(db, keys, it) == OTHER_NUMBER
    everything = [str(row) for table in (EventRow, CallerRow) for row in db.execute(select(table))]
    assert not any(OTHER_NUMBER[3:] in row for row in everything)


def test_a_corrected_number_replaces_the_one_before(db, keys, opened, record):
    ticket = opened()
    given = {"time_window": "noon", "number": OTHER_NUMBER}
    record(ticket, Entry("laid_off_list", "callback_scheduled", given))
    corrected = Entry("laid_off_list", "callback_scheduled", given | {"number": NUMBER})
    told = {"version": 1, "entry": corrected, "why": "mistake", "agent": "siti", "now": LATER}
    tickets.correct(db, keys, ticket_id=ticket, **told)

    assert tickets.number_to_call(db, keys, tickets.ticket(db, ticket)) == NUMBER


def test_notes_are_sealed_signed_and_kept_once(db, keys, opened, record):
    ticket = opened()
    entry = Entry("application_status", "confirmed", note="Ibu Sari minta dihubungi sore")
    record(ticket, entry)
    record(ticket, entry)  # a double click
    for turn in ("page 1", "page 1", "page 2"):
        told = {"turn": turn, "text": "tidak diangkat", "by": "budi", "now": LATER}
        tickets.add_note(db, keys, ticket_id=ticket, **told)

    said = [(it.by, it.text) for it in tickets.notes(db, keys, ticket)]
    assert said == [
        ("siti", "Ibu Sari minta dihubungi sore"),
        ("budi", "tidak diangkat"),
        ("budi", "tidak diangkat"),  # said again on another page: it happened twice
    ]
    stored = db.execute(select(text("text")).select_from(NoteRow.__table__)).scalars()
    assert not any("Sari" in sealed or "diangkat" in sealed for sealed in stored)


# --- lists


def test_the_list_of_a_day_is_its_wib_day_newest_first(db, opened, draw, call):
    monday = wib.day_of(NOW)
    for sid, clock in (("early", "2020-04-13 00:00"), ("late", "2020-04-13 23:59")):
        opened(sid, now=wib.at(clock))
    opened("next", now=wib.at("2020-04-14 00:00"))
    opened("before", now=wib.at("2020-04-12 23:59"))
    opened("hers", now=wib.at("2020-04-13 12:00"), agent="ratna")

    def calls(**chosen) -> list[str]:
        return [it.call_id for it in tickets.listing(db, day=monday, **chosen)]

    assert calls() == ["late", "hers", "early"]
    assert calls(agent="siti") == ["late", "early"]
    assert calls(center="CC2") == []


def test_a_ticket_is_found_by_its_number(db, opened):
    ticket = opened()

    assert tickets.by_number(db, tickets.ticket(db, ticket).number).id == ticket
    assert tickets.by_number(db, "000000000") is None


# --- contacts


def test_a_number_leads_to_its_calls_tickets_and_call_backs_newest_first(
    db, keys, opened, record, manual, call
):
    record(opened("CA1", now=NOW - timedelta(days=3)))
    by_hand = manual("form 1")
    call("CA2", at=NOW - timedelta(days=1))  # gave up: no ticket
    asked = opened("CA3", now=NOW - timedelta(days=2))
    call_back = Entry("laid_off_list", "callback_scheduled", {"number": OTHER_NUMBER})
    record(asked, call_back)
    call("now", at=LATER)

    known = contacts.last(db, keys, number=NUMBER, besides="now")

    assert [(it.channel, bool(it.number), it.outcome) for it in known] == [
        ("manual", True, ""),
        ("call", False, ""),
        ("call", True, "callback_scheduled"),
        ("call", True, "confirmed"),
    ]
    assert known[0].number == tickets.ticket(db, by_hand).number
    (other,) = contacts.last(db, keys, number=OTHER_NUMBER)
    assert other.number == tickets.ticket(db, asked).number


def test_a_person_leads_to_tickets_whatever_the_number(db, keys, opened):
    opened("CA1", person="p1")

    assert len(contacts.last(db, keys, person="p1")) == 1
    assert contacts.last(db, keys, person="p2") == ()


def test_whoever_hides_the_number_is_nobody_we_know(db, keys, manual):
    manual("form 1", number=None)
    manual("form 2", number=None)

    assert contacts.last(db, keys, number=None) == ()


def test_only_the_last_few_contacts_are_shown(db, keys, opened):
    for n in range(8):
        opened(f"CA{n}", now=NOW + timedelta(minutes=n))

    known = contacts.last(db, keys, number=NUMBER, limit=3)

    assert [it.at for it in known] == [NOW + timedelta(minutes=n) for n in (7, 6, 5)]
