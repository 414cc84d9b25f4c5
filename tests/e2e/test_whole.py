"""After calls, a request at the desk and a look at it, everything that is remembered is whole: the
worker sealed the access log, nothing points nowhere, and a backup holds all of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from callcenter.records import backup, verifying
from callcenter.records.database import Database
from callcenter.records.tables import AuditRow, AuditSealRow, CallRow, TicketRow
from callcenter.rules import wib
from tests.furnished import everything
from tests.telephone import SARI, close, takes, until, waits
from tests.web.office import Browser
from tests.world import CALLER, LINE_1, PASSWORD, World

MORNING = wib.at("2020-04-13 09:00")


@pytest.fixture
def world(settings):
    made = World(settings, MORNING)
    yield made
    close(made)


def faults(world: World, database: Database, *, days: int) -> list[str]:
    now = world.clock.now() + timedelta(days=days)
    journal = world.settings.journal.directory
    found = verifying.findings(database, world.house.keys, journal, now=now, deep=True)
    return [finding.text for finding in found]


def a_morning(world: World) -> None:
    """A call that is taken, one that is given up, and a call back asked for in the queue."""
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    takes(world, SARI, caller)
    world.run(20)
    world.network.hang_up(caller, by="person")
    until(world, lambda: caller.ended)
    world.run(90)
    given_up = world.network.dial(LINE_1, CALLER)
    world.run(3)
    world.network.hang_up(given_up, by="person")
    world.run(5)


def test_a_morning_of_calls_is_whole_and_stays_so_in_a_backup(world, tmp_path: Path):
    a_morning(world)
    browser = Browser(world.app.test_client())
    assert browser.sign_in("sari", PASSWORD).status_code == 303
    assert browser.get("/desk/tickets/000000000").status_code == 404
    assert browser.post("/desk/find", {"text": CALLER}).status_code == 200
    world.run(3)

    assert world.log("webhook-fault") == []
    assert len(world.rows(CallRow)) == 2
    looks = {row.id for row in world.rows(AuditRow)}
    assert looks
    assert {row.audit_id for row in world.rows(AuditSealRow)} == looks
    assert faults(world, world.house.database, days=0) == []
    assert faults(world, world.house.database, days=3) == []

    copy = f"sqlite:///{tmp_path}/copy/callcenter.db"
    now, file = world.clock.now(), tmp_path / "b.zip"
    backup.save(world.house.database, world.house.keys, file, version="1", now=now)
    told = {"key_file": world.settings.keys.file, "snapshot": tmp_path / "p.json", "now": now}
    backup.restore(copy, file, replace=False, **told)
    again = Database(copy)
    assert faults(world, again, days=0) == []
    for table in (CallRow, TicketRow, AuditSealRow):
        name = table.__tablename__
        assert everything(again)[name] == everything(world.house.database)[name]
    again.close()
