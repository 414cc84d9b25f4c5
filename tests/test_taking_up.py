"""Calls that came while the voice server was dead: answered by the stand-in, then taken up."""

import json
import threading
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from callcenter import chores, taking_up
from callcenter.carriers import CallTold, CommandFailed, CommandGone
from callcenter.fallback import centers
from callcenter.fallback.answering import Answering, Refused, Request
from callcenter.fallback.notebook import Notebook
from callcenter.records import callers, diary, fallbacks, stats
from callcenter.records import policy as policies
from callcenter.records.tables import CallRow
from callcenter.rules import dialogue, events, phone, wib
from callcenter.rules.policy import Report
from callcenter.simulator.calls import Phone
from callcenter.simulator.transport import Reply
from tests.telephone import BUDI, SARI, close, heard, row, takes, until, waits, words
from tests.world import CALLER, LINE_1, LINE_2, World

START = wib.at("2020-04-13 09:00")
BACKUP_1, BACKUP_2 = "+62315550101", "+62315550102"


class Proxy:
    """What stands before both servers: the stand-in is asked while the voice server is dead."""

    def __init__(self, alive, stand_in: Answering) -> None:
        self.alive, self.stand_in, self.dead = alive, stand_in, False
        self.waits: list[bool] = []  # each wait document that was asked for: of the stand-in?

    def send(self, request, *, connect_s, read_s):
        if "/voice/wait/" in request.url:
            self.waits.append(self.dead)
        if not self.dead:
            return self.alive.send(request, connect_s=connect_s, read_s=read_s)
        parts = urlsplit(request.url)
        mark = request.headers["X-Twilio-Signature"]
        asked = Request(request.method, parts.path, parts.query, request.body, mark)
        try:
            told = self.stand_in.answer(asked)
        except Refused as refused:
            return Reply(refused.status, took_s=0.05)
        kind = {"content-type": "text/xml; charset=utf-8"}
        return Reply(200 if told else 204, told or b"", kind, 0.05)


@pytest.fixture
def world(settings):
    world = World(settings, START, phones={"sari": SARI, "budi": BUDI})
    for number in (BACKUP_1, BACKUP_2):
        world.network.phones[number] = Phone(number, "backup")
    known = centers.seeded(settings)
    notebook = Notebook(settings.journal.directory)
    stand_in = Answering(settings, lambda: known, notebook, world.clock.now)
    world.proxy = world.network.transport = Proxy(world.network.transport, stand_in)
    yield world
    close(world)


def waiting(world) -> list[str]:
    return [met.call for met in fallbacks.waiting(world.settings.journal.directory)]


def kinds(world, call) -> list[str]:
    with world.house.database.reading() as db:
        return [event.kind for event in diary.of(db, events.call(call))]


def number(world, call) -> str | None:
    with world.house.database.reading() as db:
        return callers.number(db, world.house.keys, callers.of_call(call))


def figures(world, *names: str) -> list[int]:
    with world.house.database.reading() as db:
        day = stats.day_figures(db, world.house.policy(), START.date(), now=world.clock.now())
    return [day["total"][name] for name in names]


# From the first ring to the figures -----------------------------------------------------------


@pytest.mark.parametrize(("line", "backup"), [(LINE_1, BACKUP_1), (LINE_2, BACKUP_2)])
def test_a_call_that_only_the_stand_in_met_is_in_the_diary_with_its_caller(world, line, backup):
    world.proxy.dead = True
    call = world.network.dial(line, CALLER)
    until(world, lambda: world.network.ringing(backup))
    assert heard(call) == [words(world, "system_down")]
    world.network.answer(backup)
    until(world, lambda: call.state == "talking")
    world.run(15)
    assert number(world, call.sid) == CALLER  # while it goes on
    assert waiting(world) == [call.sid]
    world.network.hang_up(call, by="person")
    world.run(15)

    assert kinds(world, call.sid) == ["CallArrived", "CallReported"]
    told = row(world, CallRow, id=call.sid)
    assert told["center"] == ("CC1" if line == LINE_1 else "CC2")
    assert told["arrived_at"] == pytest.approx(call.created_at, abs=timedelta(seconds=1))
    assert told["ended_at"] == call.ended_at.replace(microsecond=0)
    assert waiting(world) == []
    assert list(world.settings.journal.directory.glob("fallback-*")) == []


def test_a_withheld_number_stays_withheld(world):
    world.proxy.dead = True
    call = world.network.dial(LINE_1)
    until(world, lambda: world.network.ringing(BACKUP_1))
    world.network.hang_up(call, by="person")
    world.run(15)

    assert row(world, CallRow, id=call.sid)["withheld"]
    assert number(world, call.sid) is None
    assert waiting(world) == []


def test_nobody_at_the_backup_telephone(world):
    world.proxy.dead = True
    call = world.network.dial(LINE_1, CALLER)
    until(world, lambda: call.ended)

    assert heard(call) == [words(world, "system_down"), words(world, "all_gone")]
    world.run(15)
    assert kinds(world, call.sid) == ["CallArrived", "CallReported"]


def test_a_call_that_had_arrived_at_us_before_is_counted_once(world):
    world.agent("sari", "CC1", SARI, available=False)
    call = waits(world, LINE_1, CALLER)
    world.proxy.dead = True
    until(world, lambda: world.network.ringing(BACKUP_1))  # out of the queue, in good time
    world.network.answer(BACKUP_1)
    world.run(5)
    world.proxy.dead = False
    world.network.hang_up(call, by="person")
    world.run(15)

    told = kinds(world, call.sid)
    assert told.count("CallArrived") == 1
    assert number(world, call.sid) == CALLER
    assert figures(world, "inbound", "flow_out", "abandoned") == [1, 1, 0]  # nobody gave up
    assert waiting(world) == []


def test_an_end_of_which_only_the_stand_in_was_told(world):
    call = waits(world, LINE_1, CALLER)
    world.proxy.dead = True
    world.network.hang_up(call, by="person")
    until(world, lambda: waiting(world))
    world.run(15)

    assert row(world, CallRow, id=call.sid)["ended_at"] == call.ended_at.replace(microsecond=0)
    assert figures(world, "inbound") == [1]
    assert waiting(world) == []


def test_a_short_absence_costs_nobody_the_place_in_the_queue(world):
    world.agent("sari", "CC1", SARI, available=False)
    call = waits(world, LINE_1, CALLER)
    world.proxy.dead = True
    until(world, lambda: world.proxy.waits.count(True) == 2)
    world.proxy.dead = False
    world.choose("sari", "available")

    takes(world, SARI, call)
    assert words(world, "system_down") not in heard(call)


# The carrier, as it may answer ----------------------------------------------------------------


class Desk:
    """A carrier that knows some calls; for the rest it is ``error``."""

    def __init__(self, error: Exception | None = None, **calls: CallTold) -> None:
        self.error, self.calls, self.asked = error, calls, []

    def call(self, sid: str) -> CallTold:
        self.asked.append(sid)
        if self.error or sid not in self.calls:
            raise self.error or CommandGone("HTTP 404, error 20404", 20404)
        return self.calls[sid]


OVER = CallTold(CALLER, LINE_1, "completed", START, START + timedelta(seconds=70))


@pytest.fixture
def house(database, keys, settings):
    """What the chore is given."""
    ruling = policies.seed(settings)
    return {
        "database": database,
        "keys": keys,
        "policy": lambda: ruling,
        "now": lambda: START + timedelta(minutes=5),
    }


def note(settings, *calls: str, line: str = LINE_1) -> None:
    notebook = Notebook(settings.journal.directory)
    for call in calls:
        notebook.note(call, line, START)


def take_up(settings, house, carrier) -> int:
    return taking_up.take_up(settings.journal.directory, carrier=carrier, **house)


def of(database, call) -> list:
    with database.reading() as db:
        return list(diary.of(db, events.call(call)))


def left(settings) -> list[str]:
    return sorted(met.call for met in fallbacks.waiting(settings.journal.directory))


def test_taken_up_twice_it_is_there_once(settings, house, database):
    for _ in range(2):
        note(settings, "CA1", "CA1")
        take_up(settings, house, Desk(CA1=OVER))

    assert [event.kind for event in of(database, "CA1")] == ["CallArrived", "CallReported"]
    assert of(database, "CA1")[1].at == OVER.ended_at
    assert left(settings) == []


def test_what_is_known_already_is_asked_of_nobody(settings, house, database, keys):
    note(settings, "CA1")
    take_up(settings, house, Desk(CA1=OVER))
    note(settings, "CA1")
    carrier = Desk(CommandFailed("HTTP 500"))

    assert take_up(settings, house, carrier) == 1
    assert carrier.asked == []


def test_a_carrier_that_cannot_be_asked_is_asked_again(settings, house, database):
    note(settings, "CA1", "CA2")
    carrier = Desk(CommandFailed("HTTP 500"))

    assert take_up(settings, house, carrier) == 0
    assert len(carrier.asked) == 1  # who does not answer is not asked for all the others too
    assert left(settings) == ["CA1", "CA2"]
    assert of(database, "CA1") == []
    assert take_up(settings, house, Desk(CA1=OVER, CA2=OVER)) == 2
    assert left(settings) == []


def test_a_call_that_goes_on_is_there_at_once_and_its_end_later(settings, house, database):
    going_on = CallTold(CALLER, LINE_1, "in-progress", START, None)
    note(settings, "CA1", "CA2")

    assert take_up(settings, house, Desk(CA1=going_on, CA2=OVER)) == 1
    assert [event.kind for event in of(database, "CA1")] == ["CallArrived"]
    assert left(settings) == ["CA1"]
    assert take_up(settings, house, Desk(CA1=OVER)) == 1
    assert [event.kind for event in of(database, "CA1")] == ["CallArrived", "CallReported"]
    assert left(settings) == []


def test_a_call_that_the_carrier_does_not_know_any_more_was_here(settings, house, database):
    note(settings, "CA1")

    assert take_up(settings, house, Desk()) == 1
    assert [event.kind for event in of(database, "CA1")] == ["CallArrived"]
    assert left(settings) == []


def test_a_call_to_no_line_of_ours_is_put_aside_for_people(settings, house, database):
    note(settings, "CA1", line="")
    foreign = CallTold(CALLER, "+62318888888", "completed", START, START)

    assert take_up(settings, house, Desk(CA1=foreign)) == 1
    assert of(database, "CA1") == []
    (record,) = (settings.journal.directory / "rejected").glob("*.record")
    assert json.loads(record.read_text())["call"] == "CA1"
    assert CALLER[-8:] not in record.read_text()
    assert left(settings) == []


def test_the_line_is_found_where_only_the_carrier_knows_it(settings, house, database):
    note(settings, "CA1", line="")
    told = CallTold(CALLER, LINE_2.removeprefix("+"), "completed", START, START)

    assert take_up(settings, house, Desk(CA1=told)) == 1
    assert of(database, "CA1")[0].center == "CC2"


def test_calls_of_test_numbers_are_tests(settings, house, database):
    number = phone.normalise(CALLER)
    ruling = replace(house["policy"](), report=Report(test_numbers=(number,)))
    note(settings, "CA1")
    take_up(settings, house | {"policy": lambda: ruling}, Desk(CA1=OVER))

    assert of(database, "CA1")[0].test


def test_the_first_word_on_an_arrival_stays(settings, house, database):
    center = house["policy"]().centers[0]
    before = START - timedelta(seconds=40)
    arrived = dialogue.arrive("CA1", LINE_1, center, withheld=False, test=False, now=before)
    with database.transaction() as db:
        diary.write(db, (arrived,), now=before)
    note(settings, "CA1")

    take_up(settings, house, Desk(CA1=OVER))
    assert of(database, "CA1")[0].at == before


# The files ------------------------------------------------------------------------------------


def test_a_line_that_comes_while_others_are_taken_is_not_lost(settings, house, database):
    directory = settings.journal.directory
    notebook = Notebook(directory)
    notebook.note("CA1", LINE_1, START)
    seen = fallbacks.waiting(directory)
    notebook.note("CA2", LINE_1, START)

    fallbacks.forget(directory, {met.call for met in seen})
    notebook.note("CA3", LINE_1, START)
    assert left(settings) == ["CA2", "CA3"]
    fallbacks.forget(directory, {"CA2", "CA3"})
    assert list(directory.glob("fallback-*")) == []


def test_a_line_that_was_cut_off_was_never_answered_for(settings, house):
    directory = settings.journal.directory
    note(settings, "CA1")
    (file,) = directory.glob("fallback-*.jsonl")
    with file.open("ab") as torn:
        torn.write(b'{"call": "CA2", "li')

    assert left(settings) == ["CA1"]
    fallbacks.forget(directory, {"CA1"})
    assert list(directory.glob("fallback-*")) == []


def test_a_line_that_cannot_be_read_is_put_aside_and_keeps_nobody(settings, house):
    directory = settings.journal.directory
    note(settings, "CA1")
    (file,) = directory.glob("fallback-*.jsonl")
    with file.open("ab") as odd:
        odd.write(b"not json\n" + b'{"call": "", "line": "", "at": "2020-04-13T09:00:00"}\n')

    assert take_up(settings, house, Desk(CA1=OVER)) == 1
    assert len(list((directory / "rejected").glob("*.record"))) == 2
    assert list(directory.glob("fallback-*")) == []


def test_each_is_met_when_it_first_came_and_on_the_line_that_was_told(settings):
    notebook = Notebook(settings.journal.directory)
    notebook.note("CA1", "", START + timedelta(seconds=9))
    notebook.note("CA1", LINE_2, START + timedelta(seconds=19))
    notebook.note("CA1", LINE_1, START + timedelta(seconds=29))

    (met,) = fallbacks.waiting(settings.journal.directory)
    assert (met.call, met.line, met.at) == ("CA1", LINE_2, START + timedelta(seconds=9))


def test_who_was_sent_out_of_the_queue_is_told_once_however_it_ended(settings, house, database):
    center = house["policy"]().centers[0]
    arrived = dialogue.arrive("CA1", LINE_1, center, withheld=False, test=False, now=START)
    entered = events.QueueEntered(
        subject="call:CA1", thread="ivr", turn="1", at=START, queue="confirmation", entry=1
    )
    with database.transaction() as db:
        diary.write(db, (arrived, entered), now=START)
    notebook, left_at = Notebook(settings.journal.directory), START + timedelta(seconds=40)
    notebook.note("CA1", LINE_1, START + timedelta(seconds=20))
    notebook.note("CA1", LINE_1, left_at, left=True)

    for _ in range(2):
        take_up(settings, house, Desk(CA1=OVER))
        notebook.note("CA1", LINE_1, left_at, left=True)
    (exit_,) = [event for event in of(database, "CA1") if event.kind == "WaitEnded"]
    assert (exit_.at, exit_.entry, exit_.goes) == (left_at, 1, "backup")


def test_the_worker_takes_up_everywhere_and_not_at_every_tick():
    (chore,) = [chore for chore in chores.CHORES if chore.do is chores.stand_in]

    assert chore.everywhere  # the files are those of the host
    assert chore.every_s >= 5


def test_what_is_noted_while_files_are_being_removed_is_all_there(tmp_path):
    """A new file has nothing in it for a moment, and must not be taken for one that is done."""
    notebook, ended = Notebook(tmp_path), threading.Event()

    def forgets():
        while not ended.is_set():
            fallbacks.forget(tmp_path, ())

    remover = threading.Thread(target=forgets)
    remover.start()
    for number in range(150):
        notebook.note(f"CA{number}", LINE_1, START)
    ended.set()
    remover.join()
    lines = "".join(path.read_text() for path in tmp_path.glob("fallback-*.jsonl")).splitlines()
    assert {json.loads(line)["call"] for line in lines} == {f"CA{n}" for n in range(150)}
