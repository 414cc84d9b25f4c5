"""Whether everything that is remembered is whole: the access log's chain, the journals, what points
nowhere, what is sealed, and what is derived. Only reads; memory does not grow with the database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from callcenter.records import policy, rebuilding, rollups
from callcenter.records.audit import checking
from callcenter.records.database import Database
from callcenter.records.finding import Finding
from callcenter.records.sealing import Keys
from callcenter.records.verifying import journals, orphans, seals

SUBJECTS = ("audit", "journal", "orphans", "sealing", "derived")


def findings(
    database: Database,
    keys: Keys,
    directory: Path,
    *,
    now: datetime,
    deep: bool = False,
    quick: bool = False,
    printed: Sequence[str] = (),
) -> Iterator[Finding]:
    """Everything that somebody must look at, in the order of :data:`SUBJECTS`.

    ``directory``: of the journals of this host. ``deep``: every sealed value is opened, not some
    of each column. ``quick``: nothing is folded anew. ``printed``: heads of the access log's
    chain that somebody has on paper.
    """
    with database.reading() as db:
        yield from checking.findings(db, keys, now=now, printed=printed)
    yield from journals.findings(directory, now=now)
    with database.reading() as db:
        yield from orphans.findings(db, now=now)
        yield from seals.findings(db, keys, deep=deep)
    if not quick:
        yield from derived(database)
        yield from added_up(database, now=now)


def derived(database: Database) -> Iterator[Finding]:
    """What differs from the diary folded anew."""
    count, first = 0, ""
    for sentence in rebuilding.verify(database):
        count, first = count + 1, first or sentence
    if count:
        yield Finding(
            "derived",
            count,
            f"{count} derived row(s) are not what the diary says, so figures may be wrong (first: "
            f"{first}). Run: python -m callcenter rebuild",
        )


def added_up(database: Database, *, now: datetime) -> Iterator[Finding]:
    """Days whose roll-ups are not the sums of their calls."""
    with database.reading() as db:
        ruling = policy.newest(db)
        wrong = list(rollups.wrong_days(db, ruling, now=now)) if ruling else []
    if wrong:
        yield Finding(
            "derived",
            len(wrong),
            f"{len(wrong)} day(s) are not the sums of their calls (first: {wrong[0]}), so figures "
            "of the past are wrong. Run: python -m callcenter rebuild",
        )
