"""Time in East Java and Indonesian figures: the only place where an instant becomes a day or text.

WIB is UTC+7 all year. Instants are aware; a day is the WIB day, from midnight up to but not
including the next midnight.
"""

from datetime import date, datetime, time, timedelta, timezone
from fractions import Fraction
from math import floor

WIB = timezone(timedelta(hours=7), "WIB")

WEEKDAYS_ID = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS_ID = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

# The hour from which a part of the day is called so; before the first it is still night.
PARTS_OF_DAY = ((4, "pagi"), (11, "siang"), (15, "sore"), (18, "malam"))

NONE = "–"  # a figure that has no value: no denominator, nothing measured


def at(text: str) -> datetime:
    """The instant of a WIB wall clock: ``2020-04-13 16:59``, seconds allowed.

    A text that names its own offset keeps it. Raises ``ValueError`` for anything else.
    """
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=WIB)


def local(instant: datetime) -> datetime:
    """The same instant on a WIB clock. A naive time is refused: the host's zone would be meant."""
    if instant.tzinfo is None:
        raise ValueError("a time without a time zone names no instant; give it one (wib.at)")
    return instant.astimezone(WIB)


def day_of(instant: datetime) -> date:
    """The WIB day of an instant."""
    return local(instant).date()


def start_of(day: date) -> datetime:
    """The first instant of a WIB day."""
    return datetime.combine(day, time(), WIB)


def end_of(day: date) -> datetime:
    """The first instant that no longer belongs to the day: compare with ``<``."""
    return start_of(day + timedelta(days=1))


def on(day: date, clock: time) -> datetime:
    """The instant when the clock shows ``clock`` on that WIB day."""
    return datetime.combine(day, clock, WIB)


def parse_clock(text: str) -> time:
    """``17:00`` or ``17.00`` as a time of day. Raises ``ValueError`` saying what to write."""
    hour, _, minute = text.strip().replace(".", ":").partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(hour) <= 2 and len(minute) == 2):
        raise ValueError(f'"{text}" is not a time of day; write it as 17:00')
    try:
        return time(int(hour), int(minute))
    except ValueError:
        raise ValueError(f'"{text}" is not a time of day; write 00:00 to 23:59') from None


def clock(instant: datetime) -> str:
    """``17.00``: the hour as it is written in Indonesia; say WIB beside it."""
    return f"{local(instant):%H.%M}"


def weekday_id(day: date) -> str:
    """``Senin``."""
    return WEEKDAYS_ID[day.weekday()]


def date_id(day: date) -> str:
    """``13 April 2020``."""
    return f"{day.day} {MONTHS_ID[day.month - 1]} {day.year}"


def date_en(day: date) -> str:
    """``13 April 2020``."""
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def part_of_day(clock: time) -> str:
    """pagi 04:00-10:59, siang 11:00-14:59, sore 15:00-17:59, malam 18:00-03:59."""
    names = [name for hour, name in PARTS_OF_DAY if clock.hour >= hour]
    return names[-1] if names else "malam"


def greeting(instant: datetime) -> str:
    """The word after ``Selamat``: ``pagi``, ``siang``, ``sore`` or ``malam``."""
    return part_of_day(local(instant).time())


def thousands(n: int | None) -> str:
    """``1.234``; a dash for None."""
    return NONE if n is None else f"{n:,}".replace(",", ".")


def percent(share: Fraction | float | None) -> str:
    """A share of one as ``82,4 %``, halves rounded up; a dash where there is no share."""
    if share is None:
        return NONE
    tenths = floor(Fraction(share) * 1000 + Fraction(1, 2))
    sign = "-" if tenths < 0 else ""
    return f"{sign}{thousands(abs(tenths) // 10)},{abs(tenths) % 10} %"


def duration(seconds: float | None) -> str:
    """Seconds as minutes and seconds, ``2.05``; from an hour on ``1.02.05``; a dash for None."""
    if seconds is None:
        return NONE
    minutes, rest = divmod(floor(seconds + 0.5), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}.{minutes:02}.{rest:02}" if hours else f"{minutes}.{rest:02}"
