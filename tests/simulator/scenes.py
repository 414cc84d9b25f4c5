"""Scenes that several tests begin with: an agent's leg that rings, two people in a conference."""

from callcenter.simulator.rest import calls as rest_calls
from callcenter.simulator.rest import queues as rest_queues
from tests.simulator.fake_product import AGENT, CALLER, LINE

ASK = '<Gather numDigits="1" action="/accept" timeout="10"><Say>Tekan satu.</Say></Gather>'
ROOM = (
    '<Dial action="/after"><Conference participantLabel="{label}" {more} beep="false" '
    'statusCallback="/room" statusCallbackEvent="start end join leave hold mute modify" '
    'waitUrl="">room-1</Conference></Dial>'
)
EVENTS = ("initiated", "ringing", "answered", "completed")


def ring(product, network, to=AGENT, **more):
    """An agent's leg, as the product's REST call makes it."""
    asked = {
        "To": [to],
        "From": [LINE],
        "Url": [product.url("/leg")],
        "StatusCallback": [product.url("/leg-status")],
        "StatusCallbackEvent": list(EVENTS),
    } | {name: [value] for name, value in more.items()}
    answer, _ = rest_calls.create(network, asked)
    return network.calls[answer["sid"]]


def room(product, network):
    """A caller taken out of the queue into a conference with an agent who pressed 1."""
    product.says("/voice", '<Enqueue waitUrl="" action="/left">confirmation</Enqueue>')
    product.says("/left")
    product.says("/come-back", ROOM.format(label="caller", more='endConferenceOnExit="true"'))
    product.says("/leg", ASK)
    product.says("/accept", ROOM.format(label="agent", more=""))
    product.says("/after", "<Say>Terima kasih.</Say>")
    caller = network.dial(LINE, CALLER)
    network.clock.run_until(lambda: caller.state == "queue")
    agent = ring(product, network)
    network.clock.run_until(lambda: network.ringing(AGENT))
    network.answer(AGENT)
    network.clock.run_until(lambda: agent.keys is not None)
    network.press(agent, "1")
    network.clock.run_until(lambda: agent.seat)
    take(product, network, caller)
    network.clock.run_until(lambda: caller.seat)
    return caller, agent


def take(product, network, caller):
    queue = network.queue("confirmation")
    asked = {"Url": [product.url("/come-back")]}
    return rest_queues.take(network, asked, queue.sid, caller.sid)
