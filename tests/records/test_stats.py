"""Which calls and tickets of a day are added up, and that the way they are stored is no matter."""

from __future__ import annotations

from datetime import time
from itertools import count

import pytest
from sqlalchemy import select, update

from callcenter.records import rebuilding, stats, summaries
from callcenter.records.stats import Window
from callcenter.records.tables import CallRow, SummaryRow, TicketRow
from callcenter.rules import events, wib
from callcenter.rules.tally import KEYS
from tests.figures import DAY, Ledger, Live, at, line

APRIL_13 = wib.day_of(at("09:00:00"))
TALK = ("09:00:00 queue confirmation", "09:00:10 answer A1", "09:05:00 hangup caller")
GAVE_UP = ("09:00:00 queue confirmation", "09:01:00 hangup caller")


@pytest.fixture
def ledger(database, keys, policy) -> Ledger:
    return Ledger(database, keys, policy)


def moved(told: tuple[str, ...], hours: int, minutes: int = 0) -> tuple[str, ...]:
    """The same call so much later."""
    return tuple(f"{int(one[:2]) + hours:02}:{int(one[3:5]) + minutes:02}{one[5:]}" for one in told)


# --- which day, which part of it ----------------------------------------------------------------


def test_a_day_is_a_day_in_wib(ledger):
    ledger.imports(
        line("c1", "2020-04-12T23:59:59 queue q", "2020-04-13T00:00:05 answer A1"),
        line("c2", "2020-04-13T00:00:00 queue q", "2020-04-13T00:00:05 answer A1"),
        line("c3", "2020-04-13T23:59:59 queue q", "2020-04-14T00:00:09 answer A1"),
        line("c4", "2020-04-14T00:00:00 queue q", "2020-04-14T00:00:09 answer A1"),
    )

    by_day = {day: ledger.stats(f"2020-04-{day}")["total"]["offered"] for day in (12, 13, 14)}
    assert by_day == {12: 1, 13: 2, 14: 1}


def test_a_call_belongs_to_the_day_on_which_it_entered_the_queue(ledger):
    ledger.imports(
        line(
            "c1",
            "2020-04-12T23:59:30 arrive",
            "2020-04-13T00:00:10 queue q",
            "2020-04-13T00:01:00 hangup",
        )
    )

    assert ledger.stats("2020-04-12")["total"]["inbound"] == 0
    assert ledger.stats("2020-04-13")["total"]["inbound"] == 1


def test_until_leaves_out_what_entered_later_and_keeps_how_the_rest_ended(ledger):
    ended = ("17:00:05 answer A1", "17:10:00 hangup")
    ledger.imports(
        line("c1", "16:59:30 arrive", "16:59:59 queue q", *ended, caller="08123456781"),
        line("c2", "16:59:30 arrive", "17:00:00 queue q", *ended, caller="08123456782"),
    )
    document = ledger.stats(until="17:00")

    total = document["total"]
    assert (total["inbound"], total["offered"], total["answered"], total["handled"]) == (1,) * 4
    assert total["unique_callers"] == 1
    assert list(document["intervals"])[-1] == "16:30"


def test_as_of_knows_nothing_of_later(ledger):
    ledger.imports(
        line("c1", *TALK),
        line("c2", *GAVE_UP),
        line("c3", "09:30:00 queue q", "09:30:10 answer A2"),
    )
    ledger.settle()

    then = ledger.stats(as_of=at("09:00:30"))["total"]
    assert (then["inbound"], then["offered"], then["answered"]) == (2, 2, 1)
    assert (then["waiting_now"], then["longest_waiting_now_s"], then["talking_now"]) == (1, 30, 1)
    assert (then["abandoned"], then["handled"]) == (0, 0)


def test_as_of_knows_nothing_of_later_voids_and_corrections(ledger):
    ledger.opens("t1", "09:00:00")
    ledger.answers("t1", "09:05:00", "confirmed")
    ledger.opens("t2", "09:00:00")
    ledger.answers("t2", "09:06:00", "answered")
    ledger.voids("t1", "10:00:00")
    ledger.answers("t2", "10:01:00", "disconnected")

    def known(clock):
        return ledger.stats(as_of=at(clock))["total"]["confirmations"]

    assert [known(clock) for clock in ("09:05:30", "09:59:59", "10:00:30", "10:02:00")] == [
        *(1, 2, 1, 0),
    ]
    assert ledger.stats()["total"]["confirmations"] == 0


# --- splits -------------------------------------------------------------------------------------


def test_centers_queues_and_intervals_are_parts_of_one_whole(ledger):
    ledger.imports(
        line("c1", *TALK, caller="08123456781"),
        line("c2", *GAVE_UP, center="CC2", caller="08123456781"),
        line("c3", *moved(TALK, 1), center="CC2", caller="08123456782"),
        line(
            "c4",
            "10:10:00 queue q",
            "10:10:05 answer A1",
            "10:11:00 transfer lain",
            "10:31:00 queue lain",
            "10:32:00 hangup",
        ),
    )
    document = ledger.stats()

    for key in ("inbound", "offered", "answered", "abandoned", "talk_s", "transferred"):
        whole = document["total"][key]
        assert sum(part[key] for part in document["by_center"].values()) == whole, key
        assert sum(part[key] for part in document["intervals"].values()) == whole, key
        assert sum(part[key] for part in document["by_queue"].values()) == whole, key
    assert document["by_queue"].keys() == {"confirmation", "q", "lain"}
    assert document["by_queue"]["lain"]["abandoned"] == 1
    assert document["intervals"]["10:30"]["offered"] == 1
    assert document["total"]["unique_callers"] == 2  # one of them called both centers
    assert [part["unique_callers"] for part in document["by_center"].values()] == [1, 2]


def test_every_part_has_every_figure(ledger):
    ledger.imports(line("c1", *TALK))
    document = ledger.stats()

    parts = [document["total"]]
    for split in ("by_center", "by_queue", "intervals"):
        parts += document[split].values()
    assert all(tuple(part) == KEYS for part in parts)
    assert len(document["intervals"]) == 48
    assert document["config"]["target_s"] == 20
    assert document["day"] == DAY


def test_one_center_is_what_by_center_says_of_it(ledger):
    ledger.imports(line("c1", *TALK), line("c2", *GAVE_UP, center="CC2"))

    only = ledger.stats(center="CC2")
    assert only["total"] == ledger.stats()["by_center"]["CC2"]
    assert list(only["by_center"]) == ["CC2"]


def test_a_call_answered_by_the_other_center_stays_with_the_line_that_was_dialled(ledger):
    live = (
        Live(center="CC1")
        .arrives("09:00:00")
        .enters("09:00:20")
        .is_offered("09:00:30", "budi", "CC2")
    )
    live.joins("09:00:40", "agent").joins("09:00:40", "caller").is_handled("09:03:00")
    ledger.write(*live.ends("09:03:01").told)

    document = ledger.stats()
    assert document["by_center"]["CC1"]["answered"] == 1
    assert document["by_center"]["CC2"]["answered"] == 0


def test_occupancy_is_of_the_agents_who_told_their_states(ledger):
    ledger.imports(
        line(
            "s",
            "09:00:00 agent_state A1 available",
            "09:30:00 agent_state A1 break",
            "10:00:00 agent_state A1 offline",
        ),
        line("c1", "09:00:00 queue q", "09:00:00 answer A1", "09:15:00 hangup"),
        line("c2", "09:00:00 queue q", "09:00:00 answer B1", "09:15:00 hangup"),
    )
    document = ledger.stats()

    assert document["total"]["inbound"] == 2
    assert document["total"]["occupancy"] == 0.5
    assert document["total"]["utilisation"] == 0.25
    assert document["intervals"]["09:30"]["occupancy"] is None
    assert document["intervals"]["09:30"]["utilisation"] == 0


# --- confirmations ------------------------------------------------------------------------------


def test_confirmations_count_confirming_reasons_before_five_o_clock(ledger):
    number = count()

    def ticket(clock, *, reason="application_status", outcome="confirmed", **body):
        ticket_id = f"t{next(number)}"
        ledger.opens(ticket_id, clock, **body)
        ledger.answers(ticket_id, clock, outcome, reason)

    ticket("00:00:00")
    ticket("16:59:59", reason="laid_off_list", outcome="answered", channel="callback")
    ticket("12:00:00", channel="manual", center="CC2")
    ticket("17:00:00")  # after the cutoff
    ticket("2020-04-12 23:59:59")  # the day before in WIB
    ticket("10:00:00", outcome="disconnected")  # nothing was confirmed
    ticket("10:00:00", reason="incentive", outcome="answered")  # no confirmation reason
    ticket("10:00:00", test=True)
    ticket("10:00:00", channel="posko")
    ticket("10:00:00", channel="ivr")
    ticket("10:00:00", channel="voicemail")

    with ledger.database.reading() as db:
        counted = stats.confirmations(db, day=APRIL_13, until=time(17))
        apart = stats.ivr_confirmations(db, Window.of(APRIL_13, "17:00"))
    assert counted == {"CC1": 2, "CC2": 1}
    assert apart == 1
    document = ledger.stats(until="17:00")
    assert document["total"]["confirmations"] == 3
    assert document["intervals"]["16:30"]["confirmations"] == 1


def test_what_the_menu_recorded_stays_where_it_was_when_somebody_corrects_it(ledger):
    ledger.opens("t1", "16:30:00", channel="ivr")
    ledger.answers("t1", "16:30:00", "recorded")
    ledger.answers("t1", "18:00:00", "confirmed")
    ledger.opens("t2", "2020-04-12 23:59:00", channel="ivr")
    ledger.answers("t2", "00:00:30", "recorded")
    ledger.opens("t3", "16:00:00", channel="ivr")
    ledger.answers("t3", "16:00:00", "disconnected")

    with ledger.database.reading() as db:
        counts = [stats.ivr_confirmations(db, Window.of(APRIL_13, it)) for it in ("17:00", "24:00")]
    assert counts == [2, 2]


def test_a_ticket_is_counted_once_at_the_first_outcome_that_helped(ledger):
    ledger.opens("t1", "09:00:00")
    ledger.answers("t1", "09:05:00", "disconnected")
    ledger.answers("t1", "09:40:00", "answered")
    ledger.answers("t1", "17:30:00", "confirmed")

    with ledger.database.reading() as db:
        (row,) = stats.confirmation_list(db, Window.of(APRIL_13, "17:00"))
    assert (row.at, row.outcome) == (at("09:40:00"), "confirmed")


def test_the_list_is_what_the_figure_counts(ledger):
    for n, clock in enumerate(("11:00:00", "09:00:00", "10:00:00")):
        ledger.opens(f"t{n}", clock, center=f"CC{n % 2 + 1}", person=f"p{n % 2}")
        ledger.answers(f"t{n}", clock, "confirmed")
    ledger.voids("t2", "12:00:00")

    with ledger.database.reading() as db:
        rows = stats.confirmation_list(db, Window.of(APRIL_13))
        second = stats.confirmation_list(db, Window.of(APRIL_13), center="CC2")
    assert [row.at for row in rows] == [at("09:00:00"), at("11:00:00")]
    assert [row.center for row in second] == ["CC2"]
    assert len(rows[0].grouped) == 11
    assert ledger.stats()["total"]["confirmations"] == len(rows)


# --- the way it is stored -----------------------------------------------------------------------


def test_folded_or_not_a_day_has_the_same_figures(ledger):
    ledger.imports(
        line("c1", *TALK, caller="08123456781"),
        line("c2", *GAVE_UP, center="CC2"),
        line("c3", "09:30:00 queue q"),
    )
    alive = ledger.stats()

    assert ledger.settle(now=at("09:40:00")) == 2
    assert ledger.stats() == alive
    assert ledger.settle(now=at("09:40:00")) == 0


def test_a_late_event_folds_the_call_again(ledger):
    ledger.imports(line("c1", *TALK))
    ledger.settle()

    ledger.imports(line("c1", "09:05:30 acw_end A1"))
    assert ledger.stats()["total"]["acw_s"] == 30

    assert ledger.settle() == 1
    assert ledger.stats()["total"]["acw_s"] == 30


def test_calls_of_which_nothing_is_heard_any_more_are_folded_too(ledger):
    ledger.imports(line("c1", "09:00:00 queue q"), now=at("09:00:01"))

    assert ledger.settle(now=at("12:00:00")) == 0
    assert ledger.settle(now=at("13:00:02")) == 1
    assert ledger.stats()["total"]["data_anomalies"] == 1


def test_folding_takes_no_more_than_it_is_told_to(ledger):
    ledger.imports(*(line(f"c{n}", *TALK) for n in range(5)))

    assert [ledger.settle(limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_call_that_came_to_no_line_of_ours_is_in_no_figure(ledger):
    ledger.write(*Live().ends("09:00:00").told)

    assert ledger.settle() == 1
    assert ledger.stats()["total"]["inbound"] == 0


# --- rebuild and verify -------------------------------------------------------------------------


def whole_day(ledger: Ledger) -> None:
    ledger.imports(
        line("c1", *TALK, "09:04:00 outcome confirmed"),
        line("c2", *GAVE_UP, "09:00:30 agent_state A1 available"),
        line("c3", "09:30:00 queue q"),
    )
    live = Live().arrives("10:00:00").enters("10:00:20").is_offered("10:00:30", "budi", "CC2")
    live.joins("10:00:40", "agent").joins("10:00:40", "caller").is_handled("10:03:00")
    ledger.write(*live.is_wrapped_up("10:03:30").ends("10:03:01").told, now=at("10:04:00"))
    ledger.reports(12, 182, "11:00:00")
    ledger.reports(12, 183, "12:00:00")
    ledger.settle(now=at("13:00:00"))
    ledger.imports(line("c2", "09:01:05 outcome silent"))


def test_a_house_that_is_as_the_diary_says_verifies(ledger):
    whole_day(ledger)

    assert list(rebuilding.verify(ledger.database)) == []


def test_rebuilding_changes_nothing_that_was_right(ledger):
    whole_day(ledger)
    before = ledger.stats(), ledger.recap()

    with ledger.database.transaction() as db:
        rebuilding.rebuild(db, ledger.policy, now=at("14:00:00"))

    assert (ledger.stats(), ledger.recap()) == before
    assert list(rebuilding.verify(ledger.database)) == []


@pytest.mark.parametrize(
    ("table", "values", "sentence"),
    [
        (CallRow, {"center": "CC2"}, "not what the diary says in center"),
        (TicketRow, {"void": True}, "not what the diary says in void"),
        (SummaryRow, {"body": {}}, "not what the diary says in body"),
        (TicketRow, None, "missing"),
    ],
)
def test_what_somebody_changed_behind_the_diary_is_found_and_repaired(
    ledger, table, values, sentence
):
    whole_day(ledger)
    before = ledger.stats()
    which = CallRow.id == "c1" if table is CallRow else None
    which = SummaryRow.call_id == "c1" if table is SummaryRow else which
    with ledger.database.transaction() as db:
        rows = table.__table__
        change = update(rows).values(**values) if values else rows.delete()
        db.execute(change if which is None else change.where(which))

    (found,) = rebuilding.verify(ledger.database)
    assert sentence in found

    with ledger.database.transaction() as db:
        rebuilding.rebuild(db, ledger.policy, now=at("14:00:00"))
    assert list(rebuilding.verify(ledger.database)) == []
    assert ledger.stats() == before


def test_what_the_diary_knows_nothing_of_is_found(ledger):
    with ledger.database.transaction() as db:
        call = {"id": "ghost", "received_at": at("09:00:00"), "unsettled": True}
        db.execute(CallRow.__table__.insert().values(entries=0, departures=0, offers=0, **call))

    assert list(rebuilding.verify(ledger.database)) == ["call ghost: the diary knows nothing of it"]


def test_the_summaries_are_one_row_a_call(ledger):
    whole_day(ledger)
    ledger.settle()

    with ledger.database.reading() as db:
        rows = db.execute(select(SummaryRow.call_id, SummaryRow.day, SummaryRow.center))
        assert sorted(map(tuple, rows)) == [
            ("CA1", DAY, "CC1"),
            ("c1", DAY, "CC1"),
            ("c2", DAY, "CC1"),
        ]
        subjects = [events.call("c1")]
        assert set(summaries.told(db, subjects, as_of=at("09:00:00"))) == set(subjects)
