"""A database with something in every room of the house, for tests of the whole of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from callcenter.records import audit, callers, outbox, people, sealing, sessions, tickets, users
from callcenter.records.database import Database
from callcenter.records.passwords import Cost
from callcenter.records.people import snapshots
from callcenter.records.people.snapshots import Said
from callcenter.records.sealing import Keys
from callcenter.records.tables import Base
from callcenter.rules import events
from callcenter.rules.applicant import Applicant
from callcenter.rules.commands import Command
from callcenter.rules.policy import Policy
from tests.figures import Ledger, Live, at, line

NIK, KK = "3578011204900001", "3578010101000017"
PHONE, CALLER, AGENT_PHONE = "+6281234500001", "+6281234500002", "+6281234500003"
NAME_SAID, NOTE = "Pak Awkward 'x' \\N \t\n\U0001f600", "said: 3578011204900001 \u202e"
PRIVATE = (NIK, KK, PHONE[3:], CALLER[3:], AGENT_PHONE[3:], "Pak Awkward")
NOW = at("14:00:00")


@dataclass
class Furnished:
    database: Database
    keys: Keys
    ledger: Ledger
    agent: str
    person: str
    ticket: str
    session: str  # the cookie's token


def furnish(database: Database, keys: Keys, policy: Policy) -> Furnished:
    """A day: people, calls of ours and of another switch, tickets, a recap, a sealed log."""
    ledger = Ledger(database, keys, policy)
    with database.transaction() as db:
        remember_keys(db, keys)
        agent = _agent(db, keys, policy)
        person = _person(db, keys)
        ticket = _ticket(db, keys, agent, person)
        session = sessions.begin(db, agent, now=at("13:50:00"))
        audit.seen(
            db, who="budi", what="person", subject=f"person:{person}", why="", now=at("10:00:00")
        )
    _calls(ledger, keys, agent)
    ledger.reports(12, 182, "11:00:00")
    ledger.settle(now=at("13:00:00"))
    ledger.imports(line("c2", "09:01:05 outcome silent"))
    audit.seal(database, keys, now=at("13:00:00"))
    ledger.recap(until="12:00", now=at("13:00:00"))
    return Furnished(database, keys, ledger, agent, person, ticket, session)


def remember_keys(db: Any, keys: Keys) -> None:
    """As :func:`callcenter.records.sealing.for_database` does for a key file."""
    db.execute(sealing.META.insert(), {"name": "keys", "value": sealing.check_value(keys)})


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in an order that is the same on both engines."""
    with database.reading() as db:
        return {
            name: sorted((tuple(row) for row in db.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def _agent(db: Any, keys: Keys, policy: Policy) -> str:
    told = {"username": "budi", "role": "agent", "center": "CC2", "phone": AGENT_PHONE}
    told |= {"password": "kata sandi yang panjang", "cost": Cost(1, 8)}
    return users.add(db, keys, policy, now=at("07:00:00"), **told)  # type: ignore[arg-type]


def _person(db: Any, keys: Keys) -> str:
    applicant = Applicant(
        nik=NIK,
        full_name="Siti Ma'ruf \\ \t",
        born_by_nik=date(1990, 4, 12),
        kk=KK,
        phone=PHONE,
        status="passed",
        status_at=at("06:00:00"),
    )
    said = Said("import", at("07:00:00"), "test", at("07:00:00"))
    ready = snapshots.ready(keys, applicant)
    snapshots.write(db, snapshots.difference(db, keys, [ready], said))
    (found,) = people.find(db, keys, NIK, now=NOW)
    return found.person_id


def _ticket(db: Any, keys: Keys, agent: str, person: str) -> str:
    ticket = tickets.open_manual(
        db,
        keys,
        form_id="f1",
        agent=agent,
        center="CC2",
        line="+62318280254",
        at=at("09:30:00"),
        person=person,
        caller_number=CALLER,
        caller_name=NAME_SAID,
        test=False,
        now=at("09:40:00"),
        draw=lambda: 7,
    )
    told = {"ticket_id": ticket, "turn": "1", "text": NOTE, "by": "budi", "now": at("09:40:00")}
    tickets.add_note(db, keys, **told)
    return ticket


def _calls(ledger: Ledger, keys: Keys, agent: str) -> None:
    ledger.imports(
        line("c1", "09:00:00 arrive", "09:00:00 queue q", "09:00:10 answer A1", caller=CALLER),
        line("c2", "09:01:00 queue q", "09:01:20 answer A1", "09:01:30 hangup"),
        now=at("09:30:00"),
    )
    live = Live().arrives("10:00:00").enters("10:00:20").is_offered("10:00:30", agent, "CC2")
    live.joins("10:00:40", "agent").joins("10:00:40", "caller").is_handled("10:03:00")
    ledger.write(*live.is_wrapped_up("10:03:30").ends("10:03:01").told, now=at("10:04:00"))
    ring = Command("ring", "CA1", 1)
    with ledger.database.transaction() as db:
        callers.note(db, keys, callers.of_call("CA1"), number=CALLER, now=at("10:00:00"))
        outbox.enqueue(db, ring, now=at("10:00:30"))
        outbox.done(db, ring, "sent", now=at("10:00:31"))
    chosen = {"state": "available", "center": "CC2", "reason": "", "by": "agent"}
    place = {"subject": events.agent(agent), "thread": "presence", "turn": "1"}
    ledger.write(events.StateChosen(**place, at=at("08:00:00"), **chosen))  # type: ignore[arg-type]
