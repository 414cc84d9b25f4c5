"""A recap is computed until the cutoff, then frozen: what changes it makes the next revision."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from callcenter.records import recaps
from callcenter.records.tables import RecapRow
from callcenter.rules import recap, wib
from tests.figures import Ledger, at, line

APRIL_13 = wib.day_of(at("09:00:00"))
CALL = ("09:00:00 queue q", "09:00:10 answer A1", "09:04:00 outcome confirmed", "09:05:00 hangup")


@pytest.fixture
def ledger(database, keys, policy) -> Ledger:
    return Ledger(database, keys, policy)


def frozen(ledger: Ledger) -> int:
    with ledger.database.reading() as db:
        return db.execute(select(func.count()).select_from(RecapRow.__table__)).scalar_one()


def test_before_the_cutoff_nothing_is_frozen(ledger):
    ledger.imports(line("c1", *CALL))

    early = ledger.recap(now=at("16:59:59"))

    assert (early.revision, early.total, early.until) == (0, 1, "17:00")
    assert frozen(ledger) == 0


def test_at_the_cutoff_it_is_and_looking_again_changes_nothing(ledger):
    ledger.imports(line("c1", *CALL))

    first = ledger.recap(now=at("17:00:00"))
    again = ledger.recap(now=at("21:00:00"))

    assert (first.revision, first.as_of) == (1, at("17:00:00"))
    assert again == first
    assert frozen(ledger) == 1


def test_late_entries_make_the_next_revision_and_the_first_stays(ledger):
    ledger.imports(line("c1", *CALL))
    first = ledger.recap(now=at("17:00:00"))

    ledger.imports(line("c2", *CALL, center="CC2"))
    ledger.opens("t3", "16:00:00", channel="manual")
    ledger.answers("t3", "16:00:00", "confirmed")
    second = ledger.recap(now=at("18:00:00"))
    ledger.voids("t3", "19:00:00")
    third = ledger.recap(now=at("19:00:01"))

    assert [r.revision for r in (first, second, third)] == [1, 2, 3]
    assert [r.total for r in (first, second, third)] == [1, 3, 2]
    assert [r.calls["inbound"] for r in (first, second, third)] == [1, 2, 2]
    with ledger.database.reading() as db:
        assert recaps.revisions(db, APRIL_13, "17:00") == (first, second, third)


def test_what_happens_after_the_cutoff_changes_nothing(ledger):
    ledger.imports(line("c1", *CALL))
    first = ledger.recap(now=at("17:00:00"))

    ledger.imports(line("c2", "17:00:00 queue q", "17:01:00 outcome confirmed", "17:05:00 hangup"))

    assert ledger.recap(now=at("18:00:00")) == first


def test_a_call_that_was_in_the_queue_at_the_cutoff_is_told_when_it_is_known(ledger):
    ledger.imports(line("c1", "16:59:50 queue q"), now=at("16:59:51"))
    first = ledger.recap(now=at("17:00:00"))
    ledger.imports(line("c1", "17:00:20 answer A1", "17:03:00 hangup"), now=at("17:03:00"))

    second = ledger.recap(now=at("17:05:00"))

    assert (first.calls["answered"], second.calls["answered"]) == (0, 1)
    assert second.revision == 2


def test_each_cutoff_of_a_day_has_its_own_revisions(ledger):
    ledger.imports(line("c1", *CALL))

    noon, five = ledger.recap(until="12:00"), ledger.recap()
    whole = ledger.recap(until="24:00")

    assert [(r.until, r.revision) for r in (noon, five, whole)] == [
        ("12:00", 1),
        ("17:00", 1),
        ("24:00", 1),
    ]
    assert ledger.recap(until="24:00", now=at("23:59:59")).revision == 0


def test_applicants_people_and_calls_are_three_numbers(ledger):
    for n, person in enumerate(("p1", "p1", "p2", "")):
        ledger.opens(f"t{n}", "10:00:00", person=person)
        ledger.answers(f"t{n}", "10:00:00", "confirmed")
    ledger.imports(
        *(line(f"c{n}", *CALL[:2], CALL[3], caller="08123456789") for n in range(3)),
        line("c9", *CALL[:2], CALL[3], caller="anonymous"),
    )

    told = ledger.recap()
    assert (told.total, told.applicants, told.people) == (4, 2, 1)
    assert (told.calls["inbound"], told.calls["unknown_number_calls"]) == (4, 1)


def test_a_posko_that_has_not_reported_is_not_a_zero(ledger):
    assert ledger.recap(now=at("12:00:00")).posko == recap.Posko(None, 0, 56)

    ledger.reports(3, 0)
    assert ledger.recap(now=at("12:00:00")).posko == recap.Posko(0, 1, 56)

    ledger.reports(4, 17, "16:00:00")
    ledger.reports(4, 19, "16:40:00")
    assert ledger.recap(now=at("16:50:00")).posko == recap.Posko(19, 2, 56)


def test_a_posko_that_reports_late_makes_the_next_revision(ledger):
    ledger.reports(4, 17, "16:00:00")
    first = ledger.recap(now=at("17:00:00"))
    ledger.reports(5, 3, "17:30:00")

    second = ledger.recap(now=at("17:31:00"))

    assert (first.posko.assisted, second.posko.assisted) == (17, 20)
    assert (first.revision, second.revision) == (1, 2)


def test_the_menus_own_tickets_stand_apart(ledger):
    ledger.opens("t1", "10:00:00", channel="ivr", agent="")
    ledger.answers("t1", "10:00:00", "recorded", "registration_report")

    told = ledger.recap()
    assert (told.total, told.ivr_confirmations) == (0, 1)


def test_every_center_of_the_policy_is_named_even_without_a_confirmation(ledger):
    assert ledger.recap(now=at("10:00:00")).as_json()["confirmations"] == {
        "total": 0,
        "CC1": 0,
        "CC2": 0,
    }


def test_the_worker_freezes_the_day_once_whether_anybody_asks_or_not(ledger):
    ledger.imports(line("c1", *CALL))
    for clock in ("16:59:59", "17:00:00", "17:00:01", "18:00:00"):
        recaps.freeze_due(ledger.database, ledger.policy, now=at(clock))

    with ledger.database.reading() as db:
        (only,) = recaps.revisions(db, APRIL_13, "17:00")
    assert only.as_of == at("17:00:00")
