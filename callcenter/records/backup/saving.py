"""Writing a backup while calls run: one consistent state of every table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from callcenter.records import audit, migrations, policy, sealing
from callcenter.records.backup import archive, rows
from callcenter.records.backup.archive import BackupRefused, Manifest, Writer
from callcenter.records.database import Database
from callcenter.records.sealing import Keys
from callcenter.records.tables import Base


def save(database: Database, keys: Keys, path: Path, *, version: str, now: datetime) -> Manifest:
    """Write everything in the database to ``path``, read the file again, and keep a trace of it.

    Nobody waits for it. Memory does not grow with the database. Journals and the key file are not
    in it. Raises :class:`BackupRefused`; nothing is left at ``path`` then.
    """
    step = migrations.head(database.url.render_as_string(hide_password=False))[0] or ""
    with archive.drafted(path) as draft:
        with _answering(), archive.writing(draft, now) as out, database.reading() as db:
            ruling = _tables(db, out)
            manifest = Manifest(
                format=archive.FORMAT,
                made_at=now,
                version=version,
                step=step,
                engine=db.dialect.name,
                keys=sealing.check_value(keys),
                sealing=archive.sealing_checks(keys),
                tables=tuple(out.members),
                policy=ruling,
            )
            told = msgspec.json.format(msgspec.json.encode(manifest))
            out.text(archive.MANIFEST, told)
            out.text(archive.PROOF, archive.proof(keys, told).encode())
        with archive.opened(draft) as made:
            made.prove(keys)  # what the disk gives back is what counts
    with database.transaction() as db:
        audit.note(db, who="backup", what="backup", subject="database", why="", now=now)
    return manifest


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise BackupRefused(
            "The database stopped answering, so there is no backup. Look at it and begin again."
        ) from error


def _tables(db: Connection, out: Writer) -> str:
    """Write all tables and the policy; gives the checksum of the policy."""
    for table in Base.metadata.sorted_tables:
        out.table(table.name, rows.columns(table), rows.read(db, table))
    ruling = policy.newest(db)
    if ruling is None:
        return ""
    text = policy.written(ruling).encode()
    out.text(archive.POLICY, text)
    return sha256(text).hexdigest()
