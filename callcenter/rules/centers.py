"""A center as a whole: open, draining or closed by a button, and dark when its desks fall silent.

A center that takes no calls keeps those that it has. Its callers go on standing where they stand
in the one line of all, and the other centers' agents are asked for them at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.rules import calendar, events
from callcenter.rules.events import Event
from callcenter.rules.policy import Center, Policy

OPEN, DRAINING, CLOSED, DARK = "open", "draining", "closed", "dark"
CHOICES = (OPEN, DRAINING, CLOSED)
# Why somebody chose it; words for people are in web/board/words.py.
WHYS = ("outage", "staffing", "moving", "drill", "over")
# What becomes of new callers of a closed center's lines.
TO_THE_OTHER, WORDS = "other", "words"


@dataclass(frozen=True)
class CenterNow:
    """A center at this moment. ``state``: what was chosen last, at ``since``; ``heard_at``: when a
    desk of it was heard last."""

    code: str
    state: str = OPEN
    since: datetime | None = None
    by: str = ""
    why: str = ""
    dark_at: datetime | None = None
    back_at: datetime | None = None
    heard_at: datetime | None = None

    @property
    def dark(self) -> bool:
        """Its desks fell silent and none has been heard since."""
        return self.dark_at is not None and (self.back_at is None or self.back_at < self.dark_at)

    @property
    def takes(self) -> bool:
        """Whether its agents are offered calls."""
        return self.state == OPEN and not self.dark

    @property
    def shown(self) -> str:
        """The one word for how it stands: dark comes before whatever was chosen."""
        return DARK if self.dark else self.state

    @property
    def shown_since(self) -> datetime | None:
        """Since when; None for a center that has been open ever since."""
        return (
            self.dark_at
            if self.dark
            else max(filter(None, (self.since, self.back_at)), default=None)
        )

    @property
    def version(self) -> str:
        """What a form was rendered with: it changes whenever somebody chooses."""
        return self.since.isoformat() if self.since else "0"


def resting(known: Iterable[CenterNow]) -> frozenset[str]:
    """The codes of the centers whose agents are offered nothing."""
    return frozenset(center.code for center in known if not center.takes)


def receives(policy: Policy, center: Center, now: datetime) -> bool:
    """Whether a caller of this center's lines can be given to an agent: within its hours, and
    while it is closed by a button only where another center takes its callers."""
    if not calendar.open_at(policy, center, now) or center.code not in policy.shut:
        return calendar.open_at(policy, center, now)
    others = (it for it in policy.centers if it.code not in policy.shut)
    willing = any(calendar.open_at(policy, other, now) for other in others)
    return center.when_closed == TO_THE_OTHER and willing


def lights(
    known: Iterable[CenterNow],
    desks: Iterable[tuple[str, datetime]],
    dark_s: float,
    now: datetime,
) -> Iterator[Event]:
    """The centers that went dark or came back. ``desks``: of each agent at work the center and
    when the desk was heard last."""
    heard: dict[str, list[datetime]] = {}
    for code, at in desks:
        heard.setdefault(code, []).append(at)
    centers = {center.code: center for center in known}
    for code in sorted(centers.keys() | heard.keys()):
        center = centers.get(code, CenterNow(code))
        ours = heard.get(code, [])
        last = max([*ours, *filter(None, (center.heard_at,))], default=None)
        silent = last is None or now - last >= timedelta(seconds=dark_s)
        if center.dark_at and center.dark and not silent:
            yield _event(events.CenterCameBack, code, center.dark_at, now)
        elif ours and silent and last and not center.dark:
            yield _event(events.CenterWentDark, code, last, now, desks=len(ours))


def goes_dark_at(desks: Iterable[tuple[str, datetime]], dark_s: float) -> Iterator[datetime]:
    """When each center would be dark, if none of its desks were heard any more."""
    last: dict[str, datetime] = {}
    for code, at in desks:
        last[code] = max(at, last.get(code, at))
    return (at + timedelta(seconds=dark_s) for at in last.values())


def _event(kind: type[Event], code: str, last: datetime, now: datetime, **body: int) -> Event:
    """Once for each silence, however often it is looked at: ``last`` names it."""
    turn = f"{kind.__name__}:{last.isoformat()}"
    return kind(subject=events.center(code), thread="lights", turn=turn, at=now, **body)
