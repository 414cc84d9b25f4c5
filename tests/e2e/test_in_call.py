"""Hold and mute: who hears whom is asked of the simulated network, which knows nothing of us."""

import pytest

from callcenter.records import desk, duty, stats, summaries
from callcenter.records.tables import EventRow, OfferRow, OutboxRow
from callcenter.rules import wib
from tests.e2e.test_calls import failing
from tests.telephone import SARI, close, passes, row, takes, until, waits
from tests.world import World

NOW = wib.at("2020-04-13 09:00")


@pytest.fixture
def world(settings):
    """On both engines."""
    made = World(settings, NOW, phones={"sari": SARI}, doors=("voice",))
    made.agent("sari", "CC1", SARI)
    yield made
    close(made)


@pytest.fixture
def talking(world):
    """A caller and sari's leg, who talk."""
    call = waits(world)
    return call, takes(world, SARI, call)


def ask(world, what, change, call, number=1, agent="sari"):
    """What the desk's button writes."""
    with world.house.database.transaction() as db:
        return what(
            db,
            agent=world.agents[agent],
            call=call.sid,
            number=number,
            change=change,
            rules=world.house.policy().queue,
            now=world.clock.now(),
        )


def kinds(world, *of):
    return [it.kind for it in world.rows(EventRow) if it.kind in of]


def seen(world):
    """Sari's offer as her desk shows it."""
    with world.house.database.reading() as db:
        return desk.live_offer(db, world.agents["sari"], world.house.policy().queue)


def hear_each_other(one, other):
    return one.seat.hears(other.seat) and other.seat.hears(one.seat)


def test_on_hold_the_caller_hears_music_and_neither_hears_the_other(world, talking):
    call, leg = talking
    assert hear_each_other(call, leg)
    assert ask(world, duty.hold, 1, call)
    until(world, lambda: call.state == "held")
    assert not call.seat.hears(leg.seat)
    assert not leg.seat.hears(call.seat)
    until(world, lambda: [it for it in call.said if it.verb == "Play" and "music" in it.text])
    world.run(1)
    assert seen(world).held_at is not None
    assert ask(world, duty.hold, 2, call)
    until(world, lambda: call.state == "talking")
    assert hear_each_other(call, leg)
    world.run(1)
    assert seen(world).held_at is None


def test_music_goes_on_for_as_long_as_the_hold(world, talking):
    call, _ = talking
    ask(world, duty.hold, 1, call)
    world.run(100)
    assert len([it for it in call.said if it.verb == "Play" and "music" in it.text]) >= 3
    assert not world.log("webhook-fault")


def test_a_double_click_is_one_hold_and_an_old_form_is_told(world, talking):
    call, _ = talking
    assert ask(world, duty.hold, 1, call)
    assert ask(world, duty.hold, 1, call)
    until(world, lambda: call.state == "held")
    assert ask(world, duty.hold, 2, call)
    world.run(2)
    assert ask(world, duty.hold, 1, call), "the same answer to the same question"
    assert not ask(world, duty.hold, 4, call), "a form that knows of more than there was"
    world.run(2)
    assert call.state == "talking"
    assert kinds(world, "HoldAsked", "ResumeAsked") == ["HoldAsked", "ResumeAsked"]


def test_nobody_is_held_after_the_end(world, talking):
    call, _ = talking
    world.network.hang_up(call, by="person")
    world.run(2)
    assert not ask(world, duty.hold, 1, call)
    assert kinds(world, "HoldAsked") == []


def test_a_caller_who_hangs_up_just_then_is_normal(world, talking):
    call, _ = talking
    ask(world, duty.hold, 1, call)
    assert world.worker.move()
    world.network.hang_up(call, by="person")
    world.run(5)
    assert row(world, OutboxRow, kind="hold")["done_at"] is not None
    assert row(world, OfferRow, number=1)["why"] == "caller_left"


def test_another_agent_cannot_hold_the_caller(world, talking):
    call, _ = talking
    world.agent("budi", "CC1", "+6281200000002", available=False)
    assert not ask(world, duty.hold, 1, call, agent="budi")


def test_an_agent_who_drops_in_a_hold_has_not_said_good_bye(world, talking):
    call, leg = talking
    ask(world, duty.hold, 1, call)
    until(world, lambda: call.state == "held")
    world.network.hang_up(leg, by="person")
    until(world, lambda: call.state == "queue")
    assert row(world, OfferRow, number=1)["why"] == "agent_lost"
    with world.house.database.transaction() as db:
        duty.end_wrap_up(
            db,
            agent=world.agents["sari"],
            call=call.sid,
            number=1,
            rules=world.house.policy().queue,
            now=world.clock.now(),
        )
    again = takes(world, SARI, call)
    assert hear_each_other(call, again), "the next conversation begins without a hold"


def test_a_desk_that_is_lost_in_a_hold_loses_no_caller(world, talking):
    call, leg = talking
    ask(world, duty.hold, 1, call)
    until(world, lambda: call.state == "held")
    passes(world, 40, silent=("sari",))
    assert call.state == "held", "the telephone is still there"
    world.network.hang_up(leg, by="person")
    passes(world, 15, silent=("sari",))
    assert call.state == "queue"


def test_a_change_of_mind_while_the_carrier_is_away_ends_as_the_last_wish(world, talking):
    call, leg = talking
    failing(world, ("/Participants/",), 503, 20503)
    ask(world, duty.hold, 1, call)
    world.worker.tick()
    ask(world, duty.hold, 2, call)
    world.run(5)
    assert call.state == "talking"
    assert hear_each_other(call, leg)
    hold, resume = (row(world, OutboxRow, kind=kind) for kind in ("hold", "resume"))
    assert hold["done_at"]
    assert resume["done_at"]
    assert not world.log("held"), "what was taken back is not asked of the carrier"


def test_time_on_hold_is_counted_apart_from_talk(world, talking):
    call, _ = talking
    world.run(20)
    ask(world, duty.hold, 1, call)
    world.run(30)
    ask(world, duty.hold, 2, call)
    world.run(20)
    world.network.hang_up(call, by="person")
    world.run(3)
    with world.house.database.reading() as db:
        (settled,) = summaries.folded(db, [call.sid])
        window = stats.Window.of(wib.day_of(NOW))
        total = stats.day(db, world.house.policy(), window, now=world.clock.now()).total
    assert len(settled.talks[0].holds) == 1
    assert settled.anomalies == 0
    assert 29 <= total["hold_s"] <= 32
    assert 38 <= total["talk_s"] <= 44


def test_muted_the_agent_hears_and_is_not_heard(world, talking):
    call, leg = talking
    assert ask(world, duty.mute, 1, call)
    until(world, lambda: leg.seat.muted)
    assert leg.seat.hears(call.seat)
    assert not call.seat.hears(leg.seat)
    assert seen(world).so.muted
    assert ask(world, duty.mute, 2, call)
    until(world, lambda: hear_each_other(call, leg))


def test_a_hold_that_ended_with_the_conference_hides_no_later_one(world, talking):
    call, leg = talking
    ask(world, duty.hold, 1, call)
    world.run(5)
    world.network.hang_up(leg, by="person")
    until(world, lambda: call.state == "queue")
    until(world, lambda: world.network.ringing(SARI), within_s=120)
    takes(world, SARI, call)
    ask(world, duty.hold, 1, call, number=2)
    world.run(10)
    ask(world, duty.hold, 2, call, number=2)
    world.run(5)
    world.network.hang_up(call, by="person")
    world.run(3)
    with world.house.database.reading() as db:
        (settled,) = summaries.folded(db, [call.sid])
    assert [len(talk.holds) for talk in settled.talks] == [1, 1]
    start, end = settled.talks[1].holds[0]
    assert 9 <= (end - start).total_seconds() <= 12
