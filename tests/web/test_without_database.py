"""The carrier's door without a database: callers are answered, written down, and found again."""

from functools import partial
from shutil import rmtree

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

import callcenter
from callcenter import settings as settings_room
from callcenter.addresses import Meeting
from callcenter.records import callers, diary, journal, keeping, sealing
from callcenter.records.database import Unavailable
from callcenter.records.journal import Replay
from callcenter.records.policy import PolicyRefused
from callcenter.records.tables import CallRow, EventRow
from callcenter.rules import events
from tests.web.test_voice import (
    BACKUP,
    CALL,
    CALLER,
    LEG,
    NOW,
    STATE,
    Network,
    document,
    network_on,
    next_url,
    offered,
)

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def away(settings, folder):
    """The same house, whose database does not answer."""
    return settings_room.load(
        {"CALLCENTER__DATABASE__URL": NOWHERE, "CALLCENTER__JOURNAL__AFTER_S": "0.3"}, folder=folder
    )


@pytest.fixture
def network(settings, tmp_path):
    """A door that was open while the database was there, and opens again without it."""
    network_on(settings).house.database.close()
    return Network(
        callcenter.create_app(away(settings, tmp_path), ("voice",), lambda: NOW), settings
    )


@pytest.fixture
def back(database, settings):
    """The database that comes back, and the worker's replay into it."""

    def replay():
        return Replay(settings.journal.directory).run(partial(keeping.take, database))

    return replay


def test_a_call_goes_its_way_and_is_all_there_afterwards(network, back, database, settings):
    language = next_url(network.posts("/voice/incoming", network.fields()))
    main = next_url(network.posts(language, network.fields(Digits="1")))
    queue = document(network.posts(main, network.fields(Digits="2")))
    assert queue.find("Enqueue") is not None
    assert network.posts("/voice/status", network.fields(CallStatus="completed")).status_code == 204
    told = journal.backlog(settings.journal.directory)
    assert (told.records, told.rejected) == (4, 0)

    assert back() == 4
    keys = sealing.read(settings.keys.file)
    with database.reading() as db:
        kinds = [event.kind for event in diary.of(db, events.call(CALL))]
        call = db.execute(select(CallRow.__table__)).one()
        assert callers.number(db, keys, callers.of_call(CALL)) == CALLER
    assert sorted(kinds) == sorted(
        ["CallArrived", "LanguageChosen", "MenuChosen", "QueueEntered", "CallReported"]
    )
    assert (call.reason, call.entries, call.ended_at) == ("application_status", 1, NOW)
    assert journal.backlog(settings.journal.directory).records == 0
    assert back() == 0


def test_the_journal_holds_no_number_in_clear(network, settings):
    network.posts("/voice/incoming", network.fields())

    (file,) = settings.journal.directory.glob("*.journal")
    written = file.read_bytes()
    assert CALL.encode() in written
    for spelling in (CALLER, CALLER[1:], "0" + CALLER[3:]):
        assert spelling.encode() not in written
    assert file.stat().st_mode & 0o077 == 0


def test_a_webhook_that_is_repeated_is_written_once(network, back, database):
    for _ in range(3):
        network.posts("/voice/incoming", network.fields())
    assert back() == 3
    with database.reading() as db:
        assert len(db.execute(select(EventRow.__table__)).all()) == 1


def test_a_caller_whom_no_floor_takes_reaches_the_other_telephone(network):
    wait = network.addresses.of("wait", STATE, CALL)
    for _ in range(3):
        heard = document(network.posts(wait, network.fields(QueuePosition="4")))
        wait = heard.find("Redirect").text if heard.find("Redirect") is not None else ""
    assert [verb.tag for verb in heard] == ["Leave"]

    left = network.addresses.of("left", STATE, CALL)
    asked = network.posts(left, network.fields(QueueResult="leave", QueueTime="90"))
    said = document(network.posts(next_url(asked), network.fields(Digits="")))
    assert said.find("Dial/Number").text == BACKUP


def test_a_call_back_asked_for_while_waiting_outlives_the_database(network, back, database):
    entered = document(network.posts(network.addresses.of("wait", STATE, CALL), network.fields()))
    key = entered.find("Gather").get("action")
    heard = document(network.posts(key, network.fields(Digits="1")))
    assert [verb.tag for verb in heard] == ["Leave"]

    left = network.addresses.of("left", STATE, CALL)
    asked = network.posts(left, network.fields(QueueResult="leave", QueueTime="31"))
    number = network.posts(next_url(asked), network.fields(Digits="1"))
    assert "nol delapan satu dua" in document(number).find("Gather/Say").text
    document(network.posts(next_url(number), network.fields(Digits="1")))
    assert back() == 5
    with database.reading() as db:
        told = {event.kind: event for event in diary.of(db, events.call(CALL))}
    assert told["WaitEnded"].goes == "cb_confirm"
    assert told["CallBackRequested"].due_at == NOW.isoformat()


@pytest.mark.parametrize(("result", "status"), [("hangup", 503), ("leave", 200)])
def test_what_cannot_be_written_down_is_refused_when_nobody_listens(
    network, settings, result, status
):
    """So that the carrier tells it again; who still is on the line hears something."""
    rmtree(settings.journal.directory)
    settings.journal.directory.write_text("no folder")
    left = network.addresses.of("left", STATE, CALL)

    answer = network.posts(left, network.fields(QueueResult=result, QueueTime="90"))

    assert answer.status_code == status
    if status == 200:
        assert document(answer).find("Dial/Number").text == BACKUP


def test_the_place_is_the_carrier_s_while_ours_is_unknown(network):
    wait = network.addresses.of("wait", STATE, CALL)
    heard = document(network.posts(wait, network.fields(QueuePosition="4")))
    assert "empat" in heard.find("Gather/Say").text


def test_an_agent_is_asked_again_and_never_joined_on_a_guess(network, settings):
    meeting = Meeting(1, "a1", STATE)
    heard = document(network.posts(network.addresses.of("leg", meeting, ""), network.fields(LEG)))
    for _ in range(3):
        key = heard.find("Gather").get("action")
        heard = document(network.posts(key, network.fields(LEG, Digits="1")))
    assert [verb.tag for verb in heard] == ["Say", "Hangup"]
    written = b"".join(file.read_bytes() for file in settings.journal.directory.glob("*.journal"))
    assert b"OfferAccepted" not in written


def test_a_caller_who_lost_the_agent_is_kept(network):
    met = network.addresses.of("met", Meeting(1, "a1", STATE), CALL)
    heard = document(network.posts(met, network.fields(DialCallStatus="answered")))
    assert heard.find("Enqueue") is not None


def test_a_leg_s_report_from_the_journal_finds_its_offer(network, back, database):
    with database.transaction() as db:
        diary.write(db, (offered(CALL),), now=NOW)
    meeting = Meeting(1, "a1", STATE)
    network.posts(network.addresses.of("leg", meeting, ""), network.fields(LEG))
    assert back() == 1
    with database.reading() as db:
        leg = db.execute(text("SELECT leg FROM offer")).scalar_one()
    assert leg == LEG


def test_a_door_without_database_and_snapshot_does_not_open(settings, tmp_path):
    network_on(settings).house.database.close()
    settings.policy.snapshot.unlink()
    with pytest.raises(PolicyRefused, match="which lines are ours"):
        callcenter.create_app(away(settings, tmp_path), ("voice",))


def test_the_pages_do_not_open_without_a_database(settings, tmp_path):
    network_on(settings).house.database.close()
    with pytest.raises(Unavailable):
        callcenter.create_app(away(settings, tmp_path), ("people",))


def test_keys_that_were_taken_on_trust_are_proved_before_anything_is_written(
    database, settings, tmp_path
):
    """The door was opened without a database, with the keys of another one."""
    network_on(settings).house.database.close()
    settings.keys.file.unlink()
    sealing.write(sealing.make(), settings.keys.file)
    app = callcenter.create_app(away(settings, tmp_path), ("voice",), lambda: NOW)
    wrong = Network(app, settings)
    wrong.house.keeper._database = database  # it came back

    with capture_logs() as logs:
        said = document(wrong.posts("/voice/incoming", wrong.fields()))
    assert said.find("Dial/Number").text == BACKUP
    assert [it["error"] for it in logs if it["event"] != "request"] == ["KeysRefused"]
    with database.reading() as db:
        assert db.execute(select(EventRow.__table__)).all() == []


def test_a_call_that_falls_back_is_in_the_diary_once(network, back, database):
    """The carrier may not have got the first document, or got it and lost the second."""
    for path in ("/voice/fallback", "/voice/incoming", "/voice/fallback"):
        network.posts(path, network.fields(ErrorCode="11200"))
    back()
    with database.reading() as db:
        kinds = [row.kind for row in db.execute(select(EventRow.__table__))]
    assert kinds == ["CallArrived"]
