"""Looking people up: every look is kept with its reason, counted, and masked unless revealed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from callcenter.records import audit, lookups, people
from callcenter.records.lookups import LOOK_UPS, REVEALS, Limit
from callcenter.records.people import Found, Person
from callcenter.records.tickets import Filed
from callcenter.web.desk.door import now
from callcenter.web.desk.words import REVEAL_FIELDS, REVEAL_WHY
from callcenter.web.house import house

SHORTEST_WHY, LONGEST_WHY = 5, 120
MANY_DIGITS = re.compile(r"\d([\s.-]?\d){3}")


@dataclass(frozen=True)
class Asked:
    """What of a person is to be shown in full, and why. ``why``: a code of ``REVEAL_WHY``."""

    field: str = ""
    why: str = ""
    words: str = ""

    @classmethod
    def read(cls, form: Mapping[str, str]) -> Asked:
        """The question as posted."""
        words = " ".join(form.get("reveal_words", "").split())
        return cls(form.get("reveal", ""), form.get("reveal_why", ""), words)

    @property
    def fault(self) -> str:
        """What is wrong with it, in the language of the page."""
        if self.field not in REVEAL_FIELDS:
            return _("Pilih data yang ingin ditampilkan.")
        if self.why not in REVEAL_WHY:
            return _("Pilih alasannya.")
        if self.why == "other" and len(self.words) < SHORTEST_WHY:
            return _("Tulis alasannya dengan singkat.")
        if len(self.words) > LONGEST_WHY or MANY_DIGITS.search(self.words):
            return _("Alasan cukup singkat, tanpa NIK dan nomor telepon.")
        return ""


@dataclass
class Look:
    """What one request sees of people, in its transaction. ``why``: the call, ticket or page it is
    for; ``asked``: what of the person is wanted in full; ``wait_s``: not 0 when it was one look too
    many, and then nothing was shown."""

    db: Any
    why: str
    asked: Asked | None = None
    wait_s: int = 0
    fault: str = ""
    revealed: dict[str, str] = field(default_factory=dict)
    _found: set[str] = field(default_factory=set)

    @property
    def trouble(self) -> str:
        """What the agent is told instead of what was wanted; a fault stands at its field."""
        return told_to_wait(self.wait_s) if self.wait_s else ""

    @property
    def code(self) -> int:
        """The answer's status."""
        return 429 if self.wait_s else 422 if self.fault else 200

    def allowed(self, limit: Limit, subject: str) -> bool:
        """Count the look, unless it is one too many: that is kept too."""
        me = current_user
        wait_s = lookups.wait_s(self.db, me.user_id, limit, subject, now=now())
        if wait_s:
            self.wait_s = max(wait_s, self.wait_s)
            self._note(limit.what, subject or "people", result="slowed")
        return not wait_s

    def search(self, text: str) -> tuple[Found, ...]:
        """Who may be meant by ``text``. The search is kept, though not what was typed, and
        everybody whom it showed."""
        if not text or not self.allowed(LOOK_UPS, ""):
            return ()
        found = people.find(self.db, house().keys, text, now=now())
        self._note("search", "people", result=f"{len(found)} found")
        self.seen(found)
        self._found |= {one.person_id for one in found}
        return found

    def person(self, person_id: str) -> Person | None:
        """The person, masked but for what was asked. Whom the search of this request found is not
        counted again."""
        if not person_id or self.wait_s:
            return None
        if (found := people.person(self.db, house().keys, person_id)) is None:
            return None
        if person_id not in self._found and not self.allowed(LOOK_UPS, f"person:{person_id}"):
            return None
        self.seen((found,))
        if self.asked:
            self._reveal(f"person:{person_id}", person_id, self.asked)
        return found

    def ticket(self, it: Filed) -> bool:
        """Whether the ticket, with the person it is about, may be shown."""
        subject = f"ticket:{it.id}"
        if not self.allowed(LOOK_UPS, subject):
            return False
        about = {"who": current_user.username, "what": "ticket", "subject": subject}
        audit.seen(self.db, **about, why="opened", now=now())
        self._found.add(it.person_id)
        return True

    def number_to_call(self, it: Filed, number: str) -> None:
        """The number that the caller wants to be called back at, in full."""
        subject = f"ticket:{it.id}"
        if not self.allowed(REVEALS, f"{subject}:number"):
            return
        self.revealed["number"] = number
        about = {"who": current_user.username, "what": "number", "subject": subject}
        audit.seen(self.db, **about, why="callback", now=now())

    def seen(self, found: Iterable[Found | Person]) -> None:
        """Keep that these people were shown."""
        for one in found:
            about = {"who": current_user.username, "what": "person", "why": self.why}
            audit.seen(self.db, **about, subject=f"person:{one.person_id}", now=now())

    def _reveal(self, subject: str, person_id: str, asked: Asked) -> None:
        """One field in full, where there is a reason."""
        if fault := asked.fault:
            self.fault = fault
            return
        if not self.allowed(REVEALS, f"{subject}:{asked.field}"):
            return
        value = people.reveal(self.db, house().keys, person_id, asked.field)
        self.revealed[asked.field] = value or _("tidak ada di data kami")
        why = f"{self.why} · {asked.why}" + (f": {asked.words}" if asked.words else "")
        self._note("reveal", subject, why=why, result=asked.field)

    def _note(self, what: str, subject: str, *, result: str, why: str = "") -> None:
        about = {"who": current_user.username, "what": what, "subject": subject}
        audit.note(self.db, **about, why=why or self.why, now=now(), result=result)


def told_to_wait(seconds: int) -> str:
    """What is said to whoever looks up too many people."""
    return _(
        "Terlalu banyak data dibuka dalam sepuluh menit. Tunggu %(n)s detik, lalu coba lagi. "
        "Supervisor diberi tahu.",
        n=seconds,
    )


def meant(text: str, found: tuple[Found, ...]) -> str:
    """The id of the one person whose own number was typed in full; a name is never enough."""
    exact = [one for one in found if one.matched_by in ("nik", "ticket")]
    return exact[0].person_id if len(found) == len(exact) == 1 else ""
