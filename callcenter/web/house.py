"""What every view may use: settings, database, keys, the policy of this moment and the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from callcenter.carriers import Carrier
from callcenter.records.database import Database
from callcenter.records.keeping import Keeper
from callcenter.records.sealing import Keys
from callcenter.rules.policy import Policy
from callcenter.settings import Settings


@dataclass(frozen=True)
class House:
    """``policy()`` and ``now()`` are asked anew each time: both change while we run."""

    settings: Settings
    database: Database
    keeper: Keeper
    keys: Keys
    carrier: Carrier
    policy: Callable[[], Policy]
    now: Callable[[], datetime]


def house() -> House:
    """The house of the application that answers this request."""
    return current_app.extensions["callcenter"]
