"""Telephones that are rung, by REST and by a document that dials them."""

import pytest

from callcenter.simulator.network import Refused
from callcenter.simulator.rest import calls as rest_calls
from tests.simulator.fake_product import AGENT, CALLER, LINE, SECOND_AGENT, words
from tests.simulator.scenes import ring, room


@pytest.mark.parametrize(
    ("mode", "status", "sip"), [("busy", "busy", "486"), ("off", "no-answer", "480")]
)
def test_a_telephone_may_be_busy_or_off(product, network, mode, status, sip):
    network.install(AGENT, "", mode=mode)
    leg = ring(product, network)
    network.clock.run_until(lambda: leg.ended)
    network.clock.run_for(1)
    last = product.told("/leg-status")[-1]
    assert (leg.status, last["CallStatus"], last["SipResponseCode"]) == (status, status, sip)
    assert last["CallDuration"] == "0"


def test_a_telephone_in_a_call_is_busy(product, network):
    room(product, network)
    second = ring(product, network)
    network.clock.run_until(lambda: second.ended)
    assert second.status == "busy"


@pytest.mark.parametrize("to", [AGENT, "+6281999999999"])  # the second has no telephone
def test_an_unanswered_leg_rings_until_its_time_out(product, network, to):
    leg = ring(product, network, to=to, Timeout="20")
    network.clock.run_until(lambda: leg.status == "ringing")
    began = network.now()
    network.clock.run_until(lambda: leg.ended)
    assert ((network.now() - began).total_seconds(), leg.status) == (20, "no-answer")
    assert product.told("/leg") == []


def test_a_refused_leg_is_busy_and_a_cancelled_one_canceled(product, network):
    product.says("/leg")
    refused = ring(product, network)
    network.clock.run_until(lambda: network.ringing(AGENT))
    network.reject(AGENT)
    network.clock.run_until(lambda: refused.ended)
    cancelled = ring(product, network)
    network.clock.run_until(lambda: network.ringing(AGENT))
    rest_calls.update(network, {"Status": ["canceled"]}, cancelled.sid)
    network.clock.run_for(1)
    assert (refused.status, cancelled.status) == ("busy", "canceled")
    with pytest.raises(Refused, match="nothing rings"):
        network.answer(AGENT)


DIAL = '<Dial action="/after" timeout="20" callerId="{line}">{numbers}</Dial>'


def dialled(product, network, *numbers, **more):
    """A caller whose document dials telephones."""
    nouns = "".join(numbers)
    product.says("/voice", DIAL.format(line=LINE, numbers=nouns))
    product.says("/after", "<Say>Selesai.</Say>")
    caller = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: network.ringing(AGENT))
    return caller


def number(to=AGENT, more=""):
    return (
        f'<Number statusCallback="/child" statusCallbackEvent="initiated ringing answered '
        f'completed" {more}>{to}</Number>'
    )


def test_a_dialled_number_is_connected_and_its_end_reported(product, network):
    caller = dialled(product, network, number())
    leg = network.answer(AGENT)
    network.clock.run_until(lambda: caller.state == "talking")
    assert caller.bridge.other(caller) is leg
    assert caller.bridge.other(leg) is caller
    network.clock.run_for(7)
    network.hang_up(leg, by="person")
    network.clock.run_until(lambda: caller.ended)

    after = product.told("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "true")
    assert (after["DialCallSid"], after["DialCallDuration"]) == (leg.sid, "7")
    child = product.told("/child")
    assert [form["CallStatus"] for form in child] == [
        *("initiated", "ringing", "in-progress", "completed"),
    ]
    assert {form["ParentCallSid"] for form in child} == {caller.sid}
    assert (child[0]["Direction"], child[0]["From"]) == ("outbound-dial", LINE)


def test_the_first_of_two_telephones_to_answer_silences_the_other(product, network):
    caller = dialled(product, network, number(), number(SECOND_AGENT))
    network.clock.run_until(lambda: network.ringing(SECOND_AGENT))
    leg = network.answer(SECOND_AGENT)
    network.clock.run_until(lambda: caller.state == "talking")
    network.clock.run_for(1)
    assert network.ringing(AGENT) is None
    network.hang_up(caller, by="person")
    network.clock.run_for(1)
    assert leg.ended
    after = product.told("/after")[0]
    assert (after["DialCallStatus"], after["CallStatus"]) == ("completed", "completed")


def test_a_whisper_that_hangs_up_leaves_the_two_unconnected(product, network):
    product.says("/whisper", "<Say>Tekan satu.</Say><Hangup/>")
    caller = dialled(product, network, number(more='url="/whisper"'))
    leg = network.answer(AGENT)
    network.clock.run_until(lambda: caller.ended)
    assert words(leg) == ["Tekan satu."]
    after = product.told("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("completed", "false")


def test_a_whisper_that_ends_connects_them(product, network):
    product.says("/whisper", "<Say>Panggilan.</Say>")
    caller = dialled(product, network, number(more='url="/whisper"'))
    network.answer(AGENT)
    network.clock.run_until(lambda: caller.state == "talking")
    assert [form["ParentCallSid"] for form in product.told("/whisper")] == [caller.sid]


def test_a_dial_nobody_answers_goes_on_with_its_action(product, network):
    caller = dialled(product, network, number())
    network.clock.run_until(lambda: caller.ended)
    after = product.told("/after")[0]
    assert (after["DialCallStatus"], after["DialBridged"]) == ("no-answer", "false")
    assert "DialCallDuration" not in after
    assert words(caller) == ["Selesai."]


def test_a_caller_who_gives_up_stops_the_ringing(product, network):
    caller = dialled(product, network, number())
    network.hang_up(caller, by="person")
    network.clock.run_for(1)
    assert network.ringing(AGENT) is None
    assert product.told("/after")[0]["DialCallStatus"] == "canceled"
    assert not network.live
