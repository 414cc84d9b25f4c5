"""Recaps: computed anew until the cutoff, then frozen. What changes a frozen one makes the next
revision, so that a number once given to the press can always be found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection, Table, select

from callcenter.records import audit, merging, posko, stats
from callcenter.records.database import Database
from callcenter.records.stats import Window
from callcenter.records.tables import RecapRow
from callcenter.rules import recap as recaps
from callcenter.rules import wib
from callcenter.rules.policy import Policy
from callcenter.rules.recap import Posko, Recap

RECAP: Table = RecapRow.__table__  # type: ignore[assignment]


def recap(
    database: Database, policy: Policy, day: date, *, until: str = "", now: datetime
) -> Recap:
    """The recap of a WIB day until a wall clock (the policy's cutoff unless said): before that
    moment what is known, marked revision 0; after it the newest revision, made now if the numbers
    are not those of the last one. They are found before anything is written: a day takes a while
    to read, and nobody waits for that.
    """
    with database.reading() as db:
        fresh = current(db, policy, day, until=until, now=now)
        last = revisions(db, day, fresh.until)[-1:]
    if now < Window.of(day, fresh.until).end:
        return fresh
    if last and last[0].says_the_same(fresh):
        return last[0]
    frozen = replace(fresh, revision=last[0].revision + 1 if last else 1)
    with database.transaction() as db:
        return _freeze(db, frozen, now=now)


def _freeze(db: Connection, frozen: Recap, *, now: datetime) -> Recap:
    row = {
        "day": frozen.day.isoformat(),
        "until": frozen.until,
        "revision": frozen.revision,
        "frozen_at": now,
        "body": frozen.as_json(),
    }
    db.execute(merging.insert(db, RECAP).values(row).on_conflict_do_nothing())
    return revisions(db, frozen.day, frozen.until)[-1]  # another process may have been first


def freeze_due(database: Database, policy: Policy, *, now: datetime) -> None:
    """Freeze today's recap if its cutoff is past, so that it is there whether anybody asks for it
    or not. For the worker; does nothing when it is there already."""
    window = Window.of(wib.day_of(now), policy.report.cutoff)
    if now < window.end:
        return
    with database.reading() as db:
        frozen = revisions(db, window.day, window.until)
    if not frozen:
        recap(database, policy, window.day, now=now)


def revisions(db: Connection, day: date, until: str) -> tuple[Recap, ...]:
    """All frozen revisions, the oldest first."""
    rows = db.execute(
        select(RECAP.c.body)
        .where(RECAP.c.day == day.isoformat(), RECAP.c.until == until)
        .order_by(RECAP.c.revision)
    )
    return tuple(Recap.from_json(body) for body in rows.scalars())


def current(db: Connection, policy: Policy, day: date, *, until: str = "", now: datetime) -> Recap:
    """What a recap would say now; nothing is frozen and the revision is 0."""
    window = Window.of(day, until or policy.report.cutoff)
    known = stats.day(db, policy, window, now=now)
    counted = stats.confirmation_list(db, window)
    centers = {center.code: 0 for center in policy.centers}
    for row in counted:
        centers[row.center] = centers.get(row.center, 0) + 1
    return Recap(
        day=day,
        until=window.until,
        as_of=now,
        confirmations=centers,
        applicants=len({row.person for row in counted} - {""}),
        people=known.total["unique_callers"],
        calls={name: known.total[name] for name in recaps.CALLS},
        posko=_posko(db, policy, day),
        ivr_confirmations=stats.ivr_confirmations(db, window),
        audit=audit.head(db)[: audit.PRINTED],
    )


def _posko(db: Connection, policy: Policy, day: date) -> Posko:
    """A posko that left the policy still counts on the days when it reported."""
    counts = posko.counts(db, day)
    known = {each.number for each in policy.posko} | counts.keys()
    assisted = sum(count.assisted for count in counts.values()) if counts else None
    return Posko(assisted, len(counts), len(known))
