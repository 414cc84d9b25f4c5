"""An agent: a desk in a browser, an own telephone, breaks, and a form after each call."""

from random import Random
from typing import TYPE_CHECKING

from ..calls import Call
from . import plan
from .browser import Browser
from .caller import Caller
from .plan import lognormal

if TYPE_CHECKING:
    from .shift import Shift

LISTENS_EVERY_S = 1.0
WRAP_UP_S = 18.0
RESULTS = (  # reason and outcome of what comes most often, and whether it is a confirmation
    ("application_status", "answered", True),
    ("registration_help", "guided", True),
    ("registration_report", "recorded", True),
    ("laid_off_list", "confirmed", True),
    ("eligibility", "answered", True),
    ("account_access", "guided", False),
)


class Agent:
    """``number``: the own telephone, at which only this person answers."""

    def __init__(
        self,
        shift: "Shift",
        name: str,
        password: str,
        number: str,
        browser: Browser,
        looks_every_s: float,
    ) -> None:
        self._shift, self._browser, self._pace_s = shift, browser, looks_every_s
        self._name, self._password, self.number = name, password, number
        self._chance: Random = shift.plan.chance(name)
        self._leg: Call | None = None
        self._caller = ""  # whom the conversation is with, until the form is sent
        self._resting = self.gone = False

    def begin(self) -> None:
        """Sign in, say ready, and look at the desk until the shift is over."""
        self._browser.sign_in(self._name, self._password)
        self._browser.look()
        self._choose("available")
        for _ in range(self._shift.plan.breaks):
            at = self._chance.uniform(0.15, 0.85) * self._shift.plan.seconds
            self._shift.clock.after(at, self._rest)
        self._shift.clock.after(self._pace_s, self._look)

    def _look(self) -> None:
        if self.gone:
            return
        desk = self._browser.look()
        away = desk.state in ("away", "offline") and not desk.call
        if away and not self._resting:
            self._choose("available")
        self._shift.clock.after(self._pace_s, self._look)

    def _choose(self, state: str, reason: str = "") -> None:
        version = self._browser.look().version
        self._browser.post("/desk/state", state=state, reason=reason, version=version)

    def _rest(self) -> None:
        if not self._resting and not self.gone:
            self._resting = True
            self._choose("break", "lunch")
            self._shift.clock.after(plan.BREAK_S, self._back)

    def _back(self) -> None:
        self._resting = False
        if not self.gone:
            self._choose("available")

    def leave(self) -> None:
        """The shift is over."""
        self.gone = True
        self._choose("offline")
        self._browser.post("/logout")

    @property
    def busy(self) -> bool:
        """On the telephone, or with a form to send and a desk to send it from."""
        return bool(self._leg or (self._caller and not self.gone))

    # -- the telephone

    def rings(self, leg: Call) -> None:
        self._leg = leg
        if self._chance.random() >= plan.MISSES_RING:
            self._after(min(15.0, lognormal(self._chance, 4)), leg, self._pick_up)

    def _pick_up(self) -> None:
        if self._leg and self._leg.status == "ringing":
            self._shift.network.answer(self.number)
            self._after(LISTENS_EVERY_S, self._leg, self._listen)

    def _listen(self) -> None:
        """Press 1 when asked, after the words that ask for it have begun."""
        leg = self._leg
        if leg is None or self._caller:
            return
        if leg.keys is not None and "1" not in leg.pressed:
            self._shift.network.press(leg, "1")
        self._after(LISTENS_EVERY_S, leg, self._listen)

    def connected(self, sid: str, caller: Caller) -> None:
        """``sid``: the caller's call. Some conversations are ended on this side."""
        self._caller = sid
        ends = {plan.AT_DESK: self._end_at_desk, plan.BY_LEG: self._hang_up}.get(caller.ended_by)
        if ends and self._leg:
            self._after(caller.talks_s, self._leg, ends)

    def _end_at_desk(self) -> None:
        desk, leg = self._browser.look(), self._leg
        if leg and desk.phase == "talking" and desk.call == self._caller:
            self._shift.network.truth.parted(desk.call, self._shift.clock.now())
            self._browser.post("/desk/hangup", call=desk.call, offer=desk.offer)
        elif leg:
            self._after(LISTENS_EVERY_S, leg, self._end_at_desk)

    def _hang_up(self) -> None:
        if self._leg:
            self._shift.network.hang_up(self._leg, by="person")

    def leg_over(self) -> None:
        self._leg = None
        if self._caller:
            self._shift.clock.after(lognormal(self._chance, WRAP_UP_S), self._record)

    # -- the form

    def _record(self) -> None:
        """Save what came of the call; a form that is not taken is sent once more a little later."""
        desk = self._browser.look()
        reason, outcome, confirms = self._chance.choice(RESULTS)
        form = {"call": self._caller, "version": "0", "reason": reason, "outcome": outcome}
        status, _ = self._browser.post("/desk/ticket", **form, then="done")
        if status == 303:
            self._shift.network.truth.confirmed += confirms
        elif desk.call == self._caller:
            self._shift.clock.after(self._pace_s, self._record)
            return
        self._caller = ""

    def _after(self, seconds: float, leg: Call, action) -> None:
        """Do it then, if the same leg still stands."""

        def act() -> None:
            if self._leg is leg and not leg.ended:
                action()

        self._shift.clock.after(seconds, act)
