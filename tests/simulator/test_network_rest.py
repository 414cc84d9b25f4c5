"""The REST interface through Twilio's own Python client, and its refusals."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from twilio.base.exceptions import TwilioRestException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.rest import Client

from callcenter.simulator.serve import create_app
from tests.simulator.fake_product import AGENT, CALLER, LINE, SECOND_CALLER, SID, TOKEN, words

NETWORK = "http://network.test"
NO_CALL = "CA" + "f" * 32


class IntoTheNetwork(HttpClient):
    """Twilio's client, talking to the application in this process."""

    def __init__(self, app: Flask):
        self.client = app.test_client()

    def request(self, method, url, params=None, data=None, headers=None, auth=None, **more):
        answer = self.client.open(
            urlsplit(url).path,
            method=method,
            base_url=NETWORK,
            query_string=params or urlsplit(url).query,
            data=data,
            headers=headers,
            auth=auth,
        )
        return Response(answer.status_code, answer.get_data(as_text=True))


@pytest.fixture
def app(network):
    return create_app(network)


@pytest.fixture
def client(app):
    client = Client(SID, TOKEN, http_client=IntoTheNetwork(app))
    client.api.base_url = NETWORK
    return client


@pytest.fixture
def queued(product, network):
    """Two callers who wait in the queue "confirmation"."""
    product.says("/voice", '<Enqueue waitUrl="" action="/left">confirmation</Enqueue>')
    product.says("/left")
    calls = [network.dial(LINE, caller) for caller in (CALLER, SECOND_CALLER)]
    network.clock.run_until(lambda: all(call.place for call in calls))
    network.clock.run_for(7)
    return calls


def refused(client, ask) -> tuple[int, int]:
    """The HTTP status and error code with which something is refused."""
    with pytest.raises(TwilioRestException) as refusal:
        ask(client)
    return refusal.value.status, refusal.value.code


def test_a_call_is_made_and_looked_at(product, network, client):
    product.says("/leg", "<Say>Halo.</Say>")
    made = client.calls.create(to=AGENT, from_=LINE, url=product.url("/leg"), timeout=20)
    assert (made.status, made.direction, made.to, made._from) == (
        *("queued", "outbound-api"),
        *(AGENT, LINE),
    )
    network.clock.run_until(lambda: network.ringing(AGENT))
    assert client.calls(made.sid).fetch().status == "ringing"
    network.answer(AGENT)
    network.clock.run_until(lambda: network.calls[made.sid].ended)
    ended = client.calls(made.sid).fetch()
    assert (ended.status, ended.duration) == ("completed", str(network.calls[made.sid].talked_s))
    assert ended.end_time >= ended.start_time


def test_a_call_may_bring_its_document_with_it(network, client):
    made = client.calls.create(to=AGENT, from_=LINE, twiml="<Response><Say>Halo</Say></Response>")
    network.clock.run_until(lambda: network.ringing(AGENT))
    call = network.answer(AGENT)
    network.clock.run_until(lambda: call.ended)
    assert (call.sid, words(call)) == (made.sid, ["Halo"])


def test_calls_are_listed_by_status_and_by_pages(queued, network, client):
    network.hang_up(queued[0], by="person")
    network.clock.run_for(1)
    assert [call.sid for call in client.calls.list(status="in-progress")] == [queued[1].sid]
    assert [call.sid for call in client.calls.list(from_=CALLER)] == [queued[0].sid]
    assert len(client.calls.list(page_size=1)) == 2  # the client follows the pages
    today = queued[0].created_at
    assert len(client.calls.list(start_time=today.date())) == 2
    assert client.calls.list(start_time_after=network.now()) == []


def test_a_call_is_led_elsewhere_and_ended(product, queued, network, client):
    product.says("/elsewhere", "<Pause length='60'/>")
    client.calls(queued[0].sid).update(url=product.url("/elsewhere"))
    network.clock.run_for(1)
    assert queued[0].state == "menu"
    assert client.calls(queued[0].sid).update(status="completed").status == "completed"


def test_a_queue_is_made_listed_and_enlarged(queued, client):
    made = client.queues.create(friendly_name="umum", max_size=5)
    assert (made.max_size, made.current_size) == (5, 0)
    assert {queue.friendly_name for queue in client.queues.list()} == {"umum", "confirmation"}
    assert client.queues(made.sid).update(max_size=5000).max_size == 5000
    found = next(queue for queue in client.queues.list() if queue.friendly_name != "umum")
    assert (found.current_size, found.average_wait_time) == (2, 7)
    assert client.queues(found.sid).fetch().max_size == 1000


def test_a_member_is_taken_once(product, queued, network, client):
    product.says("/come", "<Pause length='60'/>")
    queue = client.queues(network.queue("confirmation").sid)
    assert [member.position for member in queue.members.list()] == [1, 2]
    assert queue.members("Front").fetch().call_sid == queued[0].sid
    assert queue.members(queued[1].sid).fetch().wait_time == 7
    queue.members(queued[1].sid).update(url=product.url("/come"))
    assert (
        refused(queue, lambda q: q.members(queued[1].sid).update(url="https://x.test/"))[0] == 400
    )
    queue.members("Front").update(url=product.url("/come"), method="GET")
    network.clock.run_for(1)
    assert [call.state for call in queued] == ["menu", "menu"]
    assert [heard.method for heard in product.heard if heard.path == "/come"] == ["POST", "GET"]
    assert refused(queue, lambda q: q.members("Front").fetch()) == (404, 20404)


def test_a_conference_and_its_participants(product, network, client):
    product.says("/voice", '<Dial><Conference waitUrl="">room-1</Conference></Dial>')
    caller = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: caller.seat)
    room = client.conferences.list(friendly_name="room-1", status="init")[0]
    added = client.conferences(room.sid).participants.create(
        *(LINE, AGENT), label="agent", end_conference_on_exit=True, beep="false"
    )
    assert (added.label, added.status) == ("agent", "queued")
    network.clock.run_until(lambda: network.ringing(AGENT))
    network.answer(AGENT)
    network.clock.run_until(lambda: caller.state == "talking")

    people = client.conferences(room.sid).participants
    assert {seat.call_sid for seat in people.list()} == {caller.sid, added.call_sid}
    assert people(caller.sid).update(hold=True, hold_url=product.url("/music")).hold is True
    assert people("agent").update(muted=True).muted is True
    assert [seat.call_sid for seat in people.list(hold=True)] == [caller.sid]
    assert refused(people, lambda p: p.create(LINE, AGENT, label="agent")) == (400, 16025)
    assert client.conferences(room.sid).fetch().status == "in-progress"
    people(caller.sid).delete()
    assert client.conferences(room.sid).update(status="completed").status == "completed"
    network.clock.run_for(1)
    assert not network.live
    assert client.conferences.list(status="in-progress") == []


def test_a_participant_may_open_a_conference_by_its_name(network, client):
    client.conferences("room-9").participants.create(LINE, AGENT, label="agent")
    network.clock.run_until(lambda: network.ringing(AGENT))
    network.answer(AGENT)
    network.clock.run_for(1)
    room = client.conferences.list(friendly_name="room-9")[0]
    assert [seat.label for seat in client.conferences(room.sid).participants.list()] == ["agent"]


def test_the_addresses_of_a_line_are_read_and_changed(product, network, client):
    line = client.incoming_phone_numbers.list(phone_number=LINE)[0]
    assert (line.voice_url, line.voice_method) == (product.url("/voice"), "POST")
    assert line.status_callback == product.url("/status")
    assert len(client.incoming_phone_numbers.list()) == 2
    changed = client.incoming_phone_numbers(line.sid).update(
        voice_url=product.url("/other"), voice_fallback_url=product.url("/fallback")
    )
    assert changed.voice_fallback_url == product.url("/fallback")
    network.dial(LINE, CALLER)
    network.clock.run_for(1)
    assert product.paths()[0] == "/other"


URL = "https://cc.test/leg"


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda c: c.calls(NO_CALL).fetch(), 404, 20404),
        (lambda c: c.queues("QU" + "0" * 32).fetch(), 404, 20404),
        (lambda c: c.conferences("CF" + "0" * 32).fetch(), 404, 20404),
        (lambda c: c.incoming_phone_numbers("PN" + "0" * 32).fetch(), 404, 20404),
        (lambda c: c.recordings("RE" + "0" * 32).fetch(), 404, 20404),  # not on this network
        (lambda c: c.calls.create(to=AGENT, from_=LINE, url="/leg"), 400, 21205),
        (lambda c: c.calls.create(to=AGENT, from_=LINE), 400, 21205),
        (lambda c: c.calls.create(to="", from_=LINE, url=URL), 400, 21201),
        (lambda c: c.calls.create(to="0812", from_=LINE, url=URL), 400, 21211),
        (lambda c: c.calls.create(to=AGENT, from_="", url=URL), 400, 21213),
        (lambda c: c.calls.create(to=AGENT, from_=CALLER, url=URL), 400, 21210),
        (lambda c: c.calls.create(to=AGENT, from_=LINE, url=URL, record=True), 400, 20001),
        (lambda c: c.calls.create(to=AGENT, from_=LINE, url=URL, timeout=601), 400, 20001),
        (lambda c: c.calls.create(to=AGENT, from_=LINE, twiml="x" * 4001), 400, 32018),
        (lambda c: c.queues.create(friendly_name=""), 400, 22001),
        (lambda c: c.queues.create(friendly_name="q", max_size=5001), 400, 20001),
        (
            lambda c: c.conferences("room").participants.create(
                LINE, AGENT, coaching=True, call_sid_to_coach=NO_CALL
            ),
            400,
            13240,
        ),
    ],
)
def test_what_is_refused_makes_no_call(network, client, ask, status, code):
    assert refused(client, ask) == (status, code)
    assert network.live == {}


def test_a_name_is_given_to_one_queue_only(client):
    client.queues.create(friendly_name="umum")
    assert refused(client, lambda c: c.queues.create(friendly_name="umum")) == (400, 22003)


def test_an_ended_call_and_one_that_rings_cannot_be_led_elsewhere(product, network, client):
    product.says("/voice")
    call = network.dial(LINE, CALLER)
    assert refused(client, lambda c: c.calls(call.sid).update(url=URL)) == (400, 21220)
    network.clock.run_until(lambda: call.ended)
    assert refused(client, lambda c: c.calls(call.sid).update(url=URL)) == (400, 21220)
    assert refused(client, lambda c: c.calls(call.sid).update(status="completed")) == (400, 21220)


def test_an_unknown_parameter_is_refused(app):
    answer = app.test_client().post(
        f"/2010-04-01/Accounts/{SID}/Queues.json",
        data={"FriendlyName": "umum", "MaximumSize": "5"},
        auth=(SID, TOKEN),
    )
    assert answer.status_code == 400
    assert answer.json["code"] == 20001
    assert "MaximumSize" in answer.json["message"]
    assert set(answer.json) == {"code", "message", "more_info", "status"}


@pytest.mark.parametrize("auth", [None, (SID, "wrong"), ("AC" + "1" * 32, TOKEN), (SID, "ä")])
def test_a_stranger_is_refused(app, auth):
    answer = app.test_client().get(f"/2010-04-01/Accounts/{SID}/Calls.json", auth=auth)
    assert (answer.status_code, answer.json["code"]) == (401, 20003)


def test_rest_calls_stand_in_the_log(network, client):
    client.queues.create(friendly_name="umum")
    entry = network.log[-1]
    assert (entry["kind"], entry["method"], entry["path"], entry["status"]) == (
        *("rest", "POST"),
        *("/Queues.json", 201),
    )
