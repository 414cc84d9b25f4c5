"""Snapshots of applicants brought into the registry, by short transactions beside live calls.

Each batch is compared with what is known, and only the difference is written. So the same snapshot
twice adds nothing, an import that was killed is simply run again, and a dry run is the same
without the writing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, event, select, text

from callcenter.records import audit, merging
from callcenter.records.database import Database
from callcenter.records.people import snapshots
from callcenter.records.people.snapshots import Difference, Ready, Said
from callcenter.records.sealing import Keys
from callcenter.records.tables import MetaRow
from callcenter.rules.applicant import Applicant

META: Table = MetaRow.__table__  # type: ignore[assignment]

# Applicants in one transaction. On SQLite a call may have to wait for it, some 10 ms; on PostgreSQL
# nobody waits, and fewer transactions are faster.
BATCH, BATCH_POSTGRESQL = 50, 500
LONG_LOG = 4000  # pages of 4 KiB
LOCK = 0x696D_706F  # PostgreSQL's advisory lock: two imports must not both add the same NIK


@dataclass(frozen=True)
class Changes:
    """What an import did, or would do. People are counted once: ``new``, ``changed`` or same;
    ``statuses`` counts entries added to their histories."""

    read: int = 0
    new: int = 0
    changed: int = 0
    statuses: int = 0

    @property
    def same(self) -> int:
        """People of whom the snapshot says nothing but, perhaps, a status."""
        return self.read - self.new - self.changed

    def with_batch(self, read: int, found: Difference) -> Changes:
        """These and a further batch."""
        new = {row["id"] for row in found.people}
        return Changes(
            self.read + read,
            self.new + len(new),
            self.changed + len(found.touched - new),
            self.statuses + len(found.statuses),
        )


def bring_in(
    database: Database,
    keys: Keys,
    applicants: Iterable[Applicant],
    said: Said,
    *,
    dry_run: bool,
    told: Callable[[Changes], None] = lambda changes: None,
) -> Changes:
    """Bring a snapshot in. ``told`` hears after each batch how far it is.

    Memory does not grow with the snapshot. Everything before an exception stays brought in.
    """
    changes = Changes()
    size = BATCH if database.sqlite else BATCH_POSTGRESQL
    with _patient(database) as own:
        for batch in _batches((snapshots.ready(keys, it) for it in applicants), size):
            with _opened(own, dry_run=dry_run) as db:
                found = snapshots.difference(db, keys, batch, said)
                if not dry_run:
                    snapshots.write(db, found)
            _tidy(own)
            changes = changes.with_batch(len(batch), found)
            told(changes)
    return changes


def known_as_of(db: Connection, keys: Keys, digest: str, source: str) -> datetime | None:
    """As of when this very file of this source was brought in before; None for a new file."""
    name = _name(keys, digest, source)
    value = db.execute(select(META.c.value).where(META.c.name == name)).scalar()
    return datetime.fromisoformat(value) if value else None


def begin(db: Connection, keys: Keys, digest: str, said: Said) -> None:
    """Remember the file (``digest``: SHA-256 of its bytes), so that it means the same time when
    it is brought in again, and keep a trace of who does it."""
    as_of = said.as_of.astimezone(UTC).isoformat()
    statement = merging.insert(db, META).values(name=_name(keys, digest, said.source), value=as_of)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": as_of}))
    audit.note(
        db,
        who=said.by,
        what="applicants_imported",
        subject=f"source:{said.source}",
        why=f"snapshot as of {as_of}",
        now=said.now,
    )


def _name(keys: Keys, digest: str, source: str) -> str:
    """Keyed: the plain hash of a list of one would tell whether a guessed row is in it."""
    return "file:" + keys.index(f"{source}\x1f{digest}", "file")[:35]


def _batches(applicants: Iterable[Ready], size: int) -> Iterator[list[Ready]]:
    """Batches in which each NIK is there once."""
    batch: dict[str, Ready] = {}
    for one in applicants:
        if len(batch) == size or one.nik_index in batch:
            yield list(batch.values())
            batch = {}
        batch[one.nik_index] = one
    if batch:
        yield list(batch.values())


@contextmanager
def _patient(database: Database) -> Iterator[Database]:
    """The same database by connections of our own, which let others go first.

    An import can be run again, so its commits need not wait for the disk: that would keep calls
    waiting for their turn to write. On SQLite they also leave the checkpoint to ``_tidy``.
    """
    own = Database(database.url.render_as_string(hide_password=False))

    @event.listens_for(own.engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        if own.sqlite:
            for pragma in ("synchronous=NORMAL", "wal_autocheckpoint=0", "cache_size=-65536"):
                connection.execute(f"PRAGMA {pragma}")
        else:
            connection.execute("SET synchronous_commit = off")
            connection.commit()

    try:
        yield own
    finally:
        own.close()


@contextmanager
def _opened(database: Database, *, dry_run: bool) -> Iterator[Connection]:
    """A transaction for a batch, of one import at a time; for a dry run only a look."""
    with database.reading() if dry_run else database.transaction() as db:
        if not (dry_run or database.sqlite):
            db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        yield db


def _tidy(database: Database) -> None:
    """Move what was written from SQLite's log into the file while nobody waits for us: the next
    commit of a call would have to do it otherwise.

    The log starts again from its beginning only when nothing was written meanwhile. With calls
    there always is, so once it has grown the rest is moved while writers wait: a few pages.
    """
    if database.sqlite and _checkpointed(database) > LONG_LOG:
        with database.transaction():
            _checkpointed(database)


def _checkpointed(database: Database) -> int:
    """Move what can be moved without waiting; gives the pages that the log holds."""
    with database.engine.connect() as db:
        _, pages, _ = db.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)").one()
    return int(pages)
