"""The SMS with a ticket's number: who gets one, once, and what the ticket says of it."""

from dataclasses import replace

import pytest

from callcenter.carriers import CommandFailed, CommandGone
from callcenter.records import diary, tickets
from callcenter.records import policy as policies
from callcenter.records.database import Database
from callcenter.records.tickets import Entry
from callcenter.rules import events, policy_faults, receipts, wib
from tests.telephone import SARI, close, passes, takes, waits
from tests.world import CALLER, LINE_1, World

NOW = wib.at("2020-04-13 09:00")
SENDER = "PRAKERJA"


@pytest.fixture
def world(settings):
    """A center that sends receipts, and an agent."""
    database = Database(settings.database.url)
    with database.transaction() as db:
        first = policies.ensure(db, settings, NOW)
        policies.add(db, replace(first, receipts_from=SENDER), by="test", why="test", now=NOW)
    database.close()
    made = World(settings, NOW, doors=("voice",))
    made.agent("sari", "CC1", SARI)
    yield made
    close(made)


def recorded(world, caller, outcome="answered") -> str:
    """The agent takes the call and records what came of it; gives the ticket's id."""
    call = waits(world, LINE_1, caller)
    takes(world, SARI, call)
    with world.house.database.transaction() as db:
        about = {"agent": world.agents["sari"], "now": world.clock.now()}
        numbers = iter(range(41720, 99999))
        ticket = tickets.open_for_call(
            db, call=call.sid, ordinal=1, person="", draw=lambda: next(numbers), **about
        )
        if outcome:
            entry = Entry("application_status", outcome, {}, "")
            tickets.record(db, world.house.keys, ticket_id=ticket, version=0, entry=entry, **about)
    world.network.hang_up(call, by="person")
    return ticket


def told_of(world, ticket):
    """What the diary holds of the ticket's SMS, in order."""
    with world.house.database.reading() as db:
        happened = diary.of(db, events.ticket(ticket))
    found = [it for it in happened if it.thread == "receipt"]
    return [getattr(it, "status", it.kind) for it in found]


def number_of(world, ticket):
    with world.house.database.reading() as db:
        return tickets.ticket(db, ticket).grouped


def test_one_message_with_the_number_and_what_became_of_it(world):
    ticket = recorded(world, CALLER)
    passes(world, 90)

    (text,) = world.network.texts.values()
    assert (text.to, text.from_, text.status) == (CALLER, SENDER, "delivered")
    assert number_of(world, ticket).replace(" ", "-") in text.body
    assert "031-829-3097" in text.body or "031-8293097" in text.body
    assert "13-04-2020" in text.body
    assert len(text.body) <= 160
    assert sorted(told_of(world, ticket)) == ["ReceiptBegun", "delivered", "queued", "sent"]


@pytest.mark.parametrize(
    ("caller", "outcome"),
    [
        ("anonymous", "answered"),  # nobody to send it to
        ("+62318280000", "answered"),  # a fixed telephone reads no SMS
        ("+6591234567", "answered"),  # abroad costs the office money at a caller's word
        (CALLER, ""),  # nothing was recorded yet
    ],
)
def test_who_gets_none(world, caller, outcome):
    ticket = recorded(world, caller, outcome)
    passes(world, 30)
    assert not world.network.texts
    assert told_of(world, ticket) == []


def test_by_default_none_is_sent(policy):
    assert policy.receipts_from == ""


class Deaf:
    """A way to the carrier that takes a message and loses the answer, as often as ``times``."""

    def __init__(self, carrier, times: int, *, heard: bool):
        self.carrier, self.times, self.heard, self.asked = carrier, times, heard, 0

    def __getattr__(self, name):
        return getattr(self.carrier, name)

    def text(self, **about):
        self.asked += 1
        if self.asked > self.times:
            return self.carrier.text(**about)
        if self.heard:
            self.carrier.text(**about)
        raise CommandFailed("ReadTimeout")


@pytest.mark.parametrize("heard", [True, False])
def test_a_message_whose_answer_was_lost_is_looked_for_before_it_is_sent_again(world, heard):
    carrier = world.worker.postman.carrier
    deaf = Deaf(carrier, 1, heard=heard)
    receive(world, deaf)
    ticket = recorded(world, CALLER)
    passes(world, 60)

    assert len(world.network.texts) == 1
    assert deaf.asked == (1 if heard else 2)
    assert told_of(world, ticket).count("queued") == 1


class Unwilling(Deaf):
    """A carrier that refuses a message for good."""

    def text(self, **about):
        self.asked += 1
        raise CommandGone("HTTP 400, error 21610", 21610)


def test_a_message_that_the_carrier_refuses_is_not_tried_again(world):
    unwilling = Unwilling(world.worker.postman.carrier, 0, heard=False)
    receive(world, unwilling)
    ticket = recorded(world, CALLER)
    passes(world, 60)

    assert unwilling.asked == 1
    assert sorted(told_of(world, ticket)) == ["ReceiptBegun", "refused"]


def receive(world, carrier) -> None:
    """Let the chores speak with another carrier."""
    world.worker.house = replace(world.worker.house, carrier=carrier)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_sentence_is_one_message_of_the_plain_alphabet(language, policy):
    said = receipts.words("417209582", wib.day_of(NOW), CALLER, language=language, policy=policy)
    assert len(said) <= receipts.LONGEST
    assert receipts.PLAIN.fullmatch(said)
    assert "417-209-582" in said


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"receipts_from": "+"}, "receipts_from"),
        ({"receipts_from": "12"}, "receipts_from"),
        ({"prompts": {"id": {"sms_ticket": "x" * 161}}}, "sms_ticket"),
        ({"prompts": {"id": {"sms_ticket": "laporan “{tiket}”"}}}, "sms_ticket"),
    ],
)
def test_what_would_be_no_message_cannot_rule(changed, fault, policy):
    found = list(policy_faults.faults(replace(policy, **changed), {}))
    assert any(fault in it for it in found)
    assert not [it for it in policy_faults.faults(policy, {}) if "sms" in it.casefold()]
