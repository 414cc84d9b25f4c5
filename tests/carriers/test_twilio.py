"""Twilio: its own validator as the oracle of the signature, its documents, and its REST."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.exceptions import ConnectTimeout
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from callcenter.carriers import CARRIERS, CommandFailed, CommandGone, Urls
from callcenter.carriers.twilio import Twilio, facts, signature, twiml
from callcenter.rules.verbs import (
    Ask,
    Forward,
    GoOn,
    Hangup,
    Leave,
    Meet,
    Music,
    Record,
    Say,
    Spoken,
    Wait,
    WaitOn,
)
from callcenter.settings.shape import Carrier as CarrierSettings

TOKEN = "0123456789abcdef"
URL = "https://voice.example.go.id/voice/answer/k1.abc"
ORACLE = RequestValidator(TOKEN)

# The signature --------------------------------------------------------------------------------

FORMS = {
    "none": [],
    "one": [("CallSid", "CA1")],
    "unsorted": [("To", "+62318293097"), ("CallSid", "CA1"), ("From", "+6281234567890")],
    "blank values count": [("CallSid", "CA1"), ("Digits", ""), ("FromCity", "")],
    "a key again with another value": [("A", "2"), ("A", "1"), ("B", "x")],
    "a key again with the same value": [("A", "1"), ("A", "1"), ("B", "x")],
    "letters of the world": [("FromCity", "Sidoarjo – ꦱꦸꦫꦧꦪ 🎉"), ("Naïve", "é")],
    "upper before lower": [("a", "1"), ("B", "2"), ("_", "3")],
    "what looks like another field": [("Call", "SidCA1"), ("CallSid", "CA1")],
}


@pytest.mark.parametrize("url", [URL, f"{URL}?line=%2B62318293097&x=", "http://127.0.0.1:8001/v"])
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_signature_is_that_of_twilios_own_library(form, url):
    assert signature.sign(TOKEN, url, form) == ORACLE.compute_signature(url, MultiDict(form))


@given(form=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=8))
def test_whatever_the_fields(form):
    assert signature.sign(TOKEN, URL, form) == ORACLE.compute_signature(URL, MultiDict(form))


FORM = [("CallSid", "CA1"), ("Digits", "1")]
SIGNED = ORACLE.compute_signature(URL, MultiDict(FORM))


def test_what_the_carrier_signed_is_genuine():
    assert signature.genuine([TOKEN], URL, FORM, SIGNED)


def test_two_tokens_are_valid_while_one_is_changed():
    assert signature.genuine(["newer", TOKEN], URL, FORM, SIGNED)
    assert signature.genuine([TOKEN, ""], URL, FORM, SIGNED)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        (URL + "x", FORM),
        (URL + "?a=b", FORM),
        (URL.replace("https", "http"), FORM),
        (URL, FORM[:1]),
        (URL, [("CallSid", "CA1"), ("Digits", "2")]),
        (URL, [*FORM, ("More", "")]),
        (URL, [("callsid", "CA1"), ("Digits", "1")]),
    ],
)
def test_anything_else_is_not(url, form):
    assert not signature.genuine([TOKEN], url, form, SIGNED)


@pytest.mark.parametrize("signed", ["", "x", SIGNED[:-1], SIGNED + "=", "é" * 28, SIGNED.lower()])
def test_nor_is_another_signature(signed):
    assert not signature.genuine([TOKEN], URL, FORM, signed)


@pytest.mark.parametrize("tokens", [[], [""], ["", ""]])
def test_without_a_token_nothing_is_genuine(tokens):
    empty = RequestValidator("").compute_signature(URL, MultiDict(FORM))
    assert not signature.genuine(tokens, URL, FORM, empty)


def test_a_get_carries_everything_in_its_address():
    url = f"{URL}?CallSid=CA1&Digits=1"
    signed = ORACLE.compute_signature(url, {})
    assert twilio().genuine("GET", url, FORM, signed)
    assert not twilio().genuine("POST", url, FORM, signed)


# Facts --------------------------------------------------------------------------------

EVERYTHING = {
    "CallSid": "CA1",
    "AccountSid": "AC1",
    "From": "+6281234567890",
    "To": "+62318293097",
    "CallStatus": "in-progress",
    "Digits": "1",
    "Timestamp": "Mon, 13 Apr 2020 02:00:00 +0000",
    "SequenceNumber": "3",
    "CallDuration": "61",
    "QueueResult": "redirected-from-bridged",
    "QueueSid": "QU1",
    "QueueTime": "42",
    "QueuePosition": "7",
    "ConferenceSid": "CF1",
    "FriendlyName": "r-1",
    "StatusCallbackEvent": "participant-leave",
    "ReasonParticipantLeft": "participant_hung_up",
    "DialCallStatus": "answered",
    "DialBridged": "true",
    "ErrorCode": "11200",
}


def test_every_field_has_its_place():
    said = facts.facts(EVERYTHING)

    assert (said.call, said.account, said.status) == ("CA1", "AC1", "in-progress")
    assert (said.caller, said.dialled) == ("+6281234567890", "+62318293097")
    assert (said.digits, said.sequence, said.duration_s) == ("1", "3", 61)
    assert said.at == datetime(2020, 4, 13, 2, tzinfo=UTC)
    assert (said.queue_result, said.queue_sid) == ("redirected-from-bridged", "QU1")
    assert (said.queue_time_s, said.queue_position) == (42, 7)
    assert (said.conference, said.room) == ("CF1", "r-1")
    assert (said.conference_event, said.left_because) == (
        "participant-leave",
        "participant_hung_up",
    )
    assert (said.dial_status, said.bridged, said.error_code) == ("answered", True, "11200")
    assert said.malformed == ""


@pytest.mark.parametrize("key", EVERYTHING)
def test_a_field_that_is_missing_is_empty_and_all_others_stay(key):
    whole = facts.facts(EVERYTHING)
    without = facts.facts({k: v for k, v in EVERYTHING.items() if k != key})
    changed = [
        name
        for name in whole.__dataclass_fields__
        if getattr(whole, name) != getattr(without, name)
    ]
    assert len(changed) == 1
    assert not getattr(without, changed[0])


def test_nothing_at_all_is_no_error():
    assert facts.facts({}).malformed == ""


def test_other_names_of_the_same():
    said = facts.facts({"Caller": "anonymous", "Called": "031-8293097"})
    assert (said.caller, said.dialled) == ("anonymous", "+62318293097")


@given(
    form=st.dictionaries(
        st.sampled_from([*EVERYTHING, "Caller", "Called", "Other"]), st.text(max_size=40)
    )
)
def test_no_form_whatever_is_an_error(form):
    facts.facts(form)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Mon, 13 Apr 2020 02:00:00 +0000", datetime(2020, 4, 13, 2, tzinfo=UTC)),
        ("Mon, 13 Apr 2020 09:00:00 +0700", datetime(2020, 4, 13, 2, tzinfo=UTC)),
        ("Mon, 13 Apr 2020 02:00:00 Etc/UTC", datetime(2020, 4, 13, 2, tzinfo=UTC)),
        ("2020-04-13T02:00:00Z", datetime(2020, 4, 13, 2, tzinfo=UTC)),
        ("2020-04-13T09:00:00.5+07:00", datetime(2020, 4, 13, 2, 0, 0, 500000, tzinfo=UTC)),
        ("2020-04-13 02:00:00", datetime(2020, 4, 13, 2, tzinfo=UTC)),
        ("", None),
        ("yesterday", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("Mon, 13 Apr 2020 02:00:00 +9999999999", None),
    ],
)
def test_times_in_every_dialect(text, at):
    assert facts.timestamp(text) == at


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallSid", "CA1 CA2"),
        ("CallSid", "../etc"),
        ("CallSid", "C" * 129),
        ("Digits", "1a"),
        ("Digits", "1" * 33),
        ("QueueTime", "-1"),
        ("QueueTime", "1" * 10),
        ("SequenceNumber", "one"),
        ("CallDuration", "1.5"),
        ("CallStatus", "x" * 65),
        ("CallStatus", "two words"),
        ("QueueResult", "x" * 65),
        ("QueueSid", "Q" * 129),
        ("FromCity", "x" * 4097),
        ("FromCity", "a\x00b"),
    ],
)
def test_a_field_that_is_not_what_a_carrier_sends(name, value):
    assert facts.facts(EVERYTHING | {name: value}).malformed == name


@pytest.mark.parametrize("digits", ["", "0123456789*#", "hangup"])
def test_keys_that_are_pressed(digits):
    said = facts.facts(EVERYTHING | {"Digits": digits})
    assert (said.digits, said.malformed) == (digits, "")


# Documents --------------------------------------------------------------------------------

URLS = Urls(
    next="https://x.test/next?a=1&b=2#rc=2",
    wait="https://x.test/wait",
    left="https://x.test/left",
    met="https://x.test/met",
    room="https://x.test/room",
    audio="https://x.test/audio",
)
HELLO = Say("greeting", Spoken("Halo & <selamat>", "id", "Google.id-ID-Wavenet-A"))


def document(*verbs):
    return ElementTree.fromstring(twiml.render(verbs, URLS))


def test_nothing_to_say_is_an_empty_document():
    assert twiml.render((), URLS) == (
        b'<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    )


def test_words_keep_their_signs():
    (say,) = document(HELLO)
    assert (say.tag, say.text) == ("Say", "Halo & <selamat>")
    assert say.attrib == {"language": "id-ID", "voice": "Google.id-ID-Wavenet-A"}


def test_a_recording_is_played():
    (play,) = document(Say("greeting", Spoken("", "jv", recording="jv/greeting")))
    assert (play.tag, play.text) == ("Play", "https://x.test/audio/jv/greeting")


def test_a_question_comes_back_even_in_silence():
    (gather,) = document(Ask((HELLO, HELLO), digits=4, timeout_s=8))
    assert [verb.tag for verb in gather] == ["Say", "Say"]
    assert gather.attrib == {
        "action": URLS.next,
        "input": "dtmf",
        "numDigits": "4",
        "timeout": "8",
        "finishOnKey": "",
        "actionOnEmptyResult": "true",
    }


def test_the_queue():
    say, enqueue = document(HELLO, Wait("confirmation"))
    assert (say.tag, enqueue.tag, enqueue.text) == ("Say", "Enqueue", "confirmation")
    assert enqueue.attrib == {"action": URLS.left, "waitUrl": URLS.wait}


def test_the_wait():
    play, redirect = document(Music(), WaitOn())
    assert (play.tag, play.text) == ("Play", "https://x.test/audio/music")
    assert (redirect.tag, redirect.text) == ("Redirect", URLS.next)
    assert [verb.tag for verb in document(Leave())] == ["Leave"]


def test_a_recording_is_told_to_its_documents_own_address_and_silence_comes_back_to_us():
    """The carrier tells an empty recording to nobody: then the next verb follows."""
    say, record, redirect = document(HELLO, Record(most_s=90, finish="#", silence_s=6))
    assert (say.tag, record.tag) == ("Say", "Record")
    assert record.attrib == {
        "maxLength": "90",
        "finishOnKey": "#",
        "timeout": "6",
        "playBeep": "true",
    }
    assert (redirect.tag, redirect.text) == ("Redirect", URLS.next)
    assert [verb.text for verb in document(GoOn())] == [URLS.next]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"RecordingSid": "RE1", "RecordingDuration": "12"}, ("RE1", 12, "")),
        ({"RecordingSid": "RE1"}, ("RE1", None, "")),
        ({"RecordingDuration": "-1"}, ("", None, "")),
        ({"RecordingSid": "../RE1"}, ("../RE1", None, "RecordingSid")),
    ],
)
def test_a_recording_is_known_by_its_id_and_its_address_is_not_read(form, told):
    said = facts.facts(form | {"RecordingUrl": "https://evil.example/RE1"})
    assert (said.recording, said.recording_s, said.malformed) == told
    assert "evil" not in repr(said)


@pytest.mark.parametrize(("role", "ends"), [("caller", "true"), ("agent", "false")])
def test_a_meeting_ends_with_the_caller_only(role, ends):
    (dial,) = document(Meet("r-1", role))
    (room,) = dial
    assert dial.attrib == {"action": URLS.met, "timeLimit": "14400"}
    assert (room.tag, room.text) == ("Conference", "r-1")
    assert room.get("endConferenceOnExit") == ends
    assert (room.get("startConferenceOnEnter"), room.get("beep")) == ("true", "false")
    assert (room.get("participantLabel"), room.get("waitUrl")) == (role, "")
    assert room.get("statusCallback") == URLS.room
    assert {"join", "leave"} <= set(room.get("statusCallbackEvent").split())


def test_another_telephone():
    (dial,) = document(Forward("+62315550101", "+62318293097"))
    assert (dial.get("callerId"), dial.get("action")) == ("+62318293097", URLS.met)
    assert [(number.tag, number.text) for number in dial] == [("Number", "+62315550101")]
    assert "callerId" not in document(Forward("+62315550101"))[0].attrib


def test_the_end():
    assert [verb.tag for verb in document(HELLO, Hangup())] == ["Say", "Hangup"]


# REST --------------------------------------------------------------------------------


class Recording(HttpClient):
    """Keeps what was asked and answers as told: a status and a body, or an error."""

    def __init__(self, *answers):
        super().__init__(None, False, None)
        self.asked, self.answers = [], list(answers)

    def request(self, method, url, params=None, data=None, headers=None, auth=None, **_):
        self.asked.append((method, url, params or {}, data or {}, auth))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return Response(*answer)


def twilio(http=None, **more) -> Twilio:
    account = {"account_sid": "AC" + "0" * 32, "auth_token": TOKEN, "api_base": "https://x.test"}
    carrier = CARRIERS["twilio"](CarrierSettings(**account | more))
    carrier.use(http)
    return carrier


CALL = (201, '{"sid": "CA9", "status": "queued"}')
PREFIX = "https://x.test/2010-04-01/Accounts/AC" + "0" * 32


def test_a_ring():
    http = Recording(CALL)
    sid = twilio(http).ring(
        to="+6281200000001", shown="+62318293097", url=URL, status_url=URL + "s", timeout_s=25
    )

    ((method, url, _, asked, auth),) = http.asked
    assert sid == "CA9"
    assert (method, url) == ("POST", f"{PREFIX}/Calls.json")
    assert (asked["To"], asked["From"], asked["Timeout"]) == (
        "+6281200000001",
        "+62318293097",
        25,
    )
    assert (asked["Url"], asked["Method"]) == (URL, "POST")
    assert asked["StatusCallback"] == URL + "s"
    assert set(asked["StatusCallbackEvent"]) == {"initiated", "ringing", "answered", "completed"}
    assert auth == ("AC" + "0" * 32, TOKEN)


def test_a_key_of_the_interface_is_used_where_there_is_one():
    http = Recording(CALL)
    twilio(http, api_key_sid="SK1", api_key_secret="s").ring(
        to="+6281200000001", shown="+62318293097", url=URL, status_url=URL, timeout_s=25
    )
    assert http.asked[0][4] == ("SK1", "s")
    assert http.asked[0][1] == f"{PREFIX}/Calls.json"  # the account is ours still


@pytest.mark.parametrize(
    ("command", "path", "fields"),
    [
        (
            lambda it: it.fetch(call="CA1", queue="QU1", url=URL),
            "/Queues/QU1/Members/CA1.json",
            {"Url": URL, "Method": "POST"},
        ),
        (
            lambda it: it.redirect(call="CA1", url=URL),
            "/Calls/CA1.json",
            {"Url": URL, "Method": "POST"},
        ),
        (lambda it: it.hang_up(call="CA1"), "/Calls/CA1.json", {"Status": "completed"}),
        (
            lambda it: it.seat(conference="CF1", call="CA1", hold=True, music=URL),
            "/Conferences/CF1/Participants/CA1.json",
            {"Hold": "true", "HoldUrl": URL, "HoldMethod": "POST"},
        ),
        (
            lambda it: it.seat(conference="CF1", call="CA1", hold=False),
            "/Conferences/CF1/Participants/CA1.json",
            {"Hold": "false"},
        ),
        (
            lambda it: it.seat(conference="CF1", call="CA1", muted=True),
            "/Conferences/CF1/Participants/CA1.json",
            {"Muted": "true"},
        ),
    ],
    ids=["fetch", "redirect", "hang up", "hold", "resume", "mute"],
)
def test_a_command(command, path, fields):
    http = Recording((200, '{"sid": "CA1"}'))
    command(twilio(http))

    ((method, url, _, asked, _),) = http.asked
    assert (method, url) == ("POST", PREFIX + path)
    assert {key: value for key, value in asked.items() if value is not None} == fields


def test_what_became_of_a_request_without_an_answer():
    http = Recording((200, '{"calls": [{"sid": "CA8"}, {"sid": "CA9"}], "next_page_uri": null}'))
    since = datetime(2020, 4, 13, 2, tzinfo=UTC)

    assert twilio(http).legs_to("+6281200000001", since) == ["CA8", "CA9"]
    query = http.asked[0][2] or parse_qs(urlsplit(http.asked[0][1]).query)
    assert query["To"] == "+6281200000001"
    assert query["StartTime>"] == "2020-04-13T02:00:00Z"


def test_our_lines():
    number = (
        '{"phone_number": "+62318293097", "voice_url": "v", "voice_fallback_url": "f", '
        '"status_callback": "s"}'
    )
    body = f'{{"incoming_phone_numbers": [{number}], "next_page_uri": null}}'
    http = Recording((200, body))
    assert twilio(http).lines() == {"+62318293097": {"voice": "v", "fallback": "f", "status": "s"}}


@pytest.mark.parametrize(
    ("answer", "raised", "code"),
    [
        ((404, '{"code": 20404, "message": "no", "status": 404}'), CommandGone, 20404),
        ((400, '{"code": 21220, "message": "ended", "status": 400}'), CommandGone, 21220),
        ((400, '{"code": 21211, "message": "bad", "status": 400}'), CommandGone, 21211),
        ((429, '{"code": 20429, "message": "slow", "status": 429}'), CommandFailed, None),
        ((401, '{"code": 20003, "message": "who", "status": 401}'), CommandFailed, None),
        ((500, '{"code": 20500, "message": "us", "status": 500}'), CommandFailed, None),
        ((503, "<html>busy</html>"), CommandFailed, None),
        (ConnectTimeout(), CommandFailed, None),
        (ConnectionResetError(), CommandFailed, None),
    ],
)
def test_errors_are_gone_for_good_or_worth_another_try(answer, raised, code):
    with pytest.raises(raised) as caught:
        twilio(Recording(answer)).redirect(call="CA1", url=URL)
    if code:
        assert caught.value.code == code
    assert URL not in str(caught.value)
