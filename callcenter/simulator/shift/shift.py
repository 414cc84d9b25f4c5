"""A whole shift: callers and agents on one network, and time that passes for all of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ..calls import Call, Phone
from ..clock import RealClock, VirtualClock
from .agent import Agent
from .browser import Browser
from .caller import Caller
from .hurry import Hurry
from .outside import Outside
from .plan import Plan

TICK_S = 1.0  # so soon the product's second loop follows what the product was told
IDLE_S, QUIET_S = 3.0, 10.0  # so often it runs without, while somebody is on the telephone or not
LOOKS_S = 24.0  # so often a desk asks what is new: it must be heard every 30 s
FEW, FEW_LOOK_S = 10, 14.0  # with few agents, so that one of a center is heard all the time
LONGEST_AFTER_S = 7200.0  # by then the last conversation after closing is over


@dataclass(frozen=True)
class Staff:
    """An agent's account at the product."""

    name: str
    password: str
    number: str


class Shift:
    """``tick`` lets the product's second loop act; ``touch`` says that it was told something."""

    def __init__(
        self,
        plan: Plan,
        network: Outside,
        clock: VirtualClock | Hurry,
        pages: Callable[..., Any],
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        self.plan, self.network, self.clock = plan, network, clock
        self._pages, self._tick = pages, tick
        self._touched = False
        self.callers: dict[str, Caller] = {}  # by the id of their call
        self.agents: dict[str, Agent] = {}  # by the number of their telephone
        network.hears = self._hears

    def staff(
        self, people: Sequence[Staff], base_url: str, pages: Callable[..., Any] | None = None
    ) -> None:
        """Agents come in the minute before opening, one after the other. ``pages``: theirs, where
        not everybody's desk is at one address."""
        pace_s = LOOKS_S if len(people) >= FEW else FEW_LOOK_S
        for place, one in enumerate(people):
            self.network.phones[one.number] = Phone(one.number, one.name)
            browser = Browser(pages or self._pages, base_url)
            agent = Agent(self, one.name, one.password, one.number, browser, pace_s)
            self.agents[one.number] = agent
            self.clock.after(60.0 * place / len(people), agent.begin)

    def touch(self) -> None:
        """The product was told something: its second loop gets a hint."""
        self._touched = True

    def open_in(self, seconds: float) -> bool:
        """Whether the lines are still open so many seconds from now."""
        return (self.plan.closes - self.clock.now()).total_seconds() > seconds

    def run(self, clock: VirtualClock) -> None:
        """From the first agent's arrival until the last has gone home."""
        before_s = self._callers()
        self._pass(clock, before_s + self.plan.seconds, lambda: False)
        self._pass(clock, LONGEST_AFTER_S, self._quiet)
        for agent in self.agents.values():
            agent.leave()
        self._pass(clock, 2 * QUIET_S, lambda: False)

    def watch(self, clock: RealClock, pause: Callable[[float], None]) -> None:
        """The same on a network that lives by itself: look now and then whether it is over."""
        left_s = clock.ask(self._callers) + self.plan.seconds + LONGEST_AFTER_S
        ends = self.clock.now() + timedelta(seconds=left_s)
        over = self.plan.closes
        while self.clock.now() < ends:
            pause(1.0)
            if self.clock.now() >= over and clock.ask(self._quiet):
                break
        for agent in self.agents.values():
            clock.ask(agent.leave)

    def _callers(self) -> float:
        """Those who will call; gives in how many seconds the lines open."""
        before_s = (self.plan.opens - self.clock.now()).total_seconds()
        lines = sorted(self.network.lines)
        for who, at in enumerate(self.plan.arrivals()):
            chance = self.plan.chance(f"caller {who}")
            caller = Caller(self, who, chance.choice(lines), chance)
            self.clock.after(before_s + at, caller.dial)
        return before_s

    def _quiet(self) -> bool:
        return not self.network.live and not any(one.busy for one in self.agents.values())

    def _pass(self, clock: VirtualClock, seconds: float, over: Callable[[], bool]) -> None:
        """Let time pass; the product's second loop runs at a hint, and now and then without."""
        idle_s, left = 0.0, round(seconds / TICK_S)
        while left > 0 and not over():
            clock.run_for(TICK_S)
            left -= 1
            idle_s += TICK_S
            if self._touched or idle_s >= (QUIET_S if self._quiet() else IDLE_S):
                self._touched, idle_s = False, 0.0
                self._tick()

    def _hears(self, kind: str, call: Call) -> None:
        """Tell the person on a call what happens to it; they act when time passes."""
        caller, agent = self.callers.get(call.sid), self.agents.get(call.to)
        match kind:
            case "told-to-wait" if caller:
                caller.told_to_wait()
            case "connected" if caller:
                caller.connected()
            case "connected" if agent and call.seat:
                others = [seat.call.sid for seat in call.seat.conference.seats]
                sid = next(one for one in others if one in self.callers)
                agent.connected(sid, self.callers[sid])
            case "call-ended" if caller:
                del self.callers[call.sid]
                caller.call_over()
            case "call-ended" if agent:
                agent.leg_over()
            case "ringing" if agent:
                agent.rings(call)
