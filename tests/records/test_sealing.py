"""Sealed values open only where they belong, and keys are made once, for an empty database."""

import base64
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.records import sealing
from callcenter.records.sealing import KeysRefused, SealBroken

NIK = "3578014107900001"
KEYS = sealing.make()


@given(value=st.text(max_size=200))
def test_what_is_sealed_opens_again(value):
    assert KEYS.open(KEYS.seal(value, "person.nik", "p1"), "person.nik", "p1") == value


@given(value=st.binary(max_size=300))
def test_so_does_a_token(value):
    assert KEYS.open_token(KEYS.token(value, "answer:CA1"), "answer:CA1") == value


def test_a_seal_tells_nothing_and_is_never_the_same():
    seals = {KEYS.seal(NIK, "person.nik", "p1") for _ in range(50)}
    assert len(seals) == 50
    assert not any(NIK in seal for seal in seals)


@pytest.mark.parametrize(
    ("column", "row"), [("person.kk", "p1"), ("caller.nik", "p1"), ("person.nik", "p2"), ("", "")]
)
def test_a_value_that_was_moved_does_not_open(column, row):
    sealed = KEYS.seal(NIK, "person.nik", "p1")
    with pytest.raises(SealBroken) as caught:
        KEYS.open(sealed, column, row)
    assert NIK not in str(caught.value)


def test_a_sealed_value_is_no_token():
    with pytest.raises(SealBroken):
        KEYS.open_token(KEYS.seal(NIK, "person.nik", "p1"), "person.nik:p1")


def test_a_seal_that_was_altered_anywhere_does_not_open():
    name, text = KEYS.seal(NIK, "person.nik", "p1").split(".")
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for place in range(len(raw)):
        altered = bytearray(raw)
        altered[place] ^= 1
        with pytest.raises(SealBroken):
            KEYS.open(f"{name}.{base64.urlsafe_b64encode(altered).decode()}", "person.nik", "p1")


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_seal_that_was_cut_off_does_not_open(cut):
    with pytest.raises(SealBroken):
        KEYS.open(KEYS.seal(NIK, "person.nik", "p1")[:-cut], "person.nik", "p1")


@given(rubbish=st.text(max_size=120))
def test_rubbish_does_not_open(rubbish):
    with pytest.raises(SealBroken):
        KEYS.open(rubbish, "person.nik", "p1")
    with pytest.raises(SealBroken):
        KEYS.open_token(f"k1.{rubbish}", "answer:CA1")


def test_other_keys_open_nothing():
    sealed = KEYS.seal(NIK, "person.nik", "p1")
    with pytest.raises(SealBroken):
        sealing.make().open(sealed, "person.nik", "p1")


def test_the_newest_key_seals_and_the_older_ones_still_open():
    old = KEYS.seal(NIK, "person.nik", "p1")
    both = sealing.Keys(KEYS.sealing | {"k2": os.urandom(32)}, KEYS.index_key)

    assert both.open(old, "person.nik", "p1") == NIK
    assert both.seal(NIK, "person.nik", "p1").startswith("k2.")


def test_equal_values_of_one_kind_are_found_by_their_index():
    assert KEYS.index(NIK, "nik") == KEYS.index(NIK, "nik")
    others = {
        KEYS.index(NIK, "phone"),
        KEYS.index(NIK[:-1], "nik"),
        sealing.make().index(NIK, "nik"),
    }
    assert KEYS.index(NIK, "nik") not in others
    assert NIK not in KEYS.index(NIK, "nik")


def test_keys_are_not_in_their_representation():
    shown = repr(KEYS)
    assert not any(str(key) in shown for key in (*KEYS.sealing.values(), KEYS.index_key))


# The key file --------------------------------------------------------------------------------


def test_the_key_file_is_readable_by_its_owner_only(tmp_path):
    sealing.write(KEYS, tmp_path / "var" / "keys.toml")

    assert stat.S_IMODE((tmp_path / "var" / "keys.toml").stat().st_mode) == 0o600
    assert sealing.read(tmp_path / "var" / "keys.toml") == KEYS
    assert [file.name for file in (tmp_path / "var").iterdir()] == ["keys.toml"]


def test_an_existing_key_file_is_never_replaced(tmp_path):
    sealing.write(KEYS, tmp_path / "keys.toml")
    with pytest.raises(FileExistsError):
        sealing.write(sealing.make(), tmp_path / "keys.toml")
    assert sealing.read(tmp_path / "keys.toml") == KEYS
    assert [file.name for file in tmp_path.iterdir()] == ["keys.toml"]


GOOD = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no toml at all",
        f'index = "{GOOD}"',
        f'index = "{GOOD}"\n[sealing]',
        f'index = "{GOOD}"\nsealing = 5',
        f'index = 5\n[sealing]\nk1 = "{GOOD}"',
        f'index = ""\n[sealing]\nk1 = "{GOOD}"',
        f'index = "{GOOD}"\n[sealing]\nk1 = "c2hvcnQ="',
        f'index = "{GOOD}"\n[sealing]\nk1 = "x"',
        f'index = "{GOOD}"\n[sealing]\nk1 = 5',
        f'[sealing]\nk1 = "{GOOD}"',
    ],
)
def test_a_file_that_is_no_key_file_is_refused(tmp_path, text):
    (tmp_path / "keys.toml").write_text(text)
    with pytest.raises(KeysRefused, match=r"keys\.toml cannot be read .* Restore it"):
        sealing.read(tmp_path / "keys.toml")


def keys_of(database, path):
    with database.transaction() as db:
        return sealing.for_database(db, path)


def test_keys_are_made_for_an_empty_database_and_kept(database, tmp_path):
    made = keys_of(database, tmp_path / "keys.toml")
    assert keys_of(database, tmp_path / "keys.toml") == made


def test_an_operators_own_keys_are_taken_by_an_empty_database(database, tmp_path):
    sealing.write(KEYS, tmp_path / "keys.toml")
    assert keys_of(database, tmp_path / "keys.toml") == KEYS


def test_keys_that_are_gone_are_not_made_again(database, tmp_path):
    keys_of(database, tmp_path / "keys.toml")
    (tmp_path / "keys.toml").unlink()

    with pytest.raises(KeysRefused, match=r"is missing, but the database .* Restore the file"):
        keys_of(database, tmp_path / "keys.toml")
    assert not (tmp_path / "keys.toml").exists()


def test_the_keys_of_another_database_are_refused(database, tmp_path):
    keys_of(database, tmp_path / "keys.toml")
    sealing.write(sealing.make(), tmp_path / "others.toml")

    with pytest.raises(KeysRefused, match="belongs to another database"):
        keys_of(database, tmp_path / "others.toml")
    assert keys_of(database, tmp_path / "keys.toml")


def test_six_that_start_at_once_have_the_same_keys(database, tmp_path):
    start = threading.Barrier(6)

    def first(_):
        start.wait()
        return keys_of(database, tmp_path / "keys.toml")

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(first, range(6)))
    assert all(keys == made[0] for keys in made)
    assert keys_of(database, tmp_path / "keys.toml") == made[0]
