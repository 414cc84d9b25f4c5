"""Waiting, on both engines: a call back instead, calling again, many calls of one number."""

from dataclasses import replace
from datetime import datetime

import pytest

from callcenter.records import diary, pace, rebuilding
from callcenter.records import policy as policies
from callcenter.records.database import Database
from callcenter.records.tables import CallRow, EventRow, OfferRow, TicketRow
from callcenter.rules import calls, events, wib
from callcenter.rules.calls.call import ABANDONED, ANSWERED, FLOW_OUT
from tests.telephone import SARI, close, heard, passes, presses, takes, until, waits, words
from tests.world import CALLER, LINE_1, World

NOW = wib.at("2020-04-13 09:00")
SECOND, THIRD = "+6281234567891", "+6281234567892"


@pytest.fixture
def world_of(settings):
    """Makes a world on both engines; ``rules`` are numbers of the queue other than the demo's."""
    made = []

    def make(**rules) -> World:
        database = Database(settings.database.url)
        with database.transaction() as db:
            seeded = policies.ensure(db, settings, NOW)
            changed = replace(seeded, queue=replace(seeded.queue, **rules))
            policies.add(db, changed, by="test", why="test", now=NOW)
        database.close()
        made.append(World(settings, NOW))
        return made[-1]

    yield make
    for world in made:
        close(world)


@pytest.fixture
def world(world_of):
    return world_of(wrap_up_s=1)


def settled(world, call):
    with world.house.database.reading() as db:
        return calls.settle(diary.of(db, events.call(call.sid)))


def hangs_up(world, call):
    world.network.hang_up(call, by="person")
    world.run(2)


def asks_for_a_call_back(world, call):
    presses(world, call, "1")
    until(world, lambda: any("Kami akan menelepon nomor" in it for it in heard(call)))


def served(world, number=SARI):
    """One conversation after the other: who is taken, in order, until nobody waits."""
    order = []
    while any(it.entries > it.departures and not it.ended_at for it in world.rows(CallRow)):
        until(world, lambda: world.network.ringing(number))
        (offer,) = [it for it in world.rows(OfferRow) if it.end is None]
        call = world.network.live[offer.call_id]
        takes(world, number, call)
        order.append(call)
        passes(world, 3)
        hangs_up(world, call)
    return order


def is_whole(world):
    assert world.log("webhook-fault") == []
    world.run(5)
    assert list(rebuilding.verify(world.house.database)) == []


def kinds(world, kind):
    return [it for it in world.rows(EventRow) if it.kind == kind]


# A call back -------------------------------------------------------------------------------------


def test_one_while_waiting_is_a_ticket_that_keeps_the_place(world):
    first = waits(world)
    world.run(40)
    waits(world, LINE_1, SECOND)
    asks_for_a_call_back(world, first)
    presses(world, first, "1")
    presses(world, first, "1")
    until(world, lambda: first.ended)
    world.run(5)

    assert [stay.how for stay in settled(world, first).stays] == [FLOW_OUT]
    assert settled(world, first).call_back is not None
    (ticket,) = world.rows(TicketRow)
    entered = next(it.queued_at for it in world.rows(CallRow) if it.id == first.sid)
    assert (ticket.channel, ticket.outcome) == ("callback", "callback_scheduled")
    assert datetime.fromisoformat(ticket.given["due_at"]) == entered
    is_whole(world)


def test_music_is_no_obstacle_to_the_key(world):
    caller = waits(world)
    until(world, lambda: "music" in heard(caller))
    world.run(3)
    asks_for_a_call_back(world, caller)
    assert caller.state != "queue"


def test_who_changes_their_mind_has_waited_once_and_is_first(world):
    first, second = waits(world), waits(world, LINE_1, SECOND)
    asks_for_a_call_back(world, first)
    presses(world, first, "0")
    until(world, lambda: words(world, "queue_back") in heard(first))
    world.agent("sari", "CC1", SARI)
    assert served(world) == [first, second]
    (stay,) = settled(world, first).stays
    assert (stay.how, stay.queue) == (ANSWERED, "confirmation")
    assert kinds(world, "CallBackRequested") == []
    is_whole(world)


def test_who_steps_out_and_hangs_up_has_given_up(world):
    caller = waits(world)
    world.run(10)
    asks_for_a_call_back(world, caller)
    hangs_up(world, caller)
    assert [stay.how for stay in settled(world, caller).stays] == [ABANDONED]
    is_whole(world)


def test_who_steps_out_while_it_rings_is_not_fetched(world):
    caller = waits(world)
    world.agent("sari", "CC1", SARI)
    until(world, lambda: world.network.ringing(SARI))
    asks_for_a_call_back(world, caller)
    until(world, lambda: not world.network.ringing(SARI))
    presses(world, caller, "1")
    presses(world, caller, "1")
    until(world, lambda: caller.ended)
    assert [it.end for it in world.rows(OfferRow)] == ["withdrawn"]
    is_whole(world)


def test_after_a_lost_agent_the_number_is_still_known(world):
    caller = waits(world)
    world.agent("sari", "CC1", SARI)
    leg = takes(world, SARI, caller)
    passes(world, 35, silent=("sari",))  # the desk is gone, then the telephone
    world.network.hang_up(leg, by="person")
    until(world, lambda: caller.state == "queue")
    asks_for_a_call_back(world, caller)
    presses(world, caller, "1")
    presses(world, caller, "1")
    until(world, lambda: caller.ended)
    world.run(3)
    assert [it.channel for it in world.rows(TicketRow)] == ["callback"]


# Calling again -----------------------------------------------------------------------------------


def calls_again(world, caller=CALLER):
    again = world.network.dial(LINE_1, caller)
    until(world, lambda: again.keys is not None)
    return again


def test_who_hung_up_and_calls_again_overtakes_nobody_who_stayed(world):
    first = waits(world, LINE_1, CALLER, "3", "2")
    stayed = waits(world, LINE_1, SECOND)
    world.run(30)
    hangs_up(world, first)
    later = waits(world, LINE_1, THIRD)
    world.run(60)
    again = calls_again(world)
    assert heard(again) == [words(world, "welcome_back", "en")]
    until(world, lambda: again.state == "queue")
    with world.house.database.reading() as db:
        places = [pace.floor.position(db, it.sid) for it in (stayed, again, later)]
    assert places == [1, 2, 3]
    world.agent("sari", "CC1", SARI)
    assert served(world) == [stayed, again, later]
    row = next(it for it in world.rows(CallRow) if it.id == again.sid)
    assert (row.language, row.reason, row.resumes) == ("en", "application_status", first.sid)
    assert [stay.how for stay in settled(world, first).stays] == [ABANDONED]
    assert [stay.how for stay in settled(world, again).stays] == [ANSWERED]
    is_whole(world)


def test_nine_begins_anew(world):
    hangs_up(world, waits(world))
    again = calls_again(world)
    presses(world, again, "9")
    until(world, lambda: words(world, "lang_menu_en", "en") in heard(again))


@pytest.mark.parametrize("hidden", ["anonymous", "+266696687"])
def test_withheld_numbers_never_become_one_person(world, hidden):
    hangs_up(world, waits(world, LINE_1, hidden))
    again = calls_again(world, hidden)
    assert words(world, "welcome_back") not in heard(again)
    assert kinds(world, "CallResumed") == []


def test_after_a_quarter_of_an_hour_it_is_a_new_call(world_of):
    world = world_of(redial_s=30)
    hangs_up(world, waits(world))
    world.run(31)
    calls_again(world)
    assert kinds(world, "CallResumed") == []


def test_who_was_answered_or_promised_a_call_back_begins_anew(world):
    caller = waits(world)
    asks_for_a_call_back(world, caller)
    presses(world, caller, "1")
    world.run(1)
    hangs_up(world, caller)
    world.agent("sari", "CC1", SARI)
    other = waits(world, LINE_1, SECOND)
    takes(world, SARI, other)
    hangs_up(world, other)
    for number in (CALLER, SECOND):
        hangs_up(world, calls_again(world, number))
    assert kinds(world, "CallResumed") == []


# Many calls of one number ------------------------------------------------------------------------


def test_many_calls_of_one_number_stand_before_nobody_twice(world_of):
    world = world_of(crowd_calls=2, wrap_up_s=1)
    many = [waits(world) for _ in range(4)]
    assert {it.body["crowd"] for it in kinds(world, "CallCrowded")} == {many[0].sid}
    person = waits(world, LINE_1, SECOND)
    until(world, lambda: words(world, "queue_crowded") in heard(many[3]))
    with world.house.database.reading() as db:
        assert pace.floor.position(db, person.sid) == 2
    world.agent("sari", "CC1", SARI)
    order = served(world)
    assert order == [many[0], person, *many[1:]]  # and none of them was sent away
    is_whole(world)


def test_a_few_calls_of_one_number_are_like_any_others(world):
    few = [waits(world) for _ in range(3)]
    person = waits(world, LINE_1, SECOND)
    world.agent("sari", "CC1", SARI)
    assert served(world) == [*few, person]
    assert kinds(world, "CallCrowded") == []


# How long it takes -------------------------------------------------------------------------------


def test_a_wait_is_told_once_enough_came_true(world_of):
    world = world_of(coverage_calls=1, wrap_up_s=1)
    world.agent("sari", "CC1", SARI)
    for number in range(2):  # the first one for the pace, the second to be judged
        caller = waits(world, LINE_1, f"+62812345680{number:02}")
        takes(world, SARI, caller)
        passes(world, 20)
        hangs_up(world, caller)
        passes(world, 8)
    with world.house.database.reading() as db:
        seen = pace.look(db, world.clock.now())
    assert (seen.agents, seen.judged, seen.kept) == (1, 1, 1)
    assert 20 <= seen.handling_s <= 25
    talking = waits(world, LINE_1, CALLER)
    takes(world, SARI, talking)
    passes(world, 6)
    waiting = waits(world, LINE_1, SECOND)
    until(world, lambda: any("Perkiraan tunggu satu menit" in it for it in heard(waiting)))
    told = [it.body for it in kinds(world, "Waited") if it.subject == events.call(waiting.sid)]
    assert (told[0]["estimate_s"], told[0]["told"]) == (60, True)
    is_whole(world)


def test_a_pace_that_nobody_measures_any_more_says_nothing(world):
    world.agent("sari", "CC1", SARI)
    world.run(6)
    with world.house.database.reading() as db:
        assert pace.look(db, world.clock.now()) is not None
        assert pace.look(db, world.clock.now() + pace.FRESH) is None
