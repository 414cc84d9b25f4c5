"""Policy: how the call centers want to work. One immutable value, an argument everywhere.

Seeded once from ``config.toml`` and ``prompts/``, then a versioned row; see records/policy.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

LANGUAGES = ("id", "jv", "en")
SPOKEN_BY_MACHINE = ("id", "en")  # there is no Javanese voice: Javanese is recorded or Indonesian


@dataclass(frozen=True)
class Center:
    """One of the call centers. ``lines``: E.164 numbers that callers dial."""

    code: str
    name: str
    lines: tuple[str, ...]
    backup_number: str = ""
    hours: str = "always"  # as rules/hours.py writes them
    when_closed: str = "other"  # by a button: new callers go to the "other" center, or hear "words"


@dataclass(frozen=True)
class Holiday:
    """A day that is not like its weekday: closed, or open by ``hours`` (``08:00-12:00``) only.

    ``kind``: ``national``, ``joint`` or ``own``. ``centers``: codes; empty means every center
    that has opening hours, so not one that is open always.
    """

    day: date
    name: str
    name_en: str = ""
    kind: str = "own"
    hours: str = ""
    centers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Season:
    """Days in a row with other hours, such as Ramadan; both ends belong to it. The dates are a
    decree's, never computed."""

    name: str
    first: date
    last: date
    hours: str  # as rules/hours.py writes them
    centers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Announcement:
    """What every caller hears right after the greeting, while it lasts. ``texts`` by language;
    a ``recording`` of that name is played where the caller's language has one."""

    texts: dict[str, str]
    recording: str = ""
    centers: tuple[str, ...] = ()  # empty: all
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def heard_at(self, center: str, now: datetime) -> bool:
        """Whether a caller of this center hears it; its end no longer belongs to it."""
        begun = self.starts_at is None or self.starts_at <= now
        over = self.ends_at is not None and self.ends_at <= now
        return begun and not over and (not self.centers or center in self.centers)


@dataclass(frozen=True)
class QueueRules:
    """The numbers of the floor, in seconds."""

    target_s: int = 20  # service level: answered within
    short_abandon_s: int = 5
    short_service_s: int = 10
    stale_s: int = 14_400  # an answered call without an end is closed by rule after this
    ring_s: int = 20
    wrap_up_s: int = 60
    overflow_s: int = 0  # how long a caller waits for the own center before the other may answer
    callback_offer_s: int = 180
    wait_turns: int = 40  # of about 30 s each, then the center's backup number
    coverage_percent: int = 80  # a wait is told only if this share of the last ones came true
    coverage_calls: int = 20  # of at least so many
    redial_s: int = 900  # who hung up while waiting and calls again by then keeps the place
    crowd_calls: int = 6  # more than these a minute from one number hold one place together
    alone_turns: int = 3  # the same, while no floor takes anybody: no database, no worker
    lost_s: int = 30  # a desk not heard for this long is gone
    dark_s: int = 15  # a center none of whose desks was heard for this long is dark
    fetch_s: int = 15  # a caller who was called out of the queue should be there by then


@dataclass(frozen=True)
class Posko:
    """A service point. ``address`` is empty unless a source confirms it: it is read aloud."""

    number: int
    name: str
    kind: str
    regency_code: str
    address: str = ""
    hours: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Report:
    """``cutoff``: WIB wall clock ("17:00"); calls of ``test_numbers`` are in no figure."""

    cutoff: str = "17:00"
    test_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Policy:
    """Everything that the administration may change. Prompts by language, then by key."""

    centers: tuple[Center, ...]
    queue: QueueRules = field(default_factory=QueueRules)
    voices: dict[str, str] = field(default_factory=dict)
    prompts: dict[str, dict[str, str]] = field(default_factory=dict)
    salutations: dict[str, dict[str, str]] = field(default_factory=dict)
    recordings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    posko: tuple[Posko, ...] = ()
    report: Report = field(default_factory=Report)
    holidays: tuple[Holiday, ...] = ()
    seasons: tuple[Season, ...] = ()
    announcements: tuple[Announcement, ...] = ()
    retention: dict[str, str] = field(  # by language, as spoken in the privacy notice
        default_factory=lambda: {"id": "dua tahun", "en": "two years"}
    )
    survey: bool = True  # two questions after a conversation
    receipts_from: str = ""  # who sends an SMS with the ticket's number; empty: none is sent
    shut: tuple[str, ...] = ()  # centers closed by a button: from the diary, never edited here
    version: int = 0

    def center_of(self, line: str) -> Center | None:
        """The center whose line was dialled; None for a number that is not ours."""
        return next((center for center in self.centers if line in center.lines), None)

    def center(self, code: str) -> Center:
        """The center by its code; a code that left the policy keeps a name: the code itself."""
        known = (center for center in self.centers if center.code == code)
        return next(known, Center(code, code, ()))

    def posko_of(self, regency_code: str) -> Posko | None:
        """The service point for a regency ("35.78"): one whose address is known comes first."""
        here = [posko for posko in self.posko if posko.regency_code == regency_code]
        return min(here, key=lambda posko: (not posko.address, posko.number), default=None)
