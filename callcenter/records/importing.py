"""Brings calls of another switch into the diary; the file's format is in rules/imported.py."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, select

from callcenter.records import callers, changed_days, diary, merging, passwords, policy, users
from callcenter.records.database import Database
from callcenter.records.sealing import Keys
from callcenter.records.tables import CallerRow, CallRow, EventRow, TicketRow, UserRow
from callcenter.rules import events, imported, wib
from callcenter.rules.events import Event
from callcenter.rules.imported import BadLine, Line
from callcenter.rules.policy import Center, Policy

CALLER: Table = CallerRow.__table__  # type: ignore[assignment]
CALL: Table = CallRow.__table__  # type: ignore[assignment]
EVENT: Table = EventRow.__table__  # type: ignore[assignment]
TICKET: Table = TicketRow.__table__  # type: ignore[assignment]
USER: Table = UserRow.__table__  # type: ignore[assignment]

AT_ONCE = 1000
LINES = 100  # in one transaction: callers of today must not wait for history
BY = "import-calls"
NO_SIGN_IN = passwords.Cost(1, 8)  # of a password that nobody knows, so it need not be slow


@dataclass
class Report:
    """What an import did. ``bad``: the lines refused, by number, each with the reason."""

    calls: int = 0
    events: int = 0
    new: int = 0
    bad: dict[int, str] = field(default_factory=dict)
    centers: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)


def bring_in(database: Database, keys: Keys, file: Iterable[str], *, now: datetime) -> Report:
    """Bring in every line that can be read; the others are in the report. The same file twice
    adds nothing, and an import that was interrupted is simply repeated."""
    report, known = Report(), {}  # type: ignore[var-annotated]
    lines = read(file, report)
    while batch := list(islice(lines, LINES)):
        with database.transaction() as db:
            _take(db, keys, _consistent(db, batch, known, report), report, now)
    return report


def faults(database: Database, file: Iterable[str]) -> dict[int, str]:
    """The lines that would be refused, by number, each with the reason. Nothing is written."""
    report, known = Report(), {}  # type: ignore[var-annotated]
    lines = read(file, report)
    with database.reading() as db:
        while batch := list(islice(lines, LINES)):
            _consistent(db, batch, known, report)
    return dict(sorted(report.bad.items()))


def read(file: Iterable[str], report: Report) -> Iterator[tuple[int, Line]]:
    """The lines that are calls, with their numbers; empty lines are nobody's fault."""
    for number, text in enumerate(file, 1):
        if not text.strip():
            continue
        try:
            yield number, imported.read(text)
        except BadLine as fault:
            report.bad[number] = str(fault)


def _consistent(
    db: Connection, batch: Sequence[tuple[int, Line]], known: dict[str, str], report: Report
) -> list[Line]:
    """The lines whose call is not ``known`` at another center: that would be two calls in one."""
    ids = [line.call for _, line in batch]
    rows = db.execute(select(CALL.c.id, CALL.c.center).where(CALL.c.id.in_(ids)))
    known |= {row.id: row.center for row in rows if row.center}
    lines = []
    for number, line in batch:
        center = known.setdefault(line.call, line.center)
        if center == line.center:
            lines.append(line)
        else:
            report.bad[number] = f"call {line.call} is known as one of center {center}"
    return lines


def _take(db: Connection, keys: Keys, lines: Sequence[Line], report: Report, now: datetime) -> None:
    ruling = _centers(db, {line.center for line in lines}, report, now)
    agents = _agents(db, lines, report, now)
    happened: dict[str, Event] = {}
    for line in lines:
        test = line.test or line.number in ruling.report.test_numbers
        for event in imported.happened(line, agents, test=test):
            happened.setdefault(event.id, event)
    fresh = _with_free_numbers(db, _fresh(db, list(happened.values())))
    for some in _chunks(fresh):
        diary.write(db, some, now=now)
    days = _days_of_states(fresh) | _keep_callers(db, keys, lines)
    changed_days.note(db, days, now=now)
    report.calls += len({line.call for line in lines if line.arrived_at})
    report.events += len(happened)
    report.new += len(fresh)


def _days_of_states(fresh: Iterable[Event]) -> set[date]:
    """The days to whose agents' time these states add: they may last until the next midnight."""
    days = {wib.day_of(e.at) for e in fresh if isinstance(e, events.StateChosen)}
    return days | {day + timedelta(days=1) for day in days}


def _keep_callers(db: Connection, keys: Keys, lines: Sequence[Line]) -> set[date]:
    """Keep who called. Gives the days of known calls whose number was not known before."""
    came = {callers.of_call(line.call): line for line in lines if line.arrived_at}
    told = [
        callers.sealed(keys, caller, number=line.number, now=at)
        for caller, line in came.items()
        if (at := line.arrived_at)
    ]
    if not told:
        return set()
    nameless = CALLER.c.id.in_(came), CALLER.c.number_index.is_(None)
    found = [came[caller] for caller in db.execute(select(CALLER.c.id).where(*nameless)).scalars()]
    merging.merge(db, CALLER, [asdict(caller) for caller in told])
    moments = (said.at for line in found if line.number for said in line.said)
    return {wib.day_of(at) for at in moments}


def _chunks(some: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Engines limit how many values one statement may have."""
    return (some[start : start + AT_ONCE] for start in range(0, len(some), AT_ONCE))


def _centers(db: Connection, named: set[str], report: Report, now: datetime) -> Policy:
    """The ruling policy, with the centers that it did not know."""
    ruling = policy.newest(db)
    if ruling is None:
        raise LookupError("there is no policy yet: run `python -m callcenter migrate` first")
    unknown = sorted(named - {center.code for center in ruling.centers})
    if not unknown:
        return ruling
    report.centers += unknown
    made = tuple(Center(code, code, ()) for code in unknown)
    wanted = replace(ruling, centers=ruling.centers + made)
    return policy.add(db, wanted, by=BY, why="centers of imported calls", now=now)


def _agents(db: Connection, lines: Sequence[Line], report: Report, now: datetime) -> dict[str, str]:
    """The users' ids by the names in the lines; who is unknown becomes a user who cannot sign
    in, until somebody enables them and sets a password."""
    named = {name: users.spelled(name)[:80] for line in lines for name in line.agents}
    wanted = set(named.values())
    rows = db.execute(select(USER.c.username, USER.c.id).where(USER.c.username.in_(wanted)))
    known = {row.username: row.id for row in rows}
    for name, spelled in sorted(named.items()):
        if spelled not in known:
            center = next(line.center for line in lines if name in line.agents)
            known[spelled] = _new_agent(db, name, spelled, center, now)
            report.agents.append(name)
    return {name: known[spelled] for name, spelled in named.items()}


def _new_agent(db: Connection, name: str, spelled: str, center: str, now: datetime) -> str:
    user_id = events.event_id(events.agent(spelled), "imported", "0")
    row = {
        "id": user_id,
        "username": spelled,
        "full_name": name,
        "role": "agent",
        "center": center,
        "password_hash": passwords.hashed(secrets.token_urlsafe(32), NO_SIGN_IN),
        "created_at": now,
        "disabled_at": now,
    }
    db.execute(USER.insert().values(row))
    return user_id


def _fresh(db: Connection, happened: Sequence[Event]) -> list[Event]:
    """The events that the diary does not hold yet."""
    known: set[str] = set()
    for ids in _chunks([event.id for event in happened]):
        known |= set(db.execute(select(EVENT.c.id).where(EVENT.c.id.in_(ids))).scalars())
    return [event for event in happened if event.id not in known]


def _with_free_numbers(db: Connection, fresh: Sequence[Event]) -> list[Event]:
    """The same events, those tickets numbered anew whose number is another's already."""
    opened = {e.number for e in fresh if isinstance(e, events.TicketOpened)}
    taken = set(db.execute(select(TICKET.c.number).where(TICKET.c.number.in_(opened))).scalars())
    given: set[str] = set()
    changed: list[Event] = []
    for event in fresh:
        if isinstance(event, events.TicketOpened):
            draw = 0
            while event.number in taken | given:
                draw += 1
                event = replace(event, number=imported.number(event.of, draw))
                taken |= _taken(db, event.number)
            given.add(event.number)
        changed.append(event)
    return changed


def _taken(db: Connection, number: str) -> set[str]:
    return set(db.execute(select(TICKET.c.number).where(TICKET.c.number == number)).scalars())
