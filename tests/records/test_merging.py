"""Live columns merge: whatever comes twice, late or in another order gives the same row."""

from datetime import timedelta
from itertools import permutations

from sqlalchemy import insert, select

from callcenter.records import merging
from callcenter.records.tables import CallRow, OfferRow, PresenceRow
from callcenter.rules import wib

NOW = wib.at("2020-04-13 09:00")
CALL, OFFER, PRESENCE = CallRow.__table__, OfferRow.__table__, PresenceRow.__table__
LATER, LATEST = NOW + timedelta(seconds=1), NOW + timedelta(seconds=2)


def merged(database, table, rows):
    """The row after ``rows``, one merge each, in a fresh table."""
    with database.transaction() as db:
        db.execute(table.delete())
        for row in rows:
            merging.merge(db, table, [row])
    with database.reading() as db:
        return db.execute(select(table)).one()._mapping


def call(**columns):
    return {"id": "CA1", "received_at": NOW, "unsettled": False} | columns


RULES = [
    ("arrived_at", (LATER, NOW, LATEST), NOW),
    ("ended_at", (LATEST, LATER), LATER),
    ("received_at", (LATER, LATEST, NOW), LATEST),
    ("entries", (1, 3, 2), 3),
    ("departures", (0, 1), 1),
    ("withheld", (False, True, False), True),
    ("test", (False, False), False),
    ("language", ("en", "en", None), "en"),
    ("queue_sid", (None, "QU1"), "QU1"),
]


def test_each_column_merges_by_its_rule_in_any_order(database):
    for column, values, expected in RULES:
        for order in permutations(values):
            rows = [call(**{column: value}) for value in (*order, *order)]
            assert merged(database, CALL, rows)[column] == expected, (column, order)


def test_a_column_that_a_row_does_not_name_stays(database):
    row = merged(database, CALL, [call(line="+62318293097", entries=2), call(center="CC1")])
    assert (row["line"], row["center"], row["entries"]) == ("+62318293097", "CC1", 2)


def test_what_the_table_starts_with_is_nothing_yet(database):
    row = merged(database, CALL, [{"id": "CA1", "received_at": NOW, "unsettled": True}])
    assert (row["entries"], row["departures"], row["offers"]) == (0, 0, 0)
    assert row["ended_at"] is None


def test_a_time_that_was_not_known_yet_is_filled_in(database):
    offer = {"call_id": "CA1", "number": 1}
    rows = [offer | {"agent_id": "a1"}, offer | {"offered_at": LATER}, offer | {"offered_at": NOW}]
    for order in permutations(rows):
        row = merged(database, OFFER, order)
        assert (row["agent_id"], row["offered_at"]) == ("a1", NOW)


def test_of_an_agents_states_the_newest_counts_as_a_whole(database):
    def chosen(state, reason, since):
        return {
            "agent_id": "a1",
            "state": state,
            "center": "CC1",
            "reason": reason,
            "by": "agent",
            "since": since,
        }

    rows = [
        chosen("available", "", NOW),
        chosen("break", "lunch", LATEST),
        chosen("away", "missed", LATER),
    ]
    for order in permutations(rows):
        row = merged(database, PRESENCE, order)
        assert (row["state"], row["reason"], row["since"]) == ("break", "lunch", LATEST)


def test_many_rows_in_one_statement(database):
    with database.transaction() as db:
        db.execute(insert(CALL).values(call(id="CA2", entries=5, received_at=NOW)))
        rows = [call(id=f"CA{n}", entries=n) for n in (1, 2, 3)]
        merging.merge(db, CALL, rows)
    with database.reading() as db:
        found = {row.id: row.entries for row in db.execute(select(CALL))}
    assert found == {"CA1": 1, "CA2": 5, "CA3": 3}
