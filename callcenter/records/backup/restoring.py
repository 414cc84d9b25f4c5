"""Bringing a backup back: proved first, then all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy import Connection, MetaData, Table, inspect, select, update
from sqlalchemy.exc import DataError, OperationalError

from callcenter.records import audit, migrations, policy, sealing
from callcenter.records.backup import archive, rows
from callcenter.records.backup.archive import Archive, BackupRefused, Manifest, Member
from callcenter.records.database import Database
from callcenter.records.tables import Base, SessionRow

SESSION: Table = SessionRow.__table__  # type: ignore[assignment]

# What `migrate` leaves in a database in which nothing ever happened.
MADE_BY_MIGRATE = frozenset({"alembic_version", "meta", "policy", "change"})


def restore(
    url: str, path: Path, *, key_file: Path, snapshot: Path, replace: bool, now: datetime
) -> Manifest:
    """Make the database at ``url`` what it was when the backup at ``path`` was made.

    Only sessions are not: a cookie of then must not open anything now. ``replace``: whatever is
    in the database is given up for it. Memory does not grow with the backup. Raises
    :class:`BackupRefused` and :class:`~callcenter.records.sealing.KeysRefused`; the database is
    then what it was before.
    """
    with archive.opened(path) as found:
        found.prove(sealing.read(key_file))
        _same_release(found)
        _may_be_written(url)
        database = Database(url)
        try:
            with database.leadership() as leader:
                if not leader.held():
                    raise BackupRefused(
                        "A worker runs on this database, so nothing is restored under its hands. "
                        "Stop the servers and workers first."
                    )
                with database.transaction() as db:
                    _restore(db, found, replace=replace, now=now)
            with database.reading() as db:
                if ruling := policy.newest(db):
                    policy.write_snapshot(ruling, snapshot)
        except OperationalError as error:
            raise BackupRefused(
                "The database stopped answering or its disk is full, so nothing was restored. "
                "Give it room for several times the size of the backup and begin again."
            ) from error
        finally:
            database.close()
        return found.manifest


def _same_release(found: Archive) -> None:
    if not migrations.known(found.manifest.step):
        raise BackupRefused(
            f"{found.path} was made by a newer release (step {found.manifest.step}), so this one "
            f"cannot hold it. Install release {found.manifest.version} or one after it."
        )


def _may_be_written(url: str) -> None:
    """Raises when the database does not answer, or belongs to a newer release."""
    if not migrations.known(migrations.head(url)[0]):
        raise BackupRefused(
            "The database was made by a newer release, so this one does not replace it. Restore "
            "with that release, or into another database."
        )


def _restore(db: Connection, found: Archive, *, replace: bool, now: datetime) -> None:
    if not replace and (name := _first_in_use(db)):
        raise BackupRefused(
            f"The database is in use (there are rows in {name}), so nothing was restored. Point "
            "[database] url at an empty one, or add --replace: everything in this one is then "
            "given up for what is in the backup."
        )
    ours = {*Base.metadata.tables, *(it.table for it in found.manifest.tables), "alembic_version"}
    _there(db, ours).drop_all(db)
    migrations.upgrade_within(db, found.manifest.step)
    with _without_indexes(db, ours):
        for member in found.manifest.tables:
            _load(db, found, member)
    migrations.upgrade_within(db)
    db.execute(update(SESSION).where(SESSION.c.ended_at.is_(None)).values(ended_at=now))
    why = f"as of {found.manifest.made_at.isoformat()}"
    audit.note(db, who="restore", what="restore", subject="database", why=why, now=now)


def _there(db: Connection, ours: Collection[str]) -> MetaData:
    """What is in the database of ``ours``; tables of others in it are not touched."""
    there = MetaData()
    there.reflect(db, only=lambda name, _: name in ours)
    return there


@contextmanager
def _without_indexes(db: Connection, ours: Collection[str]) -> Iterator[None]:
    """Made afterwards they are made at once, in order, which takes a fraction of the time."""
    indexes = [index for table in _there(db, ours).tables.values() for index in table.indexes]
    for index in indexes:
        index.drop(db)
    if db.dialect.name == "sqlite":
        db.exec_driver_sql("PRAGMA cache_size=-131072")  # KiB; of this connection
    yield
    for index in indexes:
        index.create(db)


def _load(db: Connection, found: Archive, member: Member) -> None:
    try:
        loaded = rows.load(db, found, member)
    except (DataError, psycopg.DataError) as error:
        raise BackupRefused(
            f"{found.path}: the database does not take a row of table {member.table}, so nothing "
            "was restored. Restore into the engine that the backup was made on."
        ) from error
    if loaded != member.rows:
        raise found.damaged(f"table {member.table} is not as it was written")


def _first_in_use(db: Connection) -> str | None:
    """A table in which something is that nobody could make again."""
    there = set(inspect(db).get_table_names())
    for name, table in sorted(Base.metadata.tables.items()):
        if name in there - MADE_BY_MIGRATE and db.execute(select(1).select_from(table)).first():
            return name
    return None
