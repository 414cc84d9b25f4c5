"""Ids of primary rows: made before the insert, in the order of their time (UUID version 7)."""

from __future__ import annotations

import secrets
from datetime import datetime
from uuid import UUID


def new(now: datetime) -> str:
    """36 characters: the millisecond of ``now`` first, then 74 random bits."""
    milliseconds = int(now.timestamp() * 1000) & (1 << 48) - 1
    high, low = secrets.randbits(12), secrets.randbits(62)
    return str(UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 0b10 << 62 | low))
