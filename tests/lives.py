"""Whole calls, drawn turn by turn: what a caller keys, what the floor decides, what the carrier
reports. Every turn comes from the rules themselves, so whatever can be said can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from callcenter.rules import dialogue, events, waiting
from callcenter.rules.dialogue import Dialogue
from callcenter.rules.events import Event
from callcenter.rules.menu import MENU, Node
from callcenter.rules.policy import Policy
from callcenter.rules.waiting import Place

Turn = tuple[Event, ...]  # written at once

KEYED = {
    "nik": ("3578010101900001", "12"),
    "phone": ("081234567890", "1"),
    "kk": ("verified", "unverified", "down", "1"),
    "ticket": ("verified", "unverified", "down", "1"),
    "regency": ("3578", "9999"),
}
TURNS = 9  # keys and stays of one caller
OFFER_ENDS = ("accepted", "declined", "expired", "withdrawn")


@dataclass
class Life:
    """One call from its arrival to its end. ``told``: what is written, turn by turn, in order."""

    chance: Random
    policy: Policy
    sid: str
    at: datetime
    told: list[Turn] = field(default_factory=list)
    offers: int = 0
    over: bool = False

    def lived(self) -> list[Turn]:
        center = self.one(self.policy.centers)
        state = Dialogue(self.sid, number="+6281234567890")
        arrived = dialogue.arrive(
            self.sid, center.lines[0], center, withheld=False, test=False, now=self.at
        )
        self.say(arrived, *dialogue.found_closed(arrived, self.policy))
        state = dialogue.after(state, (arrived,))
        for _ in range(self.chance.randint(0, TURNS)):
            node = MENU[state.node]
            if self.over or node.ends or node.forwards:
                break
            self.passes(60)
            state = self.stays(state) if node.queue else self.answers(state, node)
        if self.one((True, True, False)):
            self.reports("completed")
        return self.told

    # The caller ------------------------------------------------------------------------------

    def answers(self, state: Dialogue, node: Node) -> Dialogue:
        if node.records:
            left = dialogue.left_message(
                state, "RE1", 9, number="123456782", policy=self.policy, now=self.at
            )
            self.say(left[0])
            return dialogue.after(state, left)
        keys = self.one((*node.options, "", "5", *KEYED.get(node.reads, ())))
        happened = dialogue.decide(state, keys, self.policy, self.at)
        self.say(*happened)
        return dialogue.after(dialogue.heard(state, keys, self.policy), happened)

    def stays(self, state: Dialogue) -> Dialogue:
        """A stay in the queue: until the caller hangs up, is sent away, or talked to somebody."""
        for _ in range(self.chance.randint(0, 3)):
            waited = waiting.decide(state, Place(1), "QU1", self.policy, self.at)
            self.say(*waited)
            state = waiting.following(state, Place(1))
            self.passes(30)
        match self.one(("hangup", "leave", "agent", "agent")):
            case "hangup":
                self.left(state, "hangup")
                self.over = True
            case "leave":
                beyond = dialogue.beyond_the_queue(state, self.policy)
                gone = dialogue.exited(state, beyond, self.at)
                self.say(gone)
                self.left(state, "leave")
                return dialogue.after(state, (gone,))
            case "agent":
                return self.offered(state)
        return state

    def left(self, state: Dialogue, result: str) -> None:
        body = {"entry": state.entry, "result": result, "waited_s": 9, "queue_sid": "QU1"}
        self.tell(events.QueueLeft, f"queue:{state.entry}", f"{result}:0:x", **body)

    # The floor -------------------------------------------------------------------------------

    def offered(self, state: Dialogue) -> Dialogue:
        self.offers += 1
        center = self.one(self.policy.centers).code
        about = {"offer": self.offers, "agent": self.one(("a1", "a2"))}
        self.part(events.CallOffered, "offered", entry=state.entry, center=center, **about)
        self.leg("initiated", **about)
        self.passes(20)
        match self.one(OFFER_ENDS):
            case "accepted":
                self.leg("in-progress", **about)
                self.part(events.OfferAccepted, "offer", how="key", **about)
                return self.talks(state, about)
            case "declined":
                self.leg("busy", **about)
                self.part(events.OfferDeclined, "offer", why="busy", **about)
            case "expired":
                self.part(events.OfferExpired, "offer", **about)
            case "withdrawn":
                self.part(events.OfferWithdrawn, "offer", why="agent_gone", **about)
        self.part(events.HandlingEnded, "handling", talked=False, why="expired", **about)
        self.chooses(about["agent"], "away", center)
        return state

    def talks(self, state: Dialogue, about: dict[str, Any]) -> Dialogue:
        self.part(events.CallerFetched, "fetch", entry=state.entry, **about)
        self.left(state, "redirected")
        number = about["offer"]
        for role in ("agent", "caller"):
            told = {"offer": number, "role": role, "leg": f"CA{role}"}
            self.part(events.ParticipantJoined, f"join {role}", conference="CF1", **told)
        self.passes(200)
        why = self.one(("caller_left", "agent_left", "agent_lost"))
        for role in ("caller",) if why == "caller_left" else ("agent",):
            self.part(events.ParticipantLeft, f"leave {role}", offer=number, role=role)
        self.leg("completed", **about)
        self.part(events.HandlingEnded, "handling", talked=True, why=why, **about)
        self.passes(60)
        self.part(events.WrapUpEnded, "wrap_up", by="clock", **about)
        if why != "agent_lost":
            self.over = True
            return state
        back = dialogue.returned(state, self.at)
        self.say(*back)
        return dialogue.after(state, back)

    def leg(self, status: str, **about: Any) -> None:
        number = about["offer"]
        told = {"leg": f"CAleg{number}", "status": status, **about}
        self.tell(events.LegReported, f"leg:{number}", f"{status}:0:x", **told)

    def chooses(self, agent: str, state: str, center: str) -> None:
        turn = self.at.isoformat()
        about = {"subject": events.agent(agent), "thread": "presence", "turn": turn, "at": self.at}
        self.say(events.StateChosen(state=state, center=center, by="floor", **about))

    # The carrier -----------------------------------------------------------------------------

    def reports(self, status: str) -> None:
        self.tell(events.CallReported, "status", f"{status}:0:x", status=status, duration_s=9)

    # Telling ---------------------------------------------------------------------------------

    def part(self, kind: type[Event], thread: str, **body: Any) -> None:
        self.tell(kind, thread, str(body["offer"]), **body)

    def tell(self, kind: type[Event], thread: str, turn: str, **body: Any) -> None:
        subject = events.call(self.sid)
        self.say(kind(subject=subject, thread=thread, turn=turn, at=self.at, **body))

    def say(self, *turn: Event) -> None:
        self.told.append(turn)

    def passes(self, seconds: int) -> None:
        self.at += timedelta(seconds=self.chance.randint(1, seconds))

    def one(self, choices: Sequence[Any]) -> Any:
        return self.chance.choice(choices)


def calls(chance: Random, policy: Policy, days: Sequence[datetime], most: int = 3) -> list[Turn]:
    """The turns of some calls, each call's in order; some of them at centers that close."""
    hours = tuple(replace(center, hours="Mon-Sun 08:00-17:00") for center in policy.centers)
    told: list[Turn] = []
    for number in range(chance.randint(1, most)):
        rules = replace(policy, centers=chance.choice((policy.centers, hours)))
        told += Life(chance, rules, f"CA{number}", chance.choice(days)).lived()
    return told


def mixed(chance: Random, turns: Sequence[Turn]) -> Iterator[list[Event]]:
    """``turns`` in another order, some of them again, in writes of one or several."""
    order = [*turns, *chance.choices(turns, k=chance.randint(0, 6))]
    chance.shuffle(order)
    while order:
        size = chance.randint(1, 5)
        yield [event for turn in order[:size] for event in turn]
        del order[:size]
