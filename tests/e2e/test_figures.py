"""What the telephone network saw is what the figures count: calls on a virtual clock."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callcenter.chores import Round
from callcenter.records import policy as policies
from callcenter.records import rebuilding, stats
from callcenter.records.database import Database
from callcenter.records.stats import Window, closed
from callcenter.rules import wib
from tests.telephone import BUDI, SARI, close, passes, takes, until, waits
from tests.world import LINE_1, LINE_2, World

NOW = wib.at("2020-04-13 09:00")
DAY = wib.day_of(NOW)


@pytest.fixture
def world(settings):
    database = Database(settings.database.url)
    with database.transaction() as db:
        policies.ensure(db, settings, NOW)
    database.close()
    made = World(settings, NOW, doors=("voice",))
    yield made
    close(made)


def day(world: World) -> stats.Day:
    with world.house.database.reading() as db:
        return stats.day(db, world.house.policy(), Window.of(DAY), now=world.clock.now())


def shown(world: World, *keys: str) -> tuple:
    return tuple(day(world).total[key] for key in keys)


def test_a_call_is_counted_as_it_goes_on(world):
    caller = waits(world, LINE_2)
    passes(world, 10)
    assert shown(world, "inbound", "waiting_now", "answered") == (1, 1, 0)
    assert day(world).waiting().keys() == {"CC2"}

    world.agent("sari", "CC1", SARI)
    takes(world, SARI, caller)
    passes(world, 30)
    assert shown(world, "waiting_now", "talking_now", "handled") == (0, 1, 0)

    world.network.hang_up(caller, by="person")
    passes(world, 5)
    assert shown(world, "talking_now", "answered", "handled", "data_anomalies") == (0, 1, 1, 0)
    by_center = day(world).by_center()
    assert (by_center["CC2"]["answered"], by_center["CC1"]["answered"]) == (1, 0)

    passes(world, 70)  # wrap-up ends by the clock, after a minute
    total = day(world).total
    assert total["acw_s"] == 60
    assert total["talk_s"] == pytest.approx(30, abs=2)
    assert total["aht_s"] == total["talk_s"] + total["hold_s"] + total["acw_s"]
    assert total["unique_callers"] == 1


def test_an_hour_of_calls_is_what_the_network_logged(world):
    for sid, seconds in (("+6281200000011", 20), ("+6281200000012", 40)):
        left = waits(world, LINE_1, sid)
        passes(world, seconds)
        world.network.hang_up(left, by="person")
        passes(world, 2)
    in_menu = world.network.dial(LINE_1, "anonymous")
    passes(world, 12)
    world.network.hang_up(in_menu, by="person")
    world.agent("budi", "CC1", BUDI)
    missed = waits(world, LINE_1, "+6281200000011")
    until(world, lambda: world.network.ringing(BUDI))
    passes(world, 25)  # nobody picks up
    world.agent("sari", "CC2", SARI)
    takes(world, SARI, missed)
    passes(world, 15)
    world.network.hang_up(missed, by="person")
    passes(world, 65)

    came = [e for e in world.log("call-started") if e["direction"] == "inbound"]
    met = {e["call"] for e in world.log("joined-conference")}
    total = day(world).total
    assert total["inbound"] == len(came) == 4
    assert total["answered"] == sum(entry["call"] in met for entry in came) == 1
    assert (total["offered"], total["abandoned"], total["ivr_abandoned"]) == (3, 2, 1)
    assert total["abandon_wait_mean_s"] == pytest.approx(30, abs=3)
    assert total["agent_missed"] == 1
    assert (total["unique_callers"], total["repeat_calls"]) == (2, 1)
    assert (total["unknown_number_calls"], total["callers_never_answered"]) == (1, 1)
    assert total["asa_s"] > 25
    assert total["data_anomalies"] == 0
    assert list(rebuilding.verify(world.house.database)) == []


def test_the_worker_that_leads_adds_the_day_up_when_it_is_over(world):
    caller = waits(world, LINE_1)
    passes(world, 10)
    world.network.hang_up(caller, by="person")
    passes(world, 5)
    shown_before = day(world).total
    house, night = world.worker.house, wib.at("2020-04-14 00:10")
    tomorrow = replace(house, now=lambda: night)

    def stands(*, leading: bool) -> bool:
        rounds = Round()
        for _ in range(4):
            rounds.go(tomorrow, leading=leading)
        with house.database.reading() as db:
            return closed.standing(db, house.policy(), DAY, DAY) == {DAY}

    assert [stands(leading=False), stands(leading=True)] == [False, True]
    assert day(world).total == shown_before
