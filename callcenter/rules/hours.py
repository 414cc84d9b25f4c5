"""When a line is open: opening hours as people write them, and the questions asked of them.

The writing is ``always``, or days and spans: ``Mon-Thu 08:00-17:00; Fri 08:00-11:30,13:00-17:00``.
All times are WIB (UTC+7, no summer time). Holidays are not known here: they belong to the policy.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from callcenter.rules import wib

ALWAYS = "always"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_MINUTES = 24 * 60

CLOCK = re.compile(r"(\d\d):(\d\d)")
EXAMPLE = '"always" or "Mon-Thu 08:00-17:00; Fri 08:00-11:30,13:00-17:00"'


class HoursError(ValueError):
    """Opening hours that cannot be read; the text says which part, and what it should look like."""


@dataclass(frozen=True, order=True)
class Span:
    """Open from ``opens`` up to but not including ``closes``; minutes after midnight, 0 to 1440."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{clock(self.opens)}-{clock(self.closes)}"


@dataclass(frozen=True)
class Hours:
    """Opening hours of one week: for each day from Monday its spans, in order."""

    week: tuple[tuple[Span, ...], ...]

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """The hours that ``text`` stands for. Raises ``HoursError``.

        A span ends on its own day: a night is written as two, the second one on the next day.
        """
        if text.strip().lower() == ALWAYS:
            return cls(((Span(0, DAY_MINUTES),),) * 7)
        week: dict[int, tuple[Span, ...]] = {}
        for part in text.split(";"):
            days, spans = parse_part(part.strip())
            for day in days:
                if day in week:
                    raise HoursError(f"{DAYS[day]} is named twice; give all its spans in one place")
                week[day] = spans
        return cls(tuple(week.get(day, ()) for day in range(7)))

    def __str__(self) -> str:
        """The hours as they are written, equal days in a row joined; ``parse`` reads them back."""
        if all(spans == (Span(0, DAY_MINUTES),) for spans in self.week):
            return ALWAYS
        parts: list[tuple[int, int, tuple[Span, ...]]] = []
        for day, spans in enumerate(self.week):
            if parts and parts[-1][1:] == (day - 1, spans):
                parts[-1] = (parts[-1][0], day, spans)
            elif spans:
                parts.append((day, day, spans))
        return "; ".join(
            f"{span_of_days(first, last)} {','.join(map(str, spans))}"
            for first, last, spans in parts
        )

    def open_at(self, instant: datetime) -> bool:
        """Whether a caller at ``instant`` finds the line open. Closing time is closed."""
        local = wib.local(instant)
        minute = local.hour * 60 + local.minute
        return any(span.opens <= minute < span.closes for span in self.week[local.weekday()])

    def next_opening(self, instant: datetime) -> datetime:
        """The first moment from ``instant`` on when the line is open, in WIB.

        It is ``instant`` itself while the line is open.
        """
        local = wib.local(instant)
        if self.open_at(local):
            return local
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return min(
            opening
            for days in range(8)  # the eighth is today's weekday again: its morning may be the next
            for span in self.week[(local.weekday() + days) % 7]
            if (opening := midnight + timedelta(days=days, minutes=span.opens)) > local
        )


def parse_part(part: str) -> tuple[list[int], tuple[Span, ...]]:
    """``Mon-Thu 08:00-11:30,13:00-17:00`` as day numbers and spans. Raises ``HoursError``."""
    days, _, spans = part.partition(" ")
    if not days or not spans.strip():
        raise HoursError(f'"{part}" is not days and times; write {EXAMPLE}')
    found = sorted(parse_span(span.strip()) for span in spans.split(","))
    for earlier, later in pairwise(found):
        if later.opens < earlier.closes:
            raise HoursError(f"{earlier} and {later} overlap; join them into one span")
    return [day for piece in days.split(",") for day in parse_days(piece)], tuple(found)


def parse_days(piece: str) -> list[int]:
    """``Fri`` or ``Mon-Thu`` as day numbers, Monday = 0; ``Sat-Mon`` goes over the week's end."""
    first, dash, last = piece.partition("-")
    named = [first, last] if dash else [first]
    for name in named:
        if name.title() not in DAYS:
            raise HoursError(f'"{name}" is not a day; write one of {", ".join(DAYS)}')
    start, end = DAYS.index(named[0].title()), DAYS.index(named[-1].title())
    return [(start + days) % 7 for days in range((end - start) % 7 + 1)]


def parse_span(text: str) -> Span:
    """``08:00-17:00`` as a span; ``24:00`` is the end of the day. Raises ``HoursError``."""
    opens, dash, closes = text.partition("-")
    if not dash:
        raise HoursError(f'"{text}" is not a span; write it as 08:00-17:00')
    span = Span(parse_clock(opens), parse_clock(closes))
    if span.opens >= span.closes:
        raise HoursError(
            f"{text} ends before it begins; write a night as two spans, the second on the next day"
        )
    return span


def parse_clock(text: str) -> int:
    """``08:30`` as minutes after midnight. Raises ``HoursError``."""
    match = CLOCK.fullmatch(text.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match else DAY_MINUTES + 1
    if not match or int(match[2]) > 59 or minutes > DAY_MINUTES:
        raise HoursError(f'"{text}" is not a time; write it as 08:00, at most 24:00')
    return minutes


def clock(minutes: int) -> str:
    """Minutes after midnight as people write them: ``08:30``."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def span_of_days(first: int, last: int) -> str:
    """``Mon`` or ``Mon-Thu``."""
    return DAYS[first] if first == last else f"{DAYS[first]}-{DAYS[last]}"
