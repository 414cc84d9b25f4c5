"""A backup is whole, private and fits both engines; restoring it is all or nothing."""

from __future__ import annotations

import json
import os
import threading
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Column, MetaData, Table, func, insert, inspect, select, update

from callcenter.records import (
    backup,
    callers,
    keeping,
    migrations,
    policy,
    rebuilding,
    sealing,
    sessions,
    verifying,
)
from callcenter.records.backup import BackupRefused, archive, rows
from callcenter.records.backup.archive import Manifest
from callcenter.records.database import Database
from callcenter.records.keeping import Entry
from callcenter.records.sealing import KeysRefused
from callcenter.records.tables import Base, CallerRow, EventRow, PersonRow, SessionRow
from tests.figures import Live
from tests.furnished import AGENT_PHONE, NOW, PRIVATE, Furnished, everything, furnish, remember_keys

LATER = NOW + timedelta(hours=1)
OTHER = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture
def house(database, keys, policy) -> Furnished:
    return furnish(database, keys, policy)


@pytest.fixture
def key_file(keys, tmp_path) -> Path:
    sealing.write(keys, tmp_path / "keys.toml")
    return tmp_path / "keys.toml"


@pytest.fixture
def bare(request, tmp_path):
    """``bare("sqlite")`` is the address of a database in which nothing is, not even tables."""
    server, made = None, []

    def bare(engine: str) -> str:
        nonlocal server
        if engine == "sqlite":
            made.append("")
            return f"sqlite:///{tmp_path}/bare{len(made)}/callcenter.db"
        server = request.getfixturevalue("postgres_server")
        made.append(f"bare{len(made)}_{os.environ.get('PYTEST_XDIST_WORKER', 'gw0')}")
        return server.create_database(made[-1])

    yield bare
    for name in filter(None, made):
        server.drop_database(name)


@pytest.fixture
def restore(key_file, tmp_path):
    def restore(url: str, file: Path, *, replace: bool = False, keys: Path = key_file) -> Manifest:
        snapshot = tmp_path / "policy.json"
        told = {"key_file": keys, "snapshot": snapshot, "replace": replace, "now": LATER}
        return backup.restore(url, file, **told)

    return restore


def save(house: Furnished, file: Path) -> Manifest:
    return backup.save(house.database, house.keys, file, version="9.9", now=NOW)


def contents(url: str) -> dict[str, list[tuple]]:
    """Every row, but for the traces that making and restoring backups leaves."""
    database = Database(url)
    found = everything(database)
    database.close()
    found["audit"] = [row for row in found["audit"] if row[2] not in ("backup", "restore")]
    return found


def shape(url: str) -> dict[str, set[str | None]]:
    """The tables and their indexes."""
    database = Database(url)
    with database.reading() as db:
        there = inspect(db)
        found = {
            name: {it["name"] for it in there.get_indexes(name)} for name in there.get_table_names()
        }
    database.close()
    return found


def signed_out(found: dict[str, list[tuple]]) -> dict[str, list[tuple]]:
    ended = [column.name for column in SessionRow.__table__.columns].index("ended_at")
    return found | {
        "session": [(*row[:ended], LATER, *row[ended + 1 :]) for row in found["session"]]
    }


# --- there and back


def test_a_bare_machine_holds_again_what_was_there(
    house, database_url, engine, bare, restore, tmp_path
):
    before = contents(database_url)
    save(house, tmp_path / "b.zip")

    told = restore(url := bare(engine), tmp_path / "b.zip")

    assert (told.engine, told.version, told.made_at) == (engine, "9.9", NOW)
    assert contents(url) == signed_out(before)
    assert shape(url) == shape(database_url)
    assert sum(map(len, before.values())) > 40


def test_through_the_other_engine_and_back_nothing_is_different(
    house, database_url, engine, bare, restore, tmp_path
):
    before = contents(database_url)
    save(house, tmp_path / "one.zip")
    restore(there := bare(OTHER[engine]), tmp_path / "one.zip")
    between = Database(there)
    backup.save(between, house.keys, tmp_path / "two.zip", version="9.9", now=LATER)
    between.close()

    restore(back := bare(engine), tmp_path / "two.zip")

    assert contents(there) == contents(back) == signed_out(before)


def test_what_was_restored_is_whole_and_as_the_diary_says(house, engine, bare, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    restore(url := bare(engine), tmp_path / "b.zip")

    again = Database(url)
    told = verifying.findings(again, house.keys, tmp_path / "journal", now=LATER, deep=True)
    assert list(told) == []
    before = contents(url)
    with again.transaction() as db:
        assert rebuilding.rebuild(db, policy.newest(db), now=LATER) == len(before["event"])
    assert list(rebuilding.verify(again)) == []
    again.close()


def test_a_cookie_of_then_opens_nothing(house, engine, bare, restore, tmp_path):
    with house.database.reading() as db:
        assert sessions.signed_in(db, house.session, now=NOW) is not None
    save(house, tmp_path / "b.zip")
    restore(url := bare(engine), tmp_path / "b.zip")

    again = Database(url)
    with again.reading() as db:
        assert sessions.signed_in(db, house.session, now=NOW) is None
        assert db.execute(select(func.count()).select_from(SessionRow.__table__)).scalar() == 1
    again.close()


def test_the_voice_door_can_start_from_what_was_restored(house, engine, bare, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    restore(bare(engine), tmp_path / "b.zip")

    with house.database.reading() as db:
        assert policy.read_snapshot(tmp_path / "policy.json") == policy.newest(db)


def test_it_is_in_the_access_log(house, engine, bare, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    assert [row[2] for row in everything(house.database)["audit"]].count("backup") == 1
    restore(url := bare(engine), tmp_path / "b.zip")

    again = Database(url)
    traces = [row for row in everything(again)["audit"] if row[2] == "restore"]
    again.close()
    assert [(row[1], row[5]) for row in traces] == [(LATER, f"as of {NOW.isoformat()}")]


@pytest.mark.parametrize(
    "step", [it.revision for it in ScriptDirectory(str(migrations.FOLDER)).walk_revisions()]
)
def test_a_backup_of_an_older_release_comes_to_this_one(
    database, keys, engine, bare, restore, tmp_path, step
):
    old = Database(bare(engine))
    person = {"id": "p1", "full_name": "Siti", "created_at": NOW, "updated_at": NOW}
    with old.transaction() as db:
        migrations.upgrade_within(db, step)
        db.execute(insert(PersonRow).values(person))
    as_the_old_release_would(old, keys, step, tmp_path / "old.zip")
    old.close()

    restore(url := bare(engine), tmp_path / "old.zip")

    newest = migrations.head(url)[1]
    assert migrations.head(url) == (newest, newest)
    assert [row[1] for row in contents(url)["person"]] == ["Siti"]


def as_the_old_release_would(old: Database, keys: sealing.Keys, step: str, file: Path) -> None:
    """A backup with the tables and columns that there were at ``step``."""
    with archive.writing(file, NOW) as out, old.reading() as db:
        there = inspect(db)
        for name in set(Base.metadata.tables) & set(there.get_table_names()):
            known = {column["name"] for column in there.get_columns(name)}
            columns = [it for it in Base.metadata.tables[name].columns if it.name in known]
            table = Table(name, MetaData(), *(Column(it.name, it.type) for it in columns))
            out.table(name, rows.columns(table), rows.read(db, table))
        seal_it(out, keys, step=step)


def seal_it(out: archive.Writer, by: sealing.Keys, *, step: str, **more) -> None:
    told = {"format": 1, "made_at": NOW.isoformat(), "version": "9.9", "engine": "sqlite"}
    told |= {"keys": sealing.check_value(by), "sealing": archive.sealing_checks(by)}
    told |= {
        "step": step,
        "tables": [json.loads(archive.msgspec.json.encode(it)) for it in out.members],
    }
    text = json.dumps(told | more).encode()
    out.text(archive.MANIFEST, text)
    out.text(archive.PROOF, archive.proof(by, text).encode())


# --- the file


def test_nothing_private_and_no_key_is_in_it(house, key_file, tmp_path):
    save(house, tmp_path / "b.zip")
    keys = [it.split('"')[1] for it in key_file.read_text().splitlines() if '"' in it]
    secrets = [*PRIVATE, *keys, *(it.rstrip("=") for it in keys), house.session]

    with zipfile.ZipFile(tmp_path / "b.zip") as file:
        whole = [(tmp_path / "b.zip").read_bytes(), *map(file.read, file.namelist())]

    assert sum(map(len, whole)) > 50_000
    assert len(secrets) == len(PRIVATE) + 5
    assert [it for it in secrets if any(it.encode() in some for some in whole)] == []
    assert any(b"budi" in some for some in whole), "what is not private is there to be found"


def test_it_is_its_owners_alone_and_nothing_else_is_left(house, tmp_path):
    before = os.umask(0)
    try:
        (tmp_path / "out").mkdir()
        save(house, tmp_path / "out" / "b.zip")
    finally:
        os.umask(before)

    assert (tmp_path / "out" / "b.zip").stat().st_mode & 0o777 == 0o600
    assert [it.name for it in (tmp_path / "out").iterdir()] == ["b.zip"]


def test_a_file_that_is_there_is_not_overwritten(house, tmp_path):
    (tmp_path / "b.zip").write_text("the backup of yesterday")

    with pytest.raises(BackupRefused, match="is there already and is not overwritten"):
        save(house, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "the backup of yesterday"


def test_a_folder_that_is_not_there_is_one_sentence(house, tmp_path):
    with pytest.raises(BackupRefused, match=r"cannot be written .no such file"):
        save(house, tmp_path / "nowhere" / "b.zip")


def test_it_is_one_state_of_a_house_that_goes_on(house, engine, bare, restore, tmp_path):
    """Calls keep arriving, each as an event and a caller in one transaction."""
    stop, writing = threading.Event(), threading.Event()

    def calls_arrive():
        for number in range(100_000):
            if stop.is_set():
                return
            happened = tuple(Live(call=f"CB{number}").arrives("11:00:00").told)
            caller = callers.sealed(house.keys, happened[0].id, number=AGENT_PHONE, now=NOW)
            with house.database.transaction() as db:
                keeping.write(db, Entry(happened, (caller,), NOW))
            if number == 20:
                writing.set()

    thread = threading.Thread(target=calls_arrive)
    thread.start()
    try:
        assert writing.wait(30)
        save(house, tmp_path / "b.zip")
    finally:
        stop.set()
        thread.join(30)
    restore(url := bare(engine), tmp_path / "b.zip")

    found, now = contents(url), contents(house.database.url.render_as_string(hide_password=False))
    arrived = {row[0] for row in found["event"] if row[3].startswith("call:CB")}
    assert len(arrived) > 20
    assert arrived <= {row[0] for row in found["caller"]}
    assert len(now["event"]) > len(found["event"]), "it went on meanwhile"


# --- what is refused, before anything changes


def test_a_database_in_use_is_given_up_only_when_told(house, database_url, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    with house.database.transaction() as db:
        db.execute(update(PersonRow).values(full_name="since changed"))
    before = contents(database_url)

    with pytest.raises(
        BackupRefused, match=r"The database is in use .there are rows in .*--replace"
    ):
        restore(database_url, tmp_path / "b.zip")
    assert contents(database_url) == before

    restore(database_url, tmp_path / "b.zip", replace=True)
    assert contents(database_url)["person"] != before["person"]
    assert contents(database_url)["event"] == before["event"]


def test_one_that_was_only_migrated_is_not_in_use(
    house, engine, bare, restore, key_file, tmp_path, demo_policy
):
    save(house, tmp_path / "b.zip")
    url = bare(engine)
    migrations.upgrade(url)
    fresh = Database(url)
    with fresh.transaction() as db:  # as `migrate` leaves it, with keys of its own
        remember_keys(db, sealing.make())
        policy.add(db, demo_policy, by="config.toml", why="first start", now=NOW)
    fresh.close()

    restore(url, tmp_path / "b.zip")
    assert len(contents(url)["policy"]) == len(everything(house.database)["policy"])


@pytest.fixture
def demo_policy(policy):
    return policy


def test_other_keys_are_refused(house, engine, bare, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    sealing.write(sealing.make(), tmp_path / "other.toml")
    no_index = sealing.Keys({"k1": b"1" * 32}, house.keys.index_key)
    sealing.write(no_index, tmp_path / "half.toml")
    refused = [
        ("other.toml", BackupRefused, "made with another key file"),
        ("half.toml", BackupRefused, "needs the sealing key.s. k1, which the key file"),
        ("none.toml", KeysRefused, "Restore it from where your keys are kept"),
    ]

    for name, error, told in refused:
        with pytest.raises(error, match=told):
            restore(url := bare(engine), tmp_path / "b.zip", keys=tmp_path / name)
        assert migrations.head(url)[0] is None


def test_a_damaged_file_changes_nothing(house, database_url, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()
    middle = whole.index(b"tables/event.jsonl") + 300
    (tmp_path / "d.zip").write_bytes(
        whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :]
    )
    before = contents(database_url)

    with pytest.raises(BackupRefused, match="damaged or was altered"):
        restore(database_url, tmp_path / "d.zip", replace=True)
    assert contents(database_url) == before


def test_wherever_it_is_damaged_it_is_refused_or_says_what_was_written(house, key_file, tmp_path):
    save(house, tmp_path / "b.zip")
    whole = (tmp_path / "b.zip").read_bytes()
    keys, refused = sealing.read(key_file), 0
    with archive.opened(tmp_path / "b.zip") as found:
        told = found.manifest
    cut = [whole[:end] for end in range(0, len(whole), 997)]
    flipped = [
        whole[:n] + bytes([whole[n] ^ 255]) + whole[n + 1 :] for n in range(0, len(whole), 89)
    ]
    for content in (*cut, *flipped):
        (tmp_path / "d.zip").write_bytes(content)
        try:
            with archive.opened(tmp_path / "d.zip") as found:
                found.prove(keys)
                read = found.manifest
        except BackupRefused:
            refused += 1
            continue
        assert len(content) == len(whole)  # a byte on which nothing depends: a date, a mode
        assert read == told
    assert refused > len(flipped) / 2


def test_who_alters_it_without_the_keys_is_found(house, engine, bare, restore, keys, tmp_path):
    """Another role for a user, with all checksums put right."""
    save(house, tmp_path / "b.zip")
    with (
        zipfile.ZipFile(tmp_path / "b.zip") as old,
        archive.writing(tmp_path / "forged.zip", NOW) as out,
    ):
        told = json.loads(old.read(archive.MANIFEST))
        for member in told["tables"]:
            text = old.read(f"tables/{member['table']}.jsonl").replace(b'"agent"', b'"admin"')
            columns = tuple(archive.Column(**it) for it in member["columns"])
            out.table(member["table"], columns, [(member["rows"], text)])
        seal_it(
            out,
            sealing.Keys(keys.sealing, b"guessed" * 4 + b"1234"),
            step=told["step"],
            keys=told["keys"],
            sealing=told["sealing"],
        )

    with pytest.raises(BackupRefused, match="its manifest was changed"):
        restore(url := bare(engine), tmp_path / "forged.zip")
    assert migrations.head(url)[0] is None


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", "other"])
def test_what_is_no_backup(bare, restore, tmp_path, content):
    if content == "other":
        with zipfile.ZipFile(tmp_path / "x.zip", "w") as other:
            other.writestr("hello.txt", "hello")
    else:
        (tmp_path / "x.zip").write_bytes(content)

    with pytest.raises(BackupRefused, match="is no backup of this program"):
        restore(bare("sqlite"), tmp_path / "x.zip")
    with pytest.raises(BackupRefused, match=r"cannot be read .no such file"):
        restore(bare("sqlite"), tmp_path / "y.zip")


def test_the_backup_of_a_newer_release(keys, bare, restore, tmp_path):
    for name, told, sentence in (
        ("step", {"step": "9999"}, "newer release .step 9999.*Install release 9.9"),
        ("format", {"step": "0001", "format": 2}, "made by a newer release"),
    ):
        with archive.writing(tmp_path / f"{name}.zip", NOW) as out:
            seal_it(out, keys, **told)
        with pytest.raises(BackupRefused, match=sentence):
            restore(bare("sqlite"), tmp_path / f"{name}.zip")


def test_nothing_is_restored_under_a_worker(house, database_url, restore, tmp_path):
    save(house, tmp_path / "b.zip")
    before = contents(database_url)

    with house.database.leadership() as leader:
        assert leader.held()
        with pytest.raises(BackupRefused, match="Stop the servers and workers first"):
            restore(database_url, tmp_path / "b.zip", replace=True)
    assert contents(database_url) == before


def test_a_restore_that_fails_half_way_leaves_all_as_it_was(
    keys, house, database_url, engine, restore, tmp_path
):
    """A row that PostgreSQL cannot hold; for SQLite a table that no release ever had."""
    row = archive.msgspec.json.encode(["p9", "Siti \0", NOW, NOW]) + b"\n"
    columns = ("id", "full_name", "created_at", "updated_at")
    kinds = ("text", "text", "instant", "instant")
    with archive.writing(tmp_path / "odd.zip", NOW) as out:
        made = tuple(archive.Column(*it) for it in zip(columns, kinds, strict=True))
        out.table("person", made, [(1, row)])
        if engine == "sqlite":
            out.table("nowhere", made, [(1, row)])
        seal_it(out, keys, step="0001")
    before = contents(database_url)

    error, told = (
        (BackupRefused, "does not take a row of table person")
        if engine == "postgresql"
        else (BackupRefused, "stopped answering or its disk is full")
    )
    with pytest.raises(error, match=told):
        restore(database_url, tmp_path / "odd.zip", replace=True)
    assert contents(database_url) == before


def test_every_kind_of_column_can_be_written():
    for table in Base.metadata.tables.values():
        assert {it.kind for it in rows.columns(table)} <= set(rows.TYPES)
    assert {EventRow.__tablename__, CallerRow.__tablename__} <= set(Base.metadata.tables)
