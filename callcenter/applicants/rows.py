"""One row of a snapshot, understood cell by cell, or refused with every reason.

Nothing is repaired. A cell that says who it is or how far the application is must be right, or the
row is refused; a telephone or family card number that cannot be used is left out, and told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from callcenter.rules import identity, phone, regions, wib
from callcenter.rules.applicant import CATEGORIES, Applicant
from callcenter.rules.statuses import STATUSES

COLUMNS = (
    *("nik", "full_name", "birth_date", "phone", "kk_number", "regency_code", "district_code"),
    *("category", "status", "status_at", "wave", "note"),
)
REQUIRED = ("nik", "full_name")
NOT_KEPT = ("note",)  # may stand in a list, but the registry has no place for it
LONGEST_NAME = 200
EARLIEST_BIRTH = date(1900, 1, 1)
EARLIEST_STATUS = datetime(2000, 1, 1, tzinfo=UTC)

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
WAVE = re.compile(r"[1-9]\d{0,2}", re.ASCII)
AREA = re.compile(r"\d\d\.?\d\d", re.ASCII)
DISTRICT = re.compile(r"\d\d\.?\d\d\.?\d\d", re.ASCII)
FORMULAS = ("=", "+", "-", "@")

# code: (Indonesian, English)
SENTENCES = identity.SENTENCES | {
    "name_missing": ("Nama kosong.", "There is no name."),
    "name_length": (
        f"Nama lebih dari {LONGEST_NAME} huruf.",
        f"The name is longer than {LONGEST_NAME} characters.",
    ),
    "name_letters": ("Tidak ada huruf di dalam nama.", "There are no letters in the name."),
    "name_marks": (
        "Ada tanda yang tidak terlihat di dalam nama; ketik ulang namanya.",
        "There are invisible marks in the name; type it anew.",
    ),
    "formula": (
        "Dimulai seperti rumus; disimpan sebagai teks.",
        "It begins as a formula does; kept as text.",
    ),
    "birth_date_form": (
        "Tulis tanggal lahir seperti 1990-12-31.",
        "Write a birth date as 1990-12-31.",
    ),
    "birth_date_range": (
        "Tanggal lahir sebelum 1900 atau di masa depan.",
        "The birth date is before 1900 or in the future.",
    ),
    "phone": (
        "Nomor telepon tidak bisa dipakai; dikosongkan.",
        "The telephone number cannot be used; left out.",
    ),
    "kk": (
        "No. KK harus enam belas angka; dikosongkan.",
        "A family card number has sixteen digits; left out.",
    ),
    "regency_code": (
        "Kode kabupaten/kota tidak dikenal; tulis seperti 35.78.",
        "The regency is unknown; write its code as 35.78.",
    ),
    "district_code": (
        "Kode kecamatan tidak dikenal; tulis seperti 35.78.01.",
        "The district is unknown; write its code as 35.78.01.",
    ),
    "district_elsewhere": (
        "Kecamatan itu bukan di kabupaten/kota yang disebut.",
        "The district is not in the regency that is given.",
    ),
    "category": (
        f"Kategori harus salah satu dari {', '.join(CATEGORIES)}.",
        f"The category must be one of {', '.join(CATEGORIES)}.",
    ),
    "status": ("Status tidak dikenal.", "The status is unknown."),
    "status_at": (
        "Tulis waktu seperti 2020-04-13 16:00 (WIB) atau dengan +07:00.",
        "Write a time as 2020-04-13 16:00 (WIB), or with its +07:00.",
    ),
    "status_later": (
        "Waktunya sesudah waktu data ini; periksa lagi.",
        "It is later than the snapshot itself; look at it again.",
    ),
    "no_status": (
        "Tanpa status tidak berarti; dikosongkan.",
        "It says nothing without a status; left out.",
    ),
    "wave": ("Gelombang adalah angka 1 sampai 999.", "A wave is a number from 1 to 999."),
    "columns": (
        "Jumlah kolomnya berbeda dengan baris judul.",
        "It has not as many columns as the header.",
    ),
    "quotes": (
        "Tanda petiknya tidak berpasangan.",
        "Its quotation marks do not pair.",
    ),
    "repeated": (
        "NIK ini sudah ada di baris yang lebih atas.",
        "This NIK stands higher up in the file already.",
    ),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """A reason about one cell: its code in ``SENTENCES``. It never quotes the cell.

    ``column`` is empty for the row as a whole; ``other_line`` is the row that is meant too.
    """

    line: int
    column: str
    code: str
    other_line: int | None = None


@dataclass(slots=True)
class Row:
    """One row: an ``applicant``, or None with the ``faults`` for which it is refused.

    ``line`` is where the row begins in the file, the header being line 1.
    """

    line: int
    applicant: Applicant | None = None
    faults: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)

    def fault(self, column: str, code: str, other_line: int | None = None) -> None:
        self.applicant = None
        self.faults.append(Remark(self.line, column, code, other_line))

    def warn(self, column: str, code: str) -> None:
        self.warnings.append(Remark(self.line, column, code))


def understand(line: int, cells: Mapping[str, str], *, today: date, as_of: datetime) -> Row:
    """The row on ``line``. ``cells``: text by column name, absent columns left out; ``today``:
    the WIB day, by which ages are told; ``as_of``: when the snapshot was so."""
    row = Row(line)
    birth_date = _birth_date(row, cells.get("birth_date", "").strip(), today)
    checked = identity.check_nik(cells["nik"], today=today, birth_date=birth_date)
    if checked.rejected:
        row.fault("nik", checked.rejected)
    for code in checked.warnings:
        row.warn("nik", code)
    regency, district = _place(row, cells)
    status, status_at, wave = _application(row, cells, as_of)
    name = _name(row, cells["full_name"])
    number = _phone(row, cells.get("phone", "").strip())
    kk = _kk(row, cells.get("kk_number", "").strip())
    category = _one_of(row, cells, "category", CATEGORIES)
    if not row.faults and checked.nik and checked.birth_date:
        row.applicant = Applicant(
            nik=checked.nik,
            full_name=name,
            born_by_nik=checked.birth_date,
            birth_date=birth_date,
            phone=number,
            kk=kk,
            regency_code=regency,
            district_code=district,
            category=category,
            status=status,
            status_at=status_at,
            wave=wave,
        )
    return row


def _name(row: Row, text: str) -> str:
    """The name on one line. A formula is a name like any other: it is only ever shown."""
    name = " ".join(text.split())
    if not name:
        row.fault("full_name", "name_missing")
    elif len(name) > LONGEST_NAME:
        row.fault("full_name", "name_length")
    elif not name.isprintable():
        row.fault("full_name", "name_marks")
    elif not any(map(str.isalpha, name)):
        row.fault("full_name", "name_letters")
    elif name.startswith(FORMULAS):
        row.warn("full_name", "formula")
    return name


def _birth_date(row: Row, text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        born = date.fromisoformat(text) if DAY.fullmatch(text) else None
    except ValueError:  # 30 February
        born = None
    if born is None:
        row.fault("birth_date", "birth_date_form")
    elif not EARLIEST_BIRTH <= born <= today:
        row.fault("birth_date", "birth_date_range")
    return born


def _phone(row: Row, text: str) -> str | None:
    number = phone.normalise(text) if text else None
    if text and number is None:
        row.warn("phone", "phone")
    return number


def _kk(row: Row, text: str) -> str | None:
    kk = identity.check_kk(text).kk if text else None
    if text and kk is None:
        row.warn("kk_number", "kk")
    return kk


def _place(row: Row, cells: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Regency and district, with points. A district alone tells its regency."""
    regency = _code(row, cells, "regency_code", AREA)
    district = _code(row, cells, "district_code", DISTRICT)
    if regency and not regions.regency(regency):
        row.fault("regency_code", "regency_code")
    if district is None:
        return regency, None
    known = regions.district(district) or not district.startswith(regions.EAST_JAVA)
    if not known or not regions.regency(district[:5]):
        row.fault("district_code", "district_code")
    elif regency and district[:5] != regency:
        row.fault("district_code", "district_elsewhere")
    return district[:5], district


def _code(row: Row, cells: Mapping[str, str], column: str, shape: re.Pattern[str]) -> str | None:
    """``35.78`` for ``3578`` and ``35.78``: the points are only a way of writing."""
    text = cells.get(column, "").strip()
    if text and not shape.fullmatch(text):
        row.fault(column, column)
        return None
    digits = text.replace(".", "")
    return ".".join(digits[i : i + 2] for i in range(0, len(digits), 2)) or None


def _one_of(
    row: Row, cells: Mapping[str, str], column: str, known: Mapping[str, object]
) -> str | None:
    text = cells.get(column, "").strip()
    if text and text not in known:
        row.fault(column, column)
    return text or None


def _application(
    row: Row, cells: Mapping[str, str], as_of: datetime
) -> tuple[str | None, datetime | None, int | None]:
    """How far the application is, since when, and in which wave."""
    status = _one_of(row, cells, "status", STATUSES)
    at = _moment(row, cells.get("status_at", "").strip())
    wave = cells.get("wave", "").strip()
    if wave and not WAVE.fullmatch(wave):
        row.fault("wave", "wave")
        return None, None, None
    if at and at > as_of:
        row.warn("status_at", "status_later")
    if not status and (at or wave):
        row.warn("status_at" if at else "wave", "no_status")
        return None, None, None
    return status, at, int(wave) if wave else None


def _moment(row: Row, text: str) -> datetime | None:
    if not text:
        return None
    try:
        at = wib.at(text).astimezone(UTC)
    except (ValueError, OverflowError):
        at = None
    if at is None or at < EARLIEST_STATUS:
        row.fault("status_at", "status_at")
        return None
    return at
