"""Which files are refused whole, and where each row stands in the others."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.applicants import csvfile, textfile
from callcenter.applicants.csvfile import FileRefused
from callcenter.applicants.lines import LONGEST_LINE, MOST_LINES, Lines
from callcenter.applicants.niktable import NikTable
from tests.applicants.lists import (
    AS_OF,
    HEADER,
    NIK,
    OTHER_NIK,
    SITI,
    TODAY,
    a_file,
    a_list,
    nik,
    rows,
)

WHOLE = f"{HEADER}\n{SITI}\n"


def refusal(path) -> str:
    with pytest.raises(FileRefused) as refused:
        rows(path)
    said = str(refused.value)
    assert said.startswith(f"{path}: ")
    assert NIK not in said
    assert "Siti" not in said
    return said


def reasons(found) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for row in found for fault in row.faults]


# --- files that are refused


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (WHOLE.encode("utf-16"), "UTF-16"),
        (WHOLE.encode("utf-16-be"), "line 1 holds NUL bytes"),
        (WHOLE.replace("Siti", "Sité").encode("cp1252"), "line 2 is not in UTF-8"),
        (WHOLE.encode() + b"\0", "line 3 holds NUL bytes"),
        (WHOLE.encode() + "é".encode()[:1], "line 3 ends in the middle of a letter"),
        (WHOLE.replace(",", ";").encode(), "not parted by commas"),
        (WHOLE.replace(",", "\t").encode(), "not parted by commas"),
        (b"PK\x03\x04" + bytes(100), "workbook"),
        (b"\x1f\x8b" + bytes(100), "packed"),
        (f"{SITI}\n".encode(), "column nik and full_name is missing"),
        (WHOLE.replace("full_name", "name").encode(), "column full_name is missing"),
        (WHOLE.replace("note", "NIK").encode(), "column nik is there twice"),
        (b"\n \n", "column nik and full_name is missing"),
        (WHOLE.encode() + b"x" * (LONGEST_LINE + 1), "line 3 is longer than"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(tmp_path, content, said):
    assert said in refusal(a_file(tmp_path, content))


def test_a_fault_at_the_end_of_a_long_file_refuses_it_before_its_first_row(tmp_path):
    many = "".join(f"{nik(n)},Siti\n" for n in range(1, 9999)).encode() * 8
    assert len(many) > textfile.CHUNK

    said = refusal(a_file(tmp_path, b"nik,full_name\n" + many + b"\xff"))

    assert f"line {8 * 9_998 + 2} is not in UTF-8" in said


@pytest.mark.parametrize("before", [0, 1, textfile.CHUNK - 100, textfile.CHUNK])
def test_a_line_may_be_long_but_not_too_long(tmp_path, before):
    lines = b"nik,full_name\n" + (b"," * 99 + b"\n") * (before // 100)
    longest = b"x" * LONGEST_LINE

    assert rows(a_file(tmp_path, lines + longest + b"\n" + longest + b"\n,\n"))
    where = f"line {before // 100 + 3} is longer than"
    assert where in refusal(a_file(tmp_path, lines + b"y\nx" + longest + b"\n,\n"))


def test_a_huge_file_is_refused_without_reading_it(tmp_path):
    path = a_list(tmp_path, SITI)
    os.truncate(path, textfile.LARGEST + 1)  # takes no room on the disk

    assert "larger than 1 GiB" in refusal(path)


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    opened = os.open(tmp_path / "pipe", os.O_RDWR)  # or opening it would wait for a writer
    assert "no plain file" in refusal(tmp_path / "pipe")
    os.close(opened)
    assert "cannot be opened" in refusal(tmp_path)
    assert "cannot be opened" in refusal(tmp_path / "absent.csv")


@pytest.mark.parametrize("column", ["nik", "kk_number"])
def test_numbers_rounded_by_a_spreadsheet_refuse_the_file(tmp_path, column):
    def lines(count):
        rounded = [f"{nik(n)},Siti,{nik(n)}".replace(nik(n), nik(10 * n), 1) for n in count]
        if column == "kk_number":
            rounded = [f"{nik(n)},Siti,{nik(10 * n)}" for n in count]
        return rounded

    header = "nik,full_name,kk_number"
    few = a_list(tmp_path, *lines(range(1, csvfile.ENOUGH)), header=header)
    assert len(rows(few)) == csvfile.ENOUGH - 1  # may be chance

    enough = a_list(tmp_path, *lines(range(1, csvfile.ENOUGH + 1)), header=header)
    assert f"column {column} ends in 0" in refusal(enough)


# --- files that are read


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    (found,) = rows(a_file(tmp_path, b"\xef\xbb\xbf" + WHOLE.encode()))
    assert found.applicant.nik == NIK


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_one(tmp_path, ending):
    (found,) = rows(a_file(tmp_path, WHOLE.replace("\n", ending)))
    assert (found.line, found.applicant.nik) == (2, NIK)


def test_columns_come_in_any_order_and_others_are_told(tmp_path):
    path = a_list(tmp_path, f"x,Siti,{NIK},y,z,", header="hobby, Full_Name ,NIK,hobby,note,")

    with csvfile.snapshot(path) as opened:
        assert opened.columns.ignored == ("hobby", "hobby", "note", "(no name)")
    (found,) = rows(path)
    assert (found.applicant.nik, found.applicant.full_name) == (NIK, "Siti")


def test_empty_lines_are_no_rows_but_count_as_lines(tmp_path):
    path = a_list(tmp_path, "", f"{NIK},Siti", ",", "bad", "", header="\nnik,full_name")

    assert [(row.line, bool(row.faults)) for row in rows(path)] == [(4, False), (6, True)]


def test_quoted_line_breaks_commas_and_quotes_stay_in_their_cell(tmp_path):
    path = a_list(tmp_path, f'{NIK},"Siti, ""Ibu""\nAminah"', "bad", header="nik,full_name")
    good, bad = rows(path)

    assert good.applicant.full_name == 'Siti, "Ibu" Aminah'
    assert bad.line == 4


def test_too_few_or_too_many_cells_refuse_the_row(tmp_path):
    path = a_list(tmp_path, NIK, f"{NIK},Siti,x", f"{NIK},Siti", header="nik,full_name")

    found = rows(path)

    assert reasons(found) == [(2, "columns"), (3, "columns")]
    assert found[2].applicant


@pytest.mark.parametrize("below", [1, MOST_LINES, 3 * MOST_LINES])
def test_a_quotation_mark_that_is_never_closed_costs_its_own_row_only(tmp_path, below):
    good = [f"{nik(n)},Siti" for n in range(2, 2 + below)]
    found = rows(a_list(tmp_path, f'{nik(1)},"Siti', *good, header="nik,full_name"))

    assert reasons(found) == [(2, "quotes")]
    assert [row.line for row in found if row.applicant] == list(range(3, 3 + below))


def test_a_broken_quotation_between_good_rows_costs_its_own_row_only(tmp_path):
    path = a_list(tmp_path, f'{NIK},"Siti" Aminah', f'{OTHER_NIK},"Budi"', header="nik,full_name")
    found = rows(path)

    assert reasons(found) == [(2, "quotes")]
    assert found[1].applicant.full_name == "Budi"


def test_one_bad_row_among_ten_thousand_is_the_only_one_refused(tmp_path):
    lines = [f"{nik(n)},Siti" for n in range(1, 10_000)]
    lines.insert(7_000, "3.57801E+15,Siti")

    found = rows(a_list(tmp_path, *lines, header="nik,full_name"))

    assert reasons(found) == [(7_002, "scientific")]
    assert sum(1 for row in found if row.applicant) == 9_999


def test_the_first_of_two_rows_with_one_nik_counts(tmp_path):
    path = a_list(
        tmp_path, f"{NIK},Siti", f"{OTHER_NIK},Budi", f"{NIK},Tini", header="nik,full_name"
    )
    found = rows(path)

    assert [row.applicant and row.applicant.full_name for row in found] == ["Siti", "Budi", None]
    assert [(f.line, f.code, f.other_line) for f in found[2].faults] == [(4, "repeated", 2)]


def test_rows_may_be_asked_for_again(tmp_path):
    with csvfile.snapshot(a_list(tmp_path, SITI)) as opened:
        first, second = (list(opened.rows(today=TODAY, as_of=AS_OF)) for _ in range(2))
    assert first == second
    assert first[0].applicant


# --- the parts


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=9)))
def test_lines_and_bytes_are_counted_whatever_the_text(texts):
    text = "\n".join(texts)
    drawn = text.splitlines(keepends=True) if "\r" not in text else text.split("\n")
    lines = Lines(it if it.endswith("\n") else it + "\n" for it in drawn)
    total = sum(len((it if it.endswith("\n") else it + "\n").encode()) for it in drawn)

    for _ in range(len(drawn) + 1):
        try:
            lines.record()
        except EOFError:
            break

    assert (lines.line, lines.offset) == (len(drawn), total)


@given(st.lists(st.integers(0, 10**16 - 1), max_size=300))
def test_a_table_of_niks_keeps_the_first_number_of_each(niks):
    table, expected = NikTable(), {}
    for number, key in enumerate(niks):
        text = f"{key:016}"
        assert table.put(text, number) == expected.get(text)
        expected.setdefault(text, number)

    assert len(table) == len(expected)
    assert all(table.get(text) == number for text, number in expected.items())
    assert table.get(f"{10**16 - 1:016}") == expected.get(f"{10**16 - 1:016}")


def test_a_table_of_niks_grows():
    table = NikTable()
    for n in range(20_000):
        table.put(f"{3578010101900000 + n * 7:016}", n)

    assert all(table.get(f"{3578010101900000 + n * 7:016}") == n for n in range(20_000))
    assert table.get("3578010101900001") is None
