"""Two people in a conference: who hears whom, what is told about it, and every way to part."""

from callcenter.simulator.rest import calls as rest_calls
from callcenter.simulator.rest import conferences as rest_conferences
from tests.simulator.fake_product import (
    AGENT,
    CALLER,
    LINE,
    SECOND_AGENT,
    SECOND_CALLER,
    kinds,
    words,
)
from tests.simulator.scenes import ring, room


def events(product) -> list[tuple[str, str]]:
    """What the product was told about the room, as (event, label)."""
    return [
        (form["StatusCallbackEvent"], form.get("ParticipantLabel", ""))
        for form in product.told("/room")
    ]


def test_a_caller_taken_from_the_queue_meets_the_agent_in_a_conference(product, network):
    caller, agent = room(product, network)

    assert (caller.state, agent.state) == ("talking", "talking")
    assert caller.seat.hears(agent.seat)
    assert agent.seat.hears(caller.seat)
    left = product.told("/left")[0]
    assert (left["QueueResult"], left["CallStatus"]) == ("redirected", "in-progress")
    assert product.paths().index("/left") < product.paths().index("/come-back")
    network.clock.run_for(1)
    told = [("participant-join", "agent"), ("conference-start", ""), ("participant-join", "caller")]
    assert events(product) == told
    numbers = [form["SequenceNumber"] for form in product.told("/room")]
    assert numbers == ["1", "2", "3"]
    assert all(heard.signed for heard in product.heard)


def test_the_leg_tells_its_progress_in_order(product, network):
    _, agent = room(product, network)
    network.hang_up(agent, by="person")
    network.clock.run_for(5)

    told = product.told("/leg-status")
    statuses = [form["CallStatus"] for form in told]
    assert statuses == ["initiated", "ringing", "in-progress", "completed"]
    assert [form["SequenceNumber"] for form in told] == ["0", "1", "2", "3"]
    assert {form["CallbackSource"] for form in told} == {"call-progress-events"}
    assert told[0]["Timestamp"] == "Mon, 13 Apr 2020 02:00:00 +0000"
    assert {form["Direction"] for form in told} == {"outbound-api"}
    assert product.told("/leg")[0]["CallStatus"] == "in-progress"


def test_when_the_agent_hangs_up_the_caller_stays_until_the_room_is_ended(product, network):
    caller, agent = room(product, network)
    network.hang_up(agent, by="person")
    network.clock.run_for(2)
    assert caller.state == "waiting"
    rest_conferences.update(network, {"Status": ["completed"]}, caller.seat.conference.sid)
    network.clock.run_until(lambda: caller.ended)
    network.clock.run_for(1)

    assert words(caller)[-1] == "Terima kasih."  # the Dial's action goes on with the call
    after = [form["DialCallStatus"] for form in product.told("/after")]
    assert after == ["answered", "answered"]
    assert {"DialCallSid", "DialCallDuration"}.isdisjoint(product.told("/after")[1])
    ended = product.told("/room")[-1]
    assert ended["StatusCallbackEvent"] == "conference-end"
    assert ended["ReasonConferenceEnded"] == "conference-ended-via-api"


def test_when_the_caller_hangs_up_the_room_ends_and_the_agent_goes_on(product, network):
    caller, agent = room(product, network)
    network.hang_up(caller, by="person")
    network.clock.run_until(lambda: agent.ended)
    network.clock.run_for(1)

    assert words(agent)[-1] == "Terima kasih."
    leaves = [form for form in product.told("/room") if "ReasonParticipantLeft" in form]
    assert [(form["ParticipantLabel"], form["ReasonParticipantLeft"]) for form in leaves] == [
        ("caller", "participant_hung_up"),
        ("agent", "conference_ended"),
    ]
    assert leaves[0]["ParticipantCallStatus"] == "completed"
    ended = product.told("/room")[-1]
    assert ended["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert ended["CallSidEndingConference"] == caller.sid
    statuses = {form["CallSid"]: form["CallStatus"] for form in product.told("/after")}
    assert statuses == {caller.sid: "completed", agent.sid: "in-progress"}


def test_the_last_one_out_ends_the_room(product, network):
    caller, agent = room(product, network)
    caller.seat.end_on_exit = False
    network.hang_up(caller, by="person")
    network.clock.run_for(1)
    assert agent.state == "waiting"
    network.hang_up(agent, by="person")
    network.clock.run_for(1)
    assert product.told("/room")[-1]["ReasonConferenceEnded"] == "last-participant-left"


def test_on_hold_nobody_hears_anybody_and_the_hold_music_plays(product, network):
    product.says("/music", "<Say>Mohon tunggu.</Say>")
    caller, agent = room(product, network)
    sid, key = caller.seat.conference.sid, "caller"
    hold = {"Hold": ["true"], "HoldUrl": [product.url("/music")]}
    rest_conferences.change(network, hold, sid, key)
    network.clock.run_for(3)
    assert (caller.state, words(caller)[-1]) == ("held", "Mohon tunggu.")
    assert not caller.seat.hears(agent.seat)
    assert not agent.seat.hears(caller.seat)
    rest_conferences.change(network, {"Hold": ["false"]}, sid, key)
    network.clock.run_for(1)
    assert caller.state == "talking"
    held = [form["Hold"] for form in product.told("/room") if "hold" in form["StatusCallbackEvent"]]
    assert held == ["true", "false"]


def test_a_muted_participant_hears_and_is_not_heard_and_a_coach_only_by_one(product, network):
    caller, agent = room(product, network)
    conference = caller.seat.conference
    rest_conferences.change(network, {"Muted": ["true"]}, conference.sid, agent.sid)
    assert agent.seat.hears(caller.seat)
    assert not caller.seat.hears(agent.seat)
    rest_conferences.change(network, {"Muted": ["false"]}, conference.sid, agent.sid)
    asked = {"To": [SECOND_AGENT], "From": [LINE], "Label": ["coach"], "Coaching": ["true"]}
    asked["CallSidToCoach"] = [agent.sid]
    rest_conferences.add(network, asked, conference.sid)
    network.clock.run_until(lambda: network.ringing(SECOND_AGENT))
    network.answer(SECOND_AGENT)
    network.clock.run_until(lambda: conference.seat("coach"))
    coach = conference.seat("coach")
    assert coach.hears(caller.seat)
    assert agent.seat.hears(coach)
    assert not caller.seat.hears(coach)
    network.hang_up(caller, by="person")
    network.clock.run_until(lambda: coach.call.ended)  # it has no document to go on with


def test_a_participant_put_out_goes_on_after_its_dial(product, network):
    caller, agent = room(product, network)
    rest_conferences.kick(network, {}, caller.seat.conference.sid, agent.sid)
    network.clock.run_until(lambda: agent.ended)
    assert words(agent)[-1] == "Terima kasih."
    assert caller.state == "waiting"


def test_the_wait_document_of_a_conference_is_played_once(product, network):
    product.says("/leg", '<Dial><Conference waitUrl="/music">room-1</Conference></Dial>')
    product.says("/music", "<Say>Sebentar.</Say>")
    agent = ring(product, network)
    network.clock.run_until(lambda: network.ringing(AGENT))
    network.answer(AGENT)
    network.clock.run_for(60)
    assert (agent.state, words(agent)) == ("waiting", ["Sebentar."])


def test_a_new_participant_is_announced_by_a_beep(product, network):
    caller, agent = room(product, network)
    asked = {"To": [SECOND_AGENT], "From": [LINE], "EarlyMedia": ["true"]}
    rest_conferences.add(network, asked, caller.seat.conference.sid)
    network.clock.run_until(lambda: network.ringing(SECOND_AGENT))
    network.answer(SECOND_AGENT)
    network.clock.run_until(lambda: len(caller.seat.conference.seats) == 3)
    assert [words(call)[-1] for call in (caller, agent)] == ["(bip)", "(bip)"]


def test_a_live_call_can_be_led_elsewhere_and_hung_up_by_rest(product, network):
    caller, agent = room(product, network)
    product.says("/elsewhere", '<Say>Di sini.</Say><Pause length="60"/>')
    rest_calls.update(network, {"Url": [product.url("/elsewhere")]}, caller.sid)
    network.clock.run_until(lambda: words(caller)[-1:] == ["Di sini."])
    rest_calls.update(network, {"Status": ["completed"]}, caller.sid)
    network.clock.run_for(1)
    assert (caller.status, caller.ended_by) == ("completed", "rest")
    network.clock.run_until(lambda: agent.ended)  # the caller's exit had ended the conference


def test_the_log_tells_who_spoke_with_whom_and_who_hung_up(product, network):
    caller, agent = room(product, network)
    network.hang_up(caller, by="person")
    network.clock.run_for(5)
    story = [
        (entry["kind"], entry.get("call") == caller.sid)
        for entry in kinds(network, "queued", "left-queue", "joined-conference", "hung-up")
    ]
    assert story == [
        ("queued", True),
        ("joined-conference", False),
        ("left-queue", True),
        ("joined-conference", True),
        ("hung-up", True),
        ("hung-up", False),
    ]
    assert [entry["by"] for entry in kinds(network, "hung-up")] == ["person", "application"]
    assert agent.ended


def test_a_wait_document_that_fails_means_no_conference(product, network):
    product.says("/voice", '<Dial><Conference waitUrl="/music">room-1</Conference></Dial>')
    product.documents["/music"] = (500, "oops")
    caller = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: caller.ended)
    assert "application error" in words(caller)[0]
    assert network.conferences[0].status == "completed"


def test_a_label_is_given_to_one_participant_only(product, network):
    product.says("/voice", '<Dial><Conference participantLabel="x">room-1</Conference></Dial>')
    calls = [network.dial(LINE, caller) for caller in (CALLER, SECOND_CALLER)]
    network.clock.run_until(lambda: all(call.seat for call in calls))
    assert [call.seat.label for call in calls] == ["x", ""]
    assert [entry["error"] for entry in kinds(network, "webhook-fault")] == [16025]


def test_the_star_leaves_a_conference_that_says_so(product, network):
    product.says(
        "/voice",
        '<Dial hangupOnStar="true"><Conference waitUrl="">room-1</Conference></Dial>',
        "<Say>Selesai.</Say>",
    )
    caller = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: caller.seat)
    network.press(caller, "1")
    network.clock.run_for(1)
    assert caller.seat
    network.press(caller, "*")
    network.clock.run_until(lambda: caller.ended)
    assert words(caller) == ["Selesai."]
