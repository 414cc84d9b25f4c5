"""The carrier's door: signed webhooks in, documents out."""

from __future__ import annotations

from flask import Flask

from callcenter.addresses import Addresses
from callcenter.web import guard, health
from callcenter.web.house import house
from callcenter.web.voice import agent, audio, caller, farewell, hold, message, reports
from callcenter.web.voice.door import door

__all__ = [
    "agent",
    "audio",
    "caller",
    "door",
    "farewell",
    "hold",
    "message",
    "open_door",
    "reports",
]


def open_door(app: Flask) -> None:
    """Open the carrier's door in ``app``."""
    guard.watch(app)
    with app.app_context():
        here = house()
    app.extensions["callcenter.addresses"] = Addresses(here.keys, here.settings.voice.public_url)
    app.register_blueprint(door)
    if "health" not in app.blueprints:  # both doors have it
        app.register_blueprint(health.door)
