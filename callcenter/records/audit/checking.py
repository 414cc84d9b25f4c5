"""Whether the chain of the access log is whole: read once from its first position to the last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from callcenter.records.audit import chain
from callcenter.records.audit.chain import AUDIT, PRINTED, SEAL, Mark
from callcenter.records.finding import Finding
from callcenter.records.sealing import Keys
from callcenter.records.tables import RecapRow
from callcenter.rules import wib

RECAP: Table = RecapRow.__table__  # type: ignore[assignment]

AT_ONCE = 1000
SOON = timedelta(minutes=5)  # by then the worker has sealed a row, and clocks differ by less

KEEP = "Keep this database and its backups as they are, and find out who could write to it."
TOLD = {
    "altered": f"is not as it was sealed: it, or the chain at this place, was changed. {KEEP}",
    "deleted": f"was deleted after it was sealed. {KEEP}",
    "left_out": f"is missing in the chain: rows were taken away, or its mark was. {KEEP}",
    "ahead": f"is dated after it was sealed: a clock was wrong, or it was put there. {KEEP}",
}


@dataclass
class Chain:
    """What was found on the way; ``first`` is the first position of each kind."""

    key: bytes
    wanted: set[str]  # printed heads that were not met yet
    last: int = 0
    head: str = ""
    count: Counter[str] = field(default_factory=Counter)
    first: dict[str, int] = field(default_factory=dict)

    def read(self, row: Row[Any]) -> None:
        """One position: the seal, and the row of the log that it is for."""
        if row.position != self.last + 1:
            self._found("left_out", self.last + 1, row.position - self.last - 1)
        if row.id is None:
            self._found("deleted", row.position)
        elif row.head != chain.next_head(self.key, self.head, row.position, row, row.sealed_at):
            self._found("altered", row.position)
        elif row.at > row.sealed_at + SOON:
            self._found("ahead", row.position)
        self.last, self.head = row.position, row.head
        self.wanted.discard(row.head[:PRINTED])

    def _found(self, what: str, position: int, count: int = 1) -> None:
        self.count[what] += count
        self.first.setdefault(what, position)


def findings(
    db: Connection, keys: Keys, *, now: datetime, printed: Sequence[str] = ()
) -> Iterator[Finding]:
    """What is wrong with the access log. ``printed``: heads that somebody has on paper, of which
    the first 16 digits count. Those on the frozen recaps are looked for too."""
    recaps = _on_recaps(db)
    paper = {_digits(text) for text in printed}
    read = Chain(chain.key(keys), set(recaps) | paper)
    for rows in _in_order(db):
        for row in rows:
            read.read(row)
    for what, count in read.count.items():
        place = f"position {read.first[what]}"
        yield Finding(
            "audit", count, f"{count} row(s) of the access log, first at {place}: each {TOLD[what]}"
        )
    yield from _end(chain.mark(db, read.key), read)
    yield from _unsealed(db, now)
    yield from _printed(read.wanted, recaps, paper)


def _in_order(db: Connection) -> Iterator[Sequence[Row[Any]]]:
    both = SEAL.outerjoin(AUDIT, AUDIT.c.id == SEAL.c.audit_id)
    columns = (SEAL.c.position, SEAL.c.head, SEAL.c.sealed_at, *AUDIT.c)
    ordered = select(*columns).select_from(both).order_by(SEAL.c.position)
    yield from db.execute(ordered.execution_options(yield_per=AT_ONCE)).partitions()


def _end(mark: Mark | None, read: Chain) -> Iterator[Finding]:
    """The mark is set with the last row, in one transaction."""
    if mark is None and read.last:
        text = f"The mark at the end of the access log's chain is gone or was changed. {KEEP}"
        yield Finding("audit", 1, text)
    elif mark is not None and mark.position > read.last:
        lost = mark.position - read.last
        text = f"The last {lost} row(s) of the access log's chain were cut off. {KEEP}"
        yield Finding("audit", lost, text)
    elif mark is not None and (mark.position, mark.head) != (read.last, read.head):
        text = f"The end of the access log's chain is not where its mark says. {KEEP}"
        yield Finding("audit", 1, text)


def _unsealed(db: Connection, now: datetime) -> Iterator[Finding]:
    sealed = select(SEAL.c.position).where(SEAL.c.audit_id == AUDIT.c.id)
    old = select(func.count(), func.min(AUDIT.c.at)).where(~sealed.exists())
    count, since = db.execute(old.where(AUDIT.c.at < now - SOON)).one()
    if count:
        told = f"{wib.date_id(wib.day_of(since))} {wib.clock(since)} WIB"
        yield Finding(
            "audit",
            count,
            f"{count} row(s) of the access log are not sealed, the oldest of {told}: no worker "
            "runs (start: python -m callcenter worker), or they were put there afterwards.",
        )


def _on_recaps(db: Connection) -> dict[str, str]:
    """The heads on frozen recaps, and the recap of each."""
    rows = db.execute(select(RECAP.c.day, RECAP.c.until, RECAP.c.revision, RECAP.c.body))
    told = ((body.get("audit", ""), f"{d} {u} r{n}") for d, u, n, body in rows)
    return {head: name for head, name in told if head}


def _printed(
    missing: Iterable[str], recaps: dict[str, str], paper: Iterable[str]
) -> Iterator[Finding]:
    for head in sorted(missing):
        where = f"the recap {recaps[head]}" if head in recaps else "paper"
        yield Finding(
            "audit",
            1,
            f"The head {head} on {where} is not in the access log's chain: the log was written "
            f"anew since, or an older backup was restored. {KEEP}",
        )


def _digits(text: str) -> str:
    """A head as somebody copies it from paper: in groups, in capitals, or in full."""
    return "".join(text.split()).lower()[:PRINTED]
