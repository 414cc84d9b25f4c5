"""What a row means, and for which reasons it is refused."""

from datetime import UTC, date, datetime

import pytest

from callcenter.applicants.rows import SENTENCES
from callcenter.rules.applicant import Applicant
from tests.applicants.lists import NIK, SITI, a_list, row, rows


def codes(remarks) -> list[tuple[str, str]]:
    return [(remark.column, remark.code) for remark in remarks]


def test_a_full_row_is_understood_cell_by_cell(tmp_path):
    (found,) = rows(a_list(tmp_path, SITI))

    assert found.applicant == Applicant(
        nik=NIK,
        full_name="Siti Aminah",
        born_by_nik=date(1990, 4, 12),
        birth_date=date(1990, 4, 12),
        phone="+6281234567890",
        kk="3578010101100001",
        regency_code="35.78",
        district_code="35.78.01",
        category="laid_off",
        status="under_evaluation",
        status_at=datetime(2020, 4, 12, 2, 30, tzinfo=UTC),  # 09.30 WIB
        wave=1,
    )
    assert (found.faults, found.warnings) == ([], [])


def test_nik_and_name_are_enough(tmp_path):
    found = row(tmp_path)

    assert found.applicant == Applicant(NIK, "Siti Aminah", born_by_nik=date(1990, 4, 12))


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("nik", "3.57801E+15", "scientific"),  # a spreadsheet has lost the last digits
        ("nik", "3,57801E+15", "scientific"),
        ("nik", "357801120490001", "length"),
        ("nik", "", "length"),
        ("nik", '="3578011204900001"', "characters"),
        ("nik", "3578013002900001", "date"),  # 30 February
        ("nik", "3578011204900000", "serial"),
        ("full_name", "", "name_missing"),
        ("full_name", " \n ", "name_missing"),
        ("full_name", "x" * 201, "name_length"),
        ("full_name", "12345", "name_letters"),
        ("full_name", "Siti\u202eAminah", "name_marks"),  # turns the page's text round
        ("full_name", "Siti\x07", "name_marks"),
        ("birth_date", "12-04-1990", "birth_date_form"),
        ("birth_date", "1990-02-30", "birth_date_form"),
        ("birth_date", "1899-12-31", "birth_date_range"),
        ("birth_date", "2020-04-14", "birth_date_range"),  # tomorrow
        ("regency_code", "Surabaya", "regency_code"),
        ("regency_code", "35.99", "regency_code"),
        ("district_code", "35.78.99", "district_code"),
        ("district_code", "35.78", "district_code"),
        ("category", "Laid off", "category"),
        ("status", "lolos", "status"),
        ("status_at", "kemarin", "status_at"),
        ("status_at", "1999-12-31 23:59", "status_at"),
        ("status_at", "0001-01-01 00:00", "status_at"),
        ("wave", "0", "wave"),
        ("wave", "I", "wave"),
    ],
)
def test_a_cell_that_cannot_be_read_refuses_its_row(tmp_path, column, cell, code):
    found = row(tmp_path, **{column: cell})

    assert found.applicant is None
    assert codes(found.faults) == [(column, code)]


def test_every_fault_of_a_row_is_told(tmp_path):
    found = row(tmp_path, nik="1", full_name="", wave="x")

    assert {column for column, _ in codes(found.faults)} == {"nik", "full_name", "wave"}


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [("phone", "tidak ada", "phone"), ("kk_number", "3.57801E+15", "kk")],
)
def test_a_number_that_cannot_be_used_is_left_out_and_told(tmp_path, column, cell, field):
    found = row(tmp_path, **{column: cell})

    assert getattr(found.applicant, field) is None
    assert codes(found.warnings) == [(column, field)]


@pytest.mark.parametrize("name", ["=1+1*Siti", "+Siti", "-Siti", "@Siti"])
def test_a_formula_is_a_text_but_told(tmp_path, name):
    found = row(tmp_path, full_name=name)

    assert found.applicant.full_name == name
    assert codes(found.warnings) == [("full_name", "formula")]


def test_doubts_about_a_nik_are_told_and_do_not_refuse(tmp_path):
    found = row(tmp_path, nik="3171011204900001", birth_date="1991-04-12")

    assert found.applicant.birth_date == date(1991, 4, 12)
    assert set(codes(found.warnings)) == {("nik", "outside_east_java"), ("nik", "birth_date")}


def test_a_name_over_two_lines_is_one_name(tmp_path):
    assert row(tmp_path, full_name=" Siti\r\n Aminah ").applicant.full_name == "Siti Aminah"


@pytest.mark.parametrize("code", ["35.78", "3578"])
def test_points_in_a_code_are_a_way_of_writing(tmp_path, code):
    assert row(tmp_path, regency_code=code).applicant.regency_code == "35.78"


def test_a_district_tells_its_regency_and_cannot_lie_in_another(tmp_path):
    assert row(tmp_path, district_code="35.78.01").applicant.regency_code == "35.78"
    elsewhere = row(tmp_path, district_code="35.78.01", regency_code="35.79")
    assert codes(elsewhere.faults) == [("district_code", "district_elsewhere")]


def test_districts_outside_east_java_are_believed(tmp_path):
    assert row(tmp_path, district_code="31.71.99").applicant.district_code == "31.71.99"


def test_a_time_without_a_zone_is_wib(tmp_path):
    same = [
        row(tmp_path, status="selected", status_at=at).applicant.status_at
        for at in ("2020-04-12 09:30", "2020-04-12T02:30:00+00:00", "2020-04-12T10:30+08:00")
    ]
    assert same == [datetime(2020, 4, 12, 2, 30, tzinfo=UTC)] * 3


def test_a_status_from_after_the_snapshot_is_told(tmp_path):
    on_time = row(tmp_path, status="selected", status_at="2020-04-13 16:00")
    later = row(tmp_path, status="selected", status_at="2020-04-13 16:01")

    assert codes(on_time.warnings) == []
    assert codes(later.warnings) == [("status_at", "status_later")]


def test_a_wave_without_a_status_says_nothing(tmp_path):
    found = row(tmp_path, wave="1")

    assert found.applicant.wave is None
    assert codes(found.warnings) == [("wave", "no_status")]


def test_no_sentence_quotes_a_cell(tmp_path):
    assert all("{" not in text and "%" not in text for both in SENTENCES.values() for text in both)
    for found in (row(tmp_path, nik="9999999999"), row(tmp_path, category="Rahasia")):
        assert "9999999999" not in repr(found)
        assert "Rahasia" not in repr(found)
