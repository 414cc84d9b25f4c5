"""Queues by REST: how many wait, who, and taking one of them out."""

from typing import Any

from ..calls import Target
from ..network import Network
from ..queues import Place, Queue
from ..script import Taken
from .wording import (
    BAD_URL,
    PAGING,
    Answer,
    Asked,
    Parameters,
    Problem,
    Routes,
    missing,
    page,
    uri,
    when,
)

LARGEST_QUEUE = 5000
NAME_TAKEN, NOT_WAITING, NO_NAME = 22003, 22002, 22001


def create(network: Network, asked: Asked) -> Answer:
    given = Parameters(asked, ("FriendlyName", "MaxSize"))
    name = given.needed("FriendlyName", NO_NAME)
    if len(name) > 64:
        raise Problem(400, NO_NAME, "FriendlyName is longer than 64 characters")
    if name in network.queues:
        raise Problem(400, NAME_TAKEN, f"A queue named {name} exists already")
    size = given.number("MaxSize", 1000, most=LARGEST_QUEUE)
    queue = network.queue(name)
    queue.max_size = size
    return shape(network, queue), 201


def listed(network: Network, asked: Asked) -> Answer:
    Parameters(asked, PAGING)
    return page(network, asked, "/Queues.json", "queues", list(network.queues.values()), shape)


def fetch(network: Network, asked: Asked, sid: str) -> Answer:
    Parameters(asked, ())
    return shape(network, _queue(network, sid)), 200


def update(network: Network, asked: Asked, sid: str) -> Answer:
    given = Parameters(asked, ("MaxSize",))
    queue = _queue(network, sid)
    queue.max_size = given.number("MaxSize", queue.max_size, most=LARGEST_QUEUE)
    queue.updated_at = network.now()
    return shape(network, queue), 200


def members(network: Network, asked: Asked, sid: str) -> Answer:
    """Who waits, the first in front."""
    Parameters(asked, PAGING)
    queue = _queue(network, sid)
    path = f"/Queues/{sid}/Members.json"
    return page(network, asked, path, "queue_members", queue.places, member)


def one_member(network: Network, asked: Asked, sid: str, call: str) -> Answer:
    Parameters(asked, ())
    return member(network, _place(network, _queue(network, sid), call)), 200


def take(network: Network, asked: Asked, sid: str, call: str) -> Answer:
    """Take one caller, or the one in front, out of the queue to another document."""
    given = Parameters(asked, ("Url", "Method"))
    given.needed("Url", BAD_URL)
    place = _place(network, _queue(network, sid), call)
    target = Target(given.url("Url"), given.method("Method"))
    answer = member(network, place)
    network.vacate(place)
    place.call.task.interrupt(Taken(target), when=lambda: place.call.place is place)
    return answer, 200


def _queue(network: Network, sid: str) -> Queue:
    for queue in network.queues.values():
        if queue.sid == sid:
            return queue
    raise missing(uri(network, f"/Queues/{sid}.json"))


def _place(network: Network, queue: Queue, call: str) -> Place:
    """A place that is still taken. A call that is alive but waits no longer is a bad request."""
    for place in queue.places:
        if call in (place.call.sid, "Front"):
            return place
    if call in network.live:
        raise Problem(400, NOT_WAITING, f"Call {call} is not in queue {queue.sid}")
    raise missing(uri(network, f"/Queues/{queue.sid}/Members/{call}.json"))


def shape(network: Network, queue: Queue) -> dict[str, Any]:
    """A queue as the interface shows it."""
    place = uri(network, f"/Queues/{queue.sid}")
    return {
        "sid": queue.sid,
        "account_sid": network.account_sid,
        "friendly_name": queue.name,
        "current_size": len(queue.places),
        "max_size": queue.max_size,
        "average_wait_time": queue.average_wait_s(network.now()),
        "date_created": when(queue.created_at),
        "date_updated": when(queue.updated_at),
        "uri": f"{place}.json",
        "subresource_uris": {"members": f"{place}/Members.json"},
    }


def member(network: Network, place: Place) -> dict[str, Any]:
    return {
        "call_sid": place.call.sid,
        "queue_sid": place.queue.sid,
        "position": place.position,
        "wait_time": place.waited_s(network.now()),
        "date_enqueued": when(place.entered_at),
        "uri": uri(network, f"/Queues/{place.queue.sid}/Members/{place.call.sid}.json"),
    }


ROUTES: Routes = {
    ("POST", "/Queues.json"): create,
    ("GET", "/Queues.json"): listed,
    ("GET", "/Queues/<sid>.json"): fetch,
    ("POST", "/Queues/<sid>.json"): update,
    ("GET", "/Queues/<sid>/Members.json"): members,
    ("GET", "/Queues/<sid>/Members/<call>.json"): one_member,
    ("POST", "/Queues/<sid>/Members/<call>.json"): take,
}
