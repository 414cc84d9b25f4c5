"""Signatures against Twilio's own validator, and how requests are brought to the product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from callcenter.simulator.addresses import split
from callcenter.simulator.clock import VirtualClock
from callcenter.simulator.delivery import Post, deliver, signed
from callcenter.simulator.network import Network
from callcenter.simulator.signing import signature
from callcenter.simulator.transport import HttpTransport, Reply, Unreachable, WsgiTransport
from tests.simulator.fake_product import CALLER, LINE, START, TOKEN, config, kinds, words

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
FORM = st.dictionaries(TEXT.filter(bool), TEXT, max_size=8)


def test_the_documented_vector():
    form = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", "+14158675309"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature(url, form, "12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@given(FORM)
def test_twilios_validator_accepts_any_form_blank_values_too(form):
    url = "https://cc.example.test/voice/x?line=%2B62"
    assert RequestValidator(TOKEN).validate(url, form, signature(url, form.items(), TOKEN))


def test_a_repeated_key_counts_each_different_value_once():
    url, many = "https://cc.example.test/x", [("a", "2"), ("a", "1"), ("a", "2")]
    assert signature(url, many, TOKEN) == signature(url, [("a", "1"), ("a", "2")], TOKEN)


def test_a_get_request_carries_its_form_in_the_query_and_signs_the_whole_address():
    request = signed(Post("https://cc.test/voice?x=1", "GET", (("To", "+62 1"),), "t"), TOKEN)
    assert request.url == "https://cc.test/voice?x=1&To=%2B62+1"
    given = request.headers["X-Twilio-Signature"]
    assert RequestValidator(TOKEN).validate(request.url, {}, given)


def test_every_request_of_a_call_is_signed(product, network):
    product.says("/voice", '<Enqueue waitUrl="/wait" action="/left">q</Enqueue>')
    product.says("/wait", '<Pause length="2"/>')
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: len(product.told("/wait")) > 1)
    network.hang_up(call, by="person")
    network.clock.run_for(3)
    assert {"/voice", "/wait", "/left", "/status"} == set(product.paths())
    assert all(heard.signed for heard in product.heard)


def test_overrides_are_read_from_the_fragment_and_never_sent():
    address, how = split("https://cc.test/voice?x=1#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx")
    assert address == "https://cc.test/voice?x=1"
    assert (how.connect_s, how.read_s, how.retries) == (1.0, 3.0, 2)
    assert how.retry_on == {"ct", "rt", "5xx"}
    assert split("https://cc.test/#ct=99999999&rc=99")[1].connect_s == 10.0
    assert split("https://cc.test/#rc=99")[1].retries == 5


class Script:
    """A transport whose answers are written down beforehand: statuses, or "ct" and "rt"."""

    def __init__(self, *answers):
        self.answers, self.sent = list(answers), []

    def send(self, request, *, connect_s, read_s):
        self.sent.append((request, read_s))
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise Unreachable(answer, connect_s if answer == "ct" else read_s)
        return Reply(answer, b"<Response/>", {"content-type": "text/xml", "location": "/moved"})


OURS = "https://cc.test/voice#ct=1000&rt=3000&rc=2&rp=ct,rt,5xx"


@pytest.mark.parametrize(
    ("url", "answers", "status", "error", "took_s"),
    [
        (OURS, [500, 200], 200, 0, 0),
        (OURS, ["rt", "ct", 200], 200, 0, 4),
        (OURS, ["rt", "rt", "rt"], 0, 11200, 9),
        (OURS, [404], 404, 11200, 0),  # a refusal is not retried
        (OURS, [503, 503, 503], 503, 11200, 0),
        ("https://cc.test/voice", ["ct", 200], 200, 0, 5),  # one retry, when not connected
        ("https://cc.test/voice", ["rt"], 0, 11200, 15),
        ("https://cc.test/voice", [500], 500, 11200, 0),
        ("https://cc.test/voice#rc=5&rp=all", ["rt", "rt"], 0, 11200, 15),  # 15 s in all
        ("https://cc.test/voice", [302, 307, 200], 200, 0, 0),
        ("https://cc.test/voice", [302] * 11, 302, 11215, 0),
    ],
)
def test_how_hard_a_request_is_tried(url, answers, status, error, took_s):
    script = Script(*answers)
    answer = deliver(Post(url, "POST", (("a", ""),), "one-token"), script, TOKEN)
    assert (answer.status, answer.error, answer.took_s) == (status, error, took_s)
    tokens = {request.headers["I-Twilio-Idempotency-Token"] for request, _ in script.sent}
    assert tokens == {"one-token"}
    assert all("#" not in request.url for request, _ in script.sent)


def test_a_retry_repeats_the_request_to_the_letter(product, network):
    replies = [(500, "down"), "<Response><Say>Kembali.</Say></Response>"]
    product.documents["/voice"] = lambda form: replies.pop(0)
    network.lines[LINE].voice_url += "#rc=1&rp=5xx"
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    first, second = (heard for heard in product.heard if heard.path == "/voice")
    assert (first.form, first.headers) == (second.form, second.headers)
    assert words(call) == ["Kembali."]


def falling_back(product, **more) -> Network:
    product.says("/fallback", "<Say>Mohon maaf.</Say>")
    settings = config(product, fallback=product.url("/fallback"))
    transport = more.get("transport") or WsgiTransport(product.app)
    return Network(settings, VirtualClock(START), transport)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ((500, "oops"), "11200"),
        ((404, "nothing"), "11200"),
        ("<Response><Say>no end", "12100"),
        ("<Answer/>", "12100"),
        ("<Response><Shout>x</Shout></Response>", "12200"),
        ("<Response><Say loop='often'>x</Say></Response>", "12200"),
        (f"<Response><Say>{'x' * 66000}</Say></Response>", "11750"),
    ],
)
def test_a_faulty_document_is_replaced_by_the_fallback(product, document, code):
    network = falling_back(product)
    product.documents["/voice"] = document
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)

    assert words(call) == ["Mohon maaf."]
    told = product.told("/fallback")[0]
    assert (told["ErrorCode"], told["ErrorUrl"]) == (code, product.url("/voice"))
    assert [str(entry["error"]) for entry in kinds(network, "webhook-fault")] == [code]


def test_fifteen_seconds_of_silence_lead_to_the_fallback(product):
    class Slow(WsgiTransport):
        def send(self, request, *, connect_s, read_s):
            if request.url.endswith("/voice"):
                raise Unreachable("rt", read_s)
            return super().send(request, connect_s=connect_s, read_s=read_s)

    network = falling_back(product, transport=Slow(product.app))
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.said)
    assert 15 <= (network.now() - START).total_seconds() < 16
    assert product.told("/fallback")[0]["ErrorCode"] == "11200"


def test_without_a_fallback_the_caller_hears_an_apology_and_is_hung_up(product, network):
    product.documents["/voice"] = (500, "oops")
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    assert words(call) == ["We are sorry, an application error has occurred. Goodbye."]


def test_a_fallback_that_fails_too_is_the_end(product):
    network = falling_back(product)
    product.documents |= {"/voice": (500, "oops"), "/fallback": (500, "oops")}
    call = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: call.ended)
    assert "application error" in words(call)[0]
    assert product.paths().count("/fallback") == 1


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://[#rc=1", 11100),
        ("http://[", 11200),
        ("http://cc.test:99999999/voice", 11200),
        ("http://cc.test:x/voice", 11200),
        (f"http://{'x' * 70}.test/voice", 11200),
    ],
)
def test_an_address_that_cannot_be_is_a_fault_and_no_more(url, error):
    assert deliver(Post(url, "POST", (), "t"), HttpTransport(), TOKEN).error == error
