"""What a caller hears and keys: speech, silence, keys, pauses, redirects, the end of a call."""

import pytest

from callcenter.simulator.network import Refused, Unknown
from tests.simulator.fake_product import CALLER, LINE, SECOND_CALLER, kinds, words

MENU = '<Gather numDigits="1" action="/chosen"><Say language="id-ID">Tekan satu.</Say></Gather>'


def test_a_caller_hears_the_menu_presses_a_key_and_goes_on(product, network):
    product.says("/voice", "<Say>Selamat pagi.</Say>", MENU)
    product.says("/chosen", "<Say>Terima kasih.</Say>", "<Hangup/>")
    call = network.dial(LINE, CALLER)
    assert call.state == "ringing"

    network.clock.run_until(lambda: "Tekan satu." in words(call))
    assert call.state == "menu"
    network.press(call, "1")
    network.clock.run_until(lambda: call.ended)

    assert words(call) == ["Selamat pagi.", "Tekan satu.", "Terima kasih."]
    assert call.said[1].language == "id-ID"
    assert (call.status, call.ended_by) == ("completed", "application")
    chosen = product.told("/chosen")[0]
    assert (chosen["Digits"], chosen["FinishedOnKey"], chosen["msg"]) == ("1", "", "Gather End")


def test_the_first_request_is_ringing_and_the_later_ones_are_in_progress(product, network):
    product.says("/voice", MENU)
    product.says("/chosen", "<Say>Terima kasih.</Say>")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.said)
    network.press(call, "1")
    network.clock.run_until(lambda: call.ended)
    network.clock.run_for(5)

    first, chosen, status = (heard.form for heard in product.heard)
    assert first["CallStatus"] == "ringing"
    assert chosen["CallStatus"] == "in-progress"
    assert (status["CallStatus"], status["SequenceNumber"]) == ("completed", "0")
    assert int(status["CallDuration"]) == call.talked_s


def test_a_key_cuts_the_speech_off_and_silence_waits_five_seconds_after_it(product, network):
    long = "kata " * 28  # 139 characters: about ten seconds of speech
    product.says("/voice", f'<Gather numDigits="1" action="/chosen"><Say>{long}</Say></Gather>')
    product.says("/chosen")
    patient = network.dial(LINE, CALLER)
    hasty = network.dial(LINE, SECOND_CALLER)
    network.clock.run_until(lambda: patient.said and hasty.said)
    network.press(hasty, "1")
    network.clock.run_until(lambda: hasty.ended)
    network.clock.run_until(lambda: patient.ended)

    assert hasty.talked_s == 0
    assert patient.talked_s == 14  # 139 / 14 s of speech, then 5 s of silence
    assert len(product.told("/chosen")) == 1  # silence is no answer: the document just goes on


def test_silence_falls_through_to_the_next_verb(product, network):
    product.says("/voice", MENU, "<Say>Maaf.</Say>", "<Redirect>/again</Redirect>")
    product.says("/again", "<Say>Sampai jumpa.</Say>")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    assert words(call) == ["Tekan satu.", "Maaf.", "Sampai jumpa."]


def test_silence_is_an_answer_where_the_question_asks_for_it(product, network):
    product.says("/voice", '<Gather actionOnEmptyResult="true" action="/chosen" timeout="2"/>')
    product.says("/chosen")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    chosen = product.told("/chosen")[0]
    assert (chosen["Digits"], chosen["FinishedOnKey"]) == ("", "")


@pytest.mark.parametrize(
    ("attributes", "keys", "digits", "finished_on"),
    [
        ("", "12#", "12", "#"),
        ('finishOnKey="*"', "1#2*", "1#2", "*"),
        ('numDigits="16"', "3578123456780001", "3578123456780001", ""),
        ('numDigits="4" finishOnKey=""', "12#4", "12#4", ""),
        ('timeout="3"', "12", "12", ""),  # the time-out sends what there is
    ],
)
def test_what_ends_a_number(product, network, attributes, keys, digits, finished_on):
    product.says("/voice", f'<Gather {attributes} action="/chosen"/>')
    product.says("/chosen")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.keys is not None)
    for key in keys:
        network.press(call, key)
        network.clock.run_for(0.5)
    network.clock.run_until(lambda: call.ended)
    chosen = product.told("/chosen")[0]
    assert (chosen["Digits"], chosen["FinishedOnKey"]) == (digits, finished_on)


def test_the_time_out_starts_again_with_each_key(product, network):
    product.says("/voice", '<Gather timeout="3" action="/chosen"/>')
    product.says("/chosen")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.keys is not None)
    for key in "1234":
        network.clock.run_for(2)
        network.press(call, key)
    network.clock.run_until(lambda: call.ended)
    assert product.told("/chosen")[0]["Digits"] == "1234"


def test_keys_nobody_listens_for_are_lost(product, network):
    product.says("/voice", "<Say>Selamat pagi.</Say>", MENU)
    product.says("/chosen")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.said)
    network.press(call, "9")
    network.clock.run_until(lambda: call.ended)
    assert [entry["key"] for entry in kinds(network, "key-lost")] == ["9"]
    assert product.told("/chosen") == []


def test_a_question_without_address_asks_its_own_document_again(product, network):
    product.says("/voice", '<Gather numDigits="1"/>')
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.keys is not None)
    network.press(call, "4")
    network.clock.run_until(lambda: call.ended)
    assert [form.get("Digits") for form in product.told("/voice")] == [None, "4"]


def test_pauses_files_and_repeats_take_their_time(product, network):
    product.says("/voice", '<Pause length="3"/><Play loop="2">/sound.mp3</Play><Pause/>')
    product.documents["/sound.mp3"] = (200, "not a WAV file: taken as four seconds")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    assert call.talked_s == 3 + 2 * 4 + 1
    assert words(call) == ["sound.mp3", "sound.mp3"]
    assert [heard.method for heard in product.heard if heard.path == "/sound.mp3"] == ["GET"]


def test_a_rejected_call_is_never_answered(product, network):
    product.says("/voice", '<Reject reason="busy"/>')
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    network.clock.run_for(1)
    assert (call.status, call.answered_at) == ("busy", None)
    assert product.told("/status")[0]["CallStatus"] == "busy"


def test_a_hidden_number_has_no_place_either(product, network):
    product.says("/voice")
    call = network.dial(LINE, "withheld")
    network.clock.run_until(lambda: call.ended)
    form = product.told("/voice")[0]
    assert (form["From"], form["Caller"]) == ("anonymous", "anonymous")
    assert {"FromCountry", "CallerCity", "ToCity"}.isdisjoint(form)
    assert form["ToCountry"] == "ID"


def test_an_indonesian_number_comes_with_its_country_and_empty_places(product, network):
    product.says("/voice")
    network.dial(LINE, "0812-3456-7890")
    network.clock.run_for(2)
    form = product.told("/voice")[0]
    assert (form["From"], form["FromCountry"], form["CalledCountry"]) == (CALLER, "ID", "ID")
    assert (form["FromCity"], form["FromState"], form["ToZip"]) == ("", "", "")
    assert form["CallSid"].startswith("CA")
    assert len(form["CallSid"]) == 34


def test_a_caller_may_hang_up_at_any_time(product, network):
    product.says("/voice", MENU)
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.said)
    network.hang_up(call, by="person")
    network.clock.run_for(5)
    assert (call.status, call.ended_by) == ("completed", "person")
    assert product.paths() == ["/voice", "/status"]
    with pytest.raises(Refused):
        network.press(call, "1")


def test_a_number_that_is_not_ours_cannot_be_called(network):
    with pytest.raises(Unknown, match="no line"):
        network.dial("+62311234567", CALLER)


def test_a_voice_of_another_language_says_nothing(product, network):
    voice = '<Say language="en-US" voice="Google.id-ID-Wavenet-A">Halo</Say>'
    product.says("/voice", voice, "<Say>Still here.</Say>")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    assert words(call) == ["Still here."]
    assert [entry["error"] for entry in kinds(network, "webhook-fault")] == [13512]
