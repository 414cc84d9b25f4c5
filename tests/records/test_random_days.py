"""Days drawn at random: what their maker counted while making them is what stats and recap say."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from callcenter.rules import recap
from tests.figures import RULES, Ledger, at, line

CUTOFF_S = 17 * 3600
DAY_S = 24 * 3600
CONFIRMING = ("application_status", "laid_off_list", "service_point_info")
OTHERS = ("incentive", "training", "other")
HELPED = ("confirmed", "answered", "recorded", "referred_service_point")
SPELLINGS = ("0812{:07}", "+62 812 {:07}", "62812{:07}")


@dataclass
class Part:
    """What one center (or everybody) did, counted by hand."""

    n: Counter[str] = field(default_factory=Counter)
    waits: list[int] = field(default_factory=list)
    gave_up: list[int] = field(default_factory=list)
    callers: Counter[int] = field(default_factory=Counter)
    reached: set[int] = field(default_factory=set)
    talks: list[tuple[int, int]] = field(default_factory=list)


def clock(second: int) -> str:
    """A second of the 13th of April, or after it."""
    return f"{at('00:00:00') + timedelta(seconds=second):%Y-%m-%dT%H:%M:%S}"


@dataclass
class Maker:
    """Draws calls and keeps its own accounts: of the day, of each center, of each half hour, and of
    the day until the cutoff."""

    seed: int
    lines: list[str] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=lambda: defaultdict(Part))

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        for number in range(90):
            self.call(number)
        self.chance.shuffle(self.lines)

    def call(self, number: int) -> None:
        at_s = self.chance.choice((self.chance.randrange(DAY_S), CUTOFF_S - 1, CUTOFF_S, 0))
        self.center = self.chance.choice(("CC1", "CC1", "CC2"))
        self.test = self.chance.random() < 0.06
        self.who = self.chance.choice((None, *range(25)))
        self.told: list[str] = []
        self.booked_s = at_s
        queued_s = min(at_s + self.chance.choice((0, 15, 40)), DAY_S - 1)
        kind = self.chance.choice(("menu", "blocked", *("queue",) * 6))
        if kind == "queue":
            self.booked_s = queued_s
        self.say(at_s, "arrive")
        self.count("inbound")
        {"menu": self.menu, "blocked": self.blocked, "queue": self.queue}[kind](queued_s)
        self.people(reached=any(" answer " in one or "callback_answer" in one for one in self.told))
        told = self.told + self.chance.choices(self.told, k=2)  # some of it twice
        self.chance.shuffle(told)
        spelled = self.chance.choice(SPELLINGS).format(self.who) if self.who is not None else ""
        self.lines.append(
            line(f"c{number}", *told, center=self.center, caller=spelled, test=self.test)
        )

    def menu(self, at_s: int) -> None:
        if self.chance.random() < 0.5:
            self.say(at_s + 5, "ivr_result status_given")
            self.count("ivr_contained")
        else:
            self.count("ivr_abandoned")
        self.say(at_s + 30, "hangup caller")

    def blocked(self, at_s: int) -> None:
        self.say(at_s, "blocked no_line")
        self.count("blocked")

    def queue(self, at_s: int) -> None:
        self.say(at_s, "queue confirmation")
        self.count("offered")
        wait_s = self.chance.choice((0, 4, 5, 19, 20, 21, self.chance.randrange(300)))
        end = self.chance.choice(("answer", "answer", "answer", "abandon", "callback"))
        if end == "answer":
            self.answer(at_s, wait_s)
        elif end == "abandon":
            self.say(at_s + wait_s, "hangup caller")
            self.gave_up(wait_s)
        else:
            self.say(at_s + wait_s, "callback_request")
            self.say(at_s + wait_s + 3, "hangup caller")
            self.count("flow_out", "callback_requested")
            if self.chance.random() < 0.5:
                self.say(at_s + wait_s + 600, "callback_answer A9")
                self.say(at_s + wait_s + 700, "callback_end")
                self.count("callback_completed")
                self.talk(at_s + wait_s + 600, at_s + wait_s + 700)

    def gave_up(self, wait_s: int) -> None:
        short = ("short_abandoned",) * (wait_s < RULES.short_abandon_s)
        self.count("abandoned", *short, *("abandoned_in_target",) * (wait_s <= RULES.target_s))
        for part in self.mine():
            part.gave_up.append(wait_s)

    def answer(self, at_s: int, wait_s: int) -> None:
        answered_s, talk_s = at_s + wait_s, self.chance.choice((9, 10, self.chance.randrange(600)))
        hold_s = self.chance.choice((0, talk_s // 3))
        acw_s = self.chance.choice((0, 30))
        ended_s = answered_s + talk_s
        self.say(answered_s, "answer A1")
        if hold_s:
            self.say(answered_s + 1, "hold")
            self.say(answered_s + 1 + hold_s, "unhold")
        self.count("answered", "handled", "unique_calls_answered")
        self.count(*("answered_in_target",) * (wait_s <= RULES.target_s))
        self.count(*("short_service",) * (talk_s < RULES.short_service_s))
        for part in self.mine():
            part.waits.append(wait_s)
            part.n["handle_s"] += talk_s + acw_s
        self.talk(answered_s, ended_s)
        self.outcome(ended_s)
        self.say(ended_s, "hangup caller")
        if acw_s:
            self.say(ended_s + acw_s, "acw_end A1")

    def outcome(self, at_s: int) -> None:
        """A ticket is counted by its own time: at the first outcome that helped."""
        reason = self.chance.choice((*CONFIRMING, *OTHERS))
        if self.chance.random() < 0.2:
            self.say(at_s - 1, f"outcome disconnected {reason}")
        if self.chance.random() < 0.1:
            self.say(at_s, "outcome prank")
            self.count("prank")
        if self.chance.random() < 0.8:
            self.say(at_s, f"outcome {self.chance.choice(HELPED)} {reason}")
            if reason in CONFIRMING and not self.test:
                for part in self.of(at_s):
                    part.n["confirmations"] += 1

    def people(self, *, reached: bool) -> None:
        for part in self.mine():
            if self.who is None:
                part.n["unknown_number_calls"] += 1
                continue
            part.callers[self.who] += 1
            if reached:
                part.reached.add(self.who)

    def talk(self, start_s: int, end_s: int) -> None:
        for part in [] if self.test else (self.parts["day"], self.parts[self.center]):
            part.talks.append((start_s, end_s))

    def say(self, at_s: int, what: str) -> None:
        self.told.append(f"{clock(at_s)} {what}")

    def count(self, *names: str) -> None:
        for part in self.mine():
            part.n.update(names)

    def mine(self) -> list[Part]:
        return [] if self.test else self.of(self.booked_s)

    def of(self, at_s: int) -> list[Part]:
        """The parts to which a moment of this call belongs."""
        if not 0 <= at_s < DAY_S:
            return []
        half_hour = f"{at_s // 3600:02}:{at_s // 1800 % 2 * 30:02}"
        names = ["day", self.center, half_hour]
        names += ["recap", f"recap {self.center}"] * (at_s < CUTOFF_S)
        return [self.parts[name] for name in names]


def expected(part: Part) -> dict[str, object]:
    """The figures of a part by plain arithmetic on what its maker counted."""
    n, people, known = part.n, len(part.callers), sum(part.callers.values())
    finished = n["answered"] + n["abandoned"]
    everyone = [*part.waits, *part.gave_up]
    return {
        **{key: n[key] for key in COUNTED},
        "blocked_rate": ratio(n["blocked"], n["inbound"]),
        "ivr_containment_rate": ratio(n["ivr_contained"], n["inbound"] - n["blocked"]),
        "sl_offered": ratio(n["answered_in_target"], finished),
        "sl_answered": ratio(n["answered_in_target"], n["answered"]),
        "sl_excl_short": ratio(n["answered_in_target"], finished - n["short_abandoned"]),
        "sl_incl_flowout": ratio(n["answered_in_target"], finished + n["flow_out"]),
        "abandon_rate": ratio(n["abandoned"], n["offered"]),
        "asa_s": ratio(sum(part.waits), len(part.waits)),
        "abandon_wait_mean_s": ratio(sum(part.gave_up), len(part.gave_up)),
        "longest_wait_s": max(everyone, default=None),
        "wait_p90_s": ranked(part.waits, 90),
        "aht_s": ratio(n["handle_s"], n["handled"]),
        "unique_callers": people,
        "repeat_calls": known - people,
        "callers_never_answered": people - len(part.reached),
        "attempts_per_known_caller": ratio(known, people),
    }


COUNTED = (
    *("inbound", "blocked", "offered", "answered", "handled", "abandoned", "short_abandoned"),
    *("flow_out", "ivr_contained", "ivr_abandoned", "answered_in_target", "abandoned_in_target"),
    *("unique_calls_answered", "callback_requested", "callback_completed", "short_service"),
    *("prank", "confirmations", "unknown_number_calls"),
)


def ratio(part: int, whole: int) -> object:
    return pytest.approx(part / whole) if whole else None


def ranked(waits: list[int], percent: int) -> int | None:
    return sorted(waits)[math.ceil(percent * len(waits) / 100) - 1] if waits else None


def most_at_once(talks: list[tuple[int, int]]) -> int:
    """Counted second by second, as somebody would who looked at a clock."""
    busy: Counter[int] = Counter()
    for start, end in talks:
        busy.update(range(start, min(end, DAY_S)))
    return max(busy.values(), default=0)


def same(said: dict[str, object], part: Part) -> None:
    wanted = expected(part)
    assert {key: said[key] for key in wanted} == wanted


@pytest.fixture
def ledger(database, keys, policy) -> Ledger:
    return Ledger(database, keys, policy)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_day_has_the_figures_that_its_maker_counted(ledger, seed):
    made = Maker(seed)
    ledger.imports(*made.lines)
    ledger.settle(limit=40)  # some calls are folded, others not
    document = ledger.stats()

    same(document["total"], made.parts["day"])
    for center in ("CC1", "CC2"):
        same(document["by_center"][center], made.parts[center])
    for half_hour, said in document["intervals"].items():
        same(said, made.parts[half_hour])
    assert document["total"]["peak_concurrent_talk"] == most_at_once(made.parts["day"].talks)
    assert document["total"]["data_anomalies"] == 0


@pytest.mark.parametrize("seed", [5, 6])
def test_a_recap_has_the_numbers_that_its_maker_counted(ledger, seed):
    made = Maker(seed)
    ledger.imports(*made.lines)
    told = ledger.recap()
    part = made.parts["recap"]

    assert told.confirmations == {
        center: made.parts[f"recap {center}"].n["confirmations"] for center in ("CC1", "CC2")
    }
    assert told.total == part.n["confirmations"]
    assert told.people == len(part.callers)
    for name in ("inbound", "answered", "abandoned", "blocked", "callback_requested"):
        assert told.calls[name] == part.n[name], name
    assert f"menerima {told.total} konfirmasi" in recap.text(told)
    assert ledger.stats(until="17:00")["total"]["confirmations"] == told.total
