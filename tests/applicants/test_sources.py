"""What every source of applicants does, and what a list as a source does besides."""

import os
from datetime import UTC, datetime

import pytest

from callcenter.applicants import SOURCES, Known, SourceDown
from callcenter.rules.applicant import Applicant
from tests.applicants.lists import NIK, OTHER_NIK, a_file, a_list, nik, rows

NOW = datetime(2020, 4, 14, tzinfo=UTC)
AS_OF = datetime(2020, 4, 13, 9, tzinfo=UTC)
HEADER = "nik,full_name,status"
SITI = f"{NIK},Siti Aminah,selected"


def csv(folder, *lines: str):
    path = a_list(folder, *lines, header=HEADER)
    os.utime(path, (AS_OF.timestamp(), AS_OF.timestamp()))
    return SOURCES["csv"](name="Disnaker", file=path), path


def memory(folder, *lines: str):
    found = [row.applicant for row in rows(a_list(folder, *lines, header=HEADER))]
    known = {it.nik: Known(it, AS_OF) for it in found if it}
    return SOURCES["memory"](name="Disnaker", known=known), None


MAKERS = {"csv": csv, "memory": memory}


@pytest.fixture(params=sorted(SOURCES))
def make(request):
    return MAKERS[request.param]


def test_it_tells_what_is_known_and_as_of_when(make, tmp_path):
    source, _ = make(tmp_path, f"{OTHER_NIK},Budi,", SITI, f"{nik(3)},Tini,")
    source.refresh(NOW)

    assert source.name == "Disnaker"
    known = source.ask(NIK)
    assert known.as_of == AS_OF
    assert isinstance(known.applicant, Applicant)
    assert (known.applicant.nik, known.applicant.status) == (NIK, "selected")


def test_nobody_is_none_and_not_down(make, tmp_path):
    source, _ = make(tmp_path, SITI)
    source.refresh(NOW)

    assert source.ask(OTHER_NIK) is None


def test_a_memory_that_is_down_says_so(tmp_path):
    source, _ = memory(tmp_path, SITI)
    source.down = True

    for ask in (lambda: source.ask(NIK), lambda: source.refresh(NOW)):
        with pytest.raises(SourceDown):
            ask()


def test_a_list_that_was_not_read_or_is_gone_is_down_and_does_not_say_nobody(tmp_path):
    source, path = csv(tmp_path, SITI)
    with pytest.raises(SourceDown, match="not been read"):
        source.ask(NIK)

    source.refresh(NOW)
    path.unlink()
    for nik_asked in (NIK, OTHER_NIK):
        with pytest.raises(SourceDown, match="cannot be opened"):
            source.ask(nik_asked)
    with pytest.raises(SourceDown, match="cannot be opened"):
        source.refresh(NOW)


def test_a_list_that_changed_is_down_until_it_is_read_again(tmp_path):
    source, path = csv(tmp_path, SITI)
    source.refresh(NOW)
    a_list(tmp_path, f"{OTHER_NIK},Budi,revoked", SITI, header=HEADER)

    with pytest.raises(SourceDown, match="has changed"):
        source.ask(NIK)

    source.refresh(NOW)
    assert source.ask(OTHER_NIK).applicant.status == "revoked"
    assert path.exists()


def test_a_list_that_is_refused_leaves_the_one_before(tmp_path):
    source, path = csv(tmp_path, SITI)
    source.refresh(NOW)
    kept = path.rename(tmp_path / "kept.csv")
    a_file(tmp_path, "nothing")
    with pytest.raises(SourceDown, match="nik and full_name"):
        source.refresh(NOW)

    kept.rename(path)
    assert source.ask(NIK).applicant.full_name == "Siti Aminah"


def test_rows_that_are_refused_are_nobody(tmp_path):
    source, _ = csv(tmp_path, f"{NIK},Siti,lolos", f"{OTHER_NIK},Budi,")
    source.refresh(NOW)

    assert source.ask(NIK) is None


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_row_is_found_behind_marks_accents_and_line_breaks(tmp_path, mark):
    text = f'{HEADER}\r\n\r\n{OTHER_NIK},"Dédé\r\nÜlo",\r\n{NIK},Siti Aminah,selected\r\n'
    source = SOURCES["csv"](name="Disnaker", file=a_file(tmp_path, mark + text.encode()))
    source.refresh(NOW)

    assert source.ask(OTHER_NIK).applicant.full_name == "Dédé Ülo"
    assert source.ask(NIK).applicant.full_name == "Siti Aminah"


def test_a_list_from_the_future_is_as_of_now(tmp_path):
    source, path = csv(tmp_path, SITI)
    os.utime(path, (NOW.timestamp() + 3600, NOW.timestamp() + 3600))
    source.refresh(NOW)

    assert source.ask(NIK).as_of == NOW
