"""Outside the hours, through Flask and the carrier: every transcript, and what is kept of each."""

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from secrets import randbelow

import pytest
from sqlalchemy.event import listen, remove
from structlog.testing import capture_logs

import callcenter
from callcenter.records import callbacks, diary, keeping, people, policy, sealing
from callcenter.records import tickets as ticket_records
from callcenter.records.database import Database
from callcenter.records.journal import Replay
from callcenter.records.messages import number as callcenter_number
from callcenter.records.people import snapshots
from callcenter.records.people.snapshots import Said
from callcenter.records.tables import (
    AlarmRow,
    AuditRow,
    CallBackRow,
    CallRow,
    EventRow,
    TicketRow,
)
from callcenter.rules import calls, events, spoken, tally, wib
from callcenter.rules.applicant import Applicant
from callcenter.rules.policy import Announcement, Policy
from callcenter.rules.tickets import DRAWS
from tests.conftest import demo_settings
from tests.rules.test_conversations import CLOSED, lines, with_hours
from tests.web.test_voice import CALLER, Network, document, next_url, requeue_url, spoken_as
from tests.web.test_without_database import away

WEEK = "Mon-Thu 08:00-17:00; Fri 08:00-11:30,13:00-17:00"
NIGHT = wib.at("2020-04-13 20:00")
NIK, KK10, TICKET = "3578014503900001", "0101200001", "417209582"
CA1 = "CA" + "1" * 32
NOBODYS_NIK = "3578014503900002"
OTHER_NUMBER = "+6281234567891"


class Line(Network):
    """The carrier's door with a policy of its own, on a clock that the test moves."""

    def __init__(self, settings, ruling: Policy, at=NIGHT):
        self.at = at
        database = Database(settings.database.url)
        with database.transaction() as db:
            policy.add(db, ruling, by="test", why="hours", now=at)
        database.close()
        app = callcenter.create_app(settings, ("voice",), lambda: self.at)
        super().__init__(app, settings)

    def calls(self, *keys, call="CA" + "1" * 32, caller=CALLER):
        """Dial, press keys in turn (``""`` is silence), and give the last answer."""
        form = self.fields(call, From=caller)
        answer = self.posts("/voice/incoming", form)
        for digits in keys:
            answer = self.posts(next_url(answer), form | {"Digits": digits})
        return answer

    def message(self, *keys):
        """Come to the tone; gives the address to which the carrier tells the recording."""
        url = document(self.calls(*keys)).find("Redirect").text
        assert document(self.posts(url, self.fields())).find("Record") is not None
        return url

    def hangs_up(self, call="CA" + "1" * 32):
        self.at += timedelta(seconds=40)
        self.posts("/voice/status", self.fields(call, CallStatus="completed", CallDuration="40"))

    def language(self):
        chosen = [it["body"] for it in self.rows(EventRow) if it["kind"] == "LanguageChosen"]
        return chosen[-1]["language"] if chosen else "id"

    def figures(self, call="CA" + "1" * 32):
        with self.house.database.reading() as db:
            settled = calls.settle(diary.of(db, events.call(call)))
        rules = self.house.policy().queue
        told = vars(tally.tally(settled, rules, self.at))
        return {name: value for name, value in told.items() if value and name != "waits"}

    def worker(self):
        with self.house.database.transaction() as db:
            draw = partial(randbelow, DRAWS)
            return callbacks.take_up(db, self.house.keys, draw=draw, now=self.at)

    def waiting(self, center=""):
        with self.house.database.reading() as db:
            return callbacks.waiting(db, center=center)

    def number_to_call(self, ticket):
        with self.house.database.reading() as db:
            return ticket_records.number_to_call(db, self.house.keys, ticket)


def said(answer) -> str:
    return " ".join(it.text for it in document(answer).iter("Say"))


def without_token(answer) -> str:
    """A document but for the sealed tokens in it."""
    return re.sub(r"/voice/(\w+)/[^#\"<]+", r"/voice/\1/", answer.get_data(as_text=True))


@pytest.fixture
def settings_here(tmp_path, sqlite_template):
    path = tmp_path / "callcenter.db"
    path.write_bytes(sqlite_template.read_bytes())
    return demo_settings(tmp_path, f"sqlite:///{path}")


@pytest.fixture
def line(settings_here, policy):
    """On SQLite: most of what is said is the same whatever stands behind it."""
    made = Line(settings_here, with_hours(policy, WEEK))
    yield made
    made.house.database.close()


@pytest.fixture
def line_everywhere(settings, policy):
    made = Line(settings, with_hours(policy, WEEK))
    yield made
    made.house.database.close()


def add_applicant(line, *, ticket=TICKET) -> str:
    """Somebody with a NIK, a KK, a status, and a ticket of her own."""
    house = line.house
    siti = Applicant(
        nik=NIK,
        full_name="Siti Aminah",
        born_by_nik=date(1990, 3, 5),
        kk=f"357801{KK10}",
        status="under_evaluation",
    )
    with house.database.transaction() as db:
        as_of = wib.at("2020-04-13 14:10")
        ready = snapshots.ready(house.keys, siti)
        told = Said("import", as_of, "test", line.at)
        snapshots.write(db, snapshots.difference(db, house.keys, [ready], told))
        (found,) = people.find(db, house.keys, NIK, now=line.at)
        row = {name: "" for name in ("channel", "center", "line", "agent_id", "call_id", "reason")}
        row |= {"outcome": "", "test": False, "void": False, "opened_at": as_of, "versions": 1}
        row |= {"id": "t1", "number": ticket, "person_id": found.person_id, "given": {}}
        db.execute(TicketRow.__table__.insert(), row)
    return found.person_id


# What is said ----------------------------------------------------------------------------------

SPOKEN = [path for path in CLOSED if path.stem != "status_source_down"]  # see the last part
RECORDED = {"RecordingSid": "RE1", "RecordingDuration": "12", "Digits": "#"}


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.stem)
def test_conversation(settings_here, policy, path):
    """Every transcript of a line with hours once more, through Flask and the carrier."""
    given = dict(reversed(list(lines(path))))
    line = Line(settings_here, with_hours(policy, given["hours"]), wib.at(given["at"]))
    add_applicant(line)
    form = line.fields(From="anonymous" if "withheld" in given else CALLER)
    answer, recording = line.posts("/voice/incoming", form), ""
    for word, rest in lines(path):
        root = document(answer)
        match word:
            case "at":
                line.at = wib.at(rest)
            case "presses" | "looks":
                answer = line.posts(next_url(answer), form | {"Digits": rest.partition(" ")[0]})
                if document(answer)[0].tag == "Redirect":  # where the carrier will record
                    recording = document(answer)[0].text
                    answer = line.posts(recording, form)
            case "silent":
                answer = line.posts(root.find("Redirect").text, form)
            case "leaves":
                answer = line.posts(recording, form | RECORDED)
            case "lost":
                answer = line.posts(requeue_url(line), form)
            case "hears":
                heard = [say.text for say in root.iter("Say")]
                for one, prompt in zip(heard, rest.split(", "), strict=True):
                    assert re.fullmatch(spoken_as(line, prompt, line.language()), one)
            case "told":
                assert rest in said(answer)
            case "ticket":
                (ticket,) = [it for it in line.rows(TicketRow) if it["channel"] == "voicemail"]
                assert spoken.groups(ticket["number"], 3, line.language()) in said(answer)
            case "promised":
                window, _, due_at = rest.partition(" ")
                told = [(it["window"], it["due_at"]) for it in line.rows(CallBackRow)]
                assert (window, wib.at(due_at)) in told
            case "needs":
                needs = [it["body"].get("reason") for it in line.rows(EventRow)]
                assert [need for need in needs if need] == [rest]
            case "records":
                assert root.find("Record").get("maxLength") == "120"
                assert root.find("Record").get("finishOnKey") == "#"
            case "waits":
                assert root.find("Enqueue").text == rest
            case "ends":
                assert root[-1].tag == "Hangup"
    line.house.database.close()


def test_a_line_that_is_open_never_says_that_it_is_closed(line):
    line.at = wib.at("2020-04-13 16:59")
    answer = line.calls("1", "0")
    assert document(answer).find("Enqueue") is not None
    assert "CenterClosed" not in {it["kind"] for it in line.rows(EventRow)}


# What is counted -------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", [(), ("1",), ("1", "0"), ("1", "1"), ("1", "2"), ("1", "5")])
def test_who_leaves_with_nothing_was_refused(line, keys):
    line.calls(*keys)
    line.hangs_up()
    assert line.figures() == {"inbound": 1, "blocked": 1}


def test_while_the_call_goes_on_nothing_is_decided(line):
    line.calls("1")
    assert line.figures() == {"inbound": 1}


def test_a_call_back_is_counted_as_that(line):
    line.calls("1", "1", "1")  # the number is right; the caller hangs up before a time
    line.hangs_up()
    assert line.figures() == {"inbound": 1, "callback_requested": 1}


def test_a_message_or_an_answer_is_a_call_that_the_menu_served(line):
    url = line.message("1", "5")
    line.posts(url, line.fields(CallStatus="completed") | RECORDED | {"Digits": "hangup"})
    line.hangs_up()
    told = line.calls("1", "4", "3578", call="CA2")
    assert "Posko" in said(told)
    line.hangs_up(call="CA2")

    for call in ("CA" + "1" * 32, "CA2"):
        assert line.figures(call) == {"inbound": 1, "ivr_contained": 1}


def test_who_finds_it_closed_and_waits_for_the_opening_is_offered_like_anybody(line):
    line.at = wib.at("2020-04-14 07:59:50")
    answer = line.calls("1")
    line.at = wib.at("2020-04-14 08:00")
    answer = line.posts(next_url(answer), line.fields(Digits="0"))
    assert document(answer).find("Enqueue") is not None
    assert line.figures() == {"inbound": 1, "offered": 1, "waiting_now": 1}


# Call backs ------------------------------------------------------------------------------------


def test_a_request_becomes_a_ticket_that_is_due_when_we_open(line_everywhere):
    line = line_everywhere
    line.calls("1", "2", "*", "1", "1", "1")
    assert line.worker() == 1
    assert line.worker() == 0  # once

    ((found,),) = [line.waiting()]
    it = found.ticket
    assert (it.channel, it.outcome, it.center) == ("callback", "callback_scheduled", "CC1")
    assert it.given["time_window"] == "soon"
    assert found.due_at == wib.at("2020-04-14 08:00")
    assert line.number_to_call(it) == CALLER
    assert it.counted_at is None  # nobody has confirmed anything yet
    assert line.waiting("CC2") == ()


def test_a_second_call_from_the_number_changes_the_same_request(line_everywhere):
    line = line_everywhere
    line.calls("1", "1", "1", "1")
    line.worker()
    line.at += timedelta(minutes=30)
    line.calls("3", "1", "1", "3", call="CA2")
    line.worker()

    ((found,),) = [line.waiting()]
    assert found.ticket.given["time_window"] == "afternoon"
    assert found.due_at == wib.at("2020-04-14 15:00")
    assert line.number_to_call(found.ticket) == CALLER
    assert [it["ticket_id"] for it in line.rows(CallBackRow)] == [found.ticket.id] * 3


def test_another_number_is_another_request_and_a_closed_one_is_open_no_more(line_everywhere):
    line = line_everywhere
    line.calls("1", "1", "1")
    line.calls("1", "1", "2", "081234567891", "1", call="CA2")
    line.worker()
    assert {line.number_to_call(it.ticket) for it in line.waiting()} == {CALLER, OTHER_NUMBER}

    (mine,) = [it.ticket for it in line.waiting() if line.number_to_call(it.ticket) == CALLER]
    with line.house.database.transaction() as db:
        entry = ticket_records.Entry("application_status", "answered")
        told = {"ticket_id": mine.id, "version": mine.versions, "entry": entry, "agent": "a1"}
        assert ticket_records.record(db, line.house.keys, now=line.at, **told).won
    line.calls("1", "1", "1", call="CA3")
    line.worker()
    assert len(line.waiting()) == 2
    assert mine.id not in {it.ticket.id for it in line.waiting()}


def test_what_was_asked_twice_at_once_is_one_request(line):
    """Both calls were there before the worker came round."""
    line.calls("1", "1", "1")
    line.calls("1", "1", "1", call="CA2")
    assert line.worker() == 2
    assert len(line.waiting()) == 1


def test_an_agent_who_reached_the_caller_makes_it_a_confirmation(line):
    line.calls("1", "1", "1")
    line.worker()
    it = line.waiting()[0].ticket
    line.at = wib.at("2020-04-14 08:10")
    entry = ticket_records.Entry("application_status", "confirmed")
    with line.house.database.transaction() as db:
        told = {"ticket_id": it.id, "version": it.versions, "entry": entry, "agent": "a1"}
        ticket_records.record(db, line.house.keys, now=line.at, **told)
        assert ticket_records.ticket(db, it.id).counted_at == line.at


def test_a_repeated_webhook_asks_once(line):
    answer = line.calls("1", "1")
    url, form = next_url(answer), line.fields(Digits="1")
    first, again = line.posts(url, form), line.posts(url, form)
    assert without_token(first) == without_token(again)
    assert len(line.rows(CallBackRow)) == 1


# Messages --------------------------------------------------------------------------------------


def test_a_message_is_a_ticket_with_its_recording_and_no_address_of_it(line):
    url = line.message("1", "5")
    evil = {"RecordingUrl": "https://evil.example/RE1"}
    first = line.posts(url, line.fields() | RECORDED | evil)
    again = line.posts(url, line.fields() | RECORDED | evil)

    (ticket,) = line.rows(TicketRow)
    assert (ticket["channel"], ticket["call_id"], ticket["outcome"]) == ("voicemail", CA1, "")
    assert spoken.groups(ticket["number"], 3, "id") in said(first)
    assert said(again) == said(first)
    (left,) = [it for it in line.rows(EventRow) if it["kind"] == "MessageLeft"]
    assert left["body"] == {"recording": "RE1", "duration_s": 12, "goes": "voicemail_ok"}
    assert "evil" not in str(line.rows(EventRow))
    assert [it.ticket.id for it in line.waiting()] == [ticket["id"]]


def test_two_messages_have_two_numbers_that_nobody_can_foresee(line):
    for call in ("CA1", "CA2"):
        url = document(line.calls("1", "5", call=call)).find("Redirect").text
        line.posts(url, line.fields(call) | RECORDED)
    numbers = {it["number"] for it in line.rows(TicketRow)}
    assert len(numbers) == 2
    other = sealing.make()
    with line.house.database.reading() as db:
        ids = [it["id"] for it in line.rows(TicketRow)]
        assert not numbers & {callcenter_number(None, other, it) for it in ids}
        assert {callcenter_number(db, line.house.keys, it) for it in ids} == numbers
        assert len({callcenter_number(None, line.house.keys, it) for it in ids}) == 2


def test_a_recording_of_no_length_is_silence(line):
    url = line.message("1", "5")
    answer = line.posts(url, line.fields() | RECORDED | {"RecordingDuration": "0"})
    assert document(answer).find("Record") is not None
    assert line.rows(TicketRow) == []


# Status by keypad ------------------------------------------------------------------------------

TO_THE_SECOND = ("1", "2", NIK, "1")


def test_nik_and_the_end_of_the_card_open_the_word_and_nothing_else(line_everywhere):
    line = line_everywhere
    person = add_applicant(line)
    answer = line.calls(*TO_THE_SECOND, KK10)

    assert "sedang dievaluasi" in said(answer)
    assert "Siti" not in answer.get_data(as_text=True)
    (seen,) = [it for it in line.rows(AuditRow) if it["what"] == "status"]
    assert (seen["who"], seen["subject"], seen["result"]) == (
        "keypad",
        f"person:{person}",
        "verified",
    )


def test_nothing_that_was_keyed_is_written_down_or_stands_in_an_address(line):
    add_applicant(line)
    with capture_logs() as logged:
        answers = [line.calls(*TO_THE_SECOND[:count]) for count in range(5)]
        answers.append(line.calls(*TO_THE_SECOND, KK10))
        answers.append(line.calls(*TO_THE_SECOND, "*", TICKET))
        answers.append(line.calls("1", "1", "2", "081234567891", "1"))
    written = str(logged) + str([it["body"] for it in line.rows(EventRow)])
    documents = "".join(answer.get_data(as_text=True) for answer in answers)
    for secret in (NIK, KK10, TICKET, "081234567891", OTHER_NUMBER, CALLER):
        assert secret not in written
        assert secret not in documents


@pytest.mark.parametrize(
    ("nik", "second"),
    [
        (NIK, ("0101200009",)),  # not her card
        (NIK, ("*", "314159266")),  # nobody's ticket
        (NOBODYS_NIK, (KK10,)),  # nobody's NIK
        (NOBODYS_NIK, ("*", TICKET)),
    ],
)
def test_whatever_is_wrong_sounds_the_same_and_costs_the_same(line, nik, second, monkeypatch):
    add_applicant(line)
    (reference, asked), (other, also_asked) = (
        tried(line, "1", "2", NOBODYS_NIK, "1", "0101200009"),
        tried(line, "1", "2", nik, "1", *second),
    )
    assert without_token(reference) == without_token(other)
    assert asked == also_asked


def tried(line, *keys):
    """The last answer and the queries that it took."""
    queries = []
    *before, last = keys
    answer = line.calls(*before, call=f"CA{len(line.rows(CallRow))}")
    form = line.fields(f"CA{len(line.rows(CallRow)) - 1}", Digits=last)

    def note(_, __, statement, *___):
        queries.append(statement)

    listen(line.house.database.engine, "before_cursor_execute", note)
    answer = line.posts(next_url(answer), form)
    remove(line.house.database.engine, "before_cursor_execute", note)
    return answer, queries


def test_guessing_across_calls_sounds_an_alarm(line):
    add_applicant(line)
    for turn in range(5):
        line.calls("1", "2", NIK, "1", "0101200009", call=f"CA{turn}", caller=f"+62812345678{turn}")
        assert line.rows(AlarmRow) == []
    line.calls("1", "2", NIK, "1", "0101200009", call="CA5", caller="+628123456785")
    assert [it["kind"] for it in line.rows(AlarmRow)] == ["keypad"]
    assert NIK not in str(line.rows(AlarmRow))


def test_one_caller_who_tries_many_niks_sounds_it_too_and_patience_does_not(line):
    for turn in range(6):
        nik = f"35780145039000{turn + 10}"
        line.calls("1", "2", nik, "1", KK10, call=f"CA{turn}")
        line.at += timedelta(minutes=3)
    assert line.rows(AlarmRow) == []
    for turn in range(6):
        line.calls("1", "2", f"35780145039000{turn + 20}", "1", KK10, call=f"CB{turn}")
    assert [it["kind"] for it in line.rows(AlarmRow)] == ["keypad"]


# Holidays, seasons, announcements --------------------------------------------------------------


def test_an_announcement_is_heard_right_after_the_greeting_while_it_lasts(settings_here, policy):
    site = Announcement(
        {"id": "Situs sedang gangguan.", "en": "The site is down."},
        ends_at=wib.at("2020-04-13 21:00"),
    )
    other = Announcement({"id": "Hanya pusat dua."}, centers=("CC2",))
    line = Line(settings_here, replace(policy, announcements=(site, other)))

    heard = [it.text for it in document(line.calls()).iter("Say")]
    assert heard[1] == "Situs sedang gangguan."
    assert "Situs sedang gangguan." not in said(line.calls("1"))  # once is enough
    assert said(line.calls("3", call="CA3")).startswith("The site is down.")
    line.at = wib.at("2020-04-13 21:00")
    assert "gangguan" not in said(line.calls(call="CA2"))
    line.house.database.close()


# Without a database ----------------------------------------------------------------------------


def test_without_a_database_requests_and_messages_are_kept_and_a_status_is_out_of_reach(
    settings, policy, tmp_path
):
    there = Line(settings, with_hours(policy, WEEK))
    add_applicant(there)
    there.house.database.close()
    gone = away(settings, tmp_path)
    line = Network(callcenter.create_app(gone, ("voice",), lambda: NIGHT), gone)
    line.calls = partial(Line.calls, line)

    assert "terganggu" in said(line.calls(*TO_THE_SECOND, KK10, call="CA1"))
    line.calls("1", "1", "2", "081234567891", "1", call="CA2")
    url = document(line.calls("1", "5", call="CA3")).find("Redirect").text
    number = said(line.posts(url, line.fields("CA3") | RECORDED))

    back = Line(settings, with_hours(policy, WEEK))
    Replay(settings.journal.directory).run(partial(keeping.take, back.house.database))
    assert back.worker() == 1
    request, message = sorted(back.waiting(), key=lambda it: it.ticket.channel)
    assert back.number_to_call(request.ticket) == OTHER_NUMBER
    assert spoken.groups(message.ticket.number, 3, "id") in number
    back.house.database.close()
