"""Transactions, reading, turns and leadership, on both engines."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError, StatementError

from callcenter.records.database import Database, DatabaseUnreachable
from callcenter.records.tables import CallRow, ChangeRow
from callcenter.records.turns import Queue
from callcenter.rules import wib
from tests import postgres
from tests.conftest import fresh_url

CHANGE, CALL = ChangeRow.__table__, CallRow.__table__
NOW = wib.at("2020-04-13 09:00")


def rows(database):
    with database.reading() as db:
        return db.execute(select(func.count()).select_from(CHANGE)).scalar_one()


def add(db, topic="t"):
    db.execute(insert(CHANGE).values(topic=topic, count=0))


def test_a_transaction_stays_as_a_whole(database):
    with database.transaction() as db:
        add(db, "one")
        add(db, "two")
    assert rows(database) == 2


@pytest.mark.parametrize("fault", [ValueError, KeyboardInterrupt])
def test_or_not_at_all(database, fault):
    with pytest.raises(fault), database.transaction() as db:  # noqa: PT012
        add(db)
        raise fault
    assert rows(database) == 0
    with database.transaction() as db:  # and the next one can write
        add(db)
    assert rows(database) == 1


def test_reading_sees_one_state_whatever_is_written_meanwhile(database):
    with database.reading() as db:
        before = db.execute(select(func.count()).select_from(CHANGE)).scalar_one()
        with database.transaction() as other:
            add(other)
        after = db.execute(select(func.count()).select_from(CHANGE)).scalar_one()
    assert (before, after, rows(database)) == (0, 0, 1)


def test_nothing_can_be_written_while_reading(database, engine):
    if engine == "postgresql":
        with pytest.raises(DBAPIError), database.reading() as db:
            add(db)
    else:
        with database.reading() as db:
            add(db)
    assert rows(database) == 0


def test_writers_take_turns_and_nothing_is_lost(database):
    with database.transaction() as db:
        add(db)

    def counts(_):
        for _ in range(20):
            with database.transaction() as db:
                db.execute(update(CHANGE).values(count=CHANGE.c.count + 1))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(counts, range(6)))
    with database.reading() as db:
        assert db.execute(select(CHANGE.c.count)).scalar_one() == 120


def test_two_processes_of_one_sqlite_file_take_turns_too(tmp_path, sqlite_template):
    path = tmp_path / "callcenter.db"
    path.write_bytes(sqlite_template.read_bytes())
    first, second = Database(f"sqlite:///{path}"), Database(f"sqlite:///{path}")
    seen: list[str] = []
    inside = threading.Event()

    def later():
        inside.wait()
        with second.transaction():
            seen.append("second")

    thread = threading.Thread(target=later)
    thread.start()
    with first.transaction():
        inside.set()
        thread.join(0.2)
        seen.append("first")
    thread.join(5)
    assert seen == ["first", "second"]
    first.close()
    second.close()


def test_one_leads_and_another_only_once_it_has_stopped(database, database_url):
    other = Database(database_url)
    with database.leadership() as leader, other.leadership() as follower:
        assert leader.held()
        assert leader.held()  # as often as it is asked
        assert not follower.held()
        leader.release()
        assert follower.held()
        assert not leader.held()
    with database.leadership() as leader:
        assert leader.held()
    other.close()


def test_times_come_back_as_the_instants_they_were(database):
    with database.transaction() as db:
        db.execute(insert(CALL).values(id="CA1", received_at=NOW, unsettled=False, arrived_at=NOW))
    with database.reading() as db:
        found = db.execute(select(CALL.c.arrived_at)).scalar_one()
    assert found == NOW
    assert found.utcoffset().total_seconds() == 0


def test_a_time_without_a_zone_is_refused(database):
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError) as caught, database.transaction() as db:
        db.execute(insert(CALL).values(id="CA1", received_at=naive, unsettled=False))
    assert "a time without a zone" in str(caught.value)


def test_a_database_that_answers(database):
    assert database.ping() is None


def test_one_that_does_not_is_named_without_its_password():
    nobody = Database(f"postgresql://cc:geheim@127.0.0.1:{postgres.free_port()}/callcenter")
    with pytest.raises(DatabaseUnreachable) as caught:
        nobody.ping()
    assert "does not answer" in str(caught.value)
    assert "geheim" not in str(caught.value)
    nobody.close()


def test_a_leader_whose_session_was_ended_gives_up_in_peace(postgres_server, tmp_path, request):
    url = fresh_url("postgresql", tmp_path, request)
    database = Database(url)
    with database.leadership() as leadership:
        assert leadership.held()
        with psycopg.connect(postgres.plain(url), autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        assert leadership.held()  # with a new session
    database.close()


def test_a_turn_goes_to_who_asked_first():
    turn, came, threads = Queue(), [], []
    assert turn.take(1.0)
    for number in range(5):
        threads.append(threading.Thread(target=take_and_give, args=(turn, number, came)))
        threads[-1].start()
        while len(turn.waiting) == number:
            threading.Event().wait(0.001)
    turn.give()
    for thread in threads:
        thread.join()
    assert came == [0, 1, 2, 3, 4]


def take_and_give(turn, number, came):
    if turn.take(None):
        came.append(number)
        turn.give()


def test_a_turn_that_was_waited_for_too_long_goes_to_the_next():
    turn = Queue()
    assert turn.take(None)
    assert not turn.take(0.01)
    turn.give()
    assert turn.take(0.0)
