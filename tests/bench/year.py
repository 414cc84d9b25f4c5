"""A year of calls at two centers, loaded as summaries: one drawn day, told again for every day.

Its roll-ups are made by the product's own code for one day and copied to the others, which had the
same calls; that they are the same is looked at on another day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import msgspec
import psycopg
from sqlalchemy import Table, select

from callcenter.records import callers, rollups
from callcenter.records.database import Database
from callcenter.records.stats import closed
from callcenter.records.tables import CallerRow, CallRow, RolledDayRow, RollUpRow, SummaryRow
from callcenter.rules import calls, wib
from callcenter.rules.calls import Call, CallBack, Stay, Talk
from callcenter.rules.policy import Center, Policy
from tests import postgres

POLICY = Policy((Center("CC1", "CC1", ("+1",)), Center("CC2", "CC2", ("+2",))), version=1)
DRAWN = date(2020, 6, 2)
ONE_DAY = timedelta(days=1)
AGENTS, PEOPLE = 120, 14_000
NUMBER, CALLER_ID = "@", "\x01"  # what differs between the days: their number, ids of callers
DATES = ("\x02", "\x03", "\x04")  # the day before, the day itself, the day after

COLUMNS = {
    "call_summary": (
        *("call_id", "day", "last_day", "center", "queue", "arrived_at", "booked_at", "reached"),
        *("folded_at", "body", "caller_id"),
    ),
    "call": (
        *("id", "center", "arrived_at", "received_at", "ended_at", "entries", "departures"),
        *("offers", "unsettled"),
    ),
    "caller": ("number", "number_index", "at", "id"),
}
TABLES: dict[str, Table] = {
    row.__tablename__: row.__table__  # type: ignore[misc]
    for row in (SummaryRow, CallRow, CallerRow)
}


@dataclass(frozen=True)
class Year:
    """``days`` from :data:`DRAWN` on, of ``per_day`` calls each; the last of them goes on."""

    database: Database
    days: int
    per_day: int

    def day(self, number: int) -> date:
        """A day by its number; -1 is today."""
        return DRAWN + ONE_DAY * (number % self.days)

    @property
    def now(self) -> datetime:
        """The evening of the last day."""
        return wib.start_of(self.day(-1)) + timedelta(hours=23, minutes=30)


def load(database: Database, *, days: int, per_day: int) -> Year:
    """Fill an empty, migrated database."""
    year = Year(database, days, per_day)
    template = _template(per_day)
    fill = _by_rows if database.sqlite else _by_copy
    fill(database, (_told(template, year, number) for number in range(days)))
    _roll_up(year)
    return year


def drawn(number: int) -> Iterator[Call]:
    """The calls of one day: some barred, some content with the menu, most of them answered."""
    chance = Random(7)
    start = wib.start_of(DRAWN).astimezone(UTC)
    for n in range(number):
        at = start + timedelta(seconds=int(chance.triangular(6 * 3600, 24 * 3600, 10 * 3600)))
        yield _call(chance, f"{NUMBER}{n:06}", at)


def _call(chance: Random, name: str, at: datetime) -> Call:
    center, kind = chance.choice(("CC1", "CC2")), chance.random()
    made = Call(name, center, "call", at, ended_at=at + timedelta(seconds=50))
    if kind < 0.25:
        return replace(made, blocked=kind < 0.03, contained=kind > 0.15)
    entered = at + timedelta(seconds=chance.randrange(20, 60))
    left = entered + timedelta(seconds=int(chance.expovariate(1 / 45)))
    how = (calls.ABANDONED, calls.FLOW_OUT, calls.ANSWERED)[(kind > 0.35) + (kind > 0.37)]
    stay = Stay("confirmation" if chance.random() < 0.9 else "teknis", entered, left, how)
    made = replace(made, ended_at=left, stays=(stay,))
    if how == calls.FLOW_OUT:
        return replace(made, call_back=CallBack(left))
    if how == calls.ABANDONED:
        return made
    over = left + timedelta(seconds=int(chance.lognormvariate(4.78, 0.95)))
    wrapped_up = over + timedelta(seconds=chance.randrange(60))
    agent = f"agent{chance.randrange(AGENTS)}"
    talk = Talk(0, agent, center, left, 1, over, wrapped_up_at=wrapped_up)
    return replace(made, ended_at=over, talks=(talk,))


def _template(per_day: int) -> dict[str, str]:
    """The lines of one day for each table, with marks for what differs between the days."""
    lines: dict[str, list[str]] = {name: [] for name in TABLES}
    chance = Random(11)
    for call in drawn(per_day):
        for name, values in _rows(call, chance.randrange(PEOPLE)).items():
            lines[name].append("\t".join(map(str, values)) + "\n")
    texts = {name: "".join(rows) for name, rows in lines.items()}
    for offset, mark in zip((-1, 0, 1), DATES, strict=True):
        there = (DRAWN + ONE_DAY * offset).isoformat()
        texts = {name: text.replace(there, mark) for name, text in texts.items()}
    return texts


def _rows(call: Call, person: int) -> dict[str, Sequence[object]]:
    def stamp(at: datetime) -> str:
        return f"{at:%Y-%m-%d %H:%M:%S.%f}"

    first, last = wib.day_of(call.arrived_at), wib.day_of(call.last_at)
    arrived, ended = stamp(call.arrived_at), stamp(call.last_at)
    entries = len(call.stays)
    return {
        "call_summary": (
            *(call.id, first, last, call.center, call.queue, arrived, stamp(call.booked_at)),
            *(int(call.reached), ended, msgspec.json.encode(call).decode(), CALLER_ID),
        ),
        "call": (call.id, call.center, arrived, ended, ended, entries, entries, len(call.talks), 0),
        "caller": ("sealed" * 10, f"{person:044}", arrived, CALLER_ID),
    }


def _told(template: dict[str, str], year: Year, number: int) -> dict[str, str]:
    """The same lines for one of the days."""
    name = f"d{number:03}x"
    ids = [callers.of_call(f"{name}{n:06}") for n in range(year.per_day)]
    found = {}
    for table, text in template.items():
        for offset, mark in zip((-1, 0, 1), DATES, strict=True):
            text = text.replace(mark, (year.day(number) + ONE_DAY * offset).isoformat())
        pieces = text.replace(NUMBER, name).split(CALLER_ID)
        rest = [f"{one}{piece}" for one, piece in zip(ids, pieces[1:], strict=len(pieces) > 1)]
        found[table] = pieces[0] + "".join(rest)
    return found


def _by_rows(database: Database, days: Iterator[dict[str, str]]) -> None:
    for day in days:
        with database.transaction() as db:
            for table, text in day.items():
                names, marks = ", ".join(COLUMNS[table]), ", ".join("?" * len(COLUMNS[table]))
                rows = [tuple(line.split("\t")) for line in text.splitlines()]
                db.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608


def _by_copy(database: Database, days: Iterator[dict[str, str]]) -> None:
    """Indexes are made when the rows are there: that is many times as fast."""
    url = postgres.plain(database.url.render_as_string(hide_password=False))
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("SET timezone = 'UTC'")
        db.execute("SET maintenance_work_mem = '1GB'")
        names = [list(TABLES)]
        made = db.execute(
            "SELECT indexname, tablename, indexdef FROM pg_indexes WHERE tablename = ANY(%s)", names
        ).fetchall()
        for index, table, _ in made:
            if index.endswith("_pkey"):
                db.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT "{index}"')
            else:
                db.execute(f'DROP INDEX "{index}"')
        for day in days:
            for table, text in day.items():
                columns = ", ".join(COLUMNS[table])
                with db.cursor().copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                    copy.write(text)
        for index, table, definition in made:
            db.execute(definition)
            if index.endswith("_pkey"):
                db.execute(f'ALTER TABLE "{table}" ADD PRIMARY KEY USING INDEX "{index}"')
        for table in TABLES:
            db.execute(f'VACUUM ANALYZE "{table}"')


def _roll_up(year: Year) -> None:
    """Add up two days; what the first gave is copied, and what the second gave must be the same."""
    middle, other = year.day(year.days // 2), year.day(year.days // 2 + 1)
    for day in (middle, other):
        assert rollups.one_day(year.database, POLICY, day, now=year.now)
    roll_up, rolled = RollUpRow.__table__, RolledDayRow.__table__
    with year.database.transaction() as db:
        found = {}
        for day in (middle, other):
            rows = db.execute(select(roll_up).where(roll_up.c.day == day.isoformat()))
            found[day] = [dict(row._mapping) for row in rows]
        assert _without_day(found[middle]) == _without_day(found[other])
        for number in range(year.days - 1):
            day = year.day(number)
            if day not in found:
                named = {"day": day.isoformat()}
                db.execute(roll_up.insert(), [row | named for row in found[middle]])
                header = {"rules": closed.stamp(POLICY.queue), "version": 1, "made_at": year.now}
                db.execute(rolled.insert().values(named | header))


def _without_day(rows: Sequence[dict[str, Any]]) -> dict[tuple[str, ...], object]:
    return {
        (row["scope"], row["at"], row["center"], row["queue"]): closed.PARTS.decode(row["body"])
        for row in rows
    }
