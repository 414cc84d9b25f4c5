"""The call center of a public benefit programme: wiring only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from callcenter.settings import Settings

__version__ = "0.1.0"


PAGE_S = 10.0  # a page that the database has not filled by then says so


def clock() -> datetime:
    """The time, UTC. Handed to everything that needs it; nothing else reads a clock."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    doors: Sequence[str] = ("voice", "people"),
    now: Callable[[], datetime] = clock,
) -> Flask:
    """A Flask application with the doors asked for: ``voice`` (the carrier's), ``people``.

    The carrier's door opens without a database too; a page would have nothing to show.
    """
    from flask import Flask

    from callcenter.carriers import carrier
    from callcenter.records import opening
    from callcenter.records.database import Database
    from callcenter.records.journal import Journal
    from callcenter.records.keeping import Keeper
    from callcenter.records.policy import Current
    from callcenter.web.house import House

    app = Flask(__name__, template_folder="../templates", static_folder=None)
    voice = "voice" in doors  # what it writes may be written again, so it tries nothing before
    patience_s = settings.journal.after_s if voice else PAGE_S
    database = Database(settings.database.url, patience_s=patience_s, tried=not voice)
    opened = opening.opened(database, settings, now(), without="people" not in doors)
    current = Current(database, settings.policy.snapshot)
    current()  # a server that knows no lines must not start
    journal = Journal(settings.journal.directory)
    if voice:
        journal.reserve()
    app.extensions["callcenter"] = House(
        settings=settings,
        database=database,
        keeper=Keeper(database, journal, proof=opened.proof),
        keys=opened.keys,
        carrier=carrier(settings.carrier),
        policy=current,
        now=now,
    )
    open_doors(app, doors)
    return app


def open_doors(app: Flask, doors: Sequence[str]) -> None:
    """Give ``app`` its views; what every request leaves behind comes last, for it knows them."""
    from callcenter.web import access, metrics

    if "voice" in doors:
        from callcenter.web import voice

        voice.open_door(app)
    if "people" in doors:
        from callcenter.web import people

        people.open_door(app)
    metrics.open_door(app, today="people" in doors)
    access.watch(app)
