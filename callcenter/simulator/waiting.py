"""Waiting in a queue: ``<Enqueue>``, its wait document again and again, and its ways out."""

from collections.abc import Callable

from .queues import Place
from .script import Diverted, Fault, HungUp, Left, Reading, Scene, Taken, read
from .signing import Form
from .tasks import Script, Wait
from .twiml import Verb

SHORTEST_ROUND_S = 1.0  # a wait document that says nothing is not asked for again at once
RESULTS = {HungUp: "hangup", Diverted: "redirected", Fault: "error"}


def enqueue(reading: Reading, verb: Verb) -> Script:
    """Stand in the queue until taken, led away, left or hung up; report which to ``action``."""
    network, call = reading.network, reading.call
    queue = network.queue(verb.text)
    if len(queue.places) >= verb.number("maxQueueSize", queue.max_size):
        network.note("queue-full", call, queue=queue.name)
        return reading.action(verb, [("QueueResult", "queue-full")])
    place = network.enter(queue, call)
    try:
        yield from _wait(reading, place, verb)
    except Left:
        return reading.action(verb, _result(reading, place, "leave"))
    except Taken as order:
        done = reading.action(verb, _result(reading, place, "redirected"))
        if done:
            yield network.request(call, done)  # its answer means nothing: the call is elsewhere
        return order.target
    except (Diverted, HungUp, Fault) as cause:
        done = reading.action(verb, _result(reading, place, RESULTS[type(cause)]))
        if done:
            network.tell(call, done)
        raise


def _result(reading: Reading, place: Place, result: str) -> Form:
    """Leave the queue, and say how for the action."""
    waited_s = reading.network.leave(place, result)
    return (
        ("QueueResult", result),
        ("QueueSid", place.queue.sid),
        ("QueueTime", str(waited_s)),
    )


def _wait(reading: Reading, place: Place, verb: Verb) -> Script:
    """What is heard in the queue. Never returns: something always ends it from outside."""
    network, call = reading.network, reading.call
    if not verb.get("waitUrl"):
        while True:
            yield Wait()
    target = reading.target(verb.get("waitUrl"), verb.get("waitUrlMethod"))
    scene = Scene("queue_wait", _form(reading, place))
    while True:
        began = network.now()
        yield from read(network, call, target, scene)
        if (network.now() - began).total_seconds() < network.paced(SHORTEST_ROUND_S):
            yield Wait(network.paced(SHORTEST_ROUND_S))


def _form(reading: Reading, place: Place) -> Callable[[], Form]:
    return lambda: place.form(reading.network.now())
