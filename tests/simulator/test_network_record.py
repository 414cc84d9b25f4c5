"""``<Record>``: what a carrier tells of a recording, and that an empty one is told to nobody."""

from tests.simulator.fake_product import CALLER, LINE, words

RECORD = '<Record maxLength="120" finishOnKey="#"/><Redirect>/silent</Redirect>'


def recording(network, product, verb=RECORD):
    product.says("/voice", "<Say>Silakan.</Say>", verb)
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: "beep" in words(call))
    return call


def test_a_finishing_key_ends_it_and_tells_the_documents_own_address(network, product):
    call = recording(network, product)
    network.clock.run_for(7)
    network.press(call, "1")  # no finishing key: it goes on
    network.clock.run_for(5)
    product.says("/voice", "<Say>Terima kasih.</Say>", "<Hangup/>")
    network.press(call, "#")
    network.clock.run_until(lambda: call.ended)

    _, told = product.told("/voice")
    assert (told["RecordingDuration"], told["Digits"]) == ("12", "#")
    assert told["RecordingSid"].startswith("RE")
    assert told["RecordingUrl"].endswith(told["RecordingSid"])
    assert words(call)[-1] == "Terima kasih."


def test_an_action_is_told_instead_and_so_is_who_asked_for_the_status(network, product):
    asked = 'action="/kept" recordingStatusCallback="/recording"'
    product.says("/kept", "<Hangup/>")
    call = recording(network, product, f'<Record {asked} maxLength="3"/>')
    network.clock.run_until(lambda: call.ended)
    network.clock.run_for(5)

    (kept,) = product.told("/kept")
    (status,) = product.told("/recording")
    assert (kept["RecordingDuration"], kept["Digits"]) == ("3", "")
    assert status["RecordingSid"] == kept["RecordingSid"]
    assert (status["RecordingStatus"], status["CallSid"]) == ("completed", call.sid)
    assert "From" not in status


def test_nothing_said_is_told_to_nobody_and_the_next_verb_follows(network, product):
    product.says("/silent", "<Hangup/>")
    call = recording(network, product)
    network.press(call, "#")
    network.clock.run_until(lambda: call.ended)

    assert len(product.told("/silent")) == 1
    assert len(product.told("/voice")) == 1


def test_who_hangs_up_has_left_what_was_said_until_then(network, product):
    call = recording(network, product)
    network.clock.run_for(4)
    network.hang_up(call, by="person")
    network.clock.run_for(5)

    told = product.told("/voice")[-1]
    assert (told["CallStatus"], told["Digits"]) == ("completed", "hangup")
    assert told["RecordingDuration"] == "4"
