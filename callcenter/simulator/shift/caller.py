"""Somebody who calls: listens, presses keys, waits, loses patience, talks, calls again."""

from random import Random
from typing import TYPE_CHECKING

from ..calls import WITHHELD, Call
from ..clock import Timer
from . import plan
from .plan import lognormal, talk_s

if TYPE_CHECKING:
    from .shift import Shift

LISTENS_EVERY_S = 1.0
NEEDS = ("1", "2", "3", "0")
SURABAYA = "3578"


class Caller:
    """One person with one telephone. ``reached`` once an agent was on the line."""

    def __init__(self, shift: "Shift", who: int, line: str, chance: Random) -> None:
        self._shift, self._line, self._chance = shift, line, chance
        self.number = f"+62812{who:08d}"
        self._shown = WITHHELD if chance.random() < plan.WITHHELD else self.number
        self._keys = self._wishes()
        self.reached, self.tries = False, 0
        self.ended_by, self.talks_s = plan.CALLER, 0.0  # of the conversation that goes on
        self._call: Call | None = None
        self._pressed: list[str] = []
        self._heard: list[str] | None = None
        self._patience: Timer | None = None

    def _wishes(self) -> tuple[str, ...]:
        """The keys pressed one after the other, when asked for; "" is silence."""
        language = self._chance.choices(("1", "2", "3", ""), (70, 15, 5, 10))[0]
        if self._chance.random() < plan.POSKO:
            return (language, "4", SURABAYA)
        return (language, self._chance.choice(NEEDS))

    def dial(self) -> None:
        self.tries += 1
        self._pressed, self._heard = [], None
        self._call = self._shift.network.dial(self._line, self._shown)
        self._shift.callers[self._call.sid] = self
        if self._chance.random() < plan.LEAVES_EARLY:
            self._after(lognormal(self._chance, 8), self._call, self._hang_up)
        self._after(LISTENS_EVERY_S, self._call, self._listen)

    def told_to_wait(self) -> None:
        """From now on patience runs, unless it runs already."""
        if self._patience is None and self._call:
            patience_s = self._chance.expovariate(1 / self._shift.plan.patience_s)
            self._patience = self._after(patience_s, self._call, self._hang_up)

    def connected(self) -> None:
        """Somebody is there. Most conversations are ended by the caller."""
        if self._patience:
            self._patience.cancel()
        self._patience, self.reached = None, True
        self.ended_by, self.talks_s = plan.ended_by(self._chance), talk_s(self._chance)
        if self._call:  # an agent whose desk does not let them end it leaves that to the caller
            more_s = 0.0 if self.ended_by == plan.CALLER else plan.GIVES_UP_S
            self._after(self.talks_s + more_s, self._call, self._hang_up)
            if self.ended_by != plan.CALLER:
                self._after(self.talks_s, self._call, self._questions)

    def call_over(self) -> None:
        """Who got nowhere may call again, while somebody is there."""
        if self._patience:
            self._patience.cancel()
        self._patience, self._call = None, None
        again = self._chance.random() < plan.AGAIN and self.tries < plan.MOST_TRIES
        if again and not self.reached and len(self._keys) < 3:
            wait_s = self._chance.uniform(30, plan.AGAIN_WITHIN_S)
            if self._shift.open_in(wait_s):
                self._shift.clock.after(wait_s, self.dial)

    def _listen(self) -> None:
        """Press what is wanted at each new question; what was not foreseen is left to silence."""
        call = self._call
        if call is None or self._patience:
            return
        if call.keys is not None and call.keys is not self._heard:
            self._heard = call.keys
            if len(self._pressed) < len(self._keys):
                self._after(lognormal(self._chance, 3), call, self._press)
            elif len(self._keys) > 2:  # has heard where the service point is
                self._after(lognormal(self._chance, 15), call, self._hang_up)
        self._after(LISTENS_EVERY_S, call, self._listen)

    def _press(self) -> None:
        wish = self._keys[len(self._pressed)]
        self._pressed.append(wish)
        if wish and self._call:
            self._shift.network.press(self._call, wish)

    def _questions(self) -> None:
        """After the conversation: answer what is asked, or hold the telephone and say nothing."""
        call = self._call
        if call is None or self._patience:
            return
        if call.keys is not None and call.keys is not self._heard:
            self._heard = call.keys
            if self._chance.random() < plan.SAYS:
                self._after(lognormal(self._chance, 3), call, self._say)
        self._after(LISTENS_EVERY_S, call, self._questions)

    def _say(self) -> None:
        call = self._call
        if call and call.keys is not None and not self._patience:
            self._shift.network.truth.attempts[call.sid].answers += 1
            self._shift.network.press(call, self._chance.choice(("1", "2", "3")))

    def _hang_up(self) -> None:
        if self._call:
            self._shift.network.hang_up(self._call, by="person")

    def _after(self, seconds: float, call: Call, action) -> Timer:
        """Do it then, if the same call still goes on."""

        def act() -> None:
            if self._call is call and not call.ended:
                action()

        return self._shift.clock.after(seconds, act)
