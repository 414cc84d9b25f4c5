"""Hints: they come when something changed, and only then."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import make_url

from callcenter.records import changes, diary, hearing
from callcenter.records.changes import EVERYTHING
from callcenter.records.database import Database
from callcenter.records.hearing import Listener, Reader
from callcenter.rules import events

NOW = datetime(2020, 4, 13, 2, tzinfo=UTC)


def chosen(agent: str, turn: str = "first") -> events.StateChosen:
    return events.StateChosen(
        subject=events.agent(agent),
        thread="presence",
        turn=turn,
        at=NOW,
        state="available",
        center="CC1",
    )


def write(database: Database, *happened: events.Event) -> None:
    with database.transaction() as db:
        diary.write(db, happened, now=NOW)


def write_and_fail(database: Database) -> None:
    with database.transaction() as db:
        diary.write(db, [chosen("ani")], now=NOW)
        changes.note(db, {"outbox"})
        raise ZeroDivisionError


@pytest.fixture
def ear(database):
    with hearing.hints(database) as ear:
        yield ear


def everything(ear: hearing.Ear) -> set[str]:
    """All that is to be heard within a moment: hints of one commit may come in two."""
    heard: set[str] = set()
    while topics := ear.wait(0.3):
        heard |= topics
    return heard


def test_no_hint_comes_when_nothing_changed(ear):
    assert ear.wait(0.2) == frozenset()


def test_an_event_is_a_hint_for_what_it_is_about(database, ear):
    write(database, chosen("ani"), chosen("budi"))

    assert ear.wait(2) == {"agent:ani", "agent:budi"}
    assert ear.wait(0.1) == frozenset()


def test_an_event_that_was_there_already_is_none(database, ear):
    write(database, chosen("ani"))
    ear.wait(2)

    write(database, chosen("ani"))

    assert ear.wait(0.3) == frozenset()


def test_a_word_is_a_hint_too(database, ear):
    with database.transaction() as db:
        changes.note(db, {"outbox"})

    assert ear.wait(2) == {"outbox"}
    assert ear.wait(0.1) == frozenset()


def test_what_was_rolled_back_gives_no_hint(database, ear):
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database)
    with database.transaction() as db:
        changes.note(db, {"other"})

    assert everything(ear) == {"other"}


def test_everybody_who_listens_is_told(database, ear):
    with hearing.hints(database) as second:
        write(database, chosen("ani"))

        assert ear.wait(2) == second.wait(2) == {"agent:ani"}


def test_who_waits_is_woken(database, ear):
    later = threading.Timer(0.2, write, (database, chosen("ani")))
    later.start()

    assert ear.wait(5) == {"agent:ani"}
    later.join()


def test_many_at_once_are_told_in_a_hint_for_all_of_them(database, ear):
    write(database, *(chosen("ani", turn=f"turn {n}") for n in range(300)))
    assert everything(ear) == {"agent:ani"}

    write(database, *(chosen(f"agent number {n} of many") for n in range(hearing.MOST)))
    assert everything(ear) in ({"agent"}, {EVERYTHING})


def test_topics_survive_the_way_however_they_are_spelled():
    topics = {"call:a call's id with spaces, and: more", "agent:Ā", "outbox"}

    assert changes.unpacked(changes.packed(topics)) == topics


def test_too_many_topics_for_one_payload_are_told_by_kind():
    topics = {f"call:CA{n:032}" for n in range(500)} | {"outbox"}

    assert changes.unpacked(changes.packed(topics)) == {"call", "outbox"}


def test_on_sqlite_an_event_costs_no_write_besides_itself(one_file):
    write(one_file, chosen("ani"))

    with one_file.reading() as db:
        assert list(db.execute(changes.CHANGE.select())) == []


def test_a_diary_whose_rows_were_numbered_anew_is_a_hint_for_everything(one_file):
    write(one_file, *(chosen(f"agent {n}") for n in range(5)))
    with hearing.hints(one_file) as ear:
        with one_file.transaction() as db:
            db.exec_driver_sql("DELETE FROM event WHERE rowid <= 3")
            db.exec_driver_sql("UPDATE event SET rowid = rowid - 3")

        assert ear.wait(2) == {EVERYTHING}


def test_heartbeats_are_no_hint(one_file):
    with hearing.hints(one_file) as ear:
        with one_file.transaction() as db:
            db.exec_driver_sql("INSERT INTO heartbeat VALUES ('ani', '2020-04-13 02:00:00')")

        assert ear.wait(0.3) == frozenset()


def test_a_file_that_cannot_be_read_gives_no_hints_and_later_one_for_everything(one_file):
    ear = Reader(one_file)
    assert ear.open()
    with one_file.transaction() as db:
        db.exec_driver_sql("ALTER TABLE event RENAME TO away")
    assert ear.wait(0.1) == frozenset()

    with one_file.transaction() as db:
        db.exec_driver_sql("ALTER TABLE away RENAME TO event")

    assert ear.wait(1) == {EVERYTHING}
    ear.close()


def test_a_lost_connection_is_made_anew_and_is_a_hint_for_everything(on_postgresql, monkeypatch):
    monkeypatch.setattr(hearing, "AGAIN_S", 0.05)
    ear = Listener(on_postgresql)
    assert ear.open()
    with on_postgresql.transaction() as db:
        db.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE left(query, 6) = 'LISTEN' AND datname = current_database()"
        )

    assert everything_in_time(ear) == {EVERYTHING}

    write(on_postgresql, chosen("ani"))
    assert ear.wait(2) == {"agent:ani"}
    ear.close()


def test_nobody_to_listen_to_is_waited_for_in_silence(on_postgresql):
    nowhere = Database(make_url(on_postgresql.url).set(port=1).render_as_string(False))
    ear = Listener(nowhere)

    assert not ear.open()
    assert ear.wait(0.05) == frozenset()
    ear.close()
    nowhere.close()


def test_what_was_noted_last_is_told_before_the_database_is_closed(on_postgresql):
    second = Database(on_postgresql.url.render_as_string(hide_password=False))
    with hearing.hints(on_postgresql) as ear:
        write(second, chosen("ani"))
        second.close()

        assert ear.wait(2) == {"agent:ani"}


def everything_in_time(ear: hearing.Ear) -> frozenset[str]:
    for _ in range(100):
        if topics := ear.wait(0.1):
            return topics
    return frozenset()


@pytest.fixture
def one_file(request):
    return only(request, "sqlite")


@pytest.fixture
def on_postgresql(request):
    return only(request, "postgresql")


def only(request: pytest.FixtureRequest, engine: str) -> Database:
    """The database of this test on the one engine that it is about."""
    tmp_path = request.getfixturevalue("tmp_path")
    from tests.conftest import fresh_url

    database = Database(fresh_url(engine, tmp_path, request))
    request.addfinalizer(database.close)
    return database
