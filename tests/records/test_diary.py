"""The one writer: everything once, the first answer wins, and order and repetition are free."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from callcenter.records import diary, hearing
from callcenter.records.database import Database
from callcenter.records.tables import CallRow, EventRow, OfferRow, PresenceRow
from callcenter.rules import dialogue, events, wib
from callcenter.rules.events.base import BASE
from callcenter.rules.policy import Center
from tests.conftest import demo_settings
from tests.telephone import BUDI, SARI, close, heard, passes, row, takes, until, waits, words
from tests.world import LINE_1, World

NOW = wib.at("2020-04-13 09:00")
CENTER = Center("CC1", "One", (LINE_1,))


def arrived(call="CA1"):
    return dialogue.arrive(call, LINE_1, CENTER, withheld=False, test=False, now=NOW)


def offer(kind, *, call="CA1", n=0, at=NOW, **more):
    return kind(
        subject=events.call(call), thread="offer", turn="1", n=n, at=at, offer=1, agent="a1", **more
    )


ACCEPTED = offer(events.OfferAccepted, how="key")
EXPIRED = offer(events.OfferExpired)
DECLINED = offer(events.OfferDeclined, why="desk")


def chosen(answer="0", turn="0", n=0):
    return events.MenuChosen(
        subject="call:CA1", thread="ivr", turn=turn, n=n, at=NOW, answer=answer, goes="agents"
    )


def entered(turn="0", n=1, language="id"):
    return events.QueueEntered(
        subject="call:CA1",
        thread="ivr",
        turn=turn,
        n=n,
        at=NOW,
        queue="confirmation",
        entry=1,
        language=language,
    )


def write(database, *happened):
    with database.transaction() as db:
        return diary.write(db, happened, now=NOW)


def told(database, subject="call:CA1"):
    with database.reading() as db:
        return diary.of(db, subject)


def rows(database, table):
    with database.reading() as db:
        found = [dict(it._mapping) for it in db.execute(select(table.__table__))]
    return sorted(found, key=str)


def test_an_event_comes_back_as_it_was_written(database):
    at = NOW + timedelta(microseconds=123456)
    waited = events.Waited(
        subject="call:CA1", thread="wait:1", turn="0", at=at, entry=1, position=None
    )
    write(database, arrived(), waited)
    assert told(database) == (arrived(), waited)


def test_writing_again_writes_nothing_and_gives_the_same(database):
    first = write(database, chosen(), entered())
    calls = rows(database, CallRow)
    again = write(database, chosen(), entered())

    assert first == again == (chosen(), entered())
    assert len(told(database)) == 2
    assert rows(database, CallRow) == calls


def test_nothing_is_nothing(database):
    assert write(database) == ()
    assert rows(database, EventRow) == []


def test_the_first_of_two_answers_wins_and_the_second_is_told_so(database):
    assert write(database, ACCEPTED) == (ACCEPTED,)
    held = write(database, EXPIRED)

    assert held == (ACCEPTED,)
    assert diary.won(held, ACCEPTED)
    assert not diary.won(held, EXPIRED)
    assert not diary.won(write(database, DECLINED), DECLINED)
    assert [it["end"] for it in rows(database, OfferRow)] == ["accepted"]


def test_the_same_answer_again_has_won_still(database):
    write(database, ACCEPTED)
    later = offer(events.OfferAccepted, at=NOW + timedelta(seconds=9), how="desk")
    held = write(database, later)

    assert diary.won(held, later)
    assert held == (ACCEPTED,)  # as it was at first


def test_what_follows_an_answer_falls_with_it(database):
    write(database, chosen("0"), entered())
    lost = events.MenuChosen(
        subject="call:CA1", thread="ivr", turn="0", at=NOW, answer="9", goes="main"
    )
    follows = events.InputMissed(subject="call:CA1", thread="ivr", turn="0", n=2, at=NOW)

    assert write(database, lost, follows) == (chosen("0"), entered())
    assert set(told(database)) == {chosen("0"), entered()}


def test_what_follows_without_its_answer_is_not_kept(database):
    assert write(database, entered()) == ()
    assert told(database) == ()
    assert rows(database, CallRow) == []


def test_other_events_of_the_batch_are_kept_when_one_was_there(database):
    write(database, arrived())
    write(database, arrived(), chosen(turn="1"), entered(turn="1"))
    assert [event.kind for event in told(database)].count("CallArrived") == 1
    assert len(told(database)) == 3


def test_of_many_at_once_one_answer_wins(database):
    for number in range(4):
        answers = [
            offer(kind, call=f"CA{number}", **more)
            for kind, more in (
                (events.OfferAccepted, {"how": "key"}),
                (events.OfferExpired, {}),
                (events.OfferDeclined, {"why": "desk"}),
            )
        ] * 2
        start = threading.Barrier(len(answers))

        def answer(event, start=start):
            start.wait()
            return event, write(database, event)

        with ThreadPoolExecutor(len(answers)) as pool:
            held = list(pool.map(answer, answers))
        (kept,) = told(database, f"call:CA{number}")
        assert {it for _, it in held} == {(kept,)}
        winners = {event.kind for event, it in held if diary.won(it, event)}
        assert winners == {kept.kind}
        live = [it["end"] for it in rows(database, OfferRow) if it["call_id"] == f"CA{number}"]
        assert live == [kept.kind.removeprefix("Offer").lower()]


def test_what_changed_is_said_once_for_each_subject(database):
    with hearing.hints(database) as ear:
        write(database, arrived(), chosen(turn="1"))
        assert ear.wait(2) == {arrived().subject, chosen(turn="1").subject}
        write(database, arrived())
        assert ear.wait(0.2) == frozenset()


def test_an_agents_state_is_the_newest_whenever_it_arrives(database):
    def state(word, seconds):
        at = NOW + timedelta(seconds=seconds)
        return events.StateChosen(
            subject="agent:a1", thread="presence", turn=word, at=at, state=word, center="CC1"
        )

    write(database, state("break", 9))
    write(database, state("available", 1), state("away", 5))
    (presence,) = rows(database, PresenceRow)
    assert (presence["state"], presence["since"]) == ("break", NOW + timedelta(seconds=9))


def test_the_language_of_a_call_is_the_one_chosen_last(database):
    write(database, entered(n=0, language="en"))
    assert [it["language"] for it in rows(database, CallRow)] == ["en"]


# A real call, in any order -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory, sqlite_template):
    """Everything that happened in a call that lost its agent and found another."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "callcenter.db").write_bytes(sqlite_template.read_bytes())
    world = World(
        demo_settings(folder, f"sqlite:///{folder / 'callcenter.db'}"), NOW, doors=("voice",)
    )
    world.agent("sari", "CC1", SARI)
    caller = waits(world, LINE_1, "+6281234567890", "2", "*", "1", "2")
    leg = takes(world, SARI, caller)
    world.agent("budi", "CC2", BUDI)
    passes(world, 40, silent=("sari",))
    world.network.hang_up(leg, by="person")
    second = takes(world, BUDI, caller)
    passes(world, 10)
    world.network.hang_up(second, by="person")
    until(world, lambda: caller.ended)
    passes(world, 65)
    assert words(world, "reconnect") in heard(caller)
    with world.house.database.reading() as db:
        calls = diary.of(db, events.call(caller.sid))
        agents = [it for name in world.agents.values() for it in diary.of(db, events.agent(name))]
    assert row(world, OfferRow, number=1)["why"] == "agent_lost"
    assert row(world, OfferRow, number=2)["why"] == "agent_left"
    close(world)
    return (*calls, *agents)


def shuffled(happened, chance):
    """Whole turns, because a turn is written at once; some of them again, a few at a time."""
    turns = {}
    for event in happened:
        turns.setdefault((event.subject, event.thread, event.turn), []).append(event)
    mixed = [*turns.values(), *chance.sample([*turns.values()], len(turns) // 2)]
    chance.shuffle(mixed)
    while mixed:
        size = chance.randint(1, 6)
        yield [event for turn in mixed[:size] for event in turn]
        del mixed[:size]


def test_a_real_call_may_come_in_any_order_and_twice(database, real):
    assert len(real) > 30
    tables = (CallRow, OfferRow, PresenceRow)

    def played(batches):
        with database.transaction() as db:
            for table in (*tables, EventRow):
                db.execute(table.__table__.delete())
            for batch in batches:
                diary.write(db, batch, now=NOW)
        with database.reading() as db:
            count = db.execute(select(func.count()).select_from(EventRow.__table__)).scalar_one()
        return count, [rows(database, table) for table in tables]

    in_order = played([real])
    assert in_order[0] == len(real)
    for seed in range(25):
        assert played(shuffled(real, Random(seed))) == in_order, seed


def test_every_kind_of_event_is_read_back_from_its_row(database):
    samples = [_sample(kind) for kind in events.EVENTS.values()]
    write(database, *samples)
    held = {event.kind: event for sample in samples for event in told(database, sample.subject)}
    assert held == {sample.kind: sample for sample in samples}


SPECIAL = {"role": "agent", "due_at": "2020-04-13T09:00:00+07:00"}
SPECIAL |= dict.fromkeys(("since", "behind"), SPECIAL["due_at"])


def _sample(kind):
    """One event of this kind, each about a call of its own."""
    words = {"str": "x", "int": 1, "bool": False, "int | None": None, "dict[str, str]": {"a": "b"}}
    body = {
        field.name: SPECIAL.get(field.name) or words.get(field.type, "backup")
        for field in fields(kind)
        if field.name not in BASE
    }
    subject = {"StateChosen": "agent:a1", "PoskoCounted": "posko:1:2020-04-13"}.get(
        kind.kind, f"call:{kind.kind}"
    )
    if kind.kind.startswith(("Ticket", "Person", "Outcome")) and kind.kind != "OutcomeNoted":
        subject = f"note:{kind.kind}"  # a ticket is folded from all of its events: not here
    return kind(subject=subject, thread="t", turn="0", at=NOW, **body)


def test_a_database_that_is_closed_is_opened_again_with_everything_in_it(database, database_url):
    write(database, arrived())
    other = Database(database_url)
    assert told(other) == (arrived(),)
    other.close()
