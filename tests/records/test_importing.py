"""Calls of another switch in the diary: once, complete, and with their callers sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from callcenter.records import callers, diary, floor, importing, users
from callcenter.records import policy as policies
from callcenter.records.tables import CallerRow, CallRow, EventRow, TicketRow, UserRow
from callcenter.rules import events, imported
from callcenter.rules.policy import Report
from tests.figures import LONG_AFTER, Ledger, at, line

CALL = (
    "09:00:00 arrive",
    "09:00:20 queue confirmation",
    "09:00:30 ring A1",
    "09:00:35 answer A1",
    "09:04:00 outcome confirmed laid_off_list",
    "09:05:00 hangup caller",
    "09:05:30 acw_end A1",
)


@pytest.fixture
def ledger(database, keys, policy) -> Ledger:
    return Ledger(database, keys, policy)


def rows(ledger: Ledger, table: type) -> list:
    with ledger.database.reading() as db:
        return list(db.execute(select(table.__table__)))


def count(ledger: Ledger) -> int:
    with ledger.database.reading() as db:
        return db.execute(select(func.count()).select_from(EventRow.__table__)).scalar_one()


def test_the_same_file_twice_adds_nothing(ledger):
    file = [line("c1", *CALL, caller="0812-3456-7890"), line("c2", *CALL, caller="anonymous")]

    first = ledger.imports(*file)
    before = count(ledger), ledger.stats(), rows(ledger, CallerRow)
    again = ledger.imports(*file)

    assert (first.calls, first.new) == (2, first.events)
    assert (again.calls, again.new) == (2, 0)
    assert (count(ledger), ledger.stats(), rows(ledger, CallerRow)) == before


def test_duplicated_and_disordered_events_are_the_same_call(ledger):
    ledger.imports(line("c1", *CALL[::-1], *CALL[2:5]))

    total = ledger.stats()["total"]
    assert (total["answered"], total["asa_s"], total["talk_s"]) == (1, 15, 265)
    assert (total["confirmations"], total["data_anomalies"]) == (1, 0)


def test_a_call_told_in_two_lines_is_one_call(ledger):
    ledger.imports(line("c1", *CALL[:3]))
    assert ledger.stats(now=at("09:02:00"))["total"]["waiting_now"] == 1

    ledger.imports(line("c1", *CALL[3:]))

    total = ledger.stats()["total"]
    assert (total["inbound"], total["answered"], total["handled"]) == (1, 1, 1)


def test_an_earlier_moment_told_later_is_when_the_call_arrived(ledger):
    ledger.imports(line("c1", *CALL[1:]))
    ledger.imports(line("c1", CALL[0]))

    assert ledger.stats()["total"]["time_to_agent_s"] == 35


def test_bad_lines_are_told_by_number_and_the_rest_goes_in(ledger):
    report = ledger.imports(
        "", line("c1", *CALL), "{", line("c2", *CALL).replace("laid_off_list", "weather"), "\n"
    )

    assert list(report.bad) == [3, 4]
    assert "weather" in report.bad[4]
    assert report.calls == 1
    assert [row.id for row in rows(ledger, CallRow)] == ["c1"]


@pytest.mark.parametrize("in_one_file", [True, False])
def test_one_call_at_two_centers_is_told_and_the_first_stands(ledger, in_one_file):
    first, second = line("c1", *CALL), line("c1", *CALL, center="CC2")
    if in_one_file:
        report = ledger.imports(first, second)
        assert report.bad == {2: "call c1 is known as one of center CC1"}
    else:
        ledger.imports(first)
        with ledger.database.reading():
            assert importing.faults(ledger.database, [second]).keys() == {1}
        assert ledger.imports(second).bad.keys() == {1}
    assert ledger.stats()["by_center"]["CC2"]["inbound"] == 0


def test_looking_for_faults_writes_nothing(ledger):
    assert importing.faults(ledger.database, [line("c1", *CALL), "{"]).keys() == {2}
    assert count(ledger) == 0


def test_numbers_are_sealed_and_lead_back_to_their_calls(ledger):
    ledger.imports(line("c1", *CALL, caller="0812-3456-7890"), line("c2", *CALL))
    number = "+6281234567890"

    stored = {row.id: row for row in rows(ledger, CallerRow)}
    assert number[4:] not in str([tuple(row) for row in stored.values()])
    with ledger.database.reading() as db:
        assert callers.number(db, ledger.keys, callers.of_call("c1")) == number
        assert callers.ids_of(db, ledger.keys, number) == (callers.of_call("c1"),)
    assert stored[callers.of_call("c2")].number is None


def test_no_number_is_in_any_event(ledger):
    ledger.imports(line("c1", *CALL, caller="0812-3456-7890"))

    assert "34567890" not in str([tuple(row) for row in rows(ledger, EventRow)])


def test_unknown_centers_and_agents_are_created_as_imported(ledger):
    report = ledger.imports(line("c1", *CALL, center="SBY"), line("c2", *CALL, center="SBY"))

    assert (report.centers, report.agents) == (["SBY"], ["A1"])
    with ledger.database.reading() as db:
        assert "SBY" in [center.code for center in policies.newest(db).centers]
        agent = users.by_name(db, "A1")
        talked = [e for e in diary.of(db, events.call("c1")) if e.kind == "AgentAnswered"]
    assert (agent.full_name, agent.role, agent.center) == ("A1", "agent", "SBY")
    assert agent.disabled_at == LONG_AFTER  # nobody can sign in as an agent of another switch
    assert talked[0].agent == agent.id
    assert ledger.stats()["by_center"]["SBY"]["answered"] == 2


def test_an_agent_of_ours_is_recognised_by_the_name(ledger):
    with ledger.database.transaction() as db:
        ours = users.add(db, ledger.keys, ledger.policy, username="sari.cc1", role="agent",
                         center="CC1", password="kata sandi yang panjang",
                         cost=users.Cost(1, 8), now=at("08:00"))  # fmt: skip

    report = ledger.imports(line("c1", "09:00:00 queue q", "09:00:09 answer Sari.CC1"))

    assert report.agents == []
    assert [row.id for row in rows(ledger, UserRow)] == [ours]


def test_history_is_nobody_who_waits_now(ledger):
    """An imported call without an end must never be offered to an agent of today."""
    ledger.imports(line("c1", "09:00:00 queue confirmation"), now=at("09:01:00"))

    with ledger.database.reading() as db:
        assert floor.waiting(db) == ()
    assert ledger.stats(now=at("09:01:00"))["total"]["waiting_now"] == 1


def test_calls_of_test_numbers_are_in_no_figure(ledger, policy):
    with ledger.database.transaction() as db:
        tests = replace(policy, report=Report(test_numbers=("+6281234567890",)))
        policies.add(db, replace(tests, version=1), by="test", why="test", now=at("00:00"))

    ledger.imports(
        line("c1", *CALL, caller="0812-3456-7890"),
        line("c2", *CALL, test=True),
        line("c3", *CALL, caller="0812-3456-7891"),
    )

    total = ledger.stats()["total"]
    assert (total["inbound"], total["confirmations"]) == (1, 1)
    assert sorted(row.test for row in rows(ledger, TicketRow)) == [False, True, True]


def test_two_tickets_never_get_one_number(ledger):
    ticket_id = events.event_id(events.call("c1"), "import_ticket", "laid_off_list")
    ledger.opens("t1", "08:00:00", number=imported.number(ticket_id))

    ledger.imports(line("c1", *CALL))

    assert len({row.number for row in rows(ledger, TicketRow)}) == 2


def test_a_file_of_many_calls_comes_in_in_batches(ledger):
    many = [line(f"c{n}", *CALL, caller=f"0812{n:07}") for n in range(importing.LINES * 2 + 1)]

    assert ledger.imports(*many).calls == len(many)
    total = ledger.stats()["total"]
    assert (total["inbound"], total["unique_callers"]) == (len(many), len(many))


def test_a_line_with_more_events_than_a_statement_takes(ledger):
    holds = [
        f"09:{n // 60:02}:{n % 60:02} {'unhold' if n % 2 else 'hold'}" for n in range(60, 3500)
    ]

    report = ledger.imports(line("c1", "09:00:00 queue q", "09:00:30 answer A1", *holds))

    assert report.new == report.events == count(ledger)
