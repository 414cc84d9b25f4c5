"""Made-up applicants and accounts. Every NIK has a serial and a phone that nobody owns."""

from __future__ import annotations

import csv
import io
import secrets
from datetime import date, datetime, timedelta
from random import Random

WORDS = (
    *("senja", "kopi", "bromo", "sawah", "pasar", "kapal", "melati", "sungai", "pelangi"),
    *("jembatan", "mangga", "rembulan", "gamelan", "sepeda", "garuda", "kertas", "lentera"),
)

# username, full name, role, center, posko, own telephone
ACCOUNTS = (
    ("sari.cc1", "Sari Wulandari", "agent", "CC1", None, "+6281200000101"),
    ("dewi.cc1", "Dewi Anggraini", "agent", "CC1", None, "+6281200000102"),
    ("budi.cc2", "Budi Santoso", "agent", "CC2", None, "+6281200000201"),
    ("agus.cc2", "Agus Hariyanto", "agent", "CC2", None, "+6281200000202"),
    ("ratna", "Ratna Kusumawardani", "supervisor", "CC1", None, None),
    ("posko1", "Posko Dukuh Menanggal", "posko", None, 1, None),
    ("posko2", "Posko LTSA Bendul Merisi", "posko", None, 2, None),
    ("admin", "Administrator", "admin", None, None, None),
    ("auditor", "Auditor Inspektorat", "auditor", None, None, None),
)

GIVEN = (
    *("Siti Aminah", "Muhammad Rizki", "Sri Wahyuni", "Slamet", "Nur Hidayati", "Agus Salim"),
    *("Moh. Fauzi", "Dwi Lestari", "Eko Prasetyo", "Rina Marlina", "Supriyadi", "Yuni Astuti"),
    *("Achmad Zainuri", "Wahyu Nugroho", "Fitriani", "Bambang Sutrisno", "Lailatul Qomariyah"),
    *("Joko Widiyanto", "Indah Permatasari", "Hendra Gunawan", "Umi Kulsum", "Suharti"),
)
FAMILY = ("", "", "", "Saputra", "Wibowo", "Rahmawati", "Firmansyah", "Hidayat", "Kurniawati")
REGENCIES = ("35.78", "35.15", "35.25", "35.07", "35.09", "35.13", "35.27", "35.71", "35.19")
STATUSES = (
    *("under_evaluation", "joined_wave", "nik_rejected", "selected", "not_selected"),
    *("account_created", "email_verified", "test_done", "not_registered"),
)
CATEGORIES = ("laid_off", "furloughed", "job_seeker", "small_business")
# The applicant of the scripted call and of the README: always there.
KNOWN = {
    "nik": "3578015204910001",
    "full_name": "Siti Aminah",
    "birth_date": "1991-04-12",
    "phone": "081234567890",
    "kk_number": "3578011203150007",
    "regency_code": "35.78",
    "category": "laid_off",
    "status": "under_evaluation",
    "wave": "1",
}
COLUMNS = (
    *("nik", "full_name", "birth_date", "phone", "kk_number", "regency_code", "district_code"),
    *("category", "status", "status_at", "wave", "note"),
)


def password() -> str:
    """Three words and a number: easy to type from a screen, 25 bits, for this machine only."""
    words = secrets.SystemRandom().sample(WORDS, 3)
    return "-".join([*words, str(1000 + secrets.randbelow(9000))])


def applicants(now: datetime, *, count: int = 240, seed: int = 13) -> str:
    """A snapshot in the format of ``import-applicants``: CSV with a header row."""
    chance = Random(seed)
    out = io.StringIO()
    rows = csv.DictWriter(out, COLUMNS, restval="")
    rows.writeheader()
    rows.writerow(KNOWN | {"status_at": (now - timedelta(hours=20)).isoformat()})
    for n in range(2, count + 1):
        rows.writerow(_applicant(n, chance, now))
    return out.getvalue()


def _applicant(n: int, chance: Random, now: datetime) -> dict[str, str]:
    born = date(1965, 1, 1) + timedelta(days=chance.randrange(13_500))
    woman = chance.random() < 0.5
    regency = chance.choice(REGENCIES)
    area = f"{regency.replace('.', '')}01"
    day = born.day + 40 * woman
    nik = f"{area}{day:02}{born.month:02}{born.year % 100:02}{n:04}"
    name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}".strip()
    changed = now - timedelta(hours=chance.randrange(4, 60))
    return {
        "nik": nik,
        "full_name": name,
        "birth_date": born.isoformat(),
        "phone": f"0813{55_000_000 + n * 37}",
        "kk_number": f"{area}{10 + n % 18}0{1 + n % 9}15{n:04}",
        "regency_code": regency,
        "category": chance.choice(CATEGORIES),
        "status": chance.choice(STATUSES),
        "status_at": changed.isoformat(),
        "wave": "1",
    }
