"""A database that does not answer: given up in time, not asked for a while, and asked again."""

import fcntl
import socket
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import make_url, select
from sqlalchemy.exc import IntegrityError

from callcenter.records.database import Database, Unavailable
from callcenter.records.patience import LONGEST_PAUSE_S, PAUSE_S, Breaker
from callcenter.records.tables import MetaRow
from callcenter.records.turns import TurnNeverCame, WritersLock

META = MetaRow.__table__


class Freezer:
    """Stands between us and a server; while frozen nothing passes, and nobody is told."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.flows = threading.Event()
        self.flows.set()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.ends = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        while True:
            try:
                near, _ = self.door.accept()
            except OSError:
                return
            far = socket.create_connection(self.target)
            self.ends += [near, far]
            for here, there in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(here, there), daemon=True).start()

    def _pass(self, here, there):
        try:
            while got := here.recv(65536):
                self.flows.wait()
                there.sendall(got)
        except OSError:
            pass
        for end in (here, there):
            end.close()

    def close(self):
        self.flows.set()
        self.door.close()
        for end in self.ends:
            end.close()


@pytest.fixture
def frozen(postgres_server, request, tmp_path):
    """A PostgreSQL behind a freezer, and a database that has no patience with it."""
    from tests.conftest import fresh_url

    url = make_url(fresh_url("postgresql", tmp_path, request))
    freezer = Freezer(url.host or "127.0.0.1", url.port or 5432)
    database = Database(
        url.set(host="127.0.0.1", port=freezer.port).render_as_string(hide_password=False),
        patience_s=0.5,
    )
    yield database, freezer
    freezer.close()
    database.close()


def put(database, name):
    with database.transaction() as db:
        db.execute(META.insert().values(name=name, value="x"))


def names(database):
    with database.reading() as db:
        return set(db.execute(select(META.c.name)).scalars())


def closed_again(database):
    """The pause is over."""
    database.breaker._again_at = 0.0


def test_a_frozen_server_is_given_up_and_used_again_when_it_thaws(frozen):
    database, freezer = frozen
    put(database, "before")
    freezer.flows.clear()
    with pytest.raises(Unavailable):
        put(database, "during")
    assert not database.breaker.closed
    with pytest.raises(Unavailable, match="did not answer before"):
        names(database)  # at once: nobody asks again so soon

    closed_again(database)
    with pytest.raises(Unavailable):
        put(database, "still")  # the one that asks for all
    freezer.flows.set()
    closed_again(database)
    put(database, "after")
    assert database.breaker.closed
    assert {"before", "after"} <= names(database)


def test_a_server_that_freezes_inside_a_transaction_is_given_up_too(frozen):
    database, freezer = frozen
    put(database, "warm")

    def half_way():
        with database.transaction() as db:
            db.execute(META.insert().values(name="half", value="x"))
            freezer.flows.clear()
            db.execute(select(META.c.name))

    with pytest.raises(Unavailable):
        half_way()
    freezer.flows.set()
    closed_again(database)
    assert names(database) == {"warm"}


def test_a_server_that_takes_no_connection_is_given_up():
    silent = socket.create_server(("127.0.0.1", 0))
    with closing(silent):
        port = silent.getsockname()[1]
        database = Database(f"postgresql://nobody@127.0.0.1:{port}/nothing", patience_s=0.2)
        with pytest.raises(Unavailable):
            names(database)
        database.close()


@contextmanager
def held_by_another_program(path):
    other = sqlite3.connect(path, isolation_level=None)
    with closing(other):
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def turn_held_by_another_process(path):
    with open(f"{path}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.mark.parametrize("held", [held_by_another_program, turn_held_by_another_process])
def test_a_locked_file_is_given_up_and_used_again_when_it_is_free(tmp_path, sqlite_template, held):
    path = tmp_path / "callcenter.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}", patience_s=0.2)
    put(database, "before")
    with held(path):
        for _ in range(3):
            closed_again(database)
            with pytest.raises(Unavailable):
                put(database, "during")
    closed_again(database)
    put(database, "after")
    assert {"before", "after"} == names(database)
    database.close()


def test_what_we_brought_is_at_fault_not_the_database(database_url):
    database = Database(database_url, patience_s=10)
    put(database, "twice")
    with pytest.raises(IntegrityError):
        put(database, "twice")
    assert database.breaker.closed
    database.close()


def test_a_turn_that_was_given_up_is_not_taken_from_its_holder(tmp_path):
    """The wait of one writer ends; the next ones still take turns, one at a time."""
    path = str(tmp_path / "file")
    ours, theirs = WritersLock(path), WritersLock(path)
    theirs.take(None)
    for _ in range(2):
        with pytest.raises(TurnNeverCame):
            ours.take(0.05)
    theirs.give()

    inside, most, lock = [0], [0], threading.Lock()

    def write(turns):
        for _ in range(200):
            turns.take(10)
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            with lock:
                inside[0] -= 1
            turns.give()

    threads = [threading.Thread(target=write, args=(t,)) for t in (ours, ours, theirs, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]


def test_while_it_is_open_one_asks_for_all():
    clock = [0.0]
    breaker = Breaker(lambda: clock[0])
    assert breaker.allows()
    breaker.failed()
    assert not breaker.allows()
    for pause_s in (PAUSE_S, 2 * PAUSE_S, 4 * PAUSE_S, LONGEST_PAUSE_S, LONGEST_PAUSE_S):
        clock[0] += pause_s
        assert [breaker.allows() for _ in range(3)] == [True, False, False]
        breaker.failed()
    breaker.worked()
    assert [breaker.allows() for _ in range(3)] == [True, True, True]
