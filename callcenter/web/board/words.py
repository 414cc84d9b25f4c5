"""The figures as pages show them: what they are called, what they mean, how they are written.

English pages show the docstrings of the Tally; a test holds that every figure is in both.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from callcenter.rules import wib
from callcenter.rules.tally import DEFINITIONS, RATES, SECONDS
from callcenter.web import languages
from callcenter.web.board.indonesian import INDONESIAN

GROUPS = {
    "calls": _("Panggilan"),
    "service_level": _("Tingkat layanan dan putus"),
    "waits": _("Waktu tunggu"),
    "work": _("Pekerjaan petugas"),
    "call_backs": _("Telepon balik"),
    "people": _("Orang"),
    "live": _("Saat ini"),
    "quality": _("Mutu dan konfirmasi"),
    "survey": _("Survei sesudah panggilan"),
}
DOING = {
    "talking": _("Bicara"),
    "ringing": _("Berdering"),
    "connecting": _("Menyambungkan"),
    "wrap_up": _("Penyelesaian catatan"),
    "available": _("Siap"),
    "break": _("Istirahat"),
    "away": _("Tidak di tempat"),
}
STATES = {  # of a center
    "open": _("buka"),
    "draining": _("dikosongkan"),
    "closed": _("ditutup"),
    "dark": _("gelap"),
}
LEVERS = {"open": _("Buka pusat"), "draining": _("Kosongkan"), "closed": _("Tutup pusat")}
WHYS = {
    "outage": _("listrik atau jaringan mati"),
    "staffing": _("kurang petugas"),
    "moving": _("pindah tempat"),
    "drill": _("latihan"),
    "over": _("sudah selesai"),
}
LAMPS = {"open": "available", "draining": "break", "closed": "offline", "dark": "away"}


def name(key: str) -> str:
    """What a figure is called in the language of the page."""
    if languages.chosen() == languages.WRITTEN:
        return INDONESIAN[key][0]
    return key.removesuffix("_s").replace("_", " ").capitalize()


def definition(key: str) -> str:
    """What a figure means in the language of the page."""
    return INDONESIAN[key][1] if languages.chosen() == languages.WRITTEN else DEFINITIONS[key]


def value(key: str, number: Any) -> str:
    """A figure as it is printed: ``1.234``, ``82,4 %``, ``2.05`` for minutes; a dash for none."""
    if key in RATES:
        return wib.percent(number)
    if key in SECONDS:
        return wib.duration(number)
    if isinstance(number, float):
        return f"{number:.2f}".replace(".", ",")
    return wib.thousands(number)
