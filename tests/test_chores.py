"""Chores that ask the carrier, who may take its time, are done aside: the floor goes on."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from callcenter import chores
from callcenter.chores import Chore, Round
from callcenter.records.database import Unavailable
from callcenter.rules import wib

NOW = wib.at("2020-04-13 09:00")


@dataclass
class Slow:
    """A chore that takes until it is told to be over."""

    begun: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    __name__ = "slow"

    def __call__(self, _):
        self.begun += 1
        self.over.wait(10)


class Gone:
    __name__ = "gone"

    def __call__(self, _):
        raise Unavailable(None, None, OSError())


@dataclass(frozen=True)
class House:
    """As much of a house as a round without a journal asks for."""

    at: object = NOW

    def now(self):
        return self.at


@pytest.fixture
def only(monkeypatch):
    """Nothing is done but the chores that a test names."""
    monkeypatch.setattr(chores, "replay", lambda *_: None)
    return lambda *named: monkeypatch.setattr(chores, "CHORES", named)


def test_a_carrier_that_takes_its_time_keeps_nobody_waiting(only):
    slow, quick = Slow(), Slow()
    quick.over.set()
    only(Chore(slow, asks_carrier=True, everywhere=True), Chore(quick, everywhere=True))
    with ThreadPoolExecutor(1) as aside:
        round_ = Round(aside=aside)
        for _ in range(3):
            round_.go(House(), leading=False)
        assert quick.begun == 3
        slow.over.set()
    assert slow.begun == 1  # it is not begun again while it is under way


def test_and_is_asked_again_when_it_is_due(only):
    slow = Slow()
    slow.over.set()
    only(Chore(slow, every_s=10, asks_carrier=True, everywhere=True))
    with ThreadPoolExecutor(1) as aside:
        round_, house = Round(aside=aside), House()
        for after_s in (0, 5, 11):
            round_.go(replace(house, at=wib.at(f"2020-04-13 09:00:{after_s:02}")), leading=False)
            aside.submit(int).result(5)  # all before it is done
    assert slow.begun == 2


def test_without_a_place_aside_it_is_done_at_once(only):
    slow = Slow()
    slow.over.set()
    only(Chore(slow, asks_carrier=True, everywhere=True))
    Round().go(House(), leading=False)
    assert slow.begun == 1


def test_a_database_that_is_gone_is_nothing_to_break_over_aside(only):
    only(Chore(Gone(), asks_carrier=True, everywhere=True))
    with ThreadPoolExecutor(1) as aside:
        round_ = Round(aside=aside)
        round_.go(House(), leading=False)
    with pytest.raises(Unavailable):
        Round().go(House(), leading=False)


def test_every_chore_that_asks_the_carrier_says_so():
    asking = {chore.do.__name__ for chore in chores.CHORES if chore.asks_carrier}
    assert asking == {"receipts", "recordings", "reconcile", "stand_in"}
