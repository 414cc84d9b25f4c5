"""The network as its own program in real time, with callers and agents driven over HTTP."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest
from twilio.rest import Client

from callcenter import simulator
from callcenter.simulator.delivery import Post, deliver
from callcenter.simulator.driver import Handset, NotHappened, Phone
from callcenter.simulator.driver import Network as Seen
from callcenter.simulator.transport import HttpTransport
from tests.simulator.fake_product import AGENT, CALLER, LINE, SID, TOKEN, config

MENU = '<Gather numDigits="1" action="/key"><Say language="id-ID">Tekan nol.</Say></Gather>'
ROOM = '<Dial><Conference endConferenceOnExit="true" waitUrl="">room-1</Conference></Dial>'


def test_a_caller_and_an_agent_meet(web_product, server):
    web_product.says("/voice", MENU, "<Redirect/>")
    web_product.says("/key", '<Enqueue waitUrl="/wait" action="/left">confirmation</Enqueue>')
    web_product.says("/wait", "<Say>Mohon menunggu.</Say><Pause length='20'/>")
    web_product.says(
        "/leg", '<Gather numDigits="1" action="/accept"><Say>Tekan satu.</Say></Gather>'
    )
    web_product.says("/accept", ROOM)
    web_product.says("/left")
    twilio = Client(SID, TOKEN)
    twilio.api.base_url = server.url

    caller = Handset(server.url).dial(LINE, CALLER)
    assert caller.hears("tekan NOL") == "Tekan nol."
    caller.press("0")
    caller.hears(re.compile("^Mohon"))
    caller.is_("queue")
    twilio.calls.create(to=AGENT, from_=LINE, url=web_product.url("/leg"))
    agent = Phone(server.url, AGENT).answer()
    agent.hears("tekan satu")
    agent.press("1")
    queue = twilio.queues.list()[0]
    twilio.queues(queue.sid).members("Front").update(url=web_product.url("/accept"))
    caller.talks_to(AGENT)
    agent.talks_to(CALLER)
    agent.hang_up()
    assert caller.is_("ended")["ended_by"] == "application"

    log = Seen(server.url).log()
    joined = [entry["call"] for entry in log if entry["kind"] == "joined-conference"]
    assert joined == [agent.call()["sid"], caller.sid]
    assert all(heard.signed for heard in web_product.heard)
    twilio.http_client.session.close()


def test_what_does_not_happen_is_told_with_what_did(web_product, server):
    web_product.says("/voice", MENU, "<Pause length='600'/>")
    caller = Handset(server.url).dial(LINE, CALLER)
    caller.hears("tekan nol")
    with pytest.raises(NotHappened, match=r"nobody said 'halo' within 0.2 s.*Tekan nol"):
        caller.hears("halo", within_s=0.2)
    with pytest.raises(NotHappened, match="did not ring"):
        Phone(server.url, AGENT).answer(within_s=0.2)
    with pytest.raises(NotHappened, match="404"):
        Handset(server.url).dial("+62310000000")
    caller.hang_up()
    caller.is_("ended")


def test_a_telephone_is_put_somewhere_and_refuses_a_call(web_product, server):
    web_product.says("/voice", f'<Dial callerId="{LINE}" action="/after">+62811777</Dial>')
    web_product.says("/after", "<Say>Sibuk.</Say>")
    Seen(server.url).install("+62811777", "Ibu Sri")
    caller = Handset(server.url).dial(LINE)
    Phone(server.url, "+62811777").reject()
    caller.hears("Sibuk.")
    assert "Ibu Sri" in [phone["label"] for phone in Seen(server.url).state()["phones"]]


@pytest.mark.parametrize(
    ("overrides", "tries", "fault"), [("rt=200&rc=1&rp=rt", 2, "in time"), ("rt=200", 1, "in time")]
)
def test_a_slow_product_is_given_up(web_product, overrides, tries, fault):
    web_product.documents["/slow"] = lambda form: time.sleep(0.6) or "<Response/>"
    post = Post(web_product.url(f"/slow#{overrides}"), "POST", (), "t")
    answer = deliver(post, HttpTransport(), TOKEN)
    assert (answer.tries, answer.error) == (tries, 11200)
    assert fault in answer.fault


def test_a_product_that_is_not_there_is_tried_twice():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = deliver(Post(f"http://127.0.0.1:{port}/voice", "POST", (), "t"), HttpTransport(), "x")
    assert (answer.tries, answer.fault) == (2, "no connection")


def test_a_taken_port_is_told_in_one_sentence(web_product):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(simulator.PortTaken, match=f"port {port} .* NETWORK_PORT"):
            simulator.start(config(web_product, port=port))


def test_a_stopped_network_says_so(web_product):
    server = simulator.start(config(web_product, port=0))
    assert server.running
    server.stop()
    assert not server.running
    with pytest.raises(RuntimeError, match="has stopped"):
        server.network.clock.ask(lambda: None)


PROGRAM = """
from callcenter import simulator
simulator.serve(simulator.NetworkConfig("AC0", "t", port={port}))
"""


def test_in_the_foreground_it_ends_when_told_to():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, "-c", PROGRAM.format(port=port)]) as program:
        page = Seen(f"http://127.0.0.1:{port}")
        for _ in range(100):
            try:
                assert page.state()["lines"] == []
                break
            except OSError:
                time.sleep(0.1)
        os.kill(program.pid, signal.SIGTERM)
        assert program.wait(timeout=10) == 0
