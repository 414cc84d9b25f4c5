"""The handset's JSON, the log, and that a seed gives the same day twice."""

import pytest

from callcenter.simulator.clock import VirtualClock
from callcenter.simulator.network import Network
from callcenter.simulator.serve import create_app
from callcenter.simulator.transport import WsgiTransport
from tests.simulator.fake_product import AGENT, CALLER, LINE, START, Product, config

MENU = '<Gather numDigits="1" action="/key"><Say language="id-ID">Tekan nol.</Say></Gather>'


@pytest.fixture
def browser(network):
    return create_app(network).test_client()


def dial(browser, **words) -> str:
    answer = browser.post("/handset/calls", json={"from": CALLER, "to": LINE} | words)
    assert answer.status_code == 201
    return answer.json["sid"]


def test_a_call_as_its_caller_sees_it(product, network, browser):
    product.says("/voice", MENU)
    product.says("/key", '<Enqueue waitUrl="">confirmation</Enqueue>')
    call = f"/handset/calls/{dial(browser)}"
    assert browser.get(call).json["state"] == "ringing"
    network.clock.run_until(lambda: browser.get(call).json["listening"])
    seen = browser.get(call).json
    assert (seen["state"], seen["from"], seen["to"]) == ("menu", CALLER, LINE)
    said = seen["said"][0]
    assert (said["n"], said["text"], said["language"], said["verb"]) == (
        *(1, "Tekan nol."),
        *("id-ID", "Say"),
    )
    browser.post(f"{call}/keys", json={"digits": "0"})
    network.clock.run_for(2)
    seen = browser.get(call).json
    assert (seen["state"], seen["keys"]) == ("queue", "0")
    assert (seen["queue"]["name"], seen["queue"]["position"]) == ("confirmation", 1)
    assert browser.post(f"{call}/hangup", json={}).json["state"] == "ended"
    assert browser.get(call).json["ended_by"] == "person"


def test_a_telephone_rings_is_answered_and_sees_whom_it_talks_to(product, network, browser):
    product.says("/voice", f'<Dial callerId="{LINE}">{AGENT}</Dial>')
    sid = dial(browser)
    phone = f"/handset/phones/{AGENT}"
    assert browser.get(phone).json["state"] == "idle"
    network.clock.run_until(lambda: browser.get(phone).json["state"] == "ringing")
    browser.post(f"{phone}/answer", json={})
    network.clock.run_for(1)
    seen = browser.get(phone).json
    assert seen["state"] == "talking"
    assert seen["call"]["with"] == [
        {
            "sid": sid,
            "number": CALLER,
            "name": "",
            "label": "",
            "you_hear": True,
            "hears_you": True,
        }
    ]
    assert browser.get(f"/handset/calls/{sid}").json["with"][0]["name"] == "Petugas 1"
    browser.post(f"{phone}/hangup", json={})
    network.clock.run_for(1)
    assert browser.get(phone).json["state"] == "idle"


def test_a_telephone_can_be_put_anywhere_and_set_busy(network, browser):
    made = browser.post("/handset/phones", json={"number": "0811-222-3333", "label": "Ibu Sri"})
    assert (made.status_code, made.json["number"]) == (201, "+628112223333")
    browser.post("/handset/phones", json={"number": "+628112223333", "mode": "busy"})
    seen = browser.get("/handset/phones/+628112223333").json
    assert (seen["label"], seen["mode"]) == ("Ibu Sri", "busy")


def test_a_caller_who_dials_from_the_page_can_be_called_back(product, network, browser):
    product.says("/voice")
    dial(browser)
    assert CALLER not in network.phones
    dial(browser, keep="yes")
    assert network.phones[CALLER].label == "Penelepon"


@pytest.mark.parametrize(
    ("path", "words", "status"),
    [
        ("/handset/calls", {"from": CALLER, "to": "+62310000000"}, 404),
        ("/handset/calls", {"from": 5, "to": LINE}, 400),
        ("/handset/calls", [], 400),
        ("/handset/calls/CA0/keys", {"digits": "1"}, 404),
        (f"/handset/phones/{AGENT}/answer", {}, 409),
        (f"/handset/phones/{AGENT}/reject", {}, 409),
        ("/handset/phones", {"number": AGENT, "mode": "asleep"}, 400),
        ("/handset/phones", {"number": "withheld"}, 400),
    ],
)
def test_what_cannot_be_is_refused(browser, path, words, status):
    assert browser.post(path, json=words).status_code == status


def test_only_json_is_taken_so_no_other_page_can_dial(browser):
    assert browser.post("/handset/calls", data={"from": CALLER, "to": LINE}).status_code == 415


def test_keys_are_keys(product, network, browser):
    product.says("/voice", MENU)
    call = f"/handset/calls/{dial(browser)}"
    assert browser.post(f"{call}/keys", json={"digits": "1a"}).status_code == 409
    assert browser.post(f"{call}/keys", json={"digits": ""}).status_code == 409


def test_the_state_is_sent_again_only_when_something_has_happened(product, network, browser):
    product.says("/voice", MENU)
    first = browser.get("/handset/state")
    assert {line["number"] for line in first.json["lines"]} == set(network.lines)
    again = browser.get("/handset/state", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    dial(browser)
    news = browser.get("/handset/state", headers={"If-None-Match": first.headers["ETag"]})
    assert (news.status_code, news.json["calls"][0]["from"]) == (200, CALLER)


def test_the_log_is_read_from_where_one_left_off(product, network, browser):
    product.says("/voice", MENU)
    dial(browser)
    network.clock.run_for(60)
    entries = browser.get("/handset/log").json["entries"]
    assert [entry["n"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["kind"] for entry in entries] == [
        *("call-started", "answered", "said", "hung-up", "call-ended"),
    ]
    assert browser.get("/handset/log?after=3").json["entries"] == entries[3:]


def test_the_page_allows_nothing_from_elsewhere(browser):
    page = browser.get("/")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert b"<style" not in page.data
    assert b" style=" not in page.data
    assert b"onclick" not in page.data


def day(seed: int) -> list[dict]:
    """An hour in which a caller every half minute waits, is answered or gives up."""
    product = Product()
    product.says("/voice", MENU, f'<Dial callerId="{LINE}" timeout="15">{AGENT}</Dial>')
    product.says("/key", '<Enqueue waitUrl="/wait">confirmation</Enqueue>')
    product.says("/wait", "<Say>Mohon menunggu.</Say><Pause length='20'/>")
    clock = VirtualClock(START)
    network = Network(config(product, seed=seed), clock, WsgiTransport(product.app))

    def arrive(turn: int) -> None:
        call = network.dial(LINE, f"+62812000{turn:05d}")
        if turn % 2:
            clock.after(3, lambda: network.press(call, "0"))
        clock.after(70, lambda: network.hang_up(call, by="person"))

    for turn in range(120):
        clock.after(30 * turn, lambda turn=turn: arrive(turn))
    for turn in range(360):
        clock.after(10 * turn, lambda: network.ringing(AGENT) and network.answer(AGENT))
    clock.run_for(3700)
    assert not network.live
    return network.log


def test_the_same_seed_gives_the_same_day_and_another_seed_other_numbers():
    assert day(7) == day(7)
    first, other = day(7), day(8)
    assert [entry["kind"] for entry in first] == [entry["kind"] for entry in other]
    assert first != other
