"""What an agent's desk shows of the offers, and what an agent may answer."""

from datetime import UTC, datetime, timedelta

import pytest

from callcenter.records import callers, desk, diary, duty, floor, ids, tickets
from callcenter.records.tables import UserRow
from callcenter.records.tickets import Entry
from callcenter.rules import events
from callcenter.rules.policy import QueueRules

NOW = datetime(2020, 4, 13, 2, tzinfo=UTC)
RULES = QueueRules(ring_s=20, wrap_up_s=60)
NUMBER = "+6281234567890"


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def db(database):
    with database.transaction() as db:
        yield db


@pytest.fixture
def agent(db):
    """``agent("siti")`` sits at CC1, with a telephone unless said."""

    def agent(name: str, *, phone: str | None = "sealed") -> str:
        user = {"id": name, "username": name, "full_name": name.title(), "role": "agent"}
        user |= {"center": "CC1", "phone": phone, "password_hash": "", "created_at": NOW}
        db.execute(UserRow.__table__.insert().values(user))
        return name

    return agent


@pytest.fixture
def tell(db):
    """``tell(events.OfferAccepted, "offer", 7, offer=1, ...)`` seven seconds after the start."""

    def tell(kind, thread: str, seconds: float, *, sid: str = "CA1", **body) -> None:
        turn, at = str(body.get("offer", 0)), after(seconds)
        event = kind(subject=events.call(sid), thread=thread, turn=turn, at=at, **body)
        diary.write(db, [event], now=at)

    return tell


@pytest.fixture
def ringing(db, keys, tell, agent):
    """Call CA1 waits from second 0 and rings at siti's desk from second 10."""
    siti = agent("siti")
    tell(events.CallArrived, "arrival", 0, line="+62318293097", center="CC1")
    tell(events.QueueEntered, "queue", 0, queue="confirmation", entry=1)
    callers.note(db, keys, callers.of_call("CA1"), number=NUMBER, now=NOW)
    tell(events.CallOffered, "offered", 10, offer=1, agent=siti, center="CC1", entry=1)
    return siti


@pytest.fixture
def talking(tell, ringing):
    """Accepted at 14; the agent joins at 15 and the caller at 17."""
    tell(events.OfferAccepted, "offer", 14, offer=1, agent=ringing, how="key")
    for role, second in (("agent", 15), ("caller", 17)):
        tell(events.ParticipantJoined, f"join {role}", second, offer=1, role=role)
    return ringing


@pytest.fixture
def wrap_up(tell, talking):
    """The caller hangs up at 100."""
    ended = {"offer": 1, "agent": talking, "talked": True, "why": "caller_left"}
    tell(events.HandlingEnded, "handling", 100, **ended)
    return talking


@pytest.fixture
def column(db, keys):
    def column(agent_id: str) -> desk.Column:
        return desk.column(db, keys, agent_id, rules=RULES, now=after(200))

    return column


# --- the call in hand


def test_nothing_is_in_hand_before_an_offer(agent, column):
    shown = column(agent("siti"))

    assert (shown.presence.state, shown.presence.version, shown.live) == ("offline", "first", None)


def test_an_offer_rings_until_its_deadline(ringing, column):
    live = column(ringing).live

    assert live.offer == desk.Offer("CA1", 1, "ringing", after(10), after(30), overflow=False)
    assert (live.call.waited_s, live.call.queued_at) == (None, NOW)
    assert live.call.masked_number == "0812-••••-7890"


def test_only_the_agent_who_is_asked_sees_the_offer(ringing, agent, column):
    assert column(agent("ratna")).live is None


def test_accepted_is_connecting_until_both_are_there(ringing, tell, column):
    tell(events.OfferAccepted, "offer", 14, offer=1, agent=ringing, how="key")
    tell(events.ParticipantJoined, "join agent", 15, offer=1, role="agent")

    offer = column(ringing).live.offer
    assert (offer.phase, offer.since, offer.deadline) == ("connecting", after(14), None)


def test_talk_begins_with_the_later_of_the_two_and_the_wait_ends_with_the_caller(talking, column):
    live = column(talking).live

    assert (live.offer.phase, live.offer.since) == ("talking", after(17))
    assert live.call.waited_s == 17


def test_wrap_up_has_a_deadline_on_the_servers_clock(wrap_up, column):
    offer = column(wrap_up).live.offer

    assert (offer.phase, offer.since, offer.deadline) == ("wrap_up", after(100), after(160))


@pytest.mark.parametrize("kind", [events.OfferExpired, events.OfferDeclined])
def test_an_offer_that_was_not_taken_is_gone_at_once(ringing, tell, column, kind):
    more = {"why": "desk"} if kind is events.OfferDeclined else {}
    tell(kind, "offer", 30, offer=1, agent=ringing, **more)

    assert column(ringing).live is None


def test_the_day_counts_conversations_whose_wrap_up_is_over(wrap_up, tell, column):
    assert column(wrap_up).handled_today == 0

    tell(events.WrapUpEnded, "wrap_up", 160, offer=1, agent=wrap_up, by="clock")
    assert column(wrap_up).handled_today == 1


def test_queues_tell_how_many_wait_and_the_oldest(agent, tell, column):
    for sid, second in (("CA1", 5), ("CA2", 3)):
        tell(events.CallArrived, "arrival", second, sid=sid, line="+62318293097", center="CC1")
        tell(events.QueueEntered, "queue", second, sid=sid, queue="confirmation", entry=1)

    assert column(agent("siti")).queues == (desk.Queue("CC1", 2, after(3)),)


def test_a_desk_without_a_telephone_is_not_reachable(agent, column):
    assert not column(agent("siti", phone=None)).presence.reachable


def test_the_heartbeat_is_part_of_the_presence(db, agent, column):
    siti = agent("siti")
    floor.heard(db, siti, after(7))

    assert column(siti).presence.heard_at == after(7)


# --- what the form is about


def case_of(db, keys, agent_id: str, *, asked: str = "", at: float = 200) -> desk.Case | None:
    return desk.case(db, keys, agent_id, rules=RULES, now=after(at), asked=asked)


def test_the_form_is_about_the_call_in_hand(db, keys, ringing):
    assert case_of(db, keys, ringing).call.sid == "CA1"


def test_the_form_stays_after_the_clock_ended_a_wrap_up_without_a_record(db, keys, wrap_up, tell):
    tell(events.WrapUpEnded, "wrap_up", 160, offer=1, agent=wrap_up, by="clock")

    assert case_of(db, keys, wrap_up).offer.phase == "over"
    assert case_of(db, keys, wrap_up, at=5 * 3600) is None  # too long ago to be remembered
    told = {"ordinal": 1, "agent": wrap_up, "person": "", "now": after(170), "draw": lambda: 1}
    tickets.open_for_call(db, call="CA1", **told)
    assert case_of(db, keys, wrap_up) is None


def test_a_form_is_given_for_calls_that_the_agent_took_and_for_no_other(db, keys, wrap_up, agent):
    ratna = agent("ratna")

    assert case_of(db, keys, wrap_up, asked="CA1").call.sid == "CA1"
    assert case_of(db, keys, ratna, asked="CA1") is None


def test_an_offer_that_only_rang_gives_no_form_afterwards(db, keys, ringing, tell):
    tell(events.OfferExpired, "offer", 30, offer=1, agent=ringing)

    assert case_of(db, keys, ringing, asked="CA1") is None


# --- what the agent answers


def choose(db, agent_id: str, state: str, version: str, at: float = 0) -> bool:
    told = {"center": "CC1", "reason": "", "state": state, "version": version, "now": after(at)}
    return duty.choose_state(db, agent=agent_id, **told)


def test_a_state_is_chosen_once_per_version_and_a_stale_tab_is_told(db, agent):
    siti = agent("siti")

    assert choose(db, siti, "available", "first")
    assert choose(db, siti, "available", "first", at=1)  # a double click is no quarrel
    assert not choose(db, siti, "break", "first", at=2)  # a tab that was left open
    assert choose(db, siti, "break", NOW.isoformat(), at=3)
    assert desk.presence(db, siti).state == "break"


def test_a_state_that_the_floor_changed_meanwhile_makes_the_form_stale(db, agent):
    siti = agent("siti")
    choose(db, siti, "available", "first")
    about = {"subject": events.agent(siti), "thread": "presence", "at": after(9)}
    away = events.StateChosen(**about, turn="CA1:1", state="away", center="CC1", by="floor")
    diary.write(db, [away], now=after(9))

    assert not choose(db, siti, "offline", NOW.isoformat(), at=10)
    assert desk.presence(db, siti).state == "away"


def act(what, db, agent_id: str, at: float, *, call: str = "CA1", number: int = 1) -> bool:
    return what(db, agent=agent_id, call=call, number=number, rules=RULES, now=after(at))


def test_declining_is_first_come_first_served_with_accepting_and_expiring(db, ringing, tell):
    assert act(duty.decline, db, ringing, 12)
    assert act(duty.decline, db, ringing, 13)  # a double click

    tell(events.OfferAccepted, "offer", 14, offer=1, agent=ringing, how="key")
    assert [e.kind for e in diary.of(db, "call:CA1") if e.thread == "offer"] == ["OfferDeclined"]


def test_an_accepted_offer_cannot_be_declined_any_more(db, talking):
    assert not act(duty.decline, db, talking, 20)


@pytest.mark.parametrize("what", [duty.decline, duty.hang_up, duty.end_wrap_up])
def test_nobody_answers_for_another_agent(db, ringing, agent, what):
    before = diary.of(db, "call:CA1")

    assert not act(what, db, agent("ratna"), 12)
    assert diary.of(db, "call:CA1") == before


def test_hanging_up_and_ending_belong_to_their_phases(db, talking, tell):
    assert not act(duty.end_wrap_up, db, talking, 20)
    assert act(duty.hang_up, db, talking, 20)
    assert act(duty.hang_up, db, talking, 21)

    told = {"offer": 1, "agent": talking, "talked": True, "why": "agent_left"}
    tell(events.HandlingEnded, "handling", 22, **told)
    assert act(duty.end_wrap_up, db, talking, 30)
    assert desk.live_offer(db, talking, RULES) is None


def test_a_wrap_up_that_the_clock_ended_first_is_over_all_the_same(db, wrap_up, tell):
    tell(events.WrapUpEnded, "wrap_up", 160, offer=1, agent=wrap_up, by="clock")

    assert act(duty.end_wrap_up, db, wrap_up, 161)
    assert [e.by for e in diary.of(db, "call:CA1") if e.kind == "WrapUpEnded"] == ["clock"]


def dispose(db, agent_id: str, code: str) -> bool:
    return duty.dispose(db, agent=agent_id, call="CA1", code=code, rules=RULES, now=after(110))


def test_a_call_that_was_no_case_is_noted_once(db, wrap_up):
    assert dispose(db, wrap_up, "silent")
    assert dispose(db, wrap_up, "silent")
    assert not dispose(db, wrap_up, "prank")
    assert desk.disposition(db, "CA1") == "silent"


def test_a_call_with_a_ticket_is_a_case(db, keys, wrap_up):
    told = {"agent": wrap_up, "now": after(105)}
    ticket = tickets.open_for_call(db, call="CA1", ordinal=1, person="", draw=lambda: 1, **told)
    entry = Entry("application_status", "answered")
    tickets.record(db, keys, ticket_id=ticket, version=0, entry=entry, **told)

    assert not dispose(db, wrap_up, "silent")
    assert desk.disposition(db, "CA1") == ""


def test_what_never_was_accepted_cannot_be_disposed_of(db, ringing):
    assert not dispose(db, ringing, "silent")


def test_names_are_given_for_ids(db, agent):
    agent("siti")

    assert desk.names(db, ["siti", ids.new(NOW)]) == {"siti": "Siti"}
