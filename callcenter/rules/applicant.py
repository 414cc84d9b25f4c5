"""An applicant as a source tells of one: every field understood, or absent."""

from dataclasses import dataclass
from datetime import date, datetime

# Why somebody applies. code: (Indonesian, English)
CATEGORIES = {
    "laid_off": ("ter-PHK", "laid off"),
    "furloughed": ("dirumahkan", "furloughed"),
    "job_seeker": ("pencari kerja", "job seeker"),
    "small_business": ("pelaku usaha kecil", "small business"),
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """What one row of a snapshot says. None: it says nothing about that.

    ``phone`` is E.164. ``born_by_nik`` is the birth date in the NIK, which ``birth_date``, the
    one that the source states, may contradict. ``status_at``: when the status became so.
    """

    nik: str
    full_name: str
    born_by_nik: date
    birth_date: date | None = None
    phone: str | None = None
    kk: str | None = None
    regency_code: str | None = None
    district_code: str | None = None
    category: str | None = None
    status: str | None = None
    status_at: datetime | None = None
    wave: int | None = None
