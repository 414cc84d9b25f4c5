"""The access log as a chain: every row gets a position and a head, a keyed hash of the row and of
the head before it. Who has the database alone cannot make one; who has the key file as well cannot
change what was printed (the head stands on every recap).

Rows are written by many transactions at once, so their order is settled afterwards, by whoever
seals. A *mark* in ``meta`` remembers how far the chain went, so that its end cannot be cut off.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, select

from callcenter.records import merging
from callcenter.records.database import Database
from callcenter.records.sealing import Keys
from callcenter.records.tables import AuditRow, AuditSealRow, MetaRow

AUDIT: Table = AuditRow.__table__  # type: ignore[assignment]
META: Table = MetaRow.__table__  # type: ignore[assignment]
SEAL: Table = AuditSealRow.__table__  # type: ignore[assignment]

MARK = "audit_mark"
AT_ONCE = 500
# A transaction that is open for longer than this writes a row that is not sealed any more: nobody
# can tell it from one that was put there afterwards, and ``verify`` tells of it.
LATE = timedelta(minutes=10)
PRINTED = 16  # hex digits of a head that are printed and compared


@dataclass(frozen=True)
class Mark:
    """How far the chain goes: its last position and head, and up to which time it was looked for
    rows."""

    position: int = 0
    head: str = ""
    until: datetime | None = None

    def written(self, key: bytes) -> str:
        """The mark as it stands in ``meta``: nobody without the key can set it back."""
        words = f"{self.position} {self.head} {self.until.isoformat() if self.until else ''}"
        return f"{words} {_hash(key, f'mark {words}')}"

    @classmethod
    def read(cls, text: str, key: bytes) -> Mark | None:
        """The mark that was :meth:`written`; None for any other text."""
        words, _, proof = text.rpartition(" ")
        if not hmac.compare_digest(_hash(key, f"mark {words}").encode(), proof.encode()):
            return None
        position, head, until = words.split(" ")
        return cls(int(position), head, datetime.fromisoformat(until) if until else None)


def key(keys: Keys) -> bytes:
    """The chain's own key: it outlives a rotation of the sealing keys."""
    return hmac.digest(keys.index_key, b"callcenter audit chain", sha256)


def seal(database: Database, keys: Keys, *, now: datetime) -> int:
    """Seal up to :data:`AT_ONCE` rows that are not; gives how many. For the worker, each second:
    until then a row is as easily changed as any other. Safe when several workers do it at once."""
    if not _any_waits(database, keys):
        return 0
    with database.transaction() as db:
        return _seal_some(db, key(keys), now)


def head(db: Connection, *, until: datetime | None = None) -> str:
    """The newest head, or the newest one sealed before ``until``: 64 hex digits, empty for an
    empty chain. Whoever knows it can prove that nothing before it was changed."""
    newest = select(SEAL.c.head).order_by(SEAL.c.position.desc()).limit(1)
    if until is not None:
        newest = newest.where(SEAL.c.sealed_at < until)
    return db.execute(newest).scalar() or ""


def mark(db: Connection, chain_key: bytes, *, lock: bool = False) -> Mark | None:
    """How far the chain goes; None when there is no mark or one that we did not set."""
    chosen = select(META.c.value).where(META.c.name == MARK)
    text = db.execute(chosen.with_for_update() if lock else chosen).scalar()
    return Mark.read(text, chain_key) if text else None


def next_head(chain_key: bytes, before: str, position: int, row: Row[Any], at: datetime) -> str:
    """The head of ``row`` at ``position``, sealed ``at``, after the head ``before``."""
    known = (row.id, _utc(row.at), row.who, row.what, row.subject, row.why, row.result)
    return _hash(chain_key, json.dumps(["row", before, position, *known, _utc(at)]))


def _any_waits(database: Database, keys: Keys) -> bool:
    """Asked outside of a transaction: most seconds there is nothing, and no writer waits for us."""
    with database.reading() as db:
        return db.execute(_waiting(mark(db, key(keys)), 1)).first() is not None


def _waiting(known: Mark | None, limit: int) -> Select[Any]:
    """Rows that are not sealed, the oldest first. A subquery for a value is asked row by row; as
    ``EXISTS``, PostgreSQL may read every seal there is for it, each second."""
    place = select(SEAL.c.position).where(SEAL.c.audit_id == AUDIT.c.id).scalar_subquery()
    rows = select(AUDIT).where(place.is_(None)).order_by(AUDIT.c.at, AUDIT.c.id).limit(limit)
    return rows.where(AUDIT.c.at >= known.until - LATE) if known and known.until else rows


def _seal_some(db: Connection, chain_key: bytes, now: datetime) -> int:
    last = _last(db, chain_key)
    rows = db.execute(_waiting(last, AT_ONCE)).all()
    if not rows:
        return 0  # another worker was first
    sealed, before = [], last.head
    for position, row in enumerate(rows, last.position + 1):
        before = next_head(chain_key, before, position, row, now)
        place = {"position": position, "audit_id": row.id}
        sealed.append(place | {"head": before, "sealed_at": now})
    db.execute(SEAL.insert(), sealed)
    seen = min(rows[-1].at, now)  # a row dated tomorrow must not hide those of today
    until = max(last.until, seen) if last.until else seen
    _keep(db, Mark(sealed[-1]["position"], before, until).written(chain_key))
    return len(rows)


def _last(db: Connection, chain_key: bytes) -> Mark:
    """Where the chain goes on; other workers wait from here on.

    From the mark, whatever became of the rows before it. Where the mark itself is gone, or an old
    one was put back, the chain goes on from its last row, and a position is left out for ever, so
    that it is seen.
    """
    unset = merging.insert(db, META).values(name=MARK, value="")
    db.execute(unset.on_conflict_do_nothing())
    known = mark(db, chain_key, lock=True) or Mark()
    newest = db.execute(select(SEAL).order_by(SEAL.c.position.desc()).limit(1)).one_or_none()
    if newest is None or newest.position <= known.position:
        return known
    return Mark(newest.position + 1, newest.head, newest.sealed_at)


def _keep(db: Connection, value: str) -> None:
    statement = merging.insert(db, META).values(name=MARK, value=value)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _hash(chain_key: bytes, text: str) -> str:
    return hmac.digest(chain_key, text.encode(), sha256).hex()
