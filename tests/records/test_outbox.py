"""Commands wait here for the carrier: given once, leased to one, and tried again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from callcenter.records import diary, outbox, users
from callcenter.records.sealing import SealBroken
from callcenter.records.tables import OutboxRow
from callcenter.rules import dialogue, events, wib
from callcenter.rules.commands import Command
from callcenter.rules.policy import Center
from tests.world import CHEAP, LINE_1, PASSWORD

NOW = wib.at("2020-04-13 09:00")
SARI = "+6281200000001"
RING = Command("ring", "CA1", 1)


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def enqueue(database, *commands, at=0):
    with database.transaction() as db:
        for command in commands:
            outbox.enqueue(db, command, now=after(at))


def lease(database, keys, at=0, **more):
    with database.transaction() as db:
        return outbox.lease(db, keys, now=after(at), **more)


def row(database):
    with database.reading() as db:
        return db.execute(select(OutboxRow.__table__)).one()


@pytest.fixture
def offered(database, keys, policy):
    """A caller who waits, and an agent whose telephone is to ring."""
    with database.transaction() as db:
        agent = users.add(
            db,
            keys,
            policy,
            username="sari",
            role="agent",
            center="CC1",
            phone="0812-0000-0001",
            password=PASSWORD,
            cost=CHEAP,
            now=NOW,
        )
        center = Center("CC1", "One", (LINE_1,))
        about = {"subject": "call:CA1", "at": NOW, "entry": 1}
        happened = (
            dialogue.arrive("CA1", LINE_1, center, withheld=False, test=False, now=NOW),
            events.QueueEntered(thread="ivr", turn="1", queue="confirmation", **about),
            events.Waited(thread="wait:1", turn="0", queue_sid="QU1", **about),
            events.CallOffered(
                thread="offered", turn="1", offer=1, agent=agent, center="CC1", **about
            ),
        )
        diary.write(db, happened, now=NOW)
        outbox.enqueue(db, RING, now=NOW)
    return agent


def happens(database, kind, thread, turn="1", **body):
    with database.transaction() as db:
        event = kind(subject="call:CA1", thread=thread, turn=turn, at=NOW, **body)
        diary.write(db, (event,), now=NOW)


def test_a_command_that_is_given_twice_goes_out_once(database, keys):
    enqueue(database, RING, RING)
    enqueue(database, RING, at=5)

    (due,) = lease(database, keys, at=10)
    assert (due.command, due.created_at, due.attempts) == (RING, NOW, 0)
    assert not due.sent_before


def test_commands_of_one_offer_are_different_ones():
    kinds = ("ring", "fetch", "release", "farewell", "requeue")
    assert len({Command(kind, "CA1", n).id for kind in kinds for n in (1, 2)}) == 10


def test_what_is_leased_is_nobody_elses_until_the_lease_is_over(database, keys):
    enqueue(database, RING)
    assert len(lease(database, keys)) == 1
    assert lease(database, keys, at=outbox.LEASE_S - 1) == ()

    (again,) = lease(database, keys, at=outbox.LEASE_S)
    assert again.sent_before  # its sender may have died after the request: look before ringing
    assert again.attempts == 1


def test_what_is_done_is_done(database, keys):
    enqueue(database, RING)
    lease(database, keys)
    with database.transaction() as db:
        outbox.done(db, RING, "gone", now=after(1), error="x" * 500)

    assert lease(database, keys, at=999) == ()
    assert (row(database).result, row(database).done_at) == ("gone", after(1))
    assert len(row(database).error) == 200
    enqueue(database, RING, at=1000)  # not even when it is given once more
    assert lease(database, keys, at=1001) == ()


@pytest.mark.parametrize("sent", [True, False])
def test_what_failed_is_tried_again_in_time(database, keys, sent):
    enqueue(database, RING)
    lease(database, keys)
    with database.transaction() as db:
        outbox.again(db, RING, at=after(2), error="HTTP 500", sent=sent)
        assert (outbox.next_due(db), outbox.backlog(db)) == (after(2), 1)

    assert lease(database, keys, at=1) == ()
    (due,) = lease(database, keys, at=2)
    assert due.sent_before is sent


def test_the_oldest_come_first_and_no_more_than_asked_for(database, keys):
    for n in (3, 1, 2):
        enqueue(database, Command("ring", f"CA{n}", 1), at=n)
    first = lease(database, keys, at=9, limit=2)
    rest = lease(database, keys, at=9, limit=2)

    assert [it.command.call for it in first] == ["CA1", "CA2"]
    assert [it.command.call for it in rest] == ["CA3"]
    with database.reading() as db:
        assert outbox.backlog(db) == 3


def test_an_empty_outbox(database, keys):
    assert lease(database, keys) == ()
    with database.reading() as db:
        assert (outbox.next_due(db), outbox.backlog(db)) == (None, 0)


def test_six_senders_at_once_share_the_work(database, keys):
    commands = [Command("ring", f"CA{n:02}", 1) for n in range(60)]
    enqueue(database, *commands)
    start = threading.Barrier(6)

    def send(_):
        start.wait()
        return [it.command for _ in range(4) for it in lease(database, keys, limit=5)]

    with ThreadPoolExecutor(6) as pool:
        taken = [command for found in pool.map(send, range(6)) for command in found]
    assert sorted(taken, key=lambda it: it.call) == commands


def test_a_due_command_knows_what_the_carrier_must_be_told(database, keys, offered):
    (due,) = lease(database, keys)

    assert (due.agent, due.phone) == (offered, SARI)
    assert (due.line, due.queue_sid, due.leg) == (LINE_1, "QU1", "")
    assert due.in_line
    assert not any((due.call_ended, due.leg_ended, due.over, due.rung))


def test_a_caller_on_the_way_back_into_the_queue_is_not_in_line_yet(database, keys, offered):
    """The queue's name at the carrier is known from the first stay; the caller is not there."""
    about = {"subject": "call:CA1", "at": NOW, "entry": 2}
    again = (
        events.QueueEntered(thread="requeue", turn="2", queue="confirmation", **about),
        events.CallOffered(
            thread="offered", turn="2", offer=2, agent=offered, center="CC1", **about
        ),
    )
    with database.transaction() as db:
        diary.write(db, again, now=NOW)
    enqueue(database, Command("fetch", "CA1", 2))
    due = next(it for it in lease(database, keys) if it.command.offer == 2)
    assert (due.queue_sid, due.in_line) == ("QU1", False)

    happens(database, events.Waited, "wait:2", turn="0", entry=2, queue_sid="QU1")
    due = next(it for it in lease(database, keys, at=outbox.LEASE_S) if it.command.offer == 2)
    assert due.in_line


def test_and_what_has_become_of_the_call_meanwhile(database, keys, offered):
    lease(database, keys)
    release = Command("release", "CA1", 1)
    leg = {"offer": 1, "agent": offered, "leg": "CA9"}
    happens(database, events.LegReported, "leg:1", status="completed", **leg)
    happens(database, events.OfferExpired, "offer", offer=1, agent=offered)
    happens(database, events.CallReported, "status", status="completed")
    enqueue(database, release)

    (due,) = lease(database, keys)
    assert due.command == release
    assert due.leg == "CA9"
    assert due.call_ended
    assert due.leg_ended
    assert due.over
    assert due.rung


def test_a_number_that_is_sealed_for_another_agent_is_not_rung(database, keys, offered):
    moved = keys.seal(SARI, "user.phone", "somebody else")
    with database.transaction() as db:
        db.execute(outbox.USER.update().values(phone=moved))
    with pytest.raises(SealBroken):
        lease(database, keys)


def test_of_two_opposite_commands_the_older_one_is_overtaken_and_the_newer_one_waits(
    database, keys, offered
):
    hold, resume = Command("hold", "CA1", 1, 1), Command("resume", "CA1", 1, 2)
    enqueue(database, hold, at=1)
    enqueue(database, resume, at=2)
    _, older, newer = lease(database, keys, at=2)
    assert (older.command, older.overtaken, older.behind) == (hold, True, False)
    assert (newer.command, newer.overtaken, newer.behind) == (resume, False, True)
    with database.transaction() as db:
        outbox.done(db, hold, "sent", now=after(3))
        outbox.done(db, RING, "sent", now=after(3))
    (newer,) = lease(database, keys, at=60)
    assert (newer.overtaken, newer.behind) == (False, False)


def test_hold_and_mute_do_not_wait_for_each_other(database, keys, offered):
    enqueue(database, Command("hold", "CA1", 1, 1), Command("mute", "CA1", 1, 2))
    enqueue(database, Command("hold", "CA2", 1, 2), Command("hold", "CA1", 2, 2))
    leased = lease(database, keys, at=1)
    assert len(leased) == 5
    assert not any(it.overtaken or it.behind for it in leased)
