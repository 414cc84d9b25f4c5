"""Values as they are read aloud: words, never figures that a voice would have to guess at.

``language`` is ``id``, ``en`` or ``jv``; Javanese callers hear values in Indonesian, as they are
used to on the telephone. A comma is a pause.
"""

import re
from datetime import date, datetime, time
from math import ceil

from callcenter.rules import phone, wib
from callcenter.rules.hours import Hours, HoursError

DIGITS_ID = ("nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan")
UNDER_TWENTY_EN = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen"),
    *("fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
TENS_EN = (
    *("", "", "twenty", "thirty", "forty"),
    *("fifty", "sixty", "seventy", "eighty", "ninety"),
)
# size, its word, and how one of it is called
SIZES_ID = (
    *((1_000_000, "juta", "satu juta"), (1000, "ribu", "seribu"), (100, "ratus", "seratus")),
    (10, "puluh", "sepuluh"),
)
SIZES_EN = ((1_000_000, "million"), (1000, "thousand"), (100, "hundred"))
LARGEST = 999_999_999

ORDINALS_EN = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"},
    **{"nine": "ninth", "twelve": "twelfth", "twenty": "twentieth", "thirty": "thirtieth"},
}
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WRITTEN_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

WAITS_MINUTES = (1, 2, 3, 5, 10, 15, 20, 30)  # a wait is rounded up to one of these

# How signs and letters shorten a place: what is written, what is said.
PLACE_WORDS = (
    (r"\s*\([^)]*\)", ""),
    (r"\bJl\.?(?= )", "Jalan"),
    (r"\bKab\.?(?= )", "Kabupaten"),
    (r"\bKec\.?(?= )", "Kecamatan"),
    (r"\bDr\.(?= )", "Dokter"),
    (r"\bNo\.?(?= ?\d)", "nomor"),
    (r"\bUPT\b", "u pe te"),
    (r"\bLTSA\b", "el te es a"),
    (r"\bP2TK\b", "pe dua te ka"),
    (r"\s+-\s+", ", "),
    (r"(?<=\d)\s*-\s*(?=\d)", " sampai "),
)
# Shortenings in the labels of statuses: what is written, what is said, and what in English.
LABEL_WORDS = ((r"\bNIK\b", "nik", "N I K"), (r"\bHP\b", "ha pe", "mobile"))
PLACE_WORDS_EN = {"nomor": "number", " sampai ": " to "}  # the name of a place stays as it is


def digits(value: str, language: str) -> str:
    """One word a digit; whatever is no digit is left out."""
    words = UNDER_TWENTY_EN if language == "en" else DIGITS_ID
    return " ".join(words[int(ch)] for ch in value if ch.isdecimal())


def groups(value: str, size: int, language: str) -> str:
    """Digit by digit with a pause after each ``size``: four for a NIK, three for a ticket."""
    figures = [ch for ch in value if ch.isdecimal()]
    parts = (figures[start : start + size] for start in range(0, len(figures), size))
    return ", ".join(digits("".join(part), language) for part in parts)


def telephone(number: str, language: str) -> str:
    """An E.164 number as it is dialled here, beginning with its 0: never "plus six two"."""
    return ", ".join(digits(group, language) for group in phone.groups(number))


def count(n: int, language: str) -> str:
    """A count from 0 to 999,999,999 in words. Raises ``ValueError`` beyond."""
    if not 0 <= n <= LARGEST:
        raise ValueError(f"counts from 0 to {LARGEST} are said in words, not {n}")
    return count_en(n) if language == "en" else count_id(n)


def count_id(n: int) -> str:
    """``seratus dua puluh satu``."""
    if n < 10:
        return DIGITS_ID[n]
    if n < 12:
        return "sepuluh" if n == 10 else "sebelas"
    if n < 20:
        return f"{DIGITS_ID[n - 10]} belas"
    size, word, one = next(it for it in SIZES_ID if n >= it[0])
    times, rest = divmod(n, size)
    said = one if times == 1 else f"{count_id(times)} {word}"
    return f"{said} {count_id(rest)}" if rest else said


def count_en(n: int) -> str:
    """``one hundred twenty-one``."""
    if n < 20:
        return UNDER_TWENTY_EN[n]
    for size, word in SIZES_EN:
        times, rest = divmod(n, size)
        if times:
            return f"{count_en(times)} {word}" + (f" {count_en(rest)}" if rest else "")
    tens, ones = divmod(n, 10)
    return TENS_EN[tens] + (f"-{UNDER_TWENTY_EN[ones]}" if ones else "")


def ordinal_en(n: int) -> str:
    """``thirteenth``, ``twenty-first``."""
    before, dash, last = count_en(n).rpartition("-")
    return before + dash + ORDINALS_EN.get(last, f"{last}th")


def day(day: date, language: str, *, year: bool = False) -> str:
    """``Senin, tiga belas April``; with ``year`` also ``dua ribu dua puluh``."""
    month = day.month - 1
    if language == "en":
        said = f"{WEEKDAYS_EN[day.weekday()]}, {wib.MONTHS_EN[month]} {ordinal_en(day.day)}"
        return f"{said}, {count_en(day.year)}" if year else said
    said = f"{wib.weekday_id(day)}, {count_id(day.day)} {wib.MONTHS_ID[month]}"
    return f"{said} {count_id(day.year)}" if year else said


def day_from(day_: date, today: date, language: str) -> str:
    """A day to come as people call it: ``hari ini``, ``besok``, ``Senin``, and from a week on with
    its date. English says it so that it fits after a verb: ``on Monday``."""
    ahead = (day_ - today).days
    if ahead in (0, 1):
        return {"en": ("today", "tomorrow")}.get(language, ("hari ini", "besok"))[ahead]
    if ahead >= 7:
        said = day(day_, language)
    else:
        said = WEEKDAYS_EN[day_.weekday()] if language == "en" else wib.weekday_id(day_)
    return f"on {said}" if language == "en" else said


def opening(at: datetime, now: datetime, language: str) -> dict[str, str]:
    """When something begins, for ``{hari}``, ``{jam}`` and both in ``{hari_jam}``."""
    begins = wib.local(at)
    hari = day_from(begins.date(), wib.day_of(now), language)
    jam = clock(begins.time(), language)
    both = f"{hari} at {jam}" if language == "en" else f"{hari}, {jam}"
    return {"hari": hari, "jam": jam, "hari_jam": both}


def clock(clock: time, language: str) -> str:
    """``jam delapan pagi``, with minutes ``jam delapan lewat lima belas pagi``: always WIB."""
    hour, minute = clock.hour % 12 or 12, clock.minute
    if language == "en":
        return clock_en(clock)
    past = f" lewat {count_id(minute)}" if minute else ""
    return f"jam {count_id(hour)}{past} {wib.part_of_day(clock)}"


def clock_en(clock: time) -> str:
    """``eight in the morning``, ``eight oh five in the morning``, ``noon``, ``midnight``."""
    if (clock.hour, clock.minute) in ((0, 0), (12, 0)):
        return "noon" if clock.hour else "midnight"
    ends = ((12, "in the morning"), (18, "in the afternoon"), (21, "in the evening"))
    part = next((part for hour, part in ends if clock.hour < hour), "at night")
    minute = f" {'oh ' if clock.minute < 10 else ''}{count_en(clock.minute)}"
    return f"{count_en(clock.hour % 12 or 12)}{minute if clock.minute else ''} {part}"


def wait(seconds: float, language: str) -> str:
    """How long to wait, honestly: rounded up to 1, 2, 3, 5, 10, 15, 20 or 30 minutes."""
    if seconds < 60:
        return "less than one minute" if language == "en" else "kurang dari satu menit"
    minutes = next((it for it in WAITS_MINUTES if ceil(seconds / 60) <= it), None)
    if minutes is None:
        most = count(WAITS_MINUTES[-1], language)
        return f"more than {most} minutes" if language == "en" else f"lebih dari {most} menit"
    if language == "en":
        return f"{count_en(minutes)} minute{'s' if minutes > 1 else ''}"
    return f"{count_id(minutes)} menit"


def hours(text: str, language: str) -> str:
    """Opening hours as ``rules/hours.py`` writes them, or in somebody's words, read aloud."""
    try:
        written = str(Hours.parse(text))
    except HoursError:  # a posko's hours are often no more than "jam kerja"
        return "office hours" if (text, language) == ("jam kerja", "en") else text
    if written == "always":
        return "at any hour" if language == "en" else "dua puluh empat jam"
    return ", ".join(hours_of_days(part, language) for part in written.split("; "))


def hours_of_days(part: str, language: str) -> str:
    """``Mon-Thu 08:00-17:00`` in words."""
    names = WEEKDAYS_EN if language == "en" else wib.WEEKDAYS_ID
    to, also = (" to ", " and ") if language == "en" else (" sampai ", " dan ")
    days, spans = part.split(" ")
    said = to.join(names[WRITTEN_DAYS.index(name)] for name in days.split("-"))
    return f"{said}, " + also.join(
        to.join(clock(time(int(at[:2]) % 24, int(at[3:])), language) for at in span.split("-"))
        for span in spans.split(",")
    )


def place(text: str, language: str) -> str:
    """The name or address of an office, its shortenings and numbers spelt out."""
    for written, said in PLACE_WORDS:
        text = re.sub(written, PLACE_WORDS_EN.get(said, said) if language == "en" else said, text)
    return re.sub(r"\d+", lambda it: number_of_a_house(it[0], language), text).strip()


def number_of_a_house(figures: str, language: str) -> str:
    """A count where people say one, digits where it is long or begins with 0."""
    if len(figures) > 3 or figures.startswith("0"):
        return digits(figures, language)
    return count(int(figures), language)


def label(text: str, language: str) -> str:
    """The label of a status, written for a page, as it is said."""
    for written, said, said_en in LABEL_WORDS:
        text = re.sub(written, said_en if language == "en" else said, text)
    return text


def web_address(language: str) -> str:
    """The one official address, to be said. Look-alikes are phishing."""
    return "prakerja dot go dot i d" if language == "en" else "prakerja titik go titik i de"
