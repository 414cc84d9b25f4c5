"""How a call follows documents: fetch one, do its verbs in order, go where they lead.

What cuts in from outside is thrown into the script as an exception of this module.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from . import twiml
from .addresses import absolute, resolve
from .calls import Call, Target
from .signing import Form
from .tasks import Script
from .twiml import Fault, Verb

if TYPE_CHECKING:
    from .network import Network

BAD_ADDRESS = 11100


class HungUp(Exception):
    """The call has ended; its status is set already."""


class Diverted(Exception):
    """A REST call leads the call to another document."""

    def __init__(self, target: Target):
        super().__init__(target.url)
        self.target = target


class Taken(Diverted):
    """A REST call takes the caller out of the queue to another document."""


class Left(Exception):
    """``<Leave>`` in a wait document."""


class Over(Exception):
    """The conference has ended for this participant."""


class Stirred(Exception):
    """Whatever plays in the background of a conference has changed."""


@dataclass(frozen=True)
class Scene:
    """Where documents are read, by its name in the grammar, and what their requests carry."""

    name: str = "voice"
    form: Callable[[], Form] = tuple


@dataclass(frozen=True)
class Reading:
    """One call reading one document. Relative addresses resolve against ``url``."""

    network: "Network"
    call: Call
    url: str
    scene: Scene

    def target(self, url: str, method: str = "", form: Iterable[tuple[str, str]] = ()) -> Target:
        return Target(resolve(self.url, url), method or "POST", tuple(form))

    def action(self, verb: Verb, form: Iterable[tuple[str, str]]) -> Target | None:
        """Where a verb's ``action`` leads; ``None`` when it has none: the next verb follows."""
        if not verb.get("action"):
            return None
        return self.target(verb.get("action"), verb.get("method"), form)


def life(network: "Network", call: Call, story: Script) -> Script:
    """A call from its first moment to its last report. ``story`` is what happens in between."""
    try:
        yield from story
        network.close(call, by="application")
    except HungUp:
        pass
    network.finish(call)


def follow(network: "Network", call: Call, target: Target) -> Script:
    """Documents until none is left. A faulty one is replaced by the fallback, once and again."""
    following: Target | None = target
    while following:
        try:
            yield from read(network, call, following, Scene())
            following = None
        except Diverted as order:
            following = order.target
        except Fault as fault:
            following = network.rescue(call, fault)


def read(network: "Network", call: Call, target: Target, scene: Scene) -> Script:
    """Do what the document at ``target`` says, and those it leads to, in one scene."""
    following: Target | None = target
    while following:
        verbs = yield from _document(network, call, following, scene)
        if call.status == "ringing" and not (verbs and verbs[0].tag == "Reject"):
            network.pick_up(call)
        following = yield from perform(Reading(network, call, following.url, scene), verbs)


def perform(reading: Reading, verbs: Iterable[Verb]) -> Script:
    """Do verbs in order until one leads elsewhere; returns where, or ``None`` at the end."""
    for verb in verbs:
        target = yield from reading.network.verbs[verb.tag](reading, verb)
        if target:
            return target
    return None


def _document(network: "Network", call: Call, target: Target, scene: Scene) -> Script:
    try:
        if target.twiml:
            return twiml.parse(target.twiml, scene.name, absolute_only=True)
        if not absolute(target.url):
            raise Fault(BAD_ADDRESS, f"{target.url or 'an empty address'} is no address")
        asked = replace(target, form=(*scene.form(), *target.form))
        answer = yield network.request(call, asked)
        if answer.error:
            raise Fault(answer.error, answer.fault)
        return twiml.read(answer.body, answer.content_type, scene.name)
    except Fault as fault:
        fault.url, fault.rescue = target.url, target.rescue
        network.note("webhook-fault", call, url=target.url, error=fault.code, text=fault.text)
        raise
