"""What somebody must look at is told, each by one line; a house that is whole says nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

import callcenter
from callcenter.records import keeping, rollups, sealing, verifying
from callcenter.records import policy as policies
from callcenter.records.journal import Journal
from callcenter.records.keeping import Entry
from callcenter.records.tables import (
    AuditRow,
    CallerRow,
    CallRow,
    EventRow,
    NameKeyRow,
    NoteRow,
    OfferRow,
    OutboxRow,
    PersonRow,
    PhoneRow,
    PresenceRow,
    RollUpRow,
    SessionRow,
    StatusRow,
    SummaryRow,
    TicketRow,
    UserRow,
)
from callcenter.records.verifying import seals
from tests.figures import Live, at
from tests.furnished import NOW, PRIVATE, Furnished, furnish

TOMORROW = NOW + timedelta(days=1)
FAR = NOW + timedelta(days=30)


@pytest.fixture
def house(database, keys, policy) -> Furnished:
    return furnish(database, keys, policy)


@pytest.fixture
def found(house, tmp_path):
    """``found("orphans")``: the sentences about a subject; all of them without one."""

    def found(subject: str = "", *, now=NOW, deep: bool = True, keys=None) -> list[str]:
        told = verifying.findings(
            house.database, keys or house.keys, tmp_path / "journal", now=now, deep=deep
        )
        return [it.text for it in told if subject in ("", it.subject)]

    return found


def execute(house, *statements):
    with house.database.transaction() as db:
        for statement in statements:
            db.execute(statement)


@pytest.mark.parametrize("deep", [False, True])
def test_a_house_that_is_whole_says_nothing(found, deep):
    assert found(deep=deep) == []
    assert found(deep=deep, now=FAR) == []


def test_nothing_private_is_told_of_anything(house, found, keys):
    execute(house, update(PersonRow).values(kk="k1.AAAA"), delete(UserRow), delete(TicketRow))

    text = "\n".join(found(keys=sealing.make()))
    assert len(text.splitlines()) > 8
    assert [it for it in PRIVATE if it in text] == []


# --- rows that point nowhere

OLD = {"received_at": at("09:00:00"), "unsettled": True, "entries": 0, "departures": 0, "offers": 0}

POINTING_NOWHERE = [
    (insert(CallRow).values(id="CA404", **OLD), "1 call(s) have events and never arrived"),
    (insert(OfferRow).values(call_id="CA404", number=1), "1 offer(s) are of no call"),
    (delete(CallRow).where(CallRow.id == "c2"), "1 summaries are of no call"),
    (delete(EventRow).where(EventRow.kind == "TicketOpened"), "caller(s) belong to no call"),
    (delete(TicketRow), "1 note(s) are on no ticket"),
    (update(TicketRow).values(call_id="CA404"), "ticket(s) are of a call that is not there"),
    (update(TicketRow).values(person_id="nobody"), "about a person who is not there"),
    (delete(PersonRow), "1 number(s) are of a person who is not there"),
    (delete(PersonRow), "1 status(es) are of a person who is not there"),
    (delete(PersonRow), "name key(s) are of a person who is not there"),
    (delete(UserRow).where(UserRow.username == "budi"), "1 session(s) are of a user"),
    (delete(UserRow).where(UserRow.username == "budi"), "1 offer(s) are of a user"),
    (delete(UserRow).where(UserRow.username == "budi"), "1 agent's state(s) are of a user"),
    (update(OutboxRow).values(done_at=None), "1 command(s) to the carrier wait"),
]


@pytest.mark.parametrize(
    ("fault", "told"), POINTING_NOWHERE, ids=[it[1] for it in POINTING_NOWHERE]
)
def test_what_points_nowhere(house, found, fault, told):
    execute(house, fault)

    (text,) = [text for text in found("orphans", now=FAR) if told in text]
    assert re.search(r"one of them: \S+\). [A-Z]", text), "which one, and what to do"


def test_what_may_still_come_in_is_not_told_yet(house, found):
    execute(house, insert(CallRow).values(id="CA5", **OLD | {"received_at": NOW}))

    assert found("orphans") == []
    assert len(found("orphans", now=TOMORROW + timedelta(minutes=1))) == 1


def test_a_call_to_a_number_that_is_none_of_ours_is_no_orphan(house, found):
    noted = {"id": "a1", "at": NOW, "who": "carrier", "what": "unknown_line", "why": ""}
    execute(
        house,
        insert(CallRow).values(id="CA404", **OLD),
        insert(AuditRow).values(subject="call:CA404", result="refused", **noted),
    )

    assert found("orphans", now=FAR) == []


def test_every_table_that_points_is_asked(house):
    """A table with the id of somebody else's row in it is named in the questions."""
    text = Path(verifying.orphans.__file__).read_text("utf-8")
    for row in (NameKeyRow, NoteRow, PhoneRow, PresenceRow, SessionRow, StatusRow, SummaryRow):
        assert row.__name__ in text


# --- what is sealed


def test_other_keys_open_nothing(house, found):
    told = found("sealing", keys=sealing.make())

    assert len(told) == len([it for it in seals.SEALED if it.column != "second_secret"])
    assert all("do not open where they stand" in text for text in told)


@pytest.mark.parametrize("sealed", seals.SEALED, ids=lambda it: it.name)
def test_an_altered_value_is_found_in_every_column(house, found, sealed):
    value = house.keys.seal("x", sealed.name, "elsewhere")
    execute(house, update(sealed.table).values({sealed.column: value}))

    (text,) = found("sealing")
    assert f"in {sealed.name} do not open" in text


def test_two_numbers_that_changed_places(house, found):
    caller = CallerRow.__table__
    with house.database.transaction() as db:
        rows = db.execute(select(caller).where(caller.c.number.is_not(None)).limit(2)).all()
        for row, other in zip(rows, rows[::-1], strict=True):
            db.execute(update(caller).where(caller.c.id == row.id).values(number=other.number))

    (text,) = found("sealing")
    assert text.startswith("2 of ")


def test_a_blind_index_that_leads_to_somebody_else(house, found):
    execute(house, update(PersonRow).values(nik_index=house.keys.index("3578", "nik")))

    (text,) = found("sealing")
    assert "1 of 1 sealed value(s) looked at in person.nik" in text


def test_of_a_long_table_both_ends_are_looked_at_and_all_of_it_when_told(house, found, monkeypatch):
    monkeypatch.setattr(seals, "SAMPLE", 1)
    note = NoteRow.__table__
    for name in ("0000", "zzzz"):
        text = house.keys.seal(name, "ticket_note.text", name)
        row = {"id": name, "ticket_id": house.ticket, "at": NOW, "by": "budi", "text": text}
        execute(house, insert(note).values(row))
    assert found("sealing", deep=False) == []
    execute(house, update(note).where(note.c.id.not_in(["0000", "zzzz"])).values(text="k1.AAAA"))

    assert found("sealing", deep=False) == []
    assert found("sealing", deep=True)[0].startswith("1 of 3 ")
    execute(house, update(note).where(note.c.id == "zzzz").values(text="k1.AAAA"))
    assert found("sealing", deep=False)[0].startswith("1 of 2 ")


def test_every_column_that_is_sealed_anywhere_is_looked_at():
    files = Path(callcenter.__file__).parent.rglob("*.py")
    text = "\n".join(file.read_text("utf-8") for file in files)
    sealed = set(re.findall(r'\.seal\([^"]*?"(\w+\.\w+)"', text))

    assert {"person.nik", "caller.number", "ticket_note.text"} <= sealed
    assert sealed == {it.name for it in seals.SEALED}


# --- journals


def entry(number: int) -> bytes:
    happened = tuple(Live(call=f"CA{number}").arrives("10:00:00").told)
    return keeping.encoded(Entry(happened, (), NOW))


def test_a_journal_that_nobody_brings_in(house, found, tmp_path):
    directory = tmp_path / "journal"
    writes = Journal(directory)
    writes.append(entry(1))
    writes.append(entry(2))
    (file,) = directory.glob("*.journal")
    written_at = file.stat().st_mtime
    then = at("09:00:00") + timedelta(seconds=written_at - at("09:00:00").timestamp())

    assert found("journal", now=then + timedelta(seconds=30)) == []
    (text,) = found("journal", now=then + timedelta(seconds=90))
    assert text.startswith("2 record(s) stand in ")
    assert "python -m callcenter worker" in text


@pytest.mark.parametrize("change", [b"", b"X"])
def test_a_record_that_the_disk_changed(house, found, tmp_path, change):
    directory = tmp_path / "journal"
    writes = Journal(directory)
    for number in range(3):
        writes.append(entry(number))
    (file,) = directory.glob("*.journal")
    first, second, third = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first + second[:40] + change + second[41:] + third)

    assert [text[:27] for text in found("journal")] == ["1 record(s) in " + str(directory)[:12]]


def test_a_record_of_which_no_release_knows_the_kind(house, found, tmp_path):
    writes = Journal(tmp_path / "journal")
    writes.append(entry(1).replace(b"CallArrived", b"CallLanded"))

    (text,) = found("journal")
    assert "cannot be read" in text


def test_records_that_were_put_aside(house, found, tmp_path):
    aside = tmp_path / "journal" / "rejected"
    aside.mkdir(parents=True)
    (aside / "1.record").write_bytes(b"x")

    (text,) = found("journal")
    assert text.startswith("1 record(s) were put aside")


# --- what is derived


def test_a_row_that_the_diary_does_not_say(house, found):
    execute(house, update(CallRow).where(CallRow.id == "CA1").values(center="CC2"))

    (text,) = found()
    assert "1 derived row(s)" in text
    assert "call CA1: not what the diary says in center" in text
    assert "rebuild" in text


def test_a_day_that_is_not_the_sum_of_its_calls(house, found):
    roll_up, later = RollUpRow.__table__, NOW + timedelta(days=2)
    house.ledger.settle(now=later)
    with house.database.reading() as db:
        ruling = policies.newest(db)
    assert rollups.roll_up(house.database, ruling, now=later) > 0
    assert found("derived", now=later) == []
    with house.database.reading() as db:
        (row, *_) = db.execute(select(roll_up).where(roll_up.c.scope == "all"))
    other = row.body.replace(":1", ":2")
    assert other != row.body
    execute(house, update(roll_up).where(roll_up.c.body == row.body).values(body=other))

    (text,) = found("derived", now=later)
    assert "1 day(s) are not the sums of their calls (first: 2020-04-13)" in text


def test_what_is_derived_can_be_left_out(house, tmp_path):
    execute(house, update(CallRow).values(center="CC9"))

    told = verifying.findings(house.database, house.keys, tmp_path, now=NOW, quick=True)
    assert list(told) == []


def test_an_engine_that_sorts_texts_as_people_do_makes_no_difference(house, found, engine):
    if engine == "postgresql":
        people = 'ALTER TABLE call ALTER id TYPE varchar(128) COLLATE "und-x-icu"'
        with house.database.transaction() as db:
            db.execute(text(people))
            order = db.execute(select(CallRow.id).order_by(CallRow.id)).scalars().all()
        assert order == ["c1", "c2", "CA1"]

    assert found("derived") == []
