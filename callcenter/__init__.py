"""The call center of a public benefit programme: wiring only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from callcenter.settings import Settings

__version__ = "0.1.0"


def clock() -> datetime:
    """The time, UTC. Handed to everything that needs it; nothing else reads a clock."""
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    doors: Sequence[str] = ("voice", "people"),
    now: Callable[[], datetime] = clock,
) -> Flask:
    """A Flask application with the doors asked for: ``voice`` (the carrier's), ``people``."""
    from flask import Flask

    from callcenter.carriers import carrier
    from callcenter.records import policy, sealing
    from callcenter.records.database import Database
    from callcenter.web.house import House

    app = Flask(__name__, template_folder="../templates", static_folder=None)
    database = Database(settings.database.url)
    with database.transaction() as db:
        keys = sealing.for_database(db, settings.keys.file)
        policy.ensure(db, settings, now())
    app.extensions["callcenter"] = House(
        settings=settings,
        database=database,
        keys=keys,
        carrier=carrier(settings.carrier),
        policy=policy.Current(database, settings.policy.snapshot),
        now=now,
    )
    if "voice" in doors:
        from callcenter.web import voice

        voice.open_door(app)
    if "people" in doors:
        from callcenter.web import people

        people.open_door(app)
    return app
