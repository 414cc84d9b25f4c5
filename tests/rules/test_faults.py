"""One-line faults put into the rules of the figures: the worked cases notice every one of them.

Each fault is a line of the source, and the same line as somebody might have written it. The rules
are imported anew with that line, and the cases of tests/cases.py are worked with them.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.cases import CASES, Case
from tests.rules.faults import FAULTS

ROOM = "callcenter.rules"
HOUSE = Path(__file__).parents[2]
LONG_AFTER = "2020-06-01T00:00:00+07:00"

LISTED = [(file, *fault) for file, faults in FAULTS.items() for fault in faults]


class Faulty(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """Finds one module of the rules, with another text than that of its file."""

    def __init__(self, file: str, text: str) -> None:
        self.path, self.text = f"{HOUSE}/callcenter/rules/{file}", text
        self.name = f"{ROOM}.{file.removesuffix('.py').replace('/', '.')}"

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self.name else None

    def get_filename(self, fullname: str) -> str:
        return self.path

    def get_data(self, path: str) -> bytes:
        return self.text.encode()


@contextmanager
def rules_with(*faults: Faulty) -> Iterator[SimpleNamespace]:
    """The rules imported anew with these faults; afterwards everybody has the right ones again."""

    def take_away() -> dict[str, ModuleType]:
        names = [name for name in sys.modules if name == ROOM or name.startswith(f"{ROOM}.")]
        return {name: sys.modules.pop(name) for name in names}

    right = take_away()
    sys.meta_path[:0] = faults
    try:
        names = ("calls", "events", "imported", "policy", "tally", "ticket", "wib")
        yield SimpleNamespace(**{it: importlib.import_module(f"{ROOM}.{it}") for it in names})
    finally:
        del sys.meta_path[: len(faults)]
        take_away()
        sys.modules.update(right)
        sys.modules["callcenter"].rules = right[ROOM]  # type: ignore[attr-defined]


class Worked:
    """A case worked with some rules: the sums and callers of the whole and of each part."""

    def __init__(self, case: Case, rules: SimpleNamespace) -> None:
        self.rules, self.case = rules, case
        self.sums: dict[tuple[str, str], Any] = defaultdict(rules.tally.Sums)
        self.callers: dict[tuple[str, str], Any] = defaultdict(rules.tally.Callers)
        self.as_of = rules.wib.at(case.as_of or LONG_AFTER)
        self.limits = rules.policy.QueueRules(**case.limits)
        self.cuts = self._cuts()
        told, numbers = self._told()
        calls = [call for it in told if it[:4] == "call" and (call := rules.calls.settle(told[it]))]
        for call in calls:
            self._count(call, numbers.get(call.id))
        for it in told:
            if it[:6] == "ticket":
                self._count_ticket(rules.ticket.settle(told[it]))
            elif it[:5] == "agent":
                self._count_agent(told[it], calls)

    def figures(self, *part: str) -> dict[str, Any]:
        place = part or ("total", "")
        tally = self.sums[place].whole(self.rules.tally.Tally)
        return self.rules.tally.figures(tally, self.callers[place].people())

    def _cuts(self) -> list[datetime]:
        day, wib = date.fromisoformat(self.case.day), self.rules.wib
        whole = self.case.until == "24:00"
        end = wib.end_of(day) if whole else wib.on(day, wib.parse_clock(self.case.until))
        cuts = [wib.start_of(day)]
        while cuts[-1] < end:
            cuts.append(cuts[-1] + timedelta(minutes=self.case.interval_min))
        return cuts

    def _told(self) -> tuple[dict[str, list[Any]], dict[str, str | None]]:
        told, numbers = defaultdict(list), {}
        for text in self.case.lines:
            line = self.rules.imported.read(text)
            numbers[line.call] = line.number
            names = {agent: agent for agent in line.agents}
            for event in self.rules.imported.happened(line, names, test=line.test):
                if event.at <= self.as_of:
                    told[event.subject].append(event)
        return told, numbers

    def _parts(self, at: datetime, center: str, queue: str) -> list[tuple[str, str]]:
        begun = [cut for cut in self.cuts if cut <= at]
        if not begun or at >= self.cuts[-1]:
            return []
        interval = f"{self.rules.wib.local(begun[-1]):%H:%M}"
        named = (("by_center", center), ("by_queue", queue), ("intervals", interval))
        return [("total", ""), *named]

    def _count(self, call: Any, number: str | None) -> None:
        booked = self.rules.tally.pieces(call, self.limits, self.as_of)
        work = self.rules.tally.worked(call, self.limits, self.as_of, self.cuts)
        for piece in (*booked, *work):
            for part in self._parts(piece.at, call.center, piece.queue):
                self.sums[part].take(piece.added)
        if not call.test:
            for part in self._parts(call.booked_at, call.center, call.queue):
                self.callers[part].take(number, call.reached)

    def _count_ticket(self, ticket: Any) -> None:
        if ticket and ticket.counted_at:
            for part in self._parts(ticket.counted_at, ticket.center, ""):
                self.sums[part].take({"confirmations": 1})

    def _count_agent(self, told: list[Any], calls: list[Any]) -> None:
        states = [self.rules.tally.State(it.at, it.state, True) for it in told]
        talks = [talk for call in calls for talk in call.talks if talk.agent == told[0].of]
        busy = [(talk.at, talk.busy_until) for talk in talks if talk.busy_until]
        for start, spent in self.rules.tally.agent_time(states, busy, self.cuts).items():
            for part in self._parts(start, told[0].center, ""):
                self.sums[part].take(vars(spent))


def wrong(case: Case, rules: SimpleNamespace) -> list[str]:
    """The figures that are not what the case says."""
    worked, found = Worked(case, rules), []
    wanted = [(("total", ""), name, value) for name, value in case.expect.items()]
    for split in ("by_center", "by_queue", "intervals"):
        wanted = [one for one in wanted if one[1] != split]
        for part, figures in case.expect.get(split, {}).items():
            wanted += [((split, part), name, value) for name, value in figures.items()]
    for part, name, value in wanted:
        said = worked.figures(*part)[name]
        if said != (value if value is None else pytest.approx(value)):
            found.append(f"{' '.join(part)} {name}: {said}, not {value}")
    return found


def source(file: str) -> str:
    return (HOUSE / "callcenter/rules" / file).read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_rules_as_they_are_give_what_was_found_by_hand(case):
    with rules_with() as right:
        assert wrong(case, right) == [], case.by_hand


@pytest.mark.parametrize(("file", "line", "fault", "means"), LISTED, ids=[it[3] for it in LISTED])
def test_a_fault_is_noticed(file, line, fault, means):
    right = source(file)
    assert right.count(line) == 1, "the line is not there any more, or not alone"
    with rules_with(Faulty(file, right.replace(line, fault))) as faulty:
        noticed = [case.name for case in CASES if wrong(case, faulty)]

    assert noticed, f"no case notices that {means}"


def test_a_fault_is_gone_again():
    before = sys.modules[f"{ROOM}.tally"]
    broken = Faulty("tally/tally.py", "raise ImportError")

    with pytest.raises(ImportError), rules_with(broken):
        pass

    assert sys.modules[f"{ROOM}.tally"] is before
    assert broken not in sys.meta_path
