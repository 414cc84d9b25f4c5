"""The ticket form: what was typed, what is wrong with it, and nothing lost on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _

from callcenter.records.tickets import Entry
from callcenter.rules import outcomes, phone, wib
from callcenter.rules.outcomes import DISPOSITIONS, OUTCOMES, Fault
from callcenter.rules.reasons import REASONS
from callcenter.web.languages import chosen as language

GIVEN = ("sub_reason", "posko", "external_reference", "time_window", "number")
LONGEST_NAME = 120


@dataclass(frozen=True)
class TicketForm:
    """A ticket form as it was typed. ``faults``: sentence by field, in the agent's language."""

    reason: str = ""
    outcome: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    ticket_id: str = ""
    version: int = 0
    person: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @classmethod
    def read(cls, form: Mapping[str, str]) -> TicketForm:
        """The form as posted, with its faults."""
        given = {name: form.get(name, "").strip() for name in GIVEN}
        reason, outcome, note = (
            form.get("reason", ""),
            form.get("outcome", ""),
            form.get("note", ""),
        )
        version = form.get("version", "0")
        return cls(
            reason,
            outcome,
            {name: value for name, value in given.items() if value},
            note.strip(),
            form.get("ticket", ""),
            int(version) if version.isdecimal() and len(version) < 6 else 0,
            form.get("chosen", "") or form.get("person", ""),
            sentences(outcomes.faults(reason, outcome, given, note)),
            tuple(spoken(warning) for warning in outcomes.note_warnings(note)),
        )

    @property
    def disposition(self) -> bool:
        """The call was no case: no ticket."""
        return self.outcome in DISPOSITIONS

    @property
    def entry(self) -> Entry:
        """What is recorded: only what the outcome asks for."""
        rule = OUTCOMES[self.outcome]
        asked = rule.needs | ({"sub_reason"} if rule.sub_reasons else set())
        given = {name: value for name, value in self.given.items() if name in asked}
        if number := given.get("number"):
            given["number"] = phone.normalise(number) or number
        return Entry(self.reason, self.outcome, given, self.note)


@dataclass(frozen=True)
class ManualForm:
    """What the log of a call taken elsewhere asks beside the ticket."""

    line: str = ""
    at: str = ""
    caller: str = ""
    withheld: bool = False
    name: str = ""
    form_id: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, form: Mapping[str, str], lines: tuple[str, ...], now: datetime) -> ManualForm:
        """The form as posted, with its faults; ``lines``: those that there are."""
        caller, withheld = form.get("caller", "").strip(), bool(form.get("withheld"))
        read = cls(
            form.get("line", ""),
            form.get("at", "").strip(),
            caller,
            withheld,
            form.get("name", "").strip(),
            form.get("form_id", "")[:64],
        )
        faults = {}
        if read.line not in lines:
            faults["line"] = _("Pilih salurannya.")
        if (at := read.instant) is None:
            faults["at"] = _("Tulis tanggal dan jam, misalnya 2020-04-13 09:15.")
        elif at > now:
            faults["at"] = _("Jamnya belum lewat. Periksa lagi.")
        if not withheld and phone.normalise(caller) is None:
            faults["caller"] = _("Tulis nomor penelepon, atau centang nomor tersembunyi.")
        if len(read.name) > LONGEST_NAME:
            faults["name"] = _("Nama terlalu panjang (paling banyak 120 huruf).")
        return cls(read.line, read.at, caller, withheld, read.name, read.form_id, faults)

    @property
    def instant(self) -> datetime | None:
        """When the call came, WIB; None for a text that is no time."""
        try:
            return wib.at(self.at)
        except ValueError:
            return None


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
    }
