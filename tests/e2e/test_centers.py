"""Two centers: all desks of one fall silent while callers wait in both."""

from dataclasses import replace

import pytest

from callcenter.records import centers
from callcenter.records import policy as policies
from callcenter.records.database import Database
from callcenter.records.tables import AuditRow, CallRow, OfferRow
from callcenter.rules import wib
from tests.telephone import BUDI, RINA, SARI, close, takes, until, waits
from tests.world import CALLER, LINE_1, LINE_2, World

NOW = wib.at("2020-04-13 09:00")


@pytest.fixture
def world(settings):
    """Callers wait long for the own center before the other is asked."""
    database = Database(settings.database.url)
    with database.transaction() as db:
        policy = policies.ensure(db, settings, NOW)
        changed = replace(policy, queue=replace(policy.queue, overflow_s=600, wrap_up_s=0))
        policies.add(db, changed, by="test", why="test", now=NOW)
    database.close()
    made = World(settings, NOW, doors=("voice",))
    yield made
    close(made)


def standing(world: World) -> dict[str, str]:
    with world.house.database.reading() as db:
        return {it.code: it.shown for it in centers.now_of(db)}


def test_a_dark_center_gives_its_callers_to_the_other_in_order(world):
    world.agent("sari", "CC1", SARI)
    talking = waits(world, LINE_1, CALLER)
    takes(world, SARI, talking)
    world.agent("budi", "CC1", BUDI, available=False)
    world.choose("budi", "break")
    world.agent("rina", "CC2", RINA)
    busy = waits(world, LINE_2, "+6281300000009")
    leg = takes(world, RINA, busy)
    lines = (LINE_1, LINE_2, LINE_1)
    calls = [waits(world, line, f"+628130000000{n}") for n, line in enumerate(lines)]
    silent = {name: world.agents.pop(name) for name in ("sari", "budi")}  # the power is gone

    world.run(8)
    assert standing(world)["CC1"] == "open"
    world.run(13)
    assert standing(world) == {"CC1": "dark", "CC2": "open"}
    assert talking.state == "talking"  # no live call is dropped
    world.network.hang_up(busy, by="person")
    until(world, lambda: leg.ended)
    for call in calls:
        leg = takes(world, RINA, call)
        world.network.hang_up(call, by="person")
        until(world, lambda leg=leg: leg.ended)

    offers = world.rows(OfferRow)
    assert [[it.overflow for it in offers if it.call_id == call.sid] for call in calls] == [
        [True],
        [False],
        [True],
    ]
    assert [it.center for it in world.rows(CallRow) if it.id == calls[0].sid] == ["CC1"]

    world.agents.update(silent)
    until(world, lambda: standing(world)["CC1"] == "open")
    kept = [it.what for it in world.rows(AuditRow) if it.subject == "center:CC1"]
    assert kept == ["center:CenterWentDark", "center:CenterCameBack"]
