"""The PostgreSQL of the tests: shared while somebody uses it, gone afterwards."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tests import postgres

USER = """
import sys, time
from pathlib import Path
from tests import postgres
with postgres.server(Path(sys.argv[1])) as server:
    print(server.url, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with postgres.server_or_skip(tmp_path_factory.mktemp("postgres")) as server:
        yield server


def another_user(folder: Path) -> subprocess.Popen[str]:
    """Another process that uses the folder's server until a line is written to it."""
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(postgres.__file__).parent.parent,
    )


def answers(url: str) -> bool:
    try:
        psycopg.connect(postgres.plain(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def is_gone_soon(url: str) -> bool:
    deadline = time.monotonic() + 20
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not answers(url)


def numbers(url: str) -> list[int]:
    with psycopg.connect(url) as db:
        return [row[0] for row in db.execute("SELECT n FROM number ORDER BY n")]


def fill(url: str) -> None:
    with psycopg.connect(url) as db:
        db.execute("CREATE TABLE number (n int)")
        db.execute("INSERT INTO number VALUES (1), (2)")


def test_each_database_is_a_copy_of_its_own(running):
    filled = running.template("template", fill)

    first = running.create_database("first", filled)
    second = running.create_database("second", filled)
    with psycopg.connect(first) as db:
        db.execute("INSERT INTO number VALUES (3)")

    assert numbers(first) == [1, 2, 3]
    assert numbers(second) == [1, 2]


def test_a_template_is_filled_once(running):
    calls = []

    for _ in range(2):
        running.template("once", calls.append)

    assert len(calls) == 1


def test_a_template_that_failed_is_filled_again(running):
    def fail(url: str) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        running.template("failing", fail)
    running.template("failing", fill)

    assert numbers(running.create_database("after", "failing")) == [1, 2]


def test_a_database_is_made_anew_even_while_somebody_is_connected(running):
    url = running.create_database("again")
    fill(url)

    with psycopg.connect(url):
        again = running.create_database("again")

    with pytest.raises(psycopg.errors.UndefinedTable):
        numbers(again)


def test_two_processes_share_one_server_and_the_last_ends_it(tmp_path):
    with postgres.server_or_skip(tmp_path) as mine:
        other = another_user(tmp_path)
        url = other.stdout.readline().strip()
        assert url == mine.url

    assert answers(url)  # the other still uses it
    other.communicate("done\n")
    assert is_gone_soon(url)
    assert not (tmp_path / "postgres.url").exists()


def test_a_user_that_is_killed_leaves_nothing_behind(tmp_path, running):
    other = another_user(tmp_path)
    url = other.stdout.readline().strip()
    assert url != running.url  # another folder, another server

    other.send_signal(signal.SIGKILL)
    other.communicate()

    assert is_gone_soon(url)


def test_a_named_server_is_used_and_left_clean(tmp_path, monkeypatch, running):
    monkeypatch.setenv(
        "TEST_DATABASE_URL", running.url.replace("postgresql:", "postgresql+psycopg:")
    )

    with postgres.server(tmp_path) as named:
        url = named.create_database("mine")
        assert url.startswith("postgresql+psycopg:")
        assert answers(url)
        assert named.prefix != running.prefix

    assert not answers(url)
    assert answers(running.url)


def test_a_named_server_that_does_not_answer(tmp_path, monkeypatch):
    url = f"postgresql://me:hush@127.0.0.1:{postgres.free_port()}/postgres"
    monkeypatch.setenv("TEST_DATABASE_URL", url)

    with (
        pytest.raises(postgres.Unavailable, match="does not answer") as missing,
        postgres.server(tmp_path),
    ):
        pass

    assert "hush" not in str(missing.value)


@pytest.mark.parametrize(
    ("ci", "ends"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)]
)
def test_without_a_server_tests_are_skipped_but_under_ci_they_fail(tmp_path, monkeypatch, ci, ends):
    monkeypatch.setenv("TEST_DATABASE_URL", f"postgresql://127.0.0.1:{postgres.free_port()}/x")
    monkeypatch.setenv("CI", ci)

    with (
        pytest.raises(ends, match="TEST_DATABASE_URL does not answer"),
        postgres.server_or_skip(tmp_path),
    ):
        pass


def test_no_binaries_anywhere_says_what_would_help(monkeypatch):
    monkeypatch.setattr(postgres, "candidates", lambda: iter([Path("/nonexistent")]))

    with pytest.raises(postgres.Unavailable, match="install Debian's postgresql"):
        postgres.binaries()


def test_the_servers_files_are_not_readable_by_others(running):
    (folder,) = (row[0] for row in running.run(postgres.sql.SQL("SHOW data_directory").format()))

    assert os.stat(folder).st_mode & 0o077 == 0
