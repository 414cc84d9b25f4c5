"""The steps make exactly the tables, on both engines, and can be taken back."""

import multiprocessing
import os
import shutil
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from callcenter.records import migrations
from callcenter.records.database import Database, DatabaseUnreachable
from callcenter.records.migrations import MigrationRefused
from callcenter.records.tables import Base, PersonRow, TicketRow, UserRow

AT = datetime(2020, 4, 13, 2, tzinfo=UTC)
AWKWARD = "Ma'ruf \u202e\U0001f600 \\N %s :x"
TABLES = set(Base.metadata.tables)
NEWEST = ScriptDirectory(str(migrations.FOLDER)).get_current_head()


@pytest.fixture
def url(engine, request, tmp_path):
    """An address where nothing is yet."""
    if engine == "sqlite":
        yield f"sqlite:///{tmp_path}/var/deep/callcenter.db"
        return
    server = request.getfixturevalue("postgres_server")
    name = f"nothing_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}"
    yield server.create_database(name)
    server.drop_database(name)


def tables(url: str) -> set[str]:
    database = Database(url)
    with database.reading() as db:
        found = set(inspect(db).get_table_names())
    database.close()
    return found - {"alembic_version"}


def fill(url: str) -> None:
    """A few rows with everything that is awkward: words of SQL, marks, nulls and JSON."""
    database = Database(url)
    person = {"id": "p1", "full_name": AWKWARD, "created_at": AT, "updated_at": AT}
    user = {"id": "u1", "username": AWKWARD, "full_name": "", "role": "agent"}
    user |= {"password_hash": "", "created_at": AT}
    with database.transaction() as db:
        db.execute(PersonRow.__table__.insert(), person)
        db.execute(UserRow.__table__.insert(), user)
        db.execute(
            TicketRow.__table__.insert(),
            {name: "" for name in ("id", "number", "channel", "center", "line", "agent_id")}
            | {name: "" for name in ("call_id", "person_id", "reason", "outcome")}
            | {"test": False, "void": False, "opened_at": AT, "versions": 0}
            | {"given": {"why": AWKWARD}},
        )
    database.close()


def test_the_steps_make_exactly_the_tables(url):
    migrations.upgrade(url)

    database = Database(url)
    with database.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        shapes = {name: inspect(db).get_pk_constraint(name) for name in TABLES}
    database.close()
    for name, shape in shapes.items():  # what compare_metadata does not look at
        keys = [column.name for column in Base.metadata.tables[name].primary_key]
        assert shape["constrained_columns"] == keys


def test_every_step_goes_up_down_and_up_again_with_rows_in_the_tables(url):
    steps = [step.revision for step in ScriptDirectory(str(migrations.FOLDER)).walk_revisions()]
    migrations.upgrade(url)
    fill(url)

    for below in [*steps[1:], "base"]:
        migrations.downgrade(url, below)
    assert tables(url) == set()

    migrations.upgrade(url)
    assert tables(url) == TABLES
    fill(url)


def test_a_second_time_changes_nothing(url):
    migrations.upgrade(url)
    fill(url)

    migrations.upgrade(url)

    database = Database(url)
    with database.reading() as db:
        assert db.execute(text("SELECT full_name FROM person")).scalar() == AWKWARD
    database.close()


def test_processes_that_start_at_once_take_turns(url):
    spawn = multiprocessing.get_context("spawn")
    starting = [spawn.Process(target=migrations.upgrade, args=(url,)) for _ in range(4)]
    for one in starting:
        one.start()
    for one in starting:
        one.join()

    assert [one.exitcode for one in starting] == [0, 0, 0, 0]
    assert tables(url) == TABLES


def test_what_is_pending_is_told_without_making_anything(url, tmp_path):
    assert migrations.pending(url)
    assert migrations.head(url) == (None, NEWEST)
    assert not list(tmp_path.iterdir())

    migrations.upgrade(url)

    assert not migrations.pending(url)
    assert migrations.head(url) == (NEWEST, NEWEST)


def test_the_database_of_a_newer_release_is_used_but_not_migrated(url):
    migrations.upgrade(url)
    database = Database(url)
    with database.transaction() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()

    assert not migrations.pending(url)
    with pytest.raises(MigrationRefused, match="newer release"):
        migrations.upgrade(url)


def test_a_database_that_does_not_answer_is_named_without_its_password():
    url = "postgresql://callcenter:se-cret@127.0.0.1:1/callcenter"
    for ask in (migrations.upgrade, migrations.pending):
        with pytest.raises(DatabaseUnreachable, match=r"127\.0\.0\.1:1") as refused:
            ask(url)
        assert "se-cret" not in str(refused.value)


def test_a_failing_step_leaves_the_database_as_it_was(url, tmp_path, monkeypatch):
    folder = tmp_path / "steps"
    shutil.copytree(migrations.FOLDER, folder)
    (folder / "versions" / "9999_broken.py").write_text(
        f'from alembic import op\n\nrevision, down_revision = "9999", "{NEWEST}"\n\n\n'
        'def upgrade():\n    op.drop_table("person")\n    op.drop_table("nothing")\n'
    )
    migrations.upgrade(url)
    fill(url)
    monkeypatch.setattr(migrations, "FOLDER", folder)

    with pytest.raises((OperationalError, ProgrammingError), match="DROP TABLE nothing"):
        migrations.upgrade(url)

    assert migrations.head(url) == (NEWEST, "9999")
    assert tables(url) == TABLES
