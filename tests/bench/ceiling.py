"""The yardsticks: a bare Flask view, and the *ceiling*, the least that a webhook which keeps what
it was told can do: Flask, the form, the signature, and one committed Core INSERT.

The row is as wide as one of our events, in a table with the same columns and indexes, through an
engine with the same settings. ``python -m tests.bench.ceiling serve`` serves it as
``python -m callcenter serve voice`` serves ours.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any

from flask import Flask, Response, abort, request
from sqlalchemy import Engine, MetaData, Table, create_engine, insert, make_url

from callcenter import settings as settings_room
from callcenter.carriers.twilio import signature
from callcenter.cli.running.arbiter import Patient
from callcenter.cli.running.server import THREADS, WORKERS, Server
from callcenter.records.database import Database
from callcenter.records.tables import EventRow
from callcenter.settings import Settings

TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/></Response>'
Genuine = Callable[[str, str], bool]


def row_table() -> Table:
    """The events' table under another name."""
    copied = EventRow.__table__.to_metadata(MetaData(), name="ceiling")  # type: ignore[attr-defined]
    for index in copied.indexes:
        index.name = f"ceiling_{index.name}"
    return copied


def bare() -> Flask:
    """A view that does nothing."""
    app = Flask("bare")

    @app.post("/voice/<path:rest>")
    def view(rest: str) -> Response:
        return Response(TWIML, content_type="text/xml; charset=utf-8")

    return app


def engine_like_ours(address: str) -> Engine:
    """On SQLite our engine itself; on PostgreSQL one without our limit of patience, which a
    ceiling has no use for."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return Database(address).engine
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        connect_args={"options": "-c timezone=UTC"},
        hide_parameters=True,
        use_native_hstore=False,
        pool_size=10,
        max_overflow=10,
    )


def ceiling(settings: Settings, *, twilios: bool = False) -> Flask:
    """Form, signature, one INSERT. ``twilios``: checked by the carrier's own library, which costs
    more than ours."""
    app, rows, engine = Flask("ceiling"), row_table(), engine_like_ours(settings.database.url)
    rows.create(engine, checkfirst=True)
    insertion = insert(rows)
    genuine = _twilios(settings) if twilios else _ours(settings)
    put = _sqlite if engine.dialect.name == "sqlite" else _postgresql

    @app.post("/voice/<path:rest>")
    def view(rest: str) -> Response:
        if not genuine(settings.voice.public_url + request.path, _signed()):
            abort(403)
        put(engine, insertion, _row(request.form["CallSid"]))
        return Response(TWIML, content_type="text/xml; charset=utf-8")

    return app


def _signed() -> str:
    return request.headers.get("X-Twilio-Signature", "")


def _ours(settings: Settings) -> Genuine:
    tokens = (settings.carrier.auth_token,)

    def genuine(url: str, signed: str) -> bool:
        fields = list(request.form.items(multi=True))
        return signature.genuine(tokens, url, fields, signed)

    return genuine


def _twilios(settings: Settings) -> Genuine:
    from twilio.request_validator import RequestValidator

    validator = RequestValidator(settings.carrier.auth_token)

    def genuine(url: str, signed: str) -> bool:
        return bool(validator.validate(url, request.form, signed))

    return genuine


def _row(call: str) -> dict[str, Any]:
    """One event of a usual width, its id as good as drawn, like ours."""
    now = datetime.now(UTC)
    return {
        "id": token_hex(16),
        "at": now,
        "kind": "CallArrived",
        "subject": f"call:{call}",
        "thread": "arrival",
        "turn": "0",
        "n": 0,
        "body": {
            "line": "+62318293097",
            "center": "CC1",
            "withheld": False,
            "test": False,
            "channel": "call",
        },
        "received_at": now,
    }


def _sqlite(engine: Engine, insertion: Any, row: dict[str, Any]) -> None:
    with engine.connect() as db:
        db.exec_driver_sql("BEGIN IMMEDIATE")
        db.execute(insertion, row)
        db.exec_driver_sql("COMMIT")


def _postgresql(engine: Engine, insertion: Any, row: dict[str, Any]) -> None:
    with engine.begin() as db:
        db.execute(insertion, row)


class CeilingServer(Server):
    """The voice server's gunicorn with the ceiling in it."""

    def run(self) -> None:
        Patient(self).run()  # without our rooms, which it has no use for

    def load(self) -> Flask:
        return ceiling(self.settings)


def main() -> int:
    settings = settings_room.load(os.environ)
    return CeilingServer("voice", settings, WORKERS, THREADS["voice"]).serve()


if __name__ == "__main__":
    sys.exit(main())
