"""How a database comes to hold the tables: numbered steps (``versions/``), run by Alembic.

A step says why it is there, adds before it removes, and lets the release before it keep running.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import OperationalError

from callcenter.records.database import Database

FOLDER = Path(__file__).parent
LOCK = 0x6361_6C6C  # PostgreSQL's advisory lock of whoever migrates; any number of our own


class MigrationRefused(Exception):
    """The database cannot be brought to this release; the text says why and what to do."""


def upgrade(url: str) -> None:
    """Bring the database to this release: all steps it lacks in one transaction, or none.

    Safe to repeat, and when several processes start at once: they take turns. Makes an SQLite
    file and its folder. Raises :class:`MigrationRefused` for the database of a newer release,
    and :class:`~callcenter.records.database.DatabaseUnreachable`.
    """
    database = Database(url)
    try:
        with database.transaction() as db:
            upgrade_within(db)
    except OperationalError:
        database.ping()  # says so where the reason is that nobody answers
        raise
    except CommandError as error:
        if known(_current(url)):
            raise
        shown = database.url.render_as_string()  # without its password
        raise MigrationRefused(
            f"[database] url: {shown} was made by a newer release, so this one cannot migrate "
            "it. Install that release again, or restore a backup from before it."
        ) from error
    finally:
        database.close()


def upgrade_within(db: Connection, revision: str = "head") -> None:
    """Take the steps up to ``revision`` in the caller's transaction."""
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
    command.upgrade(_config(db), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database back to ``revision`` (``"base"``: no tables). What it loses is lost."""
    database = Database(url)
    try:
        with database.transaction() as db:
            command.downgrade(_config(db), revision)
    finally:
        database.close()


def head(url: str) -> tuple[str | None, str]:
    """The step the database is at, None for an empty or absent one, and the newest step here.

    Changes nothing: an SQLite file that is absent stays so.
    Raises :class:`~callcenter.records.database.DatabaseUnreachable`.
    """
    newest = ScriptDirectory(str(FOLDER)).get_current_head()
    assert newest is not None  # noqa: S101  versions/ is part of the program
    return _current(url), newest


def pending(url: str) -> bool:
    """Whether the database lacks a step of this release. One that is ahead of us lacks none."""
    current, newest = head(url)
    return current != newest and known(current)


def _config(db: Connection) -> Config:
    config = Config(attributes={"connection": db})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def _current(url: str) -> str | None:
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        return None
    database = Database(url)
    try:
        with database.reading() as db:
            return MigrationContext.configure(db).get_current_revision()
    except OperationalError:
        database.ping()
        raise
    finally:
        database.close()


def known(revision: str | None) -> bool:
    """Whether this release has the step; None, before the first one, is known."""
    steps = ScriptDirectory(str(FOLDER)).walk_revisions()
    return revision is None or revision in {step.revision for step in steps}
