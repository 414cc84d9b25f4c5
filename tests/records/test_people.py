"""Who is found by what, how much is shown, and which status counts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from callcenter.records import people, sealing
from callcenter.records.people import snapshots
from callcenter.records.people.snapshots import Said
from callcenter.records.people.tables import PHONE, STATUS, TICKET
from callcenter.rules import tickets, wib
from callcenter.rules.applicant import Applicant

NOW = datetime(2020, 4, 14, 2, tzinfo=UTC)
AS_OF = wib.at("2020-04-13 16:00")
SURABAYA, MALANG, MALANG_CITY = "35.78", "35.07", "35.73"
NUMBER = "+6281234567890"


def nik(serial: int) -> str:
    return f"357801120490{serial:04}"


@pytest.fixture
def db(database):
    with database.transaction() as db:
        yield db


@pytest.fixture
def add(db, keys):
    """``add("Siti Aminah", regency=..., born=...)`` makes a person and gives the id."""
    made = []

    def add(name: str, *, regency=None, born=1990, **more) -> str:
        serial = len(made) + 1
        applicant = Applicant(
            nik=nik(serial),
            full_name=name,
            born_by_nik=date(born, 4, 12),
            regency_code=regency,
            **more,
        )
        said = Said("import", AS_OF, "test", NOW)
        ready = snapshots.ready(keys, applicant)
        snapshots.write(db, snapshots.difference(db, keys, [ready], said))
        (found,) = people.find(db, keys, nik(serial), now=NOW)
        made.append(found.person_id)
        return found.person_id

    return add


@pytest.fixture
def find(db, keys):
    """The names found by a text, in order."""

    def find(text: str) -> list[str]:
        return [it.full_name for it in people.find(db, keys, text, now=NOW)]

    return find


def ticket(db, number: str, person_id: str) -> None:
    row = {name: "" for name in ("channel", "center", "line", "agent_id", "call_id", "reason")}
    row |= {"outcome": "", "test": False, "void": False, "opened_at": NOW, "versions": 1}
    row |= {"id": f"t{number}", "number": number, "person_id": person_id, "given": {}}
    db.execute(TICKET.insert(), row)


# --- one box


@pytest.mark.parametrize(
    "spelled", ["{0}", " {0} ", "3578 0112 0490 0001", "3578.0112.0490.0001", "3578-01-120490-0001"]
)
def test_a_nik_finds_its_person_in_any_grouping(add, db, keys, spelled):
    siti = add("Siti Aminah")
    add("Budi")

    (found,) = people.find(db, keys, spelled.format(nik(1)), now=NOW)

    assert (found.person_id, found.matched_by) == (siti, "nik")
    assert found.masked_nik == "3578••••••••0001"


@pytest.mark.parametrize(
    "spelled", ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "6281234567890"]
)
def test_a_phone_number_finds_everybody_who_can_be_reached_there(add, db, keys, spelled):
    family = {add("Siti Aminah", phone=NUMBER), add("Budi", phone=NUMBER)}
    add("Tini", phone="+6281234567891")

    found = people.find(db, keys, spelled, now=NOW)

    assert {it.person_id for it in found} == family
    assert {it.matched_by for it in found} == {"phone"}
    assert found == people.by_phone(db, keys, NUMBER)


def test_a_ticket_number_finds_the_person_it_was_made_for(add, db, keys):
    siti, number = add("Siti Aminah"), tickets.number(41_720_958)
    ticket(db, number, siti)
    ticket(db, tickets.number(1), "")  # nobody was found for it

    (found,) = people.find(db, keys, tickets.grouped(number), now=NOW)

    assert (found.person_id, found.matched_by) == (siti, "ticket")
    assert people.find(db, keys, tickets.number(1), now=NOW) == ()


def test_nine_digits_that_can_be_a_ticket_and_a_phone_are_read_as_both(add, db, keys):
    both = next(f"81234567{digit}" for digit in range(10) if tickets.valid(f"81234567{digit}"))
    siti, budi = add("Siti Aminah"), add("Budi", phone=f"+62{both}")
    ticket(db, both, siti)

    found = people.find(db, keys, both, now=NOW)

    assert [(it.person_id, it.matched_by) for it in found] == [(siti, "ticket"), (budi, "phone")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "%",
        "_",
        "%%%%",
        "***",
        "a",
        "si",
        "1990",
        "12345",
        "35.78",
        "%siti%",
        "1234567890123",
    ],
)
def test_a_text_that_could_mean_anybody_finds_nobody(add, find, text):
    for name in ("Siti Aminah", "Budi Santoso", "Ani"):
        add(name, regency=SURABAYA)

    assert find(text) == (["Siti Aminah"] if "siti" in text else [])


def test_a_digit_off_is_somebody_else(add, find):
    add("Siti Aminah", phone=NUMBER)

    assert find(nik(1)[:-1] + "2") == []
    assert find("081234567891") == []


# --- names


def test_the_best_fit_comes_first_with_its_reason(add, db, keys):
    for name in (
        "Siti Aminatun",
        "Aminah Siti",
        "Siti Aminah Rahayu",
        "Sitti Aminah",
        "Siti Aminah",
    ):
        add(name)
    add("Budi Santoso")

    found = people.find(db, keys, "siti aminah", now=NOW)

    assert [(it.full_name, it.matched_by) for it in found] == [
        ("Siti Aminah", "exact"),
        ("Aminah Siti", "word_order"),
        ("Sitti Aminah", "spelling"),
        ("Siti Aminah Rahayu", "part"),
        ("Siti Aminatun", "similar"),
    ]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Muhammad Rizki", "Moch. Rizqy"),
        ("suharto", "Soeharto"),
        ("nurhidayat", "Nur Hidayat"),
        ("hidayat nur", "Nur Hidayat"),
        ("ahmad fauzi", "H. Achmad Fauzi, S.Pd."),
        ("maruf", "Ma'ruf"),
    ],
)
def test_other_spellings_of_a_name_find_it(add, find, typed, name):
    add(name)
    add("Slamet Widodo")

    assert find(typed) == [name]


def test_twenty_are_shown_and_always_the_same_ones(add, db, keys):
    for n in range(30):
        add(f"Siti Aminah {'ABCDEFGKLN'[n % 10]}")

    found = people.find(db, keys, "siti aminah", now=NOW)

    assert len(found) == people.LIMIT
    assert found == people.find(db, keys, "siti aminah", now=NOW)
    names = [it.full_name for it in found]
    assert names == sorted(names)


def test_the_one_who_is_called_nothing_else_is_found_among_thousands(add, find, monkeypatch):
    monkeypatch.setattr(people.finding, "COMMON", 5)
    monkeypatch.setattr(people.finding, "CANDIDATES", 1)
    for n in range(12):
        add(f"Siti {'ABCDEFGHIJKL'[n]}minah")
    add("Siti")

    assert find("siti")[0] == "Siti"
    assert len(find("siti")) <= people.LIMIT


def test_two_common_words_find_who_has_both(add, find, monkeypatch):
    monkeypatch.setattr(people.finding, "COMMON", 5)
    monkeypatch.setattr(people.finding, "CANDIDATES", 8)
    for other in ("Budi", "Joko", "Agus", "Tono", "Rudi", "Dodi", "Wahyu", "Hadi", "Indra"):
        add(f"Siti {other}")
        add(f"{other} Lestari")
    add("Siti Budi Lestari")

    assert find("lestari siti") == ["Siti Budi Lestari"]


# --- hints beside a name


def test_a_regency_and_a_birth_year_narrow_a_name(add, db, keys):
    wanted = add("Siti Aminah", regency=SURABAYA, born=1990)
    add("Siti Aminah", regency=SURABAYA, born=1991)
    add("Siti Aminah", regency=MALANG, born=1990)

    for typed in (
        "siti aminah surabaya 1990",
        "1990 Surabaya Siti Aminah",
        "siti aminah kota surabaya 1990",
        "siti aminah 35.78 1990",
        "siti aminah 3578 1990",
    ):
        (found,) = people.find(db, keys, typed, now=NOW)
        assert (found.person_id, found.matched_by) == (wanted, "exact"), typed
        assert (found.regency, found.birth_year) == ("Kota Surabaya", 1990)


def test_a_regency_and_a_city_of_one_name_are_told_apart_only_when_asked(add, db, keys):
    city, around = add("Siti", regency=MALANG_CITY), add("Siti", regency=MALANG)

    def found(typed: str) -> set[str]:
        return {it.person_id for it in people.find(db, keys, typed, now=NOW)}

    assert found("siti malang") == {city, around}
    assert found("siti kota malang") == {city}
    assert found("siti kab malang") == found("siti kab. malang") == {around}
    assert found("siti kabupaten malang") == {around}


def test_a_name_that_is_also_a_regency_is_still_a_name(add, find):
    add("Arya Bima")
    add("Arya", regency="52.06")  # Kabupaten Bima
    add("Arya Dwi", regency=SURABAYA)

    assert find("arya bima") == ["Arya", "Arya Bima"]
    assert find("bima") == ["Arya Bima"]


def test_a_regency_where_nobody_fits_hides_nobody(add, find):
    add("Siti Aminah", regency=SURABAYA)

    assert find("siti aminah malang") == ["Siti Aminah"]


def test_a_birth_year_may_lie_in_this_year_but_not_after(add, find):
    add("Siti Aminah", born=2020)

    assert find("siti aminah 2020") == ["Siti Aminah"]
    assert find("siti aminah 1990") == []


# --- one person


def test_a_person_is_shown_masked(add, db, keys):
    siti = add(
        "Siti Aminah",
        regency=SURABAYA,
        district_code="35.78.01",
        category="laid_off",
        kk="3578010101100009",
        phone=NUMBER,
        status="selected",
    )

    shown = people.person(db, keys, siti)

    assert (shown.full_name, shown.birth_year, shown.category) == ("Siti Aminah", 1990, "laid_off")
    assert (shown.masked_nik, shown.masked_kk) == ("3578••••••••0001", "3578••••••••0009")
    assert shown.phones == ("0812-••••-7890",)
    assert (shown.regency, shown.district) == ("Kota Surabaya", "Karang Pilang")
    assert shown.status.status == "selected"
    for secret in (nik(1), "3578010101100009", NUMBER, "08123456", "34567"):
        assert secret not in repr(shown)
    assert people.person(db, keys, "nobody") is None


def test_a_person_of_whom_little_is_known_is_shown_too(add, db, keys):
    shown = people.person(db, keys, add("Siti"))

    assert (shown.masked_kk, shown.phones, shown.regency, shown.district) == ("", (), "", "")
    assert shown.status is None


def test_fields_are_revealed_one_by_one(add, db, keys):
    siti = add("Siti Aminah", kk="3578010101100009", phone=NUMBER)
    budi = add("Budi")

    assert people.reveal(db, keys, siti, "nik") == nik(1)
    assert people.reveal(db, keys, siti, "kk") == "3578010101100009"
    assert people.reveal(db, keys, siti, "phone") == "0812-3456-7890"
    assert people.reveal(db, keys, siti, "birth_date") == "1990-04-12"
    assert people.reveal(db, keys, budi, "kk") is people.reveal(db, keys, budi, "phone") is None
    with pytest.raises(ValueError, match="no such field"):
        people.reveal(db, keys, siti, "full_name")
    with pytest.raises(people.UnknownPerson):
        people.reveal(db, keys, "nobody", "nik")


def test_a_number_is_linked_once(add, db, keys):
    siti = add("Siti Aminah")

    assert people.link_phone(db, keys, person_id=siti, number=NUMBER)
    assert not people.link_phone(db, keys, person_id=siti, number=NUMBER)
    assert people.link_phone(db, keys, person_id=siti, number="+62315551234")

    assert people.person(db, keys, siti).phones == ("031-••••-234", "0812-••••-7890")
    assert [it.person_id for it in people.by_phone(db, keys, NUMBER)] == [siti]


def test_nothing_that_is_sealed_lies_in_the_database_in_clear(add, db, keys):
    add("Siti Aminah", kk="3578010101100009", phone=NUMBER)

    rows = [
        str(tuple(row))
        for table in ("person", "person_phone", "person_name_key", "person_status")
        for row in db.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
    ]

    assert len(rows) > 3
    for secret in (nik(1), "3578010101100009", NUMBER, "81234567890"):
        assert not [row for row in rows if secret in row]


def test_a_sealed_number_moved_to_another_person_does_not_open(add, db, keys):
    siti, budi = add("Siti Aminah", phone=NUMBER), add("Budi", phone="+6281111111111")
    stolen = db.execute(select(PHONE.c.number).where(PHONE.c.person_id == siti)).scalar()
    db.execute(PHONE.update().where(PHONE.c.person_id == budi).values(number=stolen))

    with pytest.raises(sealing.SealBroken):
        people.person(db, keys, budi)


# --- statuses


def say(db, person_id: str, status: str, as_of: str, **more) -> people.Status:
    given = {"status_at": None, "by": "ani", "now": NOW} | more
    return people.add_status(db, person_id=person_id, status=status, as_of=wib.at(as_of), **given)


def test_the_newest_knowledge_is_the_status_and_the_rest_its_history(add, db, keys):
    siti = add("Siti Aminah", status="joined_wave", wave=1)
    say(db, siti, "under_evaluation", "2020-04-13 17:00")
    say(db, siti, "account_created", "2020-04-10 08:00", source="Disnaker")  # older, told later

    known = people.statuses(db, siti)

    assert [it.status for it in known] == ["under_evaluation", "joined_wave", "account_created"]
    assert known[0] == people.current_status(db, siti)
    assert (known[0].source, known[0].by, known[0].as_of) == (
        "agent",
        "ani",
        wib.at("2020-04-13 17:00"),
    )
    assert (known[1].source, known[1].as_of, known[1].wave) == ("import", AS_OF, 1)
    (found,) = people.find(db, keys, nik(1), now=NOW)
    assert found.status == known[0]


def test_of_two_words_of_one_time_the_later_status_counts(add, db):
    siti = add("Siti Aminah")
    say(db, siti, "selected", "2020-04-13 17:00", status_at=wib.at("2020-04-12 10:00"))
    say(db, siti, "under_evaluation", "2020-04-13 17:00", status_at=wib.at("2020-04-11 10:00"))
    say(db, siti, "training", "2020-04-13 17:00")  # since when, nobody says

    assert people.current_status(db, siti).status == "selected"


def test_the_same_word_twice_is_kept_once(add, db):
    siti = add("Siti Aminah")

    for _ in range(2):
        say(db, siti, "selected", "2020-04-13 17:00")
    say(db, siti, "selected", "2020-04-13 17:01")

    assert len(people.statuses(db, siti)) == 2


def test_a_status_must_be_one_and_not_from_the_future_and_of_somebody(add, db):
    siti = add("Siti Aminah")

    with pytest.raises(ValueError, match="not a status"):
        say(db, siti, "lolos", "2020-04-13 17:00")
    with pytest.raises(ValueError, match="before it is heard"):
        say(db, siti, "selected", (NOW + timedelta(minutes=1)).isoformat())
    with pytest.raises(people.UnknownPerson):
        say(db, "nobody", "selected", "2020-04-13 17:00")
    assert db.execute(select(STATUS)).all() == []
