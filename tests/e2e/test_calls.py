"""Whole calls: a caller, a carrier, our two loops and an agent, on a virtual clock."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from twilio.http.response import Response

from callcenter.carriers.twilio.inside import WsgiHttp
from callcenter.records import policy as policies
from callcenter.records import stats
from callcenter.records.database import Database
from callcenter.records.tables import CallRow, EventRow, OfferRow, OutboxRow, PresenceRow
from callcenter.rules import events, wib
from tests.conftest import demo_settings
from tests.telephone import (
    BUDI,
    SARI,
    close,
    heard,
    passes,
    picks_up,
    presses,
    row,
    takes,
    until,
    waits,
    words,
)
from tests.world import CALLER, LINE_1, LINE_2, World

NOW = wib.at("2020-04-13 09:00")
BACKUP = "+62315550101"


@pytest.fixture
def world_of():
    """Makes a world; ``rules`` are numbers of the queue other than the demo's."""
    made = []

    def make(settings, **rules) -> World:
        database = Database(settings.database.url)
        with database.transaction() as db:
            policy = policies.ensure(db, settings, NOW)
            if rules:
                changed = replace(policy, queue=replace(policy.queue, **rules))
                policies.add(db, changed, by="test", why="test", now=NOW)
        database.close()
        made.append(World(settings, NOW, doors=("voice",)))
        return made[-1]

    yield make
    for world in made:
        close(world)


@pytest.fixture
def quick(tmp_path, sqlite_template):
    """Settings on SQLite alone: what is played here does not depend on the engine."""
    path = tmp_path / "callcenter.db"
    path.write_bytes(sqlite_template.read_bytes())
    return demo_settings(tmp_path, f"sqlite:///{path}")


@pytest.fixture
def world(world_of, quick):
    return world_of(quick)


def offer(world, number=1):
    return row(world, OfferRow, number=number)


def state(world, name):
    return row(world, PresenceRow, agent_id=world.agents[name])["state"]


def commands(world):
    """What the carrier was asked for, with what became of it."""
    found = sorted(world.rows(OutboxRow), key=lambda it: (it.created_at, it.kind))
    return [(it.kind, it.result) for it in found]


def at_rest(world):
    """Nothing is left over: no live call, no live offer, no command that waits."""
    assert not world.network.live
    assert all(it.over_at for it in world.rows(OfferRow))
    assert all(it.ended_at for it in world.rows(CallRow))
    assert all(it.done_at for it in world.rows(OutboxRow))
    with world.house.database.reading() as db:
        kinds = db.execute(select(func.count()).where(EventRow.kind == "CommandRefused"))
        assert kinds.scalar_one() == 0


@pytest.mark.parametrize(("line", "center"), [(LINE_1, "CC1"), (LINE_2, "CC2")])
def test_a_call_on_each_line_from_ring_to_wrap_up(world_of, settings, line, center):
    world = world_of(settings)
    world.agent("sari", center, SARI)
    caller = waits(world, line, CALLER, "3", "2")
    leg = takes(world, SARI, caller)
    passes(world, 30)
    world.network.hang_up(caller, by="person")
    until(world, lambda: leg.ended)
    passes(world, 1)

    call = row(world, CallRow, id=caller.sid)
    assert (call["line"], call["center"], call["language"]) == (line, center, "en")
    assert (call["reason"], call["entries"], call["departures"]) == ("application_status", 1, 1)
    talked = offer(world)
    assert (talked["agent_id"], talked["center"]) == (world.agents["sari"], center)
    assert (talked["end"], talked["why"], talked["talked"]) == ("accepted", "caller_left", True)
    assert talked["over_at"] is None  # wrap-up
    met = (talked["caller_left_at"] - talked["caller_joined_at"]).total_seconds()
    assert 30 <= met <= 32
    assert words(world, "please_wait", "en") in heard(caller)

    passes(world, world.house.policy().queue.wrap_up_s + 1)
    assert (offer(world)["over_at"] - offer(world)["handling_ended_at"]).total_seconds() == 60
    assert state(world, "sari") == "available"
    assert commands(world) == [("ring", "sent"), ("fetch", "sent"), ("release", "sent")]
    at_rest(world)


def test_the_agent_hangs_up_first_and_the_caller_hears_good_bye(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    leg = takes(world, SARI, caller)
    passes(world, 5)
    world.network.hang_up(leg, by="person")
    until(world, lambda: caller.ended)
    passes(world, 65)

    assert words(world, "survey1") in heard(caller)
    assert heard(caller)[-1].startswith("Terima kasih")
    assert (offer(world)["why"], offer(world)["talked"]) == ("agent_left", True)
    assert row(world, CallRow, id=caller.sid)["entries"] == 1
    at_rest(world)


def test_two_keys_after_the_conversation_are_in_the_day_s_figures(world_of, settings):
    world = world_of(settings)
    world.agent("sari", "CC1", SARI)
    for number, keys in ((CALLER, "15"), (BUDI, "3")):  # the second hangs up at the second question
        caller = waits(world, LINE_1, number)
        leg = takes(world, SARI, caller)
        passes(world, 5)
        world.network.hang_up(leg, by="person")
        for key in keys:
            presses(world, caller, key)
        if len(keys) < 2:
            world.network.hang_up(caller, by="person")
        until(world, lambda call=caller: call.ended)
        passes(world, 65)

    with world.house.database.reading() as db:
        told = stats.day_figures(db, world.house.policy(), wib.day_of(NOW), now=world.clock.now())
    of_center = told["by_center"]["CC1"]
    assert (of_center["survey_answered"], of_center["survey_rated"]) == (2, 1)
    assert (of_center["survey_solved_rate"], of_center["survey_satisfaction_mean"]) == (0.5, 5)
    at_rest(world)


def test_the_agent_ends_the_call_at_the_desk(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    leg = takes(world, SARI, caller)
    passes(world, 5)
    asked = events.HangUpAsked(
        subject=events.call(caller.sid),
        thread="hang_up",
        turn="1",
        at=world.clock.now(),
        offer=1,
        agent=world.agents["sari"],
    )
    world.write(asked)
    until(world, lambda: caller.ended and leg.ended)
    passes(world, 65)

    assert heard(caller)[-1].startswith("Terima kasih")
    assert (offer(world)["why"], offer(world)["handling_ended_at"]) == ("agent_left", asked.at)
    at_rest(world)


def test_an_offer_that_nobody_takes_goes_to_the_other_center(world):
    world.agent("sari", "CC1", SARI)
    world.agent("budi", "CC2", BUDI)
    caller = waits(world)
    until(world, lambda: world.network.ringing(SARI))
    assert not world.network.ringing(BUDI)  # never two agents for one caller
    takes(world, BUDI, caller)

    assert state(world, "sari") == "away"
    first, second = offer(world), offer(world, 2)
    assert (first["end"], first["overflow"], first["talked"]) == ("expired", False, False)
    assert (second["end"], second["overflow"], second["center"]) == ("accepted", True, "CC2")
    assert row(world, CallRow, id=caller.sid)["center"] == "CC1"  # for ever
    assert not world.network.on_the_phone(SARI)
    world.network.hang_up(caller, by="person")
    passes(world, 65)
    at_rest(world)


def test_an_agent_whose_telephone_is_busy_gets_no_other_call(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    until(world, lambda: world.network.ringing(SARI))
    world.network.reject(SARI)
    passes(world, 5)

    assert (offer(world)["end"], offer(world)["leg_end"]) == ("declined", "busy")
    assert state(world, "sari") == "away"
    assert not world.network.ringing(SARI)
    world.choose("sari", "available")
    takes(world, SARI, caller)
    assert offer(world, 2)["end"] == "accepted"


def test_an_agent_declines_at_the_desk(world):
    world.agent("sari", "CC1", SARI)
    world.agent("budi", "CC1", BUDI, available=False)
    caller = waits(world)
    until(world, lambda: world.network.ringing(SARI))
    declined = events.OfferDeclined(
        subject=events.call(caller.sid),
        thread="offer",
        turn="1",
        at=world.clock.now(),
        offer=1,
        agent=world.agents["sari"],
        why="desk",
    )
    world.write(declined)
    until(world, lambda: not world.network.on_the_phone(SARI), within_s=3)
    world.choose("budi", "available")
    takes(world, BUDI, caller)

    assert (offer(world)["end"], state(world, "sari")) == ("declined", "away")


def test_a_key_that_is_pressed_too_late_takes_nothing(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    leg = picks_up(world, SARI)
    world.write(
        events.OfferDeclined(
            subject=events.call(caller.sid),
            thread="offer",
            turn="1",
            at=world.clock.now(),
            offer=1,
            agent=world.agents["sari"],
            why="desk",
        )
    )
    world.network.press(leg, "1")
    until(world, lambda: leg.ended)
    assert caller.state == "queue"
    assert offer(world)["end"] == "declined"


def test_an_answering_machine_takes_no_call(world):
    world.agent("sari", "CC1", SARI)
    world.agent("budi", "CC1", BUDI)
    caller = waits(world)
    rung = until(world, lambda: world.network.ringing(SARI) or world.network.ringing(BUDI))
    picks_up(world, rung.to)
    other = BUDI if rung.to == SARI else SARI
    takes(world, other, caller)

    assert (offer(world)["end"], offer(world, 2)["end"]) == ("expired", "accepted")


def test_the_caller_hangs_up_while_it_rings(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    until(world, lambda: world.network.ringing(SARI))
    world.network.hang_up(caller, by="person")
    until(world, lambda: not world.network.on_the_phone(SARI), within_s=3)
    passes(world, 2)

    assert (offer(world)["end"], offer(world)["why"]) == ("withdrawn", "withdrawn")
    assert state(world, "sari") == "available"  # no miss
    at_rest(world)


def test_the_caller_hangs_up_in_the_moment_of_the_key(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    leg = picks_up(world, SARI)
    world.network.press(leg, "1")
    world.network.hang_up(caller, by="person")
    until(world, lambda: leg.ended)
    passes(world, 20)

    assert offer(world)["talked"] in (False, None)
    assert state(world, "sari") == "available"
    assert not world.network.live
    assert all(it.over_at for it in world.rows(OfferRow))


def test_a_caller_who_loses_the_agent_is_the_next_in_the_old_place(world):
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    before = row(world, CallRow, id=caller.sid)["queued_at"]
    leg = takes(world, SARI, caller)
    world.agent("budi", "CC2", BUDI, available=False)
    passes(world, 35, silent=("sari",))
    assert caller.state == "talking"  # a silent desk alone ends no conversation
    other = waits(world, LINE_2, "+6281300000009")
    world.network.hang_up(leg, by="person")
    passes(world, 3, silent=("sari",))
    world.choose("budi", "available", "CC2")
    takes(world, BUDI, caller)

    call = row(world, CallRow, id=caller.sid)
    assert (call["queued_at"], call["entries"], call["departures"]) == (before, 2, 2)
    assert words(world, "reconnect") in heard(caller)
    first, second = (row(world, OfferRow, call_id=caller.sid, number=n) for n in (1, 2))
    assert (first["why"], first["talked"]) == ("agent_lost", True)
    assert (second["entry"], second["end"]) == (2, "accepted")
    assert state(world, "sari") == "offline"
    assert other.state == "queue"  # came later, waits longer


@pytest.mark.parametrize("answered", [True, False])
def test_nobody_ever_comes(world_of, quick, answered):
    world = world_of(quick, wait_turns=3)
    world.network.install(BACKUP, "cadangan")
    caller = world.network.dial(LINE_1, CALLER)
    presses(world, caller, "0")
    rung = until(world, lambda: world.network.ringing(BACKUP), within_s=200)
    assert (rung.from_, world.log("left-queue")[0]["result"]) == (LINE_1, "leave")
    if answered:
        world.network.answer(BACKUP)
        until(world, lambda: caller.state == "talking")
        world.network.hang_up(rung, by="person")
    else:
        world.network.reject(BACKUP)
    until(world, lambda: caller.ended)
    passes(world, 1)

    assert (words(world, "all_gone") in heard(caller)) is not answered
    assert words(world, "forwarding") in heard(caller)
    kinds = [it.kind for it in world.rows(EventRow)]
    assert (kinds.count("Waited"), kinds.count("WaitEnded")) == (3, 1)
    assert row(world, CallRow, id=caller.sid)["departures"] == 1
    at_rest(world)


def test_the_caller_hangs_up_while_waiting(world):
    caller = waits(world)
    passes(world, 40)
    world.network.hang_up(caller, by="person")
    passes(world, 1)

    call = row(world, CallRow, id=caller.sid)
    assert (call["departures"], call["offers"]) == (1, 0)
    assert call["ended_at"] is not None
    at_rest(world)


def test_the_earliest_caller_is_offered_first(world):
    first = waits(world)
    second = waits(world, LINE_2, "+6281300000009")
    passes(world, 5)
    world.agent("sari", "CC2", SARI)
    takes(world, SARI, first)
    assert second.state == "queue"


# The carrier's REST does not do what was asked ---------------------------------------------------


class Failing(WsgiHttp):
    """Refuses the first requests whose path ends in one of ``these``, ``times`` times each."""

    def __init__(self, inner, these, answer, times):
        self._inner, self._these, self._answer = inner, these, answer
        self.left = dict.fromkeys(these, times)

    def request(self, method, url, params=None, data=None, headers=None, auth=None, **more):
        hit = next((it for it in self._these if it in url and self.left[it]), None)
        if hit and method == "POST":
            self.left[hit] -= 1
            return self._answer
        return self._inner.request(method, url, params, data, headers, auth)


def failing(world, these, status, code, times=1):
    carrier = world.worker.postman.carrier
    answer = Response(status, f'{{"code": {code}, "message": "no", "status": {status}}}')
    carrier.use(Failing(carrier._http, these, answer, times))


def test_a_carrier_in_trouble_is_asked_again(world):
    failing(world, ("/Calls.json", "/Members/"), 503, 20503, times=2)
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    takes(world, SARI, caller)

    attempts = {it.kind: it.attempts for it in world.rows(OutboxRow)}
    assert attempts["ring"] == attempts["fetch"] == 3
    assert len([it for it in world.network.calls.values() if it.to == SARI]) == 1  # rang once
    world.network.hang_up(caller, by="person")
    passes(world, 65)
    at_rest(world)


def test_a_number_that_cannot_be_rung_makes_the_agent_away_and_the_next_is_asked(world):
    failing(world, ("/Calls.json",), 400, 21211)
    world.agent("sari", "CC1", SARI)
    world.agent("budi", "CC2", BUDI)
    caller = waits(world)
    takes(world, BUDI, caller)

    refused = offer(world)
    assert (refused["end"], refused["refused"]) == ("declined", "ring")
    assert state(world, "sari") == "away"


def test_a_caller_who_cannot_be_fetched_waits_again(world):
    failing(world, ("/Members/",), 400, 21220)
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    leg = picks_up(world, SARI)
    world.network.press(leg, "1")
    until(world, lambda: offer(world)["handling_ended_at"])
    until(world, lambda: leg.ended)
    takes(world, SARI, caller)

    assert (offer(world)["why"], offer(world)["talked"]) == ("refused", False)
    assert offer(world, 2)["end"] == "accepted"
    assert row(world, CallRow, id=caller.sid)["entries"] == 2


def test_two_workers_send_every_command_once(world):
    """The first died after the request: the second looks before it rings again."""
    world.agent("sari", "CC1", SARI)
    caller = waits(world)
    until(world, lambda: world.network.ringing(SARI))
    with world.house.database.transaction() as db:
        table = OutboxRow.__table__
        undone = {"done_at": None, "result": None, "due_at": world.clock.now()}
        db.execute(table.update().where(table.c.kind == "ring").values(**undone))
    passes(world, 2)

    assert commands(world) == [("ring", "sent")]
    assert len([it for it in world.network.calls.values() if it.to == SARI]) == 1
    takes(world, SARI, caller)


def test_a_command_that_breaks_does_not_stop_the_others(world, monkeypatch):
    ring = world.worker.postman.carrier.ring
    broken = iter([True])

    def breaks_once(**words):
        if next(broken, False):
            raise RuntimeError("no such thing")
        return ring(**words)

    monkeypatch.setattr(world.worker.postman.carrier, "ring", breaks_once)
    world.agent("sari", "CC1", "+6281200000001")
    first = waits(world)
    world.run(1)
    assert next(row.result for row in world.rows(OutboxRow) if row.kind == "ring") is None
    world.run(60)

    assert any(row.result for row in world.rows(OutboxRow) if row.call_id == first.sid)
