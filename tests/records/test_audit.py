"""The access log as a chain: what is changed, taken away, put in or written anew is found."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, update

from callcenter.records import audit, sealing
from callcenter.records.audit import chain, checking
from callcenter.records.database import Database
from callcenter.records.tables import AuditRow, AuditSealRow, MetaRow, RecapRow
from callcenter.rules import wib
from tests.figures import Ledger

AUDIT, SEAL, META = AuditRow.__table__, AuditSealRow.__table__, MetaRow.__table__
NOW = wib.at("2020-04-13 09:00")
MINUTE = timedelta(minutes=1)


def look(database, *, person="p1", at=NOW):
    """Somebody is shown a person."""
    with database.transaction() as db:
        audit.seen(db, who="sari", what="person", subject=f"person:{person}", why="c1", now=at)


def found(database, keys, *, now=NOW + MINUTE, printed=()):
    with database.reading() as db:
        return [it.text for it in checking.findings(db, keys, now=now, printed=printed)]


def execute(database, *statements):
    with database.transaction() as db:
        for statement in statements:
            db.execute(statement)


def rows(database, table=SEAL):
    with database.reading() as db:
        return db.execute(select(table).order_by(*table.primary_key)).all()


@pytest.fixture
def sealed(database, keys) -> Database:
    """A log of five rows, sealed."""
    for n in range(5):
        look(database, person=f"p{n}", at=NOW + n * MINUTE / 60)
    assert audit.seal(database, keys, now=NOW + MINUTE) == 5
    return database


def test_an_untouched_log_is_whole(sealed, keys):
    assert found(sealed, keys) == []


def test_an_empty_one_too(database, keys):
    assert audit.seal(database, keys, now=NOW) == 0
    assert found(database, keys) == []


def test_sealing_goes_on_where_it_stood(sealed, keys):
    look(sealed, at=NOW + 2 * MINUTE)
    assert audit.seal(sealed, keys, now=NOW + 2 * MINUTE) == 1
    assert audit.seal(sealed, keys, now=NOW + 3 * MINUTE) == 0

    assert [row.position for row in rows(sealed)] == [1, 2, 3, 4, 5, 6]
    assert found(sealed, keys) == []


def test_a_row_that_was_written_first_and_came_last_is_sealed_all_the_same(sealed, keys):
    look(sealed, person="slow", at=NOW - 5 * MINUTE)  # its transaction took that long

    assert audit.seal(sealed, keys, now=NOW + 2 * MINUTE) == 1
    assert found(sealed, keys) == []


def test_many_at_once_and_several_workers_make_one_chain(database, database_url, keys):
    def write(worker):
        own = Database(database_url)
        for n in range(15):
            look(own, person=f"p{worker}-{n}", at=NOW)
            audit.seal(own, keys, now=NOW)
        own.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))

    assert [row.position for row in rows(database)] == list(range(1, 61))
    assert found(database, keys) == []


def test_more_than_fits_into_one_transaction(database, keys):
    with database.transaction() as db:
        for n in range(chain.AT_ONCE + 3):
            audit.note(db, who="sari", what="x", subject=f"person:{n}", why="", now=NOW)

    assert audit.seal(database, keys, now=NOW) == chain.AT_ONCE
    assert audit.seal(database, keys, now=NOW) == 3
    assert found(database, keys) == []


# --- tampering, by somebody who has the database and not the keys


@pytest.mark.parametrize("column", ["at", "who", "what", "subject", "why", "result"])
def test_every_word_of_a_row_counts(sealed, keys, column):
    value = NOW - MINUTE if column == "at" else "another"
    third = rows(sealed)[2].audit_id
    execute(sealed, update(AUDIT).where(AUDIT.c.id == third).values({column: value}))

    (text,) = found(sealed, keys)
    assert "1 row(s) of the access log, first at position 3" in text
    assert "not as it was sealed" in text


def test_a_deleted_row(sealed, keys):
    execute(sealed, delete(AUDIT).where(AUDIT.c.id == rows(sealed)[1].audit_id))

    (text,) = found(sealed, keys)
    assert "first at position 2: each was deleted" in text


def test_a_row_that_was_deleted_with_its_place_in_the_chain(sealed, keys):
    execute(
        sealed,
        delete(AUDIT).where(AUDIT.c.id == rows(sealed)[1].audit_id),
        delete(SEAL).where(SEAL.c.position == 2),
    )

    assert any(
        "first at position 2: each is missing in the chain" in it for it in found(sealed, keys)
    )


def test_rows_that_were_deleted_and_the_rest_moved_up(sealed, keys):
    execute(sealed, delete(SEAL).where(SEAL.c.position == 2))
    for position in (3, 4, 5):
        execute(
            sealed, update(SEAL).where(SEAL.c.position == position).values(position=position - 1)
        )

    told = found(sealed, keys)
    assert any("3 row(s)" in it and "first at position 2" in it for it in told)
    assert any("The last 1 row(s)" in it for it in told)


def cut_off(database):
    last = rows(database)[3:]
    execute(
        database,
        delete(AUDIT).where(AUDIT.c.id.in_([row.audit_id for row in last])),
        delete(SEAL).where(SEAL.c.position > 3),
    )


def test_a_cut_off_end(sealed, keys):
    cut_off(sealed)

    (text,) = found(sealed, keys)
    assert "The last 2 row(s)" in text
    assert "cut off" in text


def test_a_cut_off_end_does_not_heal(sealed, keys):
    cut_off(sealed)
    look(sealed, at=NOW + MINUTE)
    audit.seal(sealed, keys, now=NOW + MINUTE)

    assert any("2 row(s)" in it and "first at position 4" in it for it in found(sealed, keys))


@pytest.mark.parametrize("mark", [None, "", "3 abc  def", "old"])
def test_a_cut_off_end_with_its_mark_gone_altered_or_set_back(database, keys, mark):
    for n in range(3):
        look(database, person=f"p{n}")
    audit.seal(database, keys, now=NOW)
    old = {row.name: row.value for row in rows(database, META)}[chain.MARK]
    for n in range(2):
        look(database, person=f"q{n}")
    audit.seal(database, keys, now=NOW)
    cut_off(database)
    value = old if mark == "old" else mark
    here = META.c.name == chain.MARK
    change = delete(META) if value is None else update(META).values(value=value)
    execute(database, change.where(here))

    if mark == "old":  # the whole chain as it stood once: only what is printed knows better
        assert found(database, keys) == []
        return
    (text,) = found(database, keys)
    assert "mark" in text
    look(database, at=NOW + MINUTE)
    audit.seal(database, keys, now=NOW + MINUTE)
    (text,) = found(database, keys)
    assert "first at position 4: each is missing" in text


def test_an_old_mark_beside_a_longer_chain(database, keys):
    look(database)
    audit.seal(database, keys, now=NOW)
    old = {row.name: row.value for row in rows(database, META)}[chain.MARK]
    look(database, person="p2")
    audit.seal(database, keys, now=NOW)
    execute(database, update(META).where(META.c.name == chain.MARK).values(value=old))

    (text,) = found(database, keys)
    assert "not where its mark says" in text
    look(database, person="p3")
    assert audit.seal(database, keys, now=NOW) == 1  # and the worker goes on


def test_two_rows_that_changed_places(sealed, keys):
    second, third = rows(sealed)[1:3]
    for position, row in ((2, "elsewhere"), (3, second.audit_id), (2, third.audit_id)):
        execute(sealed, update(SEAL).where(SEAL.c.position == position).values(audit_id=row))

    (text,) = found(sealed, keys)
    assert "2 row(s)" in text
    assert "first at position 2" in text


def test_a_row_that_was_put_in_with_a_made_up_head(sealed, keys):
    look(sealed, person="planted", at=NOW)
    planted = max(rows(sealed, AUDIT), key=lambda row: row.subject).id
    place = {"position": 6, "audit_id": planted, "head": "0" * 64, "sealed_at": NOW}
    execute(sealed, insert(SEAL).values(place))

    told = found(sealed, keys)
    assert any("first at position 6: each is not as it was sealed" in it for it in told)


def test_a_row_put_into_the_past_stays_without_a_seal(sealed, keys):
    look(sealed, person="planted", at=NOW - chain.LATE - 2 * MINUTE)

    assert audit.seal(sealed, keys, now=NOW + MINUTE) == 0
    (text,) = found(sealed, keys)
    assert "1 row(s) of the access log are not sealed" in text


def test_nothing_is_sealed_while_no_worker_runs_and_that_is_told(sealed, keys):
    look(sealed, at=NOW + MINUTE)

    assert found(sealed, keys, now=NOW + 2 * MINUTE) == []
    (text,) = found(sealed, keys, now=NOW + 10 * MINUTE)
    assert "no worker runs" in text
    audit.seal(sealed, keys, now=NOW + 10 * MINUTE)
    assert found(sealed, keys, now=NOW + 10 * MINUTE) == []


def test_a_row_dated_tomorrow_is_told_and_hides_nothing(sealed, keys):
    look(sealed, person="tomorrow", at=NOW + timedelta(days=1))
    audit.seal(sealed, keys, now=NOW + MINUTE)
    look(sealed, person="today", at=NOW + MINUTE)

    assert audit.seal(sealed, keys, now=NOW + MINUTE) == 1
    (text,) = found(sealed, keys)
    assert "dated after it was sealed" in text


def write_anew(database, keys, column, value):
    """The whole chain again, over a changed row, as somebody with ``keys`` would."""
    first = rows(database)[0].audit_id
    execute(
        database,
        update(AUDIT).where(AUDIT.c.id == first).values({column: value}),
        delete(SEAL),
        delete(META).where(META.c.name == chain.MARK),
    )
    audit.seal(database, keys, now=NOW + MINUTE)


def test_a_chain_written_anew_with_other_keys(sealed, keys):
    write_anew(sealed, sealing.make(), "who", "nobody")

    told = found(sealed, keys)
    assert any("5 row(s)" in it and "not as it was sealed" in it for it in told)


# --- and by somebody who has the keys as well: what is printed stands


def test_a_chain_written_anew_with_the_keys_does_not_hold_the_printed_head(sealed, keys):
    with sealed.reading() as db:
        paper = audit.head(db)[: audit.PRINTED]
    look(sealed, at=NOW + MINUTE)
    audit.seal(sealed, keys, now=NOW + MINUTE)
    in_groups = f" {paper[:8].upper()} {paper[8:]}"
    assert found(sealed, keys, printed=[in_groups]) == []

    write_anew(sealed, keys, "who", "nobody")

    assert found(sealed, keys) == []
    (text,) = found(sealed, keys, printed=[in_groups])
    assert f"The head {paper} on paper is not in the access log's chain" in text


def test_the_frozen_recap_holds_the_head_of_its_day(database, keys, policy):
    ledger = Ledger(database, keys, policy)
    look(database)
    audit.seal(database, keys, now=NOW)
    frozen = ledger.recap(now=wib.at("2020-04-13 17:00"))
    with database.reading() as db:
        assert frozen.audit == audit.head(db)[:16]
    look(database, at=NOW + MINUTE)
    audit.seal(database, keys, now=NOW + MINUTE)

    assert ledger.recap(now=wib.at("2020-04-13 18:00")) == frozen  # a new head is no new number
    assert found(database, keys) == []
    write_anew(database, keys, "why", "other")
    (text,) = found(database, keys)
    assert f"The head {frozen.audit} on the recap 2020-04-13 17:00 r1 is not in" in text


def test_the_head_of_a_day_is_the_last_of_it(database, keys):
    heads = []
    for n in range(3):
        look(database, at=NOW + timedelta(days=n))
        audit.seal(database, keys, now=NOW + timedelta(days=n))
        heads.append(rows(database)[-1].head)

    with database.reading() as db:
        assert audit.head(db) == heads[2]
        assert audit.head(db, until=NOW + timedelta(days=2)) == heads[1]
        assert audit.head(db, until=NOW) == ""
        assert db.execute(select(func.count()).select_from(RecapRow.__table__)).scalar_one() == 0
