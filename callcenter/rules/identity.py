"""What a NIK and a family card number (KK) can tell us, and what they cannot.

A NIK is ``PPKKCC DDMMYY SSSS``: the district of first registration, the birth date (41 to 71 for
the days of women) and a serial number, for life. It proves nobody's identity, and its birth date
may be officially wrong (PP 40/2019 art. 30: a corrected date leaves the NIK as it is): so what
cannot be a NIK is rejected, and what does not fit the person is only a warning.
"""

import re
from dataclasses import dataclass, replace
from datetime import date

from callcenter.rules import regions

WOMEN_FROM = 40  # added to the day of birth
AGES = range(18, 101)  # the programme takes people from 18 on

MARKS = re.compile(r"[\s.\-\u2010-\u2015\u200b-\u200f\u2060\ufeff]+")
SCIENTIFIC = re.compile(r"\d+([.,]\d+)?e\+?\d+", re.ASCII | re.IGNORECASE)
DIGITS = re.compile(r"\d+", re.ASCII)

# code: (Indonesian, English); what an agent or an import report says about a number.
SENTENCES = {
    "scientific": (
        "Angka ini rusak karena lembar kerja (3,57E+15); minta nomor asli, jangan ditebak.",
        "A spreadsheet has spoilt this number (3.57E+15); ask for the original, never guess it.",
    ),
    "characters": (
        "Ada huruf atau tanda lain; isi dengan angka saja.",
        "There are letters or other marks in it; use digits only.",
    ),
    "length": ("Jumlah angkanya harus enam belas.", "It must have sixteen digits."),
    "same_digit": ("Semua angkanya sama; baca lagi dari KTP.", "All digits are the same."),
    "serial": ("Empat angka terakhir tidak mungkin 0000.", "The last four digits cannot be 0000."),
    "day": (
        "Tanggal lahir di NIK (angka ke-7 dan ke-8) tidak mungkin.",
        "The day of birth in the NIK (digits 7 and 8) is impossible.",
    ),
    "month": (
        "Bulan lahir di NIK (angka ke-9 dan ke-10) tidak mungkin.",
        "The month of birth in the NIK (digits 9 and 10) is impossible.",
    ),
    "date": (
        "Tanggal lahir di NIK tidak ada di kalender.",
        "The birth date in the NIK is in no calendar.",
    ),
    "province": (
        "Dua angka pertama bukan kode provinsi.",
        "The first two digits are no province.",
    ),
    "regency": (
        "Kode kabupaten/kota di NIK tidak dikenal; periksa lagi, boleh dilanjutkan.",
        "The regency in the NIK is unknown; check it, you may go on.",
    ),
    "district": (
        "Kode kecamatan di NIK tidak dikenal; periksa lagi, boleh dilanjutkan.",
        "The district in the NIK is unknown; check it, you may go on.",
    ),
    "birth_date": (
        "Tanggal lahir berbeda dengan NIK; NIK memang tidak ikut berubah bila tanggal diperbaiki.",
        "The birth date differs from the NIK; a NIK stays as it is when the date is corrected.",
    ),
    "sex": ("Jenis kelamin berbeda dengan NIK.", "The sex differs from the NIK."),
    "age": (
        "Menurut NIK umurnya di luar 18 sampai 100 tahun.",
        "By the NIK the age is outside 18 to 100 years.",
    ),
    "outside_east_java": (
        "NIK dari luar Jawa Timur; boleh, pendaftar bisa saja pendatang.",
        "The NIK is from outside East Java; that is allowed, people move.",
    ),
}


@dataclass(frozen=True)
class NikCheck:
    """What is known from a NIK. ``nik`` is None exactly when ``rejected`` says why.

    ``rejected`` and ``warnings`` are keys of ``SENTENCES``. ``regency`` (``35.78``) and
    ``district`` (``35.78.01``, East Java only) are None where the code is unknown.
    """

    nik: str | None = None
    rejected: str | None = None
    warnings: tuple[str, ...] = ()
    birth_date: date | None = None
    sex: str | None = None
    regency: str | None = None
    district: str | None = None


@dataclass(frozen=True)
class KkCheck:
    """A family card number of sixteen digits, or the reason (in ``SENTENCES``) why it is none."""

    kk: str | None = None
    rejected: str | None = None


def check_nik(
    raw: str, *, today: date, birth_date: date | None = None, sex: str | None = None
) -> NikCheck:
    """What ``raw`` is worth as a NIK on the WIB day ``today``.

    ``birth_date`` and ``sex`` (``L`` or ``P``) are what the person says; they only warn.
    """
    nik = MARKS.sub("", raw).removeprefix("'")  # a spreadsheet's mark for text
    if rejected := sixteen_digits(nik) or impossible(nik):
        return NikCheck(rejected=rejected)
    born = birth_dates(nik, today)
    if not born:
        return NikCheck(rejected="date")
    found = NikCheck(
        nik=nik,
        birth_date=birth_date if birth_date in born else likely(born, today),
        sex="P" if int(nik[6:8]) > WOMEN_FROM else "L",
        regency=known(regions.regency(f"{nik[:2]}.{nik[2:4]}")),
        district=known(regions.district(f"{nik[:2]}.{nik[2:4]}.{nik[4:6]}")),
    )
    return replace(found, warnings=warn(found, today, birth_date, sex))


def check_kk(raw: str) -> KkCheck:
    """What ``raw`` is worth as a family card number: only its sixteen digits are looked at."""
    kk = MARKS.sub("", raw).removeprefix("'")
    rejected = sixteen_digits(kk)
    return KkCheck(rejected=rejected) if rejected else KkCheck(kk=kk)


def mask_nik(nik: str) -> str:
    """``3578••••••••0001``, for a NIK or KK; anything else is masked whole."""
    return f"{nik[:4]}{'•' * 8}{nik[-4:]}" if len(nik) == 16 else "•" * 16


def sixteen_digits(text: str) -> str | None:
    """Why this is not sixteen digits. A number spoilt by a spreadsheet is never repaired."""
    if SCIENTIFIC.fullmatch(text):
        return "scientific"
    if text and not DIGITS.fullmatch(text):
        return "characters"
    return "length" if len(text) != 16 else None


def impossible(nik: str) -> str | None:
    """Why sixteen digits cannot be a NIK, whatever the birth year."""
    day, month = int(nik[6:8]), int(nik[8:10])
    if len(set(nik)) == 1:
        return "same_digit"
    if not regions.known_province(nik[:2]):
        return "province"
    if not (1 <= day <= 31 or 1 <= day - WOMEN_FROM <= 31):
        return "day"
    if not 1 <= month <= 12:
        return "month"
    return "serial" if nik[12:] == "0000" else None


def birth_dates(nik: str, today: date) -> list[date]:
    """The dates that the digits can mean: this century first, none in the future."""
    day, month, year = int(nik[6:8]) % WOMEN_FROM, int(nik[8:10]), int(nik[10:12])
    found = []
    for century in (2000, 1900):
        try:
            born = date(century + year, month, day)
        except ValueError:  # 30 February, or the 29th in a year without it
            continue
        if born <= today:
            found.append(born)
    return found


def likely(born: list[date], today: date) -> date:
    """The birth date of somebody aged 18 to 100 where there is one, else the latest."""
    return next((day for day in born if age(day, today) in AGES), born[0])


def age(born: date, today: date) -> int:
    """Full years on ``today``; a birthday on 29 February is kept on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def known(place: regions.Regency | regions.District | None) -> str | None:
    """The code of a place that exists."""
    return place.code if place else None


def warn(found: NikCheck, today: date, birth_date: date | None, sex: str | None) -> tuple[str, ...]:
    """What an agent should look at again before going on."""
    nik, born = found.nik or "", found.birth_date or today
    east_java = nik.startswith(regions.EAST_JAVA)
    doubts = {
        "regency": found.regency is None,
        # Only East Java's districts are known here; without the regency it says nothing more.
        "district": east_java and found.regency is not None and found.district is None,
        "birth_date": birth_date not in (None, born),
        "sex": sex not in (None, "", found.sex),
        "age": age(born, today) not in AGES,
        "outside_east_java": not east_java,
    }
    return tuple(code for code, doubt in doubts.items() if doubt)
