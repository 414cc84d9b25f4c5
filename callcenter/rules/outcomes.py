"""What came of a request, what a form must ask for it, and what is no request at all.

One call may hold several requests, each with its own reason (``reasons.py``) and outcome. A call
that was no case (a prank, silence) gets a disposition and no ticket. Codes are in the diary for
ever: one that is no longer wanted is ``retired``, never deleted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from callcenter.rules import phone
from callcenter.rules.reasons import REASONS
from callcenter.rules.sub_reasons import NOT_ELIGIBLE, TO_DUKCAPIL, TO_POSKO, SubReason


@dataclass(frozen=True)
class Outcome:
    """``needs``: what must be given with it, of ``NEEDED``; ``follow_up``: somebody must act.

    ``due_working_days`` is None where the follow-up waits for an event or a time agreed on.
    """

    code: str
    label_id: str
    label_en: str
    closes_ticket: bool = True
    needs: frozenset[str] = frozenset()
    sub_reasons: tuple[SubReason, ...] = ()
    due_working_days: int | None = None
    retired: bool = False

    @property
    def follow_up(self) -> bool:
        """A ticket that stays open does so for somebody to act on it."""
        return not self.closes_ticket


@dataclass(frozen=True)
class Disposition:
    """What a call was that was no case. No ticket is opened for it."""

    code: str
    label_id: str
    label_en: str
    retired: bool = False


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field of the form, in a sentence for the agent."""

    field: str
    code: str
    sentence_id: str
    sentence_en: str


ALL = (
    Outcome("answered", "Dijawab tuntas", "Answered"),
    Outcome("confirmed", "Data terkonfirmasi", "Confirmed"),
    Outcome("recorded", "Laporan dicatat", "Recorded"),
    Outcome("guided", "Dipandu sampai selesai", "Guided to completion"),
    Outcome(
        "not_eligible",
        "Tidak memenuhi syarat",
        "Not eligible",
        needs=frozenset(("sub_reason",)),
        sub_reasons=NOT_ELIGIBLE,
    ),
    Outcome(  # the posko marks visited or no-show, and then it closes
        "referred_service_point",
        "Diarahkan ke posko",
        "Referred to a service point",
        closes_ticket=False,
        needs=frozenset(("sub_reason", "posko")),
        sub_reasons=TO_POSKO,
        due_working_days=3,
    ),
    Outcome(
        "referred_dukcapil",
        "Diarahkan ke Dukcapil",
        "Referred to the civil registry",
        needs=frozenset(("sub_reason",)),
        sub_reasons=TO_DUKCAPIL,
    ),
    Outcome(
        "escalated_pmo",
        "Diteruskan ke PMO",
        "Escalated to programme management",
        closes_ticket=False,
        needs=frozenset(("external_reference",)),
        due_working_days=3,
    ),
    Outcome(
        "callback_scheduled",
        "Dijadwalkan telepon balik",
        "Callback scheduled",
        closes_ticket=False,
        needs=frozenset(("time_window", "number")),
    ),
    Outcome(  # released in bulk when the outage notice ends
        "waiting_outage", "Menunggu situs pulih", "Waiting for the site", closes_ticket=False
    ),
    Outcome("identity_unverified", "Identitas tidak terverifikasi", "Identity not verified"),
    Outcome(  # called back once if the number is known, else closed
        "disconnected", "Telepon terputus", "Disconnected", closes_ticket=False
    ),
)

OUTCOMES = {it.code: it for it in ALL}

DISPOSITIONS = {
    it.code: it
    for it in (
        Disposition("prank", "Iseng", "Prank"),
        Disposition("silent", "Senyap", "Silent"),
        Disposition("wrong_number", "Salah sambung", "Wrong number"),
        Disposition("cut_off", "Terputus", "Cut off"),
        Disposition("test", "Uji coba", "Test"),
    )
}

# What an outcome may need: (Indonesian, English) for the form that lacks it.
NEEDED = {
    "sub_reason": ("Pilih alasannya.", "Choose the reason for it."),
    "posko": ("Pilih posko yang dituju.", "Choose the posko."),
    "external_reference": (
        "Isi nomor rujukan dari PMO.",
        "Enter the reference that programme management gave.",
    ),
    "time_window": ("Pilih kapan ditelepon balik.", "Choose when to call back."),
    "number": ("Isi nomor yang akan ditelepon.", "Enter the number to call."),
}
NOT_DIALABLE = (
    "Nomor ini tidak bisa kami telepon; isi nomor Indonesia, diawali 0.",
    "We cannot call this number; enter an Indonesian one, beginning with 0.",
)

NOTE_LENGTH = 4000
NOTES = {
    "too_long": (
        f"Catatan paling panjang {NOTE_LENGTH} huruf.",
        f"A note has at most {NOTE_LENGTH} characters.",
    ),
    "sixteen_digits": (
        "Ada nomor 16 angka di catatan. NIK dan KK punya kolom sendiri; hapus dari sini.",
        "There is a 16-digit number in the note. NIK and KK have their own fields.",
    ),
    "secret_code": (
        "Ini seperti kode OTP. Jangan dicatat; sarankan pendaftar meminta kode baru.",
        "This looks like a one-time code. Do not keep it; advise to ask for a new one.",
    ),
}
SIXTEEN = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){15}(?!\d)")
# A word for a one-time code, a short number, and little between them, in either order.
CODE_WORD = r"\b(?:otp|o te pe|pin|kode)(?:nya)?\b(?! pos)"
SHORT_NUMBER = r"(?<![\d.\-])\d(?:[ \-]?\d){3,5}(?![\d.\-]?\d)"
SECRET = re.compile(
    rf"{CODE_WORD}[^\n]{{0,30}}?{SHORT_NUMBER}|{SHORT_NUMBER}[^\n]{{0,15}}?{CODE_WORD}",
    re.IGNORECASE,
)


def due_working_days(outcome: str) -> int | None:
    """Working days until somebody must have acted; None where no number of days is promised."""
    return OUTCOMES[outcome].due_working_days if outcome in OUTCOMES else None


def faults(
    reason: str, outcome: str, fields: Mapping[str, str], note: str = ""
) -> tuple[Fault, ...]:
    """Everything that keeps this form from being recorded; empty when it can be.

    ``fields`` holds what was given of ``NEEDED``, as text; blank is not given. A disposition
    needs nothing, not even a reason. What a note should not say is :func:`note_warnings`.
    """
    found = [] if len(note) <= NOTE_LENGTH else [note_fault("too_long")]
    if outcome in DISPOSITIONS and not DISPOSITIONS[outcome].retired:
        return tuple(found)
    found += code_faults(reason, outcome)
    if rule := OUTCOMES.get(outcome):
        found += field_faults(rule, {name: fields.get(name, "").strip() for name in NEEDED})
    return tuple(found)


def code_faults(reason: str, outcome: str) -> list[Fault]:
    """A reason and an outcome must be chosen, and be ones that are still in use."""
    found = []
    if reason not in REASONS or REASONS[reason].retired:
        found.append(Fault("reason", "missing", "Pilih keperluannya.", "Choose the reason."))
    if outcome not in OUTCOMES or OUTCOMES[outcome].retired:
        found.append(Fault("outcome", "missing", "Pilih hasilnya.", "Choose the outcome."))
    return found


def field_faults(rule: Outcome, given: Mapping[str, str]) -> list[Fault]:
    """What an outcome needs and did not get, or got and cannot use."""
    found = [
        Fault(name, "missing", *sentences)
        for name, sentences in NEEDED.items()
        if name in rule.needs and not given[name]
    ]
    in_use = {it.code for it in rule.sub_reasons if not it.retired}
    if given["sub_reason"] and given["sub_reason"] not in in_use:
        found.append(Fault("sub_reason", "unknown", *NEEDED["sub_reason"]))
    if "number" in rule.needs and given["number"] and not can_call(given["number"]):
        found.append(Fault("number", "not_dialable", *NOT_DIALABLE))
    return found


def can_call(raw: str) -> bool:
    """Whether a call back to this number, in any spelling, is one we may make."""
    number = phone.normalise(raw)
    return number is not None and phone.dialable(number)


def note_warnings(note: str) -> tuple[Fault, ...]:
    """What should not stand in a note: a NIK, KK or card number, or a one-time code.

    Warnings only: the agent may know better, and what was typed is never lost.
    """
    found = {"sixteen_digits": SIXTEEN.search(note), "secret_code": SECRET.search(note)}
    return tuple(note_fault(code) for code, match in found.items() if match)


def note_fault(code: str) -> Fault:
    """One thing that is wrong with a note; the sentence never repeats what was typed."""
    return Fault("note", code, *NOTES[code])
