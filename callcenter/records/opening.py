"""What a process needs of the database before it can work: the keys that fit, and a policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Connection

from callcenter.records import policy, sealing
from callcenter.records.database import Database, Unavailable
from callcenter.records.sealing import Keys

log = structlog.get_logger("opening")


@dataclass(frozen=True)
class Opened:
    """``proof``: what is still to be asked of the database, when it was not there."""

    keys: Keys
    proof: Callable[[Connection], object] | None = None


def opened(database: Database, settings: Any, now: datetime, *, without: bool) -> Opened:
    """The keys of this database, and a policy in it. ``without``: a database that does not answer
    is no reason to stop; the keys are then taken as they are and proved later.

    Raises ``Unavailable`` and :class:`~callcenter.records.sealing.KeysRefused`.
    """
    try:
        with database.transaction() as db:
            keys = sealing.for_database(db, settings.keys.file)
            policy.ensure(db, settings, now)
            return Opened(keys)
    except Unavailable as error:
        if not without:
            raise
        log.error("started without a database", why=type(error.orig).__name__)
        proof = partial(sealing.for_database, path=settings.keys.file)
        return Opened(sealing.read(settings.keys.file), proof)
