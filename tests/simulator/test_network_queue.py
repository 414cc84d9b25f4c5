"""Waiting in a queue, and every way out of it."""

from callcenter.simulator.calls import Target
from callcenter.simulator.script import Diverted
from tests.simulator.fake_product import CALLER, LINE, SECOND_CALLER, kinds, words

WAIT = '<Enqueue waitUrl="/wait" action="/left">confirmation</Enqueue>'
MUSIC = "<Say>Mohon menunggu.</Say><Pause length='5'/>"


def queued(product, network, caller=CALLER):
    product.says("/voice", WAIT)
    product.documents.setdefault("/wait", f"<Response>{MUSIC}</Response>")
    product.says("/left", "<Say>Selamat jalan.</Say>")
    call = network.dial(LINE, caller)
    network.clock.run_until(lambda: call.state == "queue" and call.said)
    return call


def test_the_wait_document_is_asked_for_again_for_ever_and_told_the_place(product, network):
    call = queued(product, network)
    network.clock.run_for(20)
    queued(product, network, SECOND_CALLER)
    network.clock.run_for(1)

    first, *_, last = product.told("/wait")
    assert len(product.told("/wait")) > 3
    assert words(call).count("Mohon menunggu.") >= 3
    assert (first["QueuePosition"], first["CurrentQueueSize"], first["QueueTime"]) == (
        "1",
        "1",
        "0",
    )
    assert (last["QueuePosition"], last["CurrentQueueSize"]) == ("2", "2")
    assert first["MaxQueueSize"] == "1000"
    assert last["QueueSid"] == first["QueueSid"] == network.queue("confirmation").sid
    assert first["CallStatus"] == "in-progress"


def test_a_caller_who_hangs_up_is_reported_with_the_time_waited(product, network):
    call = queued(product, network)
    network.clock.run_for(9)
    network.hang_up(call, by="person")
    network.clock.run_for(5)

    left = product.told("/left")[0]
    assert (left["QueueResult"], left["CallStatus"]) == ("hangup", "completed")
    assert left["QueueTime"] == "9"
    assert product.paths()[-2:] == ["/left", "/status"]  # the queue first, then the number
    assert network.queue("confirmation").places == []
    assert "Selamat jalan." not in words(call)  # the answer comes too late to be heard


def test_leave_goes_to_the_action_at_once(product, network):
    product.says("/wait", '<Gather numDigits="1" action="/wait-key" timeout="60"/>')
    product.says("/wait-key", "<Leave/>")
    call = queued_silently(product, network)
    network.press(call, "1")
    network.clock.run_until(lambda: call.ended)

    key, left = product.told("/wait-key")[0], product.told("/left")[0]
    assert (key["Digits"], key["QueuePosition"]) == ("1", "1")
    assert (left["QueueResult"], left["CallStatus"]) == ("leave", "in-progress")
    assert words(call) == ["Selamat jalan."]


def test_leave_without_an_action_goes_on_after_the_queue(product, network):
    product.says("/voice", '<Enqueue waitUrl="/wait">confirmation</Enqueue><Say>Lalu.</Say>')
    product.says("/wait", "<Say>Sebentar.</Say><Leave/>")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    assert words(call) == ["Sebentar.", "Lalu."]


def queued_silently(product, network):
    product.says("/voice", WAIT)
    product.says("/left", "<Say>Selamat jalan.</Say>")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.keys is not None)
    return call


def test_a_redirect_inside_the_wait_document_stays_in_the_queue(product, network):
    product.says("/wait", "<Say>Satu.</Say><Redirect>/wait/2</Redirect>")
    product.says("/wait/2", "<Say>Dua.</Say>")
    call = queued(product, network)
    network.clock.run_for(5)
    assert words(call)[:3] == ["Satu.", "Dua.", "Satu."]
    assert product.told("/wait/2")[0]["QueuePosition"] == "1"
    assert call.state == "queue"


def test_hanging_up_on_a_caller_in_the_queue_is_reported_too(product, network):
    product.says("/wait", "<Say>Kami tutup.</Say><Hangup/>")
    call = queued(product, network)
    network.clock.run_until(lambda: call.ended)
    network.clock.run_for(1)
    assert product.told("/left")[0]["QueueResult"] == "hangup"
    assert call.ended_by == "application"


def test_without_a_wait_document_the_queue_is_silent(product, network):
    product.says("/voice", '<Enqueue action="/left">confirmation</Enqueue>')
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.state == "queue")
    network.clock.run_for(60)
    assert (call.state, call.said) == ("queue", [])


def test_a_full_queue_turns_the_next_caller_away_without_a_queue_time(product, network):
    network.queue("confirmation").max_size = 1
    queued(product, network)
    second = network.dial(LINE, SECOND_CALLER)
    network.clock.run_until(lambda: second.ended)
    left = product.told("/left")[0]
    assert left["QueueResult"] == "queue-full"
    assert {"QueueSid", "QueueTime"}.isdisjoint(left)
    assert words(second) == ["Selamat jalan."]


def test_a_wait_document_that_says_nothing_is_asked_for_once_a_second(product, network):
    product.says("/voice", WAIT)
    product.says("/wait")
    network.dial(LINE, CALLER)
    network.clock.run_for(60)
    assert 50 < len(product.told("/wait")) < 61


def test_a_verb_that_may_not_stand_in_a_wait_document_ends_the_wait(product, network):
    product.says("/wait", "<Dial>+6281100000001</Dial>")
    product.says("/voice", WAIT)
    product.says("/left")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    network.clock.run_for(1)
    assert product.told("/left")[0]["QueueResult"] == "error"
    assert "application error" in words(call)[0]
    assert "queue_wait" in kinds(network, "webhook-fault")[0]["text"]


def test_a_call_led_elsewhere_leaves_the_queue(product, network):
    call = queued(product, network)
    product.says("/elsewhere", "<Say>Di sini.</Say>")
    call.task.interrupt(Diverted(Target(product.url("/elsewhere"))))
    network.clock.run_until(lambda: call.ended)
    assert product.told("/left")[0]["QueueResult"] == "redirected"
    assert words(call)[-1] == "Di sini."
