"""People: found by what a caller can tell, shown masked, revealed one field at a time.

Whoever calls these functions for somebody's eyes writes ``audit.seen`` in the same transaction.
"""

from callcenter.records.people.card import Person, link_phone, person, reveal
from callcenter.records.people.finding import LIMIT, Found, by_phone, find
from callcenter.records.people.statuses import (
    Status,
    UnknownPerson,
    add_status,
    current_status,
    current_statuses,
    statuses,
)

__all__ = [
    "LIMIT",
    "Found",
    "Person",
    "Status",
    "UnknownPerson",
    "add_status",
    "by_phone",
    "current_status",
    "current_statuses",
    "find",
    "link_phone",
    "person",
    "reveal",
    "statuses",
]
