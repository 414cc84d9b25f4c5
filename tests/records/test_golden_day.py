"""13 April 2020: 89 confirmations at the call centers, 182 people assisted at the posko.

The two are different things, and nobody ever reads 271.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from callcenter.rules import recap
from tests.figures import Ledger, at, line

CONFIRMED = {"CC1": 52, "CC2": 37}
REASONS = ("application_status", "laid_off_list", "registration_report", "eligibility")


@pytest.fixture
def ledger(database, keys, policy) -> Ledger:
    return Ledger(database, keys, policy)


def confirmations() -> Iterator[tuple[str, str, str]]:
    """``(center, time, reason)`` of the 89, from the first second of the day to the last one before
    the cutoff."""
    for center, count in CONFIRMED.items():
        for n in range(count):
            second = round(n * (17 * 3600 - 1) / (count - 1))
            clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            yield center, clock, REASONS[n % len(REASONS)]


def calls() -> Iterator[str]:
    """The calls in which they were made, and others: some gave up, some could not come in."""
    for n, (center, clock, reason) in enumerate(confirmations()):
        if n % 5:  # every fifth came to a desk telephone and is a ticket logged by hand
            told = (f"{clock} queue confirmation", f"{clock} answer A{n % 7}",
                    f"{clock} outcome confirmed {reason}", f"{clock} hangup caller")  # fmt: skip
            yield line(f"c{n}", *told, center=center, caller=f"0812{3456000 + n}")
    yield line("b1", "11:00:00 blocked closed")
    yield line("a1", "11:00:00 queue confirmation", "11:01:00 hangup caller")
    yield line("test", "10:00:00 queue q", "10:00:05 outcome confirmed", "10:00:09 hangup",
               test=True)  # fmt: skip


def manual(ledger: Ledger) -> None:
    for n, (center, clock, reason) in enumerate(confirmations()):
        if n % 5 == 0:
            ledger.opens(f"m{n}", clock, center=center, channel="manual", person=f"p{n}")
            ledger.answers(f"m{n}", clock, "confirmed", reason)


def none_of_the_89(ledger: Ledger) -> None:
    """One ticket for each way of not being counted."""

    def ticket(name: str, clock: str, outcome: str = "confirmed", **body: object) -> None:
        reason = str(body.pop("reason", "application_status"))
        ledger.opens(name, clock, **body)
        ledger.answers(name, clock, outcome, reason)

    ticket("at the cutoff", "17:00:00")
    ticket("the day before", "2020-04-12 23:59:59")
    ticket("another need", "10:00:00", reason="incentive")
    ticket("a test", "10:00:00", test=True)
    ticket("at a posko", "10:00:00", channel="posko")
    ticket("by the menu alone", "10:00:00", channel="ivr")
    ticket("left as a message", "10:00:00", channel="voicemail")
    ticket("cut off", "10:00:00", "disconnected")
    ticket("void", "10:00:00")
    ledger.voids("void", "10:30:00")
    ticket("taken back", "10:00:00")
    ledger.answers("taken back", "10:30:00", "disconnected")
    ticket("confirmed too late", "16:59:00", "disconnected")
    ledger.answers("confirmed too late", "17:00:00", "confirmed")


def posko(ledger: Ledger) -> None:
    """56 report, 14 of them 13 people each; one had a wrong number first."""
    ledger.reports(1, 31, "15:00:00")
    for number in range(1, 57):
        ledger.reports(number, 13 if number <= 14 else 0, "16:00:00")


@pytest.fixture
def golden(ledger) -> Ledger:
    ledger.imports(*calls(), now=at("16:59:59"))
    manual(ledger)
    none_of_the_89(ledger)
    posko(ledger)
    return ledger


def test_the_day_prints_89_and_182_and_56_and_never_271(golden):
    told = golden.recap(now=at("17:05:00"))
    text = recap.text(told)

    assert "89 konfirmasi (CC1: 52, CC2: 37)" in text
    assert "182 warga dibantu" in text
    assert "seluruh 56 posko sudah melapor" in text
    assert "Senin, 13 April 2020, pukul 17.00 WIB" in text
    assert "271" not in text
    assert "271" not in json.dumps(told.as_json())


def test_the_document_has_each_number_for_itself(golden):
    told = golden.recap(now=at("17:05:00")).as_json()

    assert told["confirmations"] == {"total": 89, **CONFIRMED}
    assert told["posko"] == {"assisted": 182, "reported": 56, "total": 56}
    assert told["ivr_confirmations"] == 1
    assert told["applicants"] == 18
    assert told["people"] == 71
    inbound = {key: told["calls"][key] for key in ("inbound", "answered", "abandoned", "blocked")}
    assert inbound == {"inbound": 73, "answered": 71, "abandoned": 1, "blocked": 1}


def test_stats_and_the_recap_count_the_same(golden):
    document = golden.stats(until="17:00")

    assert document["total"]["confirmations"] == 89
    by_center = {code: part["confirmations"] for code, part in document["by_center"].items()}
    assert by_center == CONFIRMED
    assert sum(part["confirmations"] for part in document["intervals"].values()) == 89
    assert golden.stats()["total"]["confirmations"] == 91  # two more after the cutoff


def test_cut_off_and_confirmed_in_time_is_one_more_and_only_one(golden):
    golden.opens("called back", "16:00:00", channel="callback", center="CC2")
    golden.answers("called back", "16:00:00", "disconnected")
    golden.answers("called back", "16:59:59", "confirmed")
    golden.answers("called back", "18:00:00", "answered")

    told = golden.recap(now=at("18:30:00"))
    assert told.confirmations == {"CC1": 52, "CC2": 38}
