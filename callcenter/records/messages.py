"""Numbers for messages that callers leave: known to the caller before anybody has seen the ticket.

A number is computed from the call with our key, so a repeated webhook says the same one, also
without a database; nobody else can compute it.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from sqlalchemy import Connection

from callcenter.records import tickets
from callcenter.records.sealing import Keys
from callcenter.rules import tickets as numbers


def number(db: Connection | None, keys: Keys, ticket_id: str) -> str:
    """The ticket number for the message with this ticket id: the one it has, else the first free
    one. Without a database (``db`` is None) the first, which hardly ever is another's."""
    draw = draws(keys, ticket_id)
    if db is None:
        return numbers.number(draw())
    known = tickets.ticket(db, ticket_id)
    return known.number if known else tickets.free_number(db, draw)


def draws(keys: Keys, ticket_id: str) -> Callable[[], int]:
    """Draws that nobody without our keys can foresee, the same ones each time."""
    turn = count()

    def draw() -> int:
        digest = keys.index(f"{ticket_id}:{next(turn)}", "ticket number")
        return int.from_bytes(digest.encode()) % numbers.DRAWS

    return draw
