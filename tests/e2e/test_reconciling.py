"""Endings that the carrier told and nobody heard: asked for, and written down once."""

import pytest

from callcenter import reconciling
from callcenter.carriers import CommandFailed
from callcenter.records import diary, stats
from callcenter.records.tables import CallRow, OfferRow
from callcenter.rules import events, wib
from tests.telephone import close, presses, until, waits
from tests.world import CALLER, LINE_1, World

NOW = wib.at("2020-04-13 09:00")
SARI = "+6281111111111"
MINUTE = 60


@pytest.fixture
def deaf(settings):
    """A world whose lines tell nobody that a call has ended."""
    made = World(settings, NOW)
    for line in made.network.lines.values():
        line.status_callback = ""
    yield made
    close(made)


def reports(world, call):
    with world.house.database.reading() as db:
        return [it for it in diary.of(db, events.call(call.sid)) if it.kind == "CallReported"]


def hangs_up_in_the_menu(world):
    call = world.network.dial(LINE_1, CALLER)
    presses(world, call, "1")
    world.network.hang_up(call, by="person")
    until(world, lambda: call.ended)
    return call


def test_a_call_that_ended_unheard_ends_when_it_did(deaf):
    call = hangs_up_in_the_menu(deaf)
    assert deaf.rows(CallRow)[0].ended_at is None
    deaf.run(12 * MINUTE)

    (told,) = reports(deaf, call)
    assert (told.status, told.at) == ("completed", call.ended_at.replace(microsecond=0))
    with deaf.house.database.reading() as db:
        day = stats.day_figures(db, deaf.house.policy(), wib.day_of(NOW), now=deaf.clock.now())
    assert day["total"]["ivr_abandoned"] == 1
    deaf.run(12 * MINUTE)  # and nobody asks about it any more
    assert len(reports(deaf, call)) == 1


def test_who_is_still_there_is_left_alone(deaf):
    call = waits(deaf, LINE_1, CALLER)
    deaf.run(2 * MINUTE)
    with deaf.house.database.transaction() as db:
        db.execute(CallRow.__table__.update().values(received_at=NOW))
    deaf.clock.run_for(10 * MINUTE)
    reconcile(deaf)

    assert reports(deaf, call) == []


def test_of_a_carrier_that_does_not_answer_nothing_is_believed(deaf):
    call = hangs_up_in_the_menu(deaf)
    deaf.clock.run_for(10 * MINUTE)

    class Silent:
        asked = 0

        def call(self, sid):
            self.asked += 1
            raise CommandFailed("503")

    silent = Silent()
    reconciling.reconcile(database=deaf.house.database, carrier=silent, now=deaf.clock.now())
    assert (silent.asked, reports(deaf, call)) == (1, [])


def test_an_agents_leg_that_ended_unheard_frees_the_agent(settings):
    world = World(settings, NOW)
    agent = world.agent("sari", "CC1", SARI)
    call = hangs_up_in_the_menu(world)
    offered = events.CallOffered(
        subject=events.call(call.sid),
        thread="offered",
        turn="1",
        at=NOW,
        offer=1,
        entry=1,
        agent=agent,
        center="CC1",
    )
    leg = ended_leg(world)
    about = {"subject": events.call(call.sid), "offer": 1, "agent": agent, "at": NOW}
    world.write(
        offered,
        events.OfferAccepted(**about, thread="offer", turn="1", how="key"),
        events.LegReported(**about, thread="leg:1", turn="x", leg=leg, status="in-progress"),
    )
    world.clock.run_for(10 * MINUTE)
    reconcile(world)

    assert [row.leg_end for row in world.rows(OfferRow)] == ["completed"]
    close(world)


def ended_leg(world):
    """The sid of a leg that has ended at the carrier."""
    other = hangs_up_in_the_menu(world)
    return other.sid


def reconcile(world):
    reconciling.reconcile(
        database=world.house.database,
        carrier=world.worker.postman.carrier,
        now=world.clock.now(),
    )
