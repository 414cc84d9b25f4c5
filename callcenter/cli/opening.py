"""Opening the database for a command: reachable and of this release, or refused in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from callcenter.cli import Refused
from callcenter.settings import Settings

if TYPE_CHECKING:
    from callcenter.records.database import Database


@contextmanager
def database(settings: Settings) -> Iterator["Database"]:
    """The database of ``settings``, closed at the end.

    Raises ``Refused`` when its tables are not those of this release, and ``DatabaseUnreachable``.
    """
    from callcenter.records import migrations
    from callcenter.records.database import Database

    current, newest = migrations.head(settings.database.url)
    if current != newest:
        raise Refused(
            f"The database is at step {current or 'none'} and this release needs {newest}, so "
            "nothing can be read or written. Run: python -m callcenter migrate"
        )
    opened = Database(settings.database.url)
    try:
        opened.ping()
        yield opened
    finally:
        opened.close()
