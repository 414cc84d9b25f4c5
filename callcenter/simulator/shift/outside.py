"""The network of a shift: it tells people and truth what happens, and misbehaves where asked to."""

from collections.abc import Callable
from random import Random
from typing import Any

from ..calls import WITHHELD, Call, Callback, Target
from ..clock import Clock
from ..config import NetworkConfig
from ..delivery import Answer, Post
from ..network import Network
from ..signing import Form
from ..tasks import Fetch
from ..transport import Transport
from ..webhooks import Postbox, call_form
from .faults import LATEST_S, Faults
from .truth import ABANDONED, FLOW_OUT, Truth

Hears = Callable[[str, Call], None]


class Outside(Network):
    """Notes are told to ``hears`` and to the truth instead of being kept: a day has millions."""

    def __init__(
        self,
        config: NetworkConfig,
        clock: Clock,
        transport: Transport,
        faults: Faults,
        chance: Random,
    ) -> None:
        super().__init__(config, clock, transport)
        self.truth, self.faults, self.luck = Truth(), faults, chance
        self.hears: Hears = lambda kind, call: None
        self._asked: dict[str, Any] = {}  # when a call asked for its document, by its id
        self._rooms: dict[str, list[Call]] = {}
        self._joins = 0

    # -- what happens

    def note(self, kind: str, call: Call | None, **facts: Any) -> None:
        if call is None:
            return
        happened = getattr(self, f"_saw_{kind.replace('-', '_')}", None)
        if happened:
            happened(call, **facts)
        self.hears(kind, call)

    def _saw_joined_conference(self, call: Call, conference: str, **_: Any) -> None:
        together = self._rooms.setdefault(conference, [])
        together.append(call)
        caller = next((one for one in together if one.direction == "inbound"), None)
        agent = next((one for one in together if one.direction != "inbound"), None)
        if caller and agent:
            self.truth.connected(caller.sid, agent.to, self.now())
            self.hears("connected", caller)
            self.hears("connected", agent)

    def _saw_left_conference(self, call: Call, conference: str, **_: Any) -> None:
        together = self._rooms.get(conference, [])
        for one in together:
            if one.direction == "inbound":
                self.truth.parted(one.sid, self.now())
        if call in together:
            together.remove(call)
        if not together:
            self._rooms.pop(conference, None)

    def _saw_left_queue(self, call: Call, result: str, **_: Any) -> None:
        if result == "leave":
            self.truth.left_line(call.sid, ABANDONED, self._asked[call.sid])

    def _saw_call_started(self, call: Call, parent: str = "", **_: Any) -> None:
        if parent in self.truth.attempts:  # to the center's other number
            stay = self.truth.attempts[parent].stays[-1]
            stay.how = FLOW_OUT

    def _saw_hung_up(self, call: Call, **_: Any) -> None:
        if call.sid in self.truth.attempts:
            self.truth.hung_up(call.sid, self.now())

    # -- how the product is told of it

    def request(self, call: Call, target: Target, *, bare: bool = False) -> Fetch:
        form = () if bare else (*call_form(self.account_sid, call), *target.form)
        post = self._post(target.url, target.method, form)
        twice = not bare and self.luck.random() < self.faults.duplicate
        late_s = self.luck.uniform(0, LATEST_S) if twice else 0.0
        ask = self.delivery(post)

        def work() -> Answer:
            answer = ask()
            self.clock.ask(lambda: self._answered(call, answer))
            if twice:
                self.clock.after(late_s, lambda: self.clock.fetch(ask, _nobody))
            return answer

        return Fetch(work)

    def _answered(self, call: Call, answer: Answer) -> None:
        if call.direction != "inbound":
            return
        now = self._asked[call.sid] = self.now()
        if call.sid not in self.truth.attempts:
            number = "" if call.from_ == WITHHELD else call.from_
            self.truth.arrived(call.sid, call.to, number, now)
        if b"<Enqueue" in answer.body:
            self.truth.told_to_wait(call.sid, now)
            self.hears("told-to-wait", call)

    def tell(self, call: Call, target: Target) -> None:
        form = (*call_form(self.account_sid, call), *target.form)
        self._sent(call.postbox, self._post(target.url, target.method, form))

    def report(self, postbox: Postbox, callback: Callback, form: Form) -> None:
        if not self._withheld(form):
            self._sent(postbox, self._post(callback.url, callback.method, form))

    def _sent(self, postbox: Postbox, post: Post) -> None:
        """In order, unless it is one of those that others overtake; and once, or twice."""
        if self.luck.random() < self.faults.reorder:
            alone = Postbox(self)
            self.clock.after(self.luck.uniform(0, LATEST_S), lambda: alone.send(post))
        else:
            postbox.send(post)
        if self.luck.random() < self.faults.duplicate:
            again = Postbox(self)
            self.clock.after(self.luck.uniform(0, LATEST_S), lambda: again.send(post))

    def _withheld(self, form: Form) -> bool:
        """Whether this is the one report that is never sent: that a caller joined an agent."""
        told = dict(form)
        joins = told.get("StatusCallbackEvent") == "participant-join"
        if not joins or told.get("CallSid") not in self.truth.attempts:
            return False
        self._joins += 1
        return self._joins == self.faults.withhold


def _nobody(answer: Any) -> None:
    """What a request that was made a second time is answered is nobody's."""
