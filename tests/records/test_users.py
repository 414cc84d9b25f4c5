"""Who can be added, and what is refused in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from callcenter.records import audit, users
from callcenter.records.passwords import Cost
from callcenter.records.tables import AuditRow, UserRow

NOW = datetime(2020, 4, 13, 2, tzinfo=UTC)
CHEAP = Cost(1, 8)
AGENT = {"username": "Sari", "role": "agent", "center": "CC1", "password": "kata sandi panjang"}


@pytest.fixture
def add(database, keys, policy):
    def add(**changes) -> str:
        with database.transaction() as db:
            return users.add(db, keys, policy, **(AGENT | changes), cost=CHEAP, now=NOW)

    return add


def rows(database, table) -> list:
    with database.reading() as db:
        return list(db.execute(table.__table__.select()))


def test_an_agent_has_a_center_and_a_sealed_telephone(database, keys, add):
    user_id = add(phone="0812 3456-7890")

    with database.reading() as db:
        assert users.by_name(db, " SARI ").center == "CC1"
        assert users.phone(db, keys, user_id) == "+6281234567890"
    (row,) = rows(database, UserRow)
    assert "81234567890" not in str(row)
    assert row.username == "sari"
    assert row.password_hash.startswith("$argon2id$")


def test_a_posko_user_has_a_number_and_no_center(database, add):
    add(role="posko", posko=12)

    (row,) = rows(database, UserRow)
    assert (row.posko, row.center) == (12, None)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"username": "s"}, "2 to 80 of a-z"),
        ({"username": "sari wati"}, "2 to 80 of a-z"),
        ({"role": "boss"}, "agent, posko, supervisor, admin, auditor"),
        ({"center": None}, "one of CC1, CC2"),
        ({"center": "CC9"}, "one of CC1, CC2"),
        ({"role": "posko"}, "one of 1 to 56"),
        ({"role": "posko", "posko": 57}, "one of 1 to 56"),
        ({"phone": "1500-537"}, "0812-3456-7890"),  # a special number
        ({"phone": "+1 212 555 0100"}, "0812-3456-7890"),  # rung at the office's cost
        ({"phone": "anonymous"}, "0812-3456-7890"),
        ({"password": "tiga belas..."}, "shorter than 14"),
        ({"password": "x" * 129}, "longer than 128"),
        ({"password": "Rahasia Rahasia"}, "everybody tries first"),
        ({"password": "aaaabbbbccccdddd"}, "fewer than 5 different"),
        ({"password": "sari123sari123sari"}, "little more than the user's name"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_sentence(database, add, changes, told):
    with pytest.raises(users.UserRefused) as refused:
        add(**changes)

    text = str(refused.value)
    assert told in text
    assert text.endswith(".")
    assert "\n" not in text
    assert (AGENT | changes)["password"] not in text
    if "phone" in changes:
        assert changes["phone"] not in text
    assert rows(database, UserRow) == []


def test_a_name_is_taken_whatever_its_case(add):
    add()

    with pytest.raises(users.UserRefused, match='"sari" is taken'):
        add(username="SARI")


@pytest.mark.parametrize("password", ["x" + "abcde" * 25 + "yz", "empat belas 14"])
def test_long_passwords_of_any_kind_are_good(add, password):
    assert 14 <= len(password) <= 128
    assert add(password=password)


def test_who_is_disabled_stays_in_the_list_at_its_end(database, add):
    sari = add()
    add(username="tono", role="admin")

    with database.transaction() as db:
        users.disable(db, sari, now=NOW)

    with database.reading() as db:
        listed = [(user.username, user.disabled_at) for user in users.everybody(db)]
    assert listed == [("tono", None), ("sari", NOW)]


def test_a_read_of_a_person_is_undone_with_the_transaction_it_was_for(database):
    seen = {"who": "sari", "what": "person", "subject": "person:1", "why": "ticket:2", "now": NOW}

    def seen_and_failed() -> None:
        with database.transaction() as db:
            audit.seen(db, **seen)
            raise LookupError

    with pytest.raises(LookupError):
        seen_and_failed()
    assert rows(database, AuditRow) == []

    with database.transaction() as db:
        audit.seen(db, **seen)

    (row,) = rows(database, AuditRow)
    assert (row.who, row.subject, row.why, row.result) == ("sari", "person:1", "ticket:2", "shown")
