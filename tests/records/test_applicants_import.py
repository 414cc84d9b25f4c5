"""A list of applicants, as a file, brought into the registry by the command."""

import threading
import tracemalloc
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from callcenter import cli
from callcenter.records import applicants_import, people, sealing
from callcenter.records.applicants_import import Changes
from callcenter.records.people.naming import name_keys
from callcenter.records.people.snapshots import Said
from callcenter.records.people.tables import NAME_KEY, PERSON, PHONE, STATUS
from callcenter.records.tables import AuditRow
from callcenter.rules import wib
from callcenter.rules.applicant import Applicant

NOW = datetime(2020, 4, 20, tzinfo=UTC)
MONDAY, TUESDAY = wib.at("2020-04-13 16:00"), wib.at("2020-04-14 16:00")
TABLES = (PERSON, PHONE, NAME_KEY, STATUS)


def nik(serial: int) -> str:
    return f"357801120490{serial:04}"


SITI = Applicant(
    nik=nik(1),
    full_name="Siti Aminah",
    born_by_nik=date(1990, 4, 12),
    phone="+6281234567890",
    kk="3578010101100009",
    regency_code="35.78",
    district_code="35.78.01",
    category="laid_off",
    status="joined_wave",
    status_at=wib.at("2020-04-12 10:00"),
    wave=1,
)


@pytest.fixture(autouse=True)
def batches_of_fifty(monkeypatch):
    """On both engines, so that a few hundred applicants are several batches."""
    monkeypatch.setattr(applicants_import, "BATCH_POSTGRESQL", applicants_import.BATCH)
    assert applicants_import.BATCH == 50


@pytest.fixture
def bring(database, keys):
    """``bring(applicants, as_of=...)``: one snapshot."""

    def bring(*applicants: Applicant, as_of=MONDAY, source="import", dry_run=False) -> Changes:
        said = Said(source, as_of, "test", NOW)
        return applicants_import.bring_in(database, keys, applicants, said, dry_run=dry_run)

    return bring


@pytest.fixture
def siti(database, keys):
    """What is known of Siti now: the person, and her number and statuses."""

    def siti() -> people.Person:
        with database.reading() as db:
            (found,) = people.find(db, keys, nik(1), now=NOW)
            return people.person(db, keys, found.person_id)

    return siti


def held(database) -> dict[str, list]:
    """Everything the registry holds."""
    with database.reading() as db:
        return {
            table.name: sorted(map(tuple, db.execute(select(table))), key=repr) for table in TABLES
        }


# --- what a snapshot adds


def test_a_snapshot_is_brought_in_once(bring, database):
    first = bring(SITI, replace(SITI, nik=nik(2), full_name="Budi"))
    before = held(database)
    again = bring(SITI, replace(SITI, nik=nik(2), full_name="Budi"))

    assert first == Changes(read=2, new=2, changed=0, statuses=2)
    assert again == Changes(read=2, new=0, changed=0, statuses=0)
    assert again.same == 2
    assert held(database) == before


def test_a_later_snapshot_changes_what_differs_and_adds_its_status(bring, siti, database, keys):
    bring(SITI)
    changes = bring(
        replace(
            SITI,
            full_name="Siti Rahayu",
            phone="+6281111111111",
            regency_code="35.79",
            district_code=None,
            status="selected",
        ),
        as_of=TUESDAY,
    )

    assert changes == Changes(read=1, new=0, changed=1, statuses=1)
    shown = siti()
    assert (shown.full_name, shown.regency, shown.district) == ("Siti Rahayu", "Kota Batu", "")
    assert (shown.phones, shown.known_at) == (("0811-••••-1111",), TUESDAY)
    assert shown.masked_kk == "3578••••••••0009"
    with database.reading() as db:
        assert [it.status for it in people.statuses(db, shown.person_id)] == [
            "selected",
            "joined_wave",
        ]
        kept = db.execute(select(NAME_KEY.c.key)).scalars().all()
        assert sorted(kept) == sorted(name_keys("Siti Rahayu"))
        assert people.find(db, keys, "aminah", now=NOW) == ()
        (found,) = people.find(db, keys, "rahayu", now=NOW)
        assert found.person_id == shown.person_id


def test_what_a_snapshot_does_not_say_stays(bring, siti):
    bring(SITI)
    bring(Applicant(nik(1), "Siti Aminah", born_by_nik=date(1990, 4, 12)), as_of=TUESDAY)

    known = siti()
    assert (known.category, known.district, known.status.wave) == ("laid_off", "Karang Pilang", 1)
    assert (known.phones, known.masked_kk) == (("0812-••••-7890",), "3578••••••••0009")


def test_an_older_snapshot_fills_gaps_and_replaces_nothing(bring, siti):
    bring(replace(SITI, category=None, kk=None, status="selected"), as_of=TUESDAY)
    changes = bring(
        replace(SITI, full_name="Siti", phone="+6281111111111", regency_code="35.79"), as_of=MONDAY
    )

    assert changes == Changes(read=1, new=0, changed=1, statuses=1)
    known = siti()
    assert (known.full_name, known.regency) == ("Siti Aminah", "Kota Surabaya")
    assert (known.category, known.masked_kk) == ("laid_off", "3578••••••••0009")
    assert (known.phones, known.status.status) == (("0812-••••-7890",), "selected")
    assert known.known_at == TUESDAY


def test_an_unchanged_person_is_as_of_the_latest_snapshot(bring, siti):
    bring(SITI)
    changes = bring(SITI, as_of=TUESDAY)

    assert changes == Changes(read=1, new=0, changed=0, statuses=1)
    assert (siti().known_at, siti().status.as_of) == (TUESDAY, TUESDAY)


def test_a_number_of_another_source_stays(bring, siti, database, keys):
    bring(SITI)
    with database.transaction() as db:
        people.link_phone(db, keys, person_id=siti().person_id, number="+62315551234")
    bring(replace(SITI, phone="+6281111111111"), as_of=TUESDAY)

    assert siti().phones == ("031-••••-234", "0811-••••-1111")


def test_the_birth_date_is_the_stated_one_or_else_that_of_the_nik(bring, siti, database, keys):
    bring(SITI)
    assert siti().birth_year == 1990

    bring(replace(SITI, birth_date=date(1991, 4, 12)), as_of=TUESDAY)
    assert siti().birth_year == 1991
    bring(SITI, as_of=wib.at("2020-04-15 16:00"))
    assert siti().birth_year == 1991


def test_one_nik_twice_in_a_snapshot_is_one_person_and_the_later_row_counts(bring, siti):
    later = replace(SITI, full_name="Siti A.", category=None)

    assert bring(SITI, later) == Changes(read=2, new=1, changed=1, statuses=1)
    assert (siti().full_name, siti().category) == ("Siti A.", "laid_off")


def test_two_sources_of_one_time_are_two_entries(bring, siti, database):
    bring(SITI)
    bring(SITI, source="Disnaker")

    with database.reading() as db:
        assert len(people.statuses(db, siti().person_id)) == 2


def test_a_dry_run_tells_the_same_and_writes_nothing(bring, database):
    bring(SITI)
    before = held(database)
    changed = [replace(SITI, full_name="Siti Rahayu"), replace(SITI, nik=nik(2))]

    foretold = bring(*changed, as_of=TUESDAY, dry_run=True)

    assert held(database) == before
    assert foretold == Changes(read=2, new=1, changed=1, statuses=2)
    assert bring(*changed, as_of=TUESDAY) == foretold


# --- beside calls, and at size


def many(count: int, first: int = 1) -> list[Applicant]:
    return [replace(SITI, nik=nik(n)) for n in range(first, first + count)]


def test_what_was_brought_in_before_it_was_killed_stays_and_the_rest_follows(bring, database):
    def killed():
        yield from many(120)
        raise KeyboardInterrupt

    said = Said("import", MONDAY, "test", NOW)
    with pytest.raises(KeyboardInterrupt):
        applicants_import.bring_in(database, sealing.make(), killed(), said, dry_run=False)
    with database.reading() as db:
        stayed = db.execute(select(func.count()).select_from(PERSON)).scalar()

    assert stayed == 100


def test_an_interrupted_import_goes_on_where_it_stood(bring, database):
    bring(*many(150))
    assert bring(*many(300)) == Changes(read=300, new=150, changed=0, statuses=150)


def test_each_batch_is_a_transaction_of_its_own(database, keys):
    """Between two batches anybody may write: a call waits for a batch, never for the import."""
    said, heard = Said("import", MONDAY, "test", NOW), []

    def told(changes: Changes) -> None:
        with database.transaction() as db:
            seen = db.execute(select(func.count()).select_from(PERSON)).scalar()
            heard.append((changes.read, seen))

    applicants_import.bring_in(database, keys, many(120), said, dry_run=False, told=told)

    assert heard == [(50, 50), (100, 100), (120, 120)]


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_the_log_of_sqlite_stays_small(database, keys):
    """Otherwise it fills the disk, and the next call has to move all of it into the file."""
    log, sizes = Path(f"{database.url.database}-wal"), []

    def told(changes: Changes) -> None:
        sizes.append(log.stat().st_size)

    said = Said("import", MONDAY, "test", NOW)
    applicants_import.bring_in(database, keys, many(2_000), said, dry_run=False, told=told)

    assert max(sizes) < 4_000_000  # of 24 million without care


def test_two_imports_at_once_make_each_person_once(database, keys):
    said = Said("import", MONDAY, "test", NOW)
    results = []

    def one(applicants: list[Applicant]) -> None:
        results.append(applicants_import.bring_in(database, keys, applicants, said, dry_run=False))

    both = [threading.Thread(target=one, args=(it,)) for it in (many(300), many(300)[::-1])]
    for it in both:
        it.start()
    for it in both:
        it.join()

    assert sum(changes.new for changes in results) == 300
    with database.reading() as db:
        for table in (PERSON, PHONE, STATUS):
            assert db.execute(select(func.count()).select_from(table)).scalar() == 300


def test_memory_does_not_grow_with_the_list(database, keys):
    said, peaks = Said("import", MONDAY, "test", NOW), []
    for count in (100, 1_000, 4_000):  # the first fills what is kept once and for all
        tracemalloc.start()
        applicants_import.bring_in(
            database, keys, (replace(SITI, nik=nik(n)) for n in range(1, count)), said, dry_run=True
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[2] < 2 * peaks[1]  # four times the list


# --- the command

HEADER = "nik,full_name,phone,status,note"
GOOD = f"{nik(1)},Siti Aminah,0812-3456-7890,selected,x\n{nik(2)},Budi,,,\n"


@pytest.fixture
def command(demo_folder, database_url, monkeypatch, capsys):
    """``command(text, *options)`` gives the exit code and what was said on both outputs."""
    monkeypatch.setenv("CALLCENTER__DATABASE__URL", database_url)
    assert cli.main(["migrate"]) == 0

    def command(text: str | bytes, *options: str) -> tuple[int, str, str]:
        path = demo_folder / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = cli.main(["import-applicants", str(path), *options])
        said = capsys.readouterr()
        assert nik(1) not in said.out + said.err
        assert "Siti" not in said.out + said.err
        return code, said.out, said.err

    return command


def test_the_command_brings_a_list_in_and_reports(command, database):
    code, out, err = command(f"{HEADER}\n{GOOD}", "--as-of", "2020-04-13T16:00")

    assert (code, err) == (0, "")
    assert "As of 13 April 2020 16.00 WIB, source import:" in out
    assert "2 applicants: 2 new, 0 changed, 0 as before; 1 entry added" in out
    assert "Columns that are not kept: note" in out
    with database.reading() as db:
        (status,) = db.execute(select(STATUS))
        (audit,) = db.execute(select(AuditRow.__table__))
    assert (status.as_of, status.source) == (MONDAY, "import")
    assert (audit.what, audit.subject) == ("applicants_imported", "source:import")


def test_the_same_file_is_as_of_the_same_time_however_often_it_is_imported(command, database):
    command(f"{HEADER}\n{GOOD}")
    before = held(database)
    code, out, _ = command(f"{HEADER}\n{GOOD}")

    assert code == 0
    assert "was imported before" in out
    assert "2 applicants: 0 new, 0 changed, 2 as before; 0 entries added" in out
    assert held(database) == before


def test_the_same_file_of_another_time_is_a_new_snapshot(command, database):
    command(f"{HEADER}\n{GOOD}", "--as-of", "2020-04-13T16:00")
    command(f"{HEADER}\n{GOOD}", "--as-of", "2020-04-14T16:00", "--source", "Disnaker")

    with database.reading() as db:
        known = {(it.as_of, it.source) for it in db.execute(select(STATUS))}
    assert known == {(MONDAY, "import"), (TUESDAY, "Disnaker")}


BAD = f"{HEADER}\n3.57801E+15,Siti,,,\n{GOOD}{nik(3)},Siti,abc,lolos,\n{nik(1)},Siti,,,\n"


def test_bad_rows_are_told_by_line_column_and_reason_and_the_rest_goes_in(command, database):
    code, out, err = command(BAD)

    assert (code, err) == (0, "")
    assert out.splitlines()[:3] == [
        "line 2, column nik: A spreadsheet has spoilt this number (3.57E+15); ask for the "
        "original, never guess it.",
        "line 5, column status: The status is unknown.",
        "line 6, column nik: This NIK stands higher up in the file already. See line 3.",
    ]
    assert "3 rows refused" in out
    with database.reading() as db:
        assert db.execute(select(func.count()).select_from(PERSON)).scalar() == 2


def test_strict_refuses_the_whole_list_for_one_bad_row(command, database):
    code, out, err = command(BAD, "--strict")

    assert code == 1
    assert "line 5, column status" in out
    assert "3 rows cannot be read, so with --strict nothing was imported" in err
    assert held(database)["person"] == []
    assert command(f"{HEADER}\n{GOOD}", "--strict")[0] == 0
    assert len(held(database)["person"]) == 2


def test_a_dry_run_of_the_command_leaves_no_trace(command, database):
    code, out, _ = command(f"{HEADER}\n{GOOD}", "--dry-run")

    assert code == 0
    assert "2 new" in out
    assert "nothing was written" in out
    assert held(database)["person"] == []
    assert "was imported before" not in command(f"{HEADER}\n{GOOD}", "--dry-run")[1]


def test_doubts_are_counted_with_the_first_line(command):
    jakarta = "".join(f"3171011204900{n:03},Siti,,,\n" for n in range(1, 4))
    code, out, _ = command(f"{HEADER}\n{GOOD}{jakarta}")

    assert code == 0
    assert "3 rows, column nik: The NIK is from outside East Java" in out
    assert "First: line 4" in out


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        (f"{HEADER}\n{GOOD}".encode("utf-16"), (), "UTF-16"),
        (f"{HEADER}\n{GOOD}".replace(",", ";"), (), "not parted by commas"),
        (f"{HEADER}\n1,2\n", (), "none of its rows can be read"),
        (f"{HEADER}\n{GOOD}", ("--as-of", "2999-01-01"), "still to come"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(command, text, options, said):
    code, _, err = command(text, *options)

    assert code == 1
    assert said in err
    assert "Traceback" not in err


@pytest.mark.parametrize("options", [("--as-of", "kemarin"), ("--source", "x" * 41), ("--what",)])
def test_wrong_usage_is_exit_code_2(command, options):
    assert command(f"{HEADER}\n{GOOD}", *options)[0] == 2
