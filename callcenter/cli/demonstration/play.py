"""The scripted call: what the caller, the agent and the recap do, and what must come of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from callcenter.cli.demo import NotAddingUp
from callcenter.cli.demonstration.desk import Desk
from callcenter.cli.demonstration.people import ACCOUNTS, KNOWN
from callcenter.rules import wib
from callcenter.settings import Settings
from callcenter.simulator.driver import Handset, Network, NotHappened, Phone

AGENT = "sari.cc1"
WITHIN_S = 20.0


@dataclass
class Play:
    """``ask`` runs one of our commands and gives its JSON."""

    settings: Settings
    passwords: Mapping[str, str]
    ask: Callable[..., Any]
    now: datetime
    desk: Desk = field(init=False)

    def __post_init__(self) -> None:
        self.network = f"http://{self.settings.network.bind}"
        self.desk = Desk(self.settings.web.public_url)
        self.line = self.settings.centers[0].lines[0]
        self.phone = next(one[5] for one in ACCOUNTS if one[0] == AGENT) or ""

    def act(self) -> None:
        """Play it. Raises ``NotAddingUp``."""
        try:
            before, logged = self.recap(), len(Network(self.network).log())
            tell("recap", f"{before['confirmations']['total']} confirmations so far today")
            self.sign_in()
            self.call()
            after = self.recap()
            self.compare(before, after, Network(self.network).log(after=logged))
        except NotHappened as error:
            raise NotAddingUp(str(error)) from error

    def recap(self) -> dict[str, Any]:
        day = wib.day_of(self.now).isoformat()
        return self.ask("recap", "--day", day, "--until", "24:00", "--json")

    def sign_in(self) -> None:
        self.desk.sign_in(AGENT, self.passwords[AGENT])
        self.desk.get("/desk")
        version = self.desk.value("version")
        self.desk.post("/desk/state", state="available", version=version)
        if "panel-available" not in self.desk.page:
            raise NotAddingUp("the agent could not become available at the desk")
        tell("desk", f"{AGENT} is available")

    def call(self) -> None:
        """From the ring to the end of the wrap-up."""
        caller = Handset(self.network).dial(self.line, "+62" + KNOWN["phone"][1:])
        tell("caller", f"dials {self.line}")
        tell("caller", "hears: " + caller.hears("Kartu Prakerja", WITHIN_S)[:70])
        caller.press("1")
        tell("caller", "hears: " + caller.hears("tekan", WITHIN_S)[:70])
        caller.press("2")
        tell("caller", "presses 2 and waits")
        agent = Phone(self.network, self.phone).answer(WITHIN_S)
        self.sees("panel-ringing")
        tell("desk", "shows the call; the agent's own phone rings and is picked up")
        agent.hears("satu", WITHIN_S)
        agent.press("1")
        caller.talks_to(self.phone, WITHIN_S)
        tell("network", "caller and agent hear each other")
        self.sees("panel-talking")
        self.record()
        caller.hang_up()
        self.sees("panel-wrap_up")
        call, offer = self.desk.value("call"), self.desk.value("offer")
        self.desk.post("/desk/done", call=call, offer=offer)
        tell("desk", "wrap-up done")

    def record(self) -> None:
        """Find the applicant and record the confirmation."""
        call = self.desk.value("call")
        self.desk.get("/desk")
        found = self.desk.post("/desk/find", text=KNOWN["nik"], call=call)
        if KNOWN["full_name"] not in found:
            raise NotAddingUp("the applicant was not found by NIK")
        tell("desk", f"finds {KNOWN['full_name']}")
        person = self.desk.value("person")
        said = {"reason": "application_status", "outcome": "confirmed"}
        self.desk.post("/desk/ticket", call=call, person=person, version="0", **said)
        if "notice-ok" not in self.desk.page:
            raise NotAddingUp("the confirmation could not be recorded")
        tell("desk", "records: application_status, confirmed")

    def sees(self, mark: str) -> None:
        """Wait until the desk shows something."""
        deadline = time.monotonic() + WITHIN_S
        while mark not in self.desk.get("/desk/live"):
            if time.monotonic() > deadline:
                raise NotAddingUp(f"the desk never showed {mark}")
            time.sleep(0.2)

    def compare(
        self, before: dict[str, Any], after: dict[str, Any], log: list[dict[str, Any]]
    ) -> None:
        """The network's own record is the truth."""
        came = [e for e in log if e["kind"] == "call-started" and e["direction"] == "inbound"]
        met = {e["call"] for e in log if e["kind"] == "joined-conference"}
        truth = {
            "inbound": len(came),
            "answered": sum(entry["call"] in met for entry in came),
        }
        counted = {
            name: after["calls"][name] - before["calls"][name] for name in ("inbound", "answered")
        }
        center = self.settings.centers[0].code
        more = after["confirmations"].get(center, 0) - before["confirmations"].get(center, 0)
        tell("network", f"saw {truth['inbound']} call, {truth['answered']} answered")
        tell(
            "recap",
            f"counts {counted['inbound']} call, {counted['answered']} answered, "
            f"{more} confirmation more for {center}",
        )
        if counted != truth or more != 1:
            raise NotAddingUp(f"network {truth}, recap {counted}, {more} confirmation(s) more")


def tell(who: str, what: str) -> None:
    print(f"  {who:<8} {what}", flush=True)
