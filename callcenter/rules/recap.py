"""The recap of a day: the sentence that the press is given, and the numbers in it.

Confirmations, people assisted at the posko, people who called and calls are four different things.
They are printed each for itself and never added up. A posko that has not reported is not a 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from callcenter.rules import wib

# The figures of the calls that a recap prints, by their fixed names.
CALLS = (
    *("inbound", "blocked", "offered", "answered", "abandoned", "flow_out"),
    *("callback_requested", "callback_completed", "ivr_contained", "ivr_abandoned"),
    *("stale_closed", "data_anomalies", "callers_never_answered", "unknown_number_calls"),
)
COUNT_WORDS = {1: "satu", 2: "dua", 3: "tiga", 4: "empat", 5: "lima", 6: "enam"}


@dataclass(frozen=True)
class Posko:
    """``assisted`` is None while none of the ``total`` posko has ``reported``."""

    assisted: int | None
    reported: int
    total: int


@dataclass(frozen=True)
class Recap:
    """What was known at ``as_of`` of a WIB day before ``until`` (``17:00``, ``24:00``: all of it).

    ``confirmations`` by center code; ``applicants``: distinct persons in those tickets;
    ``people``: distinct callers by their number. ``revision`` 0: not frozen yet. ``audit``: the
    head of the access log's chain; who has it on paper can have the log proved (``verify``).
    """

    day: date
    until: str
    as_of: datetime
    confirmations: Mapping[str, int]
    applicants: int
    people: int
    calls: Mapping[str, int]
    posko: Posko
    ivr_confirmations: int = 0
    revision: int = 0
    audit: str = ""

    @property
    def total(self) -> int:
        """The confirmations of all centers."""
        return sum(self.confirmations.values())

    def says_the_same(self, other: Recap) -> bool:
        """Whether the numbers are equal, whenever and in which revision they were found."""
        when = {"as_of": self.as_of, "revision": self.revision, "audit": self.audit}
        return replace(other, **when) == self  # type: ignore[arg-type]

    def as_json(self) -> dict[str, Any]:
        """The document of ``recap --json``."""
        return {
            "day": self.day.isoformat(),
            "until": self.until,
            "revision": self.revision,
            "as_of": wib.local(self.as_of).isoformat(),
            "confirmations": {"total": self.total, **self.confirmations},
            "applicants": self.applicants,
            "people": self.people,
            "calls": dict(self.calls),
            "posko": {
                "assisted": self.posko.assisted,
                "reported": self.posko.reported,
                "total": self.posko.total,
            },
            "ivr_confirmations": self.ivr_confirmations,
            "audit": self.audit,
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Recap:
        """The recap of a document written by :meth:`as_json`."""
        centers = {code: n for code, n in body["confirmations"].items() if code != "total"}
        return cls(
            day=date.fromisoformat(body["day"]),
            until=body["until"],
            as_of=datetime.fromisoformat(body["as_of"]),
            confirmations=centers,
            applicants=body["applicants"],
            people=body["people"],
            calls=body["calls"],
            posko=Posko(**body["posko"]),
            ivr_confirmations=body["ivr_confirmations"],
            revision=body["revision"],
            audit=body.get("audit", ""),  # recaps of the first release have none
        )


def text(recap: Recap) -> str:
    """The recap in Indonesian, short enough for a messenger, to be copied as it stands."""
    told = (heading(recap), "", *sentences(recap), "", source(recap), trail(recap))
    return "\n".join(told).rstrip()


def heading(recap: Recap) -> str:
    day = f"{wib.weekday_id(recap.day)}, {wib.date_id(recap.day)}"
    return f"REKAP LAYANAN KARTU PRAKERJA JAWA TIMUR\n{day}, pukul {hour(recap)} WIB"


def sentences(recap: Recap) -> tuple[str, ...]:
    """What happened, one thing a sentence."""
    told = [_confirmed(recap), _assisted(recap.posko), _called(recap)]
    if recap.ivr_confirmations:
        n = wib.thousands(recap.ivr_confirmations)
        told.append(f"Di luar itu, menu suara mencatat sendiri {n} laporan tanpa petugas.")
    return tuple(told)


def source(recap: Recap) -> str:
    """Where the numbers come from, and how far they can be relied upon."""
    stood = f"{wib.date_id(wib.day_of(recap.as_of))} {wib.clock(recap.as_of)} WIB"
    revision = f"revisi ke-{recap.revision}" if recap.revision else "belum dibekukan"
    return (
        f"Sumber: catatan call center dan laporan posko, keadaan {stood}; "
        f"angka sementara, {revision}."
    )


def trail(recap: Recap) -> str:
    """The head of the access log's chain, empty while there is none."""
    return f"Jejak audit: {recap.audit}" if recap.audit else ""


def hour(recap: Recap) -> str:
    """The cutoff as it is written: ``17.00``."""
    return recap.until.replace(":", ".")


def _confirmed(recap: Recap) -> str:
    n = len(recap.confirmations)
    centers = ", ".join(f"{code}: {wib.thousands(m)}" for code, m in recap.confirmations.items())
    who = f"{COUNT_WORDS.get(n, str(n))} call center" if n != 1 else "call center"
    known = f" dari {wib.thousands(recap.applicants)} pendaftar yang dikenali"
    return (
        f"Hari ini hingga pukul {hour(recap)} WIB, {who} menerima "
        f"{wib.thousands(recap.total)} konfirmasi ({centers}){known if recap.applicants else ''}."
    )


def _assisted(posko: Posko) -> str:
    if posko.assisted is None:
        return f"Dari {wib.thousands(posko.total)} posko, belum ada yang melapor."
    every = posko.reported == posko.total
    of = "seluruh" if every else f"{wib.thousands(posko.reported)} dari"
    reported = f"{of} {wib.thousands(posko.total)} posko sudah melapor"
    return f"Di posko, {wib.thousands(posko.assisted)} warga dibantu langsung; {reported}."


def _called(recap: Recap) -> str:
    calls = {name: wib.thousands(n) for name, n in recap.calls.items()}
    told = f"Panggilan: {calls['inbound']} masuk, {calls['answered']} terjawab"
    told += f", {calls['abandoned']} terputus sebelum dilayani"
    if recap.calls["blocked"]:
        told += f", {calls['blocked']} tidak dapat masuk"
    if recap.calls["callback_requested"]:
        told += f", {calls['callback_requested']} minta ditelepon balik"
    told += f". Penelepon: {wib.thousands(recap.people)} orang"
    if recap.calls["callers_never_answered"]:
        told += f", {calls['callers_never_answered']} di antaranya belum tersambung"
    return f"{told}."
