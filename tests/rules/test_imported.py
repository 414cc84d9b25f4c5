"""What a line of an import file is read as, and why one is refused."""

from __future__ import annotations

import json

import pytest

from callcenter.rules import events, imported
from callcenter.rules.imported import BadLine
from callcenter.rules.tickets import valid
from tests.figures import at, heard, line


def told(**changes) -> str:
    """A good line with something changed; None takes a key away."""
    good = {
        "call": "c1",
        "center": "CC1",
        "caller": "0812-3456-7890",
        "events": [{"at": "2020-04-13T09:00:00+07:00", "ev": "queue", "queue": "confirmation"}],
    }
    return json.dumps({k: v for k, v in (good | changes).items() if v is not None})


def event(**changes) -> str:
    one = {"at": "2020-04-13T09:00:00+07:00", "ev": "hangup"} | changes
    return told(events=[{k: v for k, v in one.items() if v is not None}])


FAULTS = {
    "not JSON": "{",
    "a list": "[]",
    "no call": told(call=None),
    "an empty call": told(call="  "),
    "a call that is a number": told(call=7),
    "a call that is too long": told(call="c" * 121),
    "a call with a control character": told(call="c\n1"),
    "no center": told(center=None),
    "a center that is too long": told(center="C" * 21),
    "a caller that is a number": told(caller=81234567890),
    "test that is a word": told(test="yes"),
    "no events": told(events=None),
    "an empty list of events": told(events=[]),
    "events that are no list": told(events={}),
    "an event that is no object": told(events=["hangup"]),
    "no ev": event(ev=None),
    "an unknown ev": event(ev="teleport"),
    "no time": event(at=None),
    "a time that is none": event(at="13 April"),
    "a time without an offset": event(at="2020-04-13T09:00:00"),
    "a time before all calendars": event(at="0001-01-01T00:00:00+07:00"),
    "a queue without its name": event(ev="queue"),
    "an answer of nobody": event(ev="answer"),
    "an outcome without a code": event(ev="outcome"),
    "an outcome that is none": event(ev="outcome", code="happy"),
    "a reason that is none": event(ev="outcome", code="answered", reason="weather"),
    "a state without an agent": event(ev="agent_state", state="available"),
}


@pytest.mark.parametrize("text", FAULTS.values(), ids=FAULTS)
def test_a_line_that_cannot_be_read_is_refused_with_the_reason(text):
    with pytest.raises(BadLine, match=r"\w+ \S+ \S+"):
        imported.read(text)


def test_a_fault_names_its_event():
    with pytest.raises(BadLine, match=r'event 2 \(queue\): has no "queue"'):
        imported.read(
            told(
                events=[
                    {"at": "2020-04-13T09:00:00Z", "ev": "arrive"},
                    {"at": "2020-04-13T09:00:00Z", "ev": "queue"},
                ]
            )
        )


def test_a_fault_never_repeats_the_number():
    with pytest.raises(BadLine) as refused:
        imported.read(told(caller=81234567890))
    assert "81234567890" not in str(refused.value)


@pytest.mark.parametrize(
    ("raw", "number", "withheld"),
    [
        ("0812-3456-7890", "+6281234567890", False),
        ("+62 812 3456 7890", "+6281234567890", False),
        ("6281234567890", "+6281234567890", False),
        ("anonymous", None, True),
        ("", None, True),
        ("+62811", "+62811", False),  # no number that we would dial, but the same caller again
        ("600", None, False),
        ("client:7", None, False),
    ],
)
def test_one_number_is_one_caller_in_any_spelling(raw, number, withheld):
    assert imported.caller(raw) == (number, withheld)


def test_unknown_keys_are_nobodys_fault():
    assert imported.read(told(trunk="A", test=True)).test


def kinds(*lines: str, **more) -> list[str]:
    return [event.kind for event in heard(*lines, **more)]


def test_every_event_of_the_format_has_its_kind_in_the_diary():
    assert kinds(
        "09:00:00 arrive",
        "09:00:01 blocked no_line",
        "09:00:02 ivr_result status_given",
        "09:00:03 queue confirmation",
        "09:00:04 ring A1",
        "09:00:05 ring_timeout A1",
        "09:00:06 answer A1",
        "09:00:07 hold",
        "09:00:08 unhold",
        "09:00:09 transfer teknis",
        "09:00:10 hangup caller",
        "09:00:11 acw_end A1",
        "09:00:12 callback_request",
        "09:00:13 callback_answer A1",
        "09:00:14 callback_end",
        "09:00:15 outcome prank",
        "09:00:16 agent_state A1 available",
    ) == [
        "CallArrived",  # the call itself, at its first moment
        "CallArrived",
        "CallBlocked",
        "IvrResult",
        "QueueEntered",
        "AgentRang",
        "RingTimedOut",
        "AgentAnswered",
        "HoldStarted",
        "HoldEnded",
        "Transferred",
        "CallerHungUp",
        "AfterCallEnded",
        "CallBackRequested",
        "CallBackAnswered",
        "CallBackEnded",
        "OutcomeNoted",
        "StateChosen",
    ]


def test_a_line_about_agents_only_is_no_call():
    assert kinds("09:00:00 agent_state A1 available", "17:00:00 agent_state A1 logout") == [
        "StateChosen",
        "StateChosen",
    ]


def test_states_are_ready_gone_or_something_between():
    words = ("ready", "Available", "logout", "acw", "training", "away")
    states = heard(*(f"09:00:0{n} agent_state A1 {word}" for n, word in enumerate(words)))

    assert [s.state for s in states] == [
        *("available", "available", "offline", "break", "break", "away"),
    ]
    assert {s.by for s in states} == {"import"}


def test_a_call_arrives_at_its_first_moment_whatever_the_order():
    arrived = heard("09:02:00 hangup caller", "09:00:00 queue q", "09:00:09 answer A1")[0]

    assert arrived.at == at("09:00:00")


def test_the_same_event_twice_has_one_id_and_others_have_others():
    told = heard("09:00:09 answer A1", "09:00:09 answer A1", "09:00:09 answer A2")

    ids = [event.id for event in told if isinstance(event, events.AgentAnswered)]
    assert ids[0] == ids[1] != ids[2]


def test_one_instant_in_two_zones_is_one_event():
    jakarta, utc = (
        imported.read(event(at=text)).said[0].turn
        for text in ("2020-04-13T09:00:00+07:00", "2020-04-13T02:00:00Z")
    )

    assert jakarta == utc


def test_an_outcome_opens_a_ticket_of_the_calls_center_for_the_agent_who_answered():
    opened, recorded = heard(
        "09:00:00 queue q",
        "09:00:09 answer A1",
        "09:03:00 outcome confirmed laid_off_list",
        "09:03:05 hangup caller",
        center="CC2",
    )[3:5]

    assert (opened.kind, opened.center, opened.channel) == ("TicketOpened", "CC2", "call")
    assert (opened.agent, opened.call) == ("A1", "c1")
    assert valid(opened.number)
    assert (recorded.reason, recorded.outcome) == ("laid_off_list", "confirmed")
    assert opened.subject == recorded.subject


def test_what_is_said_of_one_need_again_answers_the_same_ticket():
    told = heard(
        "09:00:00 outcome disconnected",
        "09:10:00 outcome answered",
        "09:11:00 outcome answered incentive",
    )

    subjects = [e.subject for e in told if isinstance(e, events.OutcomeRecorded)]
    assert subjects[0] == subjects[1] != subjects[2]


def test_a_disposition_opens_no_ticket():
    assert "TicketOpened" not in kinds("09:00:00 queue q", "09:00:05 outcome silent")


def test_the_maker_of_these_tests_writes_the_documented_format():
    assert json.loads(line("c1", "09:00:20 answer A1", caller="0812")) == {
        "call": "c1",
        "center": "CC1",
        "caller": "0812",
        "test": False,
        "events": [{"at": "2020-04-13T09:00:20+07:00", "ev": "answer", "agent": "A1"}],
    }
