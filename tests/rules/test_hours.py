"""Opening hours: what people write, and when a caller finds the line open."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.rules import wib
from callcenter.rules.hours import DAYS, Hours, HoursError, Span, clock

OFFICE = Hours.parse("Mon-Thu 08:00-17:00; Fri 08:00-11:30,13:00-17:00")


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2020-04-13 07:59:59", False),  # a Monday, just before the doors open
        ("2020-04-13 08:00:00", True),
        ("2020-04-13 16:59:59", True),
        ("2020-04-13 17:00:00", False),  # closing time is closed
        ("2020-04-17 11:29:59", True),  # Friday, before prayers
        ("2020-04-17 11:30:00", False),
        ("2020-04-17 13:00:00", True),
        ("2020-04-18 10:00:00", False),  # Saturday is not named
    ],
)
def test_open_from_the_first_minute_up_to_the_last(at, is_open):
    assert OFFICE.open_at(wib.at(at)) is is_open


def test_hours_are_wib_whatever_the_zone_of_the_instant():
    assert OFFICE.open_at(datetime(2020, 4, 13, 1, 0, tzinfo=UTC))  # 08:00 WIB
    assert not OFFICE.open_at(datetime(2020, 4, 13, 0, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2020-04-13 06:00", "2020-04-13 08:00"),
        ("2020-04-13 09:15", "2020-04-13 09:15"),  # open now
        ("2020-04-13 17:00", "2020-04-14 08:00"),
        ("2020-04-17 12:00", "2020-04-17 13:00"),  # Friday at noon
        ("2020-04-17 17:00", "2020-04-20 08:00"),  # over the weekend
    ],
)
def test_next_opening(at, opening):
    assert OFFICE.next_opening(wib.at(at)) == wib.at(opening)


def test_a_line_open_once_a_week_opens_again_a_week_later():
    mondays = Hours.parse("Mon 08:00-09:00")

    assert mondays.next_opening(wib.at("2020-04-13 09:00")) == wib.at("2020-04-20 08:00")


def test_always_is_open_in_every_minute():
    always = Hours.parse("always")

    assert always.open_at(wib.at("2020-04-12 00:00"))
    assert always.open_at(wib.at("2020-04-12 23:59:59"))
    assert str(always) == "always"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("mon 08:00-17:00", "Mon 08:00-17:00"),
        ("Mon,Wed 08:00-12:00", "Mon 08:00-12:00; Wed 08:00-12:00"),
        ("Sat-Mon 00:00-24:00", "Mon 00:00-24:00; Sat-Sun 00:00-24:00"),
        ("Fri 13:00-17:00,08:00-11:30", "Fri 08:00-11:30,13:00-17:00"),
        ("Mon 08:00-17:00;Tue 08:00-17:00", "Mon-Tue 08:00-17:00"),
        ("Sun-Sat 00:00-24:00", "always"),
    ],
)
def test_other_spellings_are_read_and_written_in_one_way(text, written):
    assert str(Hours.parse(text)) == written


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is not days and times"),
        ("Mon-Fri", "is not days and times"),
        ("Mon 08:00-17:00;", "is not days and times"),
        ("Senin 08:00-17:00", '"Senin" is not a day'),
        ("Mon- 08:00-17:00", '"" is not a day'),
        ("Mon 08:00", '"08:00" is not a span'),
        ("Mon 8-17", '"8" is not a time'),
        ("Mon 08:60-17:00", '"08:60" is not a time'),
        ("Mon 08:00-24:01", '"24:01" is not a time'),
        ("Mon 08:00-08:00", "ends before it begins"),
        ("Mon 22:00-06:00", "write a night as two spans"),
        ("Mon 08:00-12:00,11:59-17:00", "08:00-12:00 and 11:59-17:00 overlap"),
        ("Mon-Wed 08:00-17:00; Tue 08:00-12:00", "Tue is named twice"),
        ("Mon,Mon 08:00-17:00", "Mon is named twice"),
    ],
)
def test_what_cannot_be_read_is_named(text, says):
    with pytest.raises(HoursError) as refused:
        Hours.parse(text)

    assert says in str(refused.value)


@st.composite
def weeks(draw) -> Hours:
    """Any week that is open at some time."""
    days = []
    for _ in DAYS:
        edges = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
        pairs = zip(edges[::2], edges[1::2], strict=False)
        days.append(tuple(Span(opens, closes) for opens, closes in pairs))
    hours = Hours(tuple(days))
    return hours if any(days) else Hours.parse("Wed 10:00-11:00")


@settings(deadline=None)
@given(weeks())
def test_what_is_written_is_read_back(hours):
    assert Hours.parse(str(hours)) == hours


@settings(deadline=None)
@given(weeks(), st.integers(0, 7 * 1440 - 1))
def test_nothing_is_open_before_the_next_opening(hours, minute):
    start = wib.at("2020-04-13 00:00") + timedelta(minutes=minute)

    opening = hours.next_opening(start)

    assert hours.open_at(opening)
    steps = int((opening - start) / timedelta(minutes=1))
    assert not any(hours.open_at(start + timedelta(minutes=step)) for step in range(steps))
    assert steps <= 7 * 1440


def test_clock_pads_to_two_digits():
    assert [clock(minutes) for minutes in (0, 510, 1440)] == ["00:00", "08:30", "24:00"]
