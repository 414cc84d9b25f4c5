"""The network itself: who is connected to whom, what has happened, and what people do on it."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from random import Random
from secrets import randbits
from typing import Any, ClassVar
from uuid import UUID

from . import dialling, legs, recording, verbs, waiting
from .addresses import split
from .calls import (
    WITHHELD,
    Call,
    Callback,
    Line,
    Phone,
    Said,
    Target,
    number,
)
from .clock import Clock
from .conferences import Conference
from .config import LineConfig, NetworkConfig
from .delivery import Answer, Post, deliver
from .queues import Place, Queue
from .script import HungUp, life
from .signing import Form
from .tasks import Fetch, Script, Stage, Task
from .transport import Transport
from .twiml import Fault
from .webhooks import Postbox, call_form, progress_form

SORRY = (
    "<Response><Say language='en-US'>"
    "We are sorry, an application error has occurred. Goodbye."
    "</Say></Response>"
)
MOST_RESCUES = 3  # a call whose documents keep failing is given up
KEYS = frozenset("0123456789*#")


class Refused(Exception):
    """What was asked cannot be done now; the message says why, for a person to read."""


class Unknown(Refused):
    """No such line, call, telephone or queue."""


class Network:
    """A telephone network with one account on it. Touch it on its clock's loop only."""

    verbs: ClassVar[dict[str, Callable[..., Script]]] = {
        "Say": verbs.say,
        "Play": verbs.play,
        "Pause": verbs.pause,
        "Gather": verbs.gather,
        "Redirect": verbs.redirect,
        "Hangup": verbs.hangup,
        "Reject": verbs.reject,
        "Leave": verbs.leave,
        "Enqueue": waiting.enqueue,
        "Dial": dialling.dial,
        "Record": recording.record,
    }

    def __init__(self, config: NetworkConfig, clock: Clock, transport: Transport):
        self.config, self.clock, self.transport = config, clock, transport
        self.account_sid = config.account_sid
        self._chance = Random(randbits(64) if config.seed is None else config.seed)
        self._stage = Stage(clock)
        self.lines = {line.number: self._line(line) for line in config.lines}
        self.phones = {phone.number: Phone(phone.number, phone.label) for phone in config.phones}
        self.calls: dict[str, Call] = {}
        self.live: dict[str, Call] = {}
        self.queues: dict[str, Queue] = {}  # by name
        self.conferences: list[Conference] = []
        self.audio: dict[str, float] = {}  # seconds, by address
        self.recordings: dict[str, int] = {}  # seconds, by SID
        self.texts: dict[str, Any] = {}  # SMS by SID: rest/messages.py
        self.log: list[dict[str, Any]] = []

    def _line(self, config: LineConfig) -> Line:
        return Line(
            self.lasting_sid("PN", config.number),
            config.number,
            voice_url=config.voice_url,
            voice_fallback_url=config.fallback_url,
            status_callback=config.status_url,
            friendly_name=config.number,
        )

    # -- names, time and the record of what happened

    def now(self) -> datetime:
        return self.clock.now()

    def sid(self, kind: str) -> str:
        return f"{kind}{self._chance.getrandbits(128):032x}"

    def lasting_sid(self, kind: str, name: str) -> str:
        """A SID that is the same after a restart: lines and queues outlive the program."""
        return kind + hashlib.md5(f"{self.account_sid} {name}".encode()).hexdigest()  # noqa: S324

    def paced(self, seconds: float) -> float:
        return seconds / self.config.speed

    def note(self, kind: str, call: Call | None, **facts: Any) -> None:
        """Write down what happened. This record is the truth that tests compare with."""
        about = {"call": call.sid} if call else {}
        at = self.now().isoformat()
        self.log.append({"n": len(self.log) + 1, "at": at, "kind": kind, **about, **facts})

    def say(self, call: Call, verb: str, text: str, language: str) -> None:
        """Let the person on a call hear something."""
        call.said.append(Said(len(call.said) + 1, self.now(), verb, text, language))
        self.note("said", call, verb=verb, text=text, language=language)

    # -- webhooks

    def delivery(self, post: Post) -> Callable[[], Answer]:
        return lambda: deliver(post, self.transport, self.config.auth_token)

    def request(self, call: Call, target: Target, *, bare: bool = False) -> Fetch:
        """Ask the product; ``bare`` for a file, which is told nothing about the call."""
        form = () if bare else (*call_form(self.account_sid, call), *target.form)
        return Fetch(self.delivery(self._post(target.url, target.method, form)))

    def tell(self, call: Call, target: Target) -> None:
        """Ask the product, whose answer will mean nothing: the call is over."""
        form = (*call_form(self.account_sid, call), *target.form)
        call.postbox.send(self._post(target.url, target.method, form))

    def report(self, postbox: Postbox, callback: Callback, form: Form) -> None:
        postbox.send(self._post(callback.url, callback.method, form))

    def progress(self, call: Call, event: str) -> None:
        """Report initiated, ringing, answered or completed, if somebody asked for it."""
        if call.callback.url and event in call.callback.events:
            form = progress_form(self.account_sid, call, event, self.now())
            call.reported += 1
            self.report(call.postbox, call.callback, form)

    def rescue(self, call: Call, fault: Fault) -> Target:
        """What a call reads after a faulty document: its fallback, or an apology."""
        call.rescues += 1
        place = call.fallback
        if place.url and not fault.rescue and call.rescues <= MOST_RESCUES:
            why = (("ErrorCode", str(fault.code)), ("ErrorUrl", split(fault.url)[0]))
            return Target(place.url, place.method, why, rescue=True)
        return Target(twiml=SORRY, rescue=True)

    def _post(self, url: str, method: str, form: Form) -> Post:
        token = str(UUID(int=self._chance.getrandbits(128), version=4))
        return Post(url, method, form, token)

    # -- calls

    def new_call(self, direction: str, **facts: Any) -> Call:
        """A call that has a number from now on. ``facts`` are fields of ``Call``."""
        call = Call(
            self.sid("CA"), direction, created_at=self.now(), postbox=Postbox(self), **facts
        )
        self.calls[call.sid] = self.live[call.sid] = call
        ends = {"from": call.from_, "to": call.to}
        parent = {"parent": call.parent.sid} if call.parent else {}
        self.note("call-started", call, direction=direction, **ends, **parent)
        return call

    def begin(self, call: Call, story: Script) -> None:
        call.task = Task(self._stage, life(self, call, story))
        call.task.start()

    def pick_up(self, call: Call) -> None:
        call.status, call.answered_at = "in-progress", self.now()
        self.note("answered", call)

    def close(self, call: Call, *, by: str, status: str = "completed") -> None:
        """The connection is gone. The call's script still has to come to its end."""
        call.status, call.ended_at, call.ended_by = status, self.now(), by
        self.note("hung-up", call, by=by)

    def finish(self, call: Call) -> None:
        """The last thing about a call: its final report."""
        del self.live[call.sid]
        self.note("call-ended", call, status=call.status, seconds=call.talked_s, by=call.ended_by)
        self.progress(call, "completed")

    def hang_up(self, call: Call, *, by: str, status: str = "completed") -> None:
        """End a call from outside. One that has ended stays as it is."""
        if not call.ended:
            self.close(call, by=by, status=status)
            call.task.interrupt(HungUp())

    # -- queues and conferences

    def queue(self, name: str) -> Queue:
        """The queue of this name, made if there is none."""
        if name not in self.queues:
            now = self.now()
            self.queues[name] = Queue(self.lasting_sid("QU", name), name, now, now)
        return self.queues[name]

    def enter(self, queue: Queue, call: Call) -> Place:
        call.place = Place(queue, call, self.now())
        queue.places.append(call.place)
        queue.updated_at = self.now()
        self.note("queued", call, queue=queue.name, position=call.place.position)
        return call.place

    def leave(self, place: Place, result: str) -> int:
        """Take a caller out of the queue; returns the seconds waited."""
        self.vacate(place)
        place.call.place = None
        waited_s = place.waited_s(self.now())
        self.note("left-queue", place.call, queue=place.queue.name, result=result, seconds=waited_s)
        return waited_s

    def vacate(self, place: Place) -> None:
        """The place is free from now on, even before its caller's script has noticed."""
        if place in place.queue.places:
            place.queue.places.remove(place)
            place.queue.updated_at = self.now()

    def conference(self, name: str) -> Conference:
        """The conference of this name that goes on now, or a new one."""
        for room in reversed(self.conferences):
            if room.name == name and room.status != "completed":
                return room
        now = self.now()
        self.conferences.append(Conference(self, self.sid("CF"), name, now, now, Postbox(self)))
        return self.conferences[-1]

    # -- what people do

    def dial(self, line: str, caller: str = WITHHELD) -> Call:
        """Somebody calls one of our numbers. Raises ``Unknown`` for a number that is not ours."""
        called = self.lines.get(number(line))
        if not called:
            raise Unknown(f"{line} is no line of this network")
        call = self.new_call(
            "inbound",
            from_=number(caller),
            to=called.number,
            status="ringing",
            line=called,
            callback=Callback(called.status_callback, called.status_callback_method),
            fallback=Callback(called.voice_fallback_url, called.voice_fallback_method),
        )
        first = Target(called.voice_url, called.voice_method)
        self.begin(call, legs.inbound(self, call, first))
        return call

    def press(self, call: Call, keys: str) -> None:
        """Press keys. Those pressed while nothing listens are lost, as on the real network."""
        if call.ended:
            raise Refused("the call has ended")
        if not keys or set(keys) - KEYS:
            raise Refused("the keys are 0-9, * and #")
        for key in keys:
            heard = call.keys is not None
            call.pressed += key
            self.note("key-pressed" if heard else "key-lost", call, key=key)
            if call.keys is not None:
                call.keys.append(key)
                call.task.wake("key")

    def ringing(self, number: str) -> Call | None:
        """The call that rings at this number now."""
        return next(
            (
                call
                for call in self.live.values()
                if call.direction != "inbound" and call.to == number and call.status == "ringing"
            ),
            None,
        )

    def answer(self, number: str) -> Call:
        return self._decide(number, "answered")

    def reject(self, number: str) -> Call:
        return self._decide(number, "busy")

    def _decide(self, number: str, verdict: str) -> Call:
        call = self.ringing(number)
        if not call:
            raise Refused(f"nothing rings at {number}")
        call.task.wake(verdict)
        return call

    def on_the_phone(self, number: str) -> Call | None:
        """The call that somebody at this number is in now, ringing or answered."""
        return next((call for call in self.live.values() if call.person == number), None)

    def engaged(self, number: str, *, except_for: Call) -> bool:
        return any(call.person == number and call is not except_for for call in self.live.values())

    def install(self, number: str, label: str, *, mode: str = "on") -> Phone:
        """Put a telephone at a number, or set the one that is there to on, busy or off."""
        phone = self.phones.setdefault(number, Phone(number, label))
        phone.label, phone.mode = label or phone.label, mode
        self.note("phone", None, number=number, mode=mode)
        return phone
