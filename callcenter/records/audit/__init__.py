"""Who saw or did what, when and why: written in the transaction of the access itself.

A read of a person that cannot be written down here does not happen. The worker seals the rows into
a chain (chain.py), so that what is changed or taken away later is found (checking.py).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Table

from callcenter.records import ids
from callcenter.records.audit.chain import PRINTED, head, seal
from callcenter.records.tables import AuditRow

AUDIT: Table = AuditRow.__table__  # type: ignore[assignment]

__all__ = ["PRINTED", "head", "note", "seal", "seen"]


def seen(
    db: Connection,
    *,
    who: str,
    what: str,
    subject: str,
    why: str,
    now: datetime,
    result: str = "shown",
) -> None:
    """Somebody is shown a person. ``subject``: ``person:ID``, ``ticket:ID``; never a number or
    a name. ``why``: the reason given, or the call or ticket that it is for."""
    note(db, who=who, what=what, subject=subject, why=why, now=now, result=result)


def note(
    db: Connection,
    *,
    who: str,
    what: str,
    subject: str,
    why: str,
    now: datetime,
    result: str = "done",
) -> None:
    """Somebody did something that is kept. ``who`` is a username, or the command that ran."""
    row = {"id": ids.new(now), "at": now, "who": who, "what": what, "subject": subject}
    db.execute(AUDIT.insert().values(**row, why=why[:200], result=result))
