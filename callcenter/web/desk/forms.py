"""The ticket form: what was typed, what is wrong with it, and nothing lost on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from flask_babel import gettext as _

from callcenter.records.tickets import Entry
from callcenter.rules import outcomes, phone, wib
from callcenter.rules.outcomes import DISPOSITIONS, NEEDED, OUTCOMES, Fault
from callcenter.rules.policy import Policy
from callcenter.rules.reasons import REASONS
from callcenter.web.desk.words import WINDOWS
from callcenter.web.languages import chosen as language

LONGEST_NAME = 120
LONG_AGO = timedelta(days=31)  # a call from a paper log; older ones are imported
# A reference goes into the diary, which holds no personal data: no words, and no NIK.
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9./#-]{0,39}", re.ASCII)


@dataclass(frozen=True)
class TicketForm:
    """A ticket form as it was typed. ``faults``: a sentence by field, in the agent's language;
    ``warned``: the warnings about the note that the agent has already seen."""

    reason: str = ""
    outcome: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    version: int = 0
    person: str = ""
    warned: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: bool = False  # by a person, so it must not be lost

    @classmethod
    def read(cls, form: Mapping[str, str]) -> TicketForm:
        """The form as posted. A button ``chosen`` names another person than before."""
        given = {name: form.get(name, "").strip() for name in NEEDED}
        kept = {name: value for name, value in given.items() if value}
        outcome, note, version = form.get("outcome", ""), form.get("note", ""), form.get("version")
        return cls(
            reason=form.get("reason", ""),
            outcome=outcome,
            given=kept,
            note=note.replace("\r\n", "\n").strip(),
            version=whole(version),
            person=form["chosen"] if "chosen" in form else form.get("person", ""),
            warned=form.get("warned", ""),
            typed=bool(outcome or note.strip() or kept),
        )

    def checked(self, policy: Policy) -> TicketForm:
        """The same form with its faults, and with warnings that were not seen before."""
        found = sentences(outcomes.faults(self.reason, self.outcome, self.asked, self.note))
        return replace(self, faults=self._unusable(policy) | found)

    def with_fault(self, name: str, sentence: str) -> TicketForm:
        return replace(self, faults={**self.faults, name: sentence})

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """What should not stand in the note; the agent may know better, once told."""
        return outcomes.note_warnings(self.note)

    @property
    def warning_codes(self) -> str:
        """What the next form says was seen."""
        return " ".join(it.code for it in self.warnings)

    @property
    def unseen(self) -> bool:
        """Whether the note asks for a second look before it is kept."""
        return not set(self.warning_codes.split()) <= set(self.warned.split())

    @property
    def disposition(self) -> bool:
        """The call was no case: no ticket."""
        return self.outcome in DISPOSITIONS

    @property
    def asked(self) -> dict[str, str]:
        """What was given of what the outcome asks for; the rest belongs to another choice."""
        rule = OUTCOMES.get(self.outcome)
        needs = rule.needs if rule else frozenset()
        return {name: value for name, value in self.given.items() if name in needs}

    @property
    def entry(self) -> Entry:
        """What is recorded."""
        given = self.asked
        if number := given.get("number"):
            given["number"] = phone.normalise(number) or number
        return Entry(self.reason, self.outcome, given, self.note)

    def _unusable(self, policy: Policy) -> dict[str, str]:
        """What is given in a shape that nothing can be done with."""
        reference, posko = self.asked.get("external_reference"), self.asked.get("posko")
        found = {}
        if self.disposition and self.note:
            found["note"] = _("Yang bukan permintaan tidak punya catatan. Hapus, atau pilih hasil.")
        if posko and posko not in {str(it.number) for it in policy.posko}:
            found["posko"] = spoken(Fault("posko", "unknown", *NEEDED["posko"]))
        if self.asked.get("time_window", "soon") not in WINDOWS:
            found["time_window"] = spoken(Fault("time_window", "unknown", *NEEDED["time_window"]))
        if reference and (not REFERENCE.fullmatch(reference) or outcomes.note_warnings(reference)):
            found["external_reference"] = _(
                "Hanya nomor rujukan: huruf, angka, / . - #, tanpa NIK."
            )
        return found


@dataclass(frozen=True)
class ManualForm:
    """What the log of a call taken elsewhere asks beside the ticket."""

    line: str = ""
    day: str = ""
    clock: str = ""
    caller: str = ""
    withheld: bool = False
    name: str = ""
    form_id: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str]) -> ManualForm:
        """The form as posted."""
        return cls(
            line=form.get("line", ""),
            day=form.get("day", "").strip(),
            clock=form.get("clock", "").strip(),
            caller=form.get("caller", "").strip(),
            withheld=bool(form.get("withheld")),
            name=form.get("name", "").strip(),
            form_id=form.get("form_id", "")[:64],
        )

    def checked(self, lines: tuple[str, ...], now: datetime) -> ManualForm:
        """The same form with its faults; ``lines``: those that there are."""
        found: dict[str, str] = {}
        if self.line not in lines:
            found["line"] = _("Pilih salurannya.")
        found |= self._wrong_time(now)
        if not self.withheld and phone.normalise(self.caller) is None:
            found["caller"] = _("Tulis nomor penelepon, atau centang nomor tersembunyi.")
        if len(self.name) > LONGEST_NAME:
            found["name"] = _("Nama terlalu panjang (paling banyak 120 huruf).")
        return replace(self, faults=found)

    @property
    def instant(self) -> datetime | None:
        """When the call came; None where day or clock are none."""
        try:
            return wib.on(date.fromisoformat(self.day), wib.parse_clock(self.clock))
        except ValueError:
            return None

    @property
    def number(self) -> str | None:
        """The caller's number, E.164; None when it was withheld."""
        return None if self.withheld else phone.normalise(self.caller)

    def _wrong_time(self, now: datetime) -> dict[str, str]:
        if (at := self.instant) is None:
            return {"clock": _("Isi tanggal, dan jam seperti 09.15.")}
        if at > now:
            return {"clock": _("Jamnya belum lewat. Periksa lagi.")}
        long_ago = now - at > LONG_AGO
        return {"day": _("Lebih dari 31 hari yang lalu. Periksa lagi.")} if long_ago else {}


def whole(text: str | None) -> int:
    """A version as a form carries it; 0 for what is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def sentences(faults: tuple[Fault, ...]) -> dict[str, str]:
    """The first fault of each field, as a sentence."""
    return {fault.field: spoken(fault) for fault in reversed(faults)}


def spoken(fault: Fault) -> str:
    return fault.sentence_en if language() == "en" else fault.sentence_id


def choices() -> dict[str, object]:
    """What the form offers: reasons, outcomes and what is no case."""
    return {
        "reasons": [it for it in REASONS.values() if not it.retired],
        "outcomes": [it for it in OUTCOMES.values() if not it.retired],
        "dispositions": [it for it in DISPOSITIONS.values() if not it.retired],
        "windows": WINDOWS,
    }
