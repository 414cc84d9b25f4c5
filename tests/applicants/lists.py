"""Lists of applicants as files, for tests."""

from datetime import date
from pathlib import Path

from callcenter.applicants import csvfile
from callcenter.applicants.rows import COLUMNS, Row
from callcenter.rules import wib

TODAY = date(2020, 4, 13)
AS_OF = wib.at("2020-04-13 16:00")
HEADER = ",".join(COLUMNS)
NIK = "3578011204900001"
OTHER_NIK = "3578015204900002"

SITI = (
    f"{NIK},Siti Aminah,1990-04-12,0812-3456-7890,3578010101100001,35.78,35.78.01,laid_off,"
    "under_evaluation,2020-04-12 09:30,1,"
)


def a_list(folder: Path, *lines: str, header: str = HEADER, name: str = "list.csv") -> Path:
    """A file of these lines below the header."""
    return a_file(folder, "\n".join((header, *lines)) + "\n", name=name)


def a_file(folder: Path, content: str | bytes, *, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def rows(path: Path) -> list[Row]:
    with csvfile.snapshot(path) as opened:
        return list(opened.rows(today=TODAY, as_of=AS_OF))


def row(folder: Path, **cells: str) -> Row:
    """The row with these cells and, where they say nothing, a good NIK and name."""
    given = {"nik": NIK, "full_name": "Siti Aminah"} | cells
    quoted = ",".join('"{}"'.format(it.replace('"', '""')) for it in given.values())
    (found,) = rows(a_list(folder, quoted, header=",".join(given)))
    return found


def nik(serial: int) -> str:
    """Somebody born on 12 April 1990 in Karangpilang."""
    return f"357801120490{serial:04}"
