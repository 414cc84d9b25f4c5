"""Instants, WIB days, and figures as they are written in Indonesia."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from fractions import Fraction

import pytest

from callcenter.rules import wib

APRIL_13 = date(2020, 4, 13)


def test_a_wall_clock_is_wib_unless_it_names_its_own_offset():
    assert wib.at("2020-04-13 16:59") == datetime(2020, 4, 13, 9, 59, tzinfo=UTC)
    assert wib.at("2020-04-13 16:59:59") == datetime(2020, 4, 13, 9, 59, 59, tzinfo=UTC)
    assert wib.at("2020-04-13T16:59+09:00") == datetime(2020, 4, 13, 7, 59, tzinfo=UTC)


def test_an_instant_belongs_to_the_day_on_a_clock_in_east_java():
    assert wib.day_of(datetime(2020, 4, 12, 17, 0, tzinfo=UTC)) == APRIL_13  # midnight in Surabaya
    assert wib.day_of(datetime(2020, 4, 12, 16, 59, 59, tzinfo=UTC)) == date(2020, 4, 12)
    papua = timezone(timedelta(hours=9))
    assert wib.day_of(datetime(2020, 4, 14, 1, 0, tzinfo=papua)) == APRIL_13


def test_a_day_is_half_open():
    assert wib.start_of(APRIL_13) == wib.at("2020-04-13 00:00")
    assert wib.end_of(APRIL_13) == wib.start_of(date(2020, 4, 14))
    assert wib.day_of(wib.end_of(APRIL_13)) != APRIL_13  # its end is the next day already
    assert wib.on(APRIL_13, time(17)) == wib.at("2020-04-13 17:00")


def test_a_time_without_a_zone_is_no_instant():
    naive = datetime(2020, 4, 13, 12)  # noqa: DTZ001 (that is the point)
    for read in (wib.day_of, wib.clock, wib.greeting):
        with pytest.raises(ValueError, match="time zone"):
            read(naive)


@pytest.mark.parametrize(
    ("clock", "word"),
    [
        ("03:59", "malam"),
        ("04:00", "pagi"),
        ("10:59", "pagi"),
        ("11:00", "siang"),
        ("14:59", "siang"),
        ("15:00", "sore"),
        ("17:59", "sore"),
        ("18:00", "malam"),
        ("00:00", "malam"),
    ],
)
def test_the_greeting_changes_at_four_eleven_fifteen_and_eighteen(clock, word):
    assert wib.greeting(wib.at(f"2020-04-13 {clock}")) == word


def test_clock_and_days_in_words():
    assert wib.clock(datetime(2020, 4, 13, 10, 0, tzinfo=UTC)) == "17.00"
    assert wib.date_id(APRIL_13) == "13 April 2020"
    assert wib.date_id(date(2020, 5, 1)) == "1 Mei 2020"
    assert wib.date_en(date(2020, 5, 1)) == "1 May 2020"
    assert wib.weekday_id(APRIL_13) == "Senin"
    assert wib.weekday_id(date(2020, 4, 12)) == "Minggu"


def test_a_clock_is_read_with_a_colon_or_a_point():
    assert wib.parse_clock("17:00") == wib.parse_clock("17.00") == time(17)
    assert wib.parse_clock(" 7:05 ") == time(7, 5)
    assert wib.parse_clock("23.59") == time(23, 59)


@pytest.mark.parametrize("text", ["", "17", "24:00", "17:60", "17:0", "5pm", "17:00:00", "-1:00"])
def test_anything_else_is_no_clock(text):
    with pytest.raises(ValueError, match="not a time of day"):
        wib.parse_clock(text)


def test_thousands_are_parted_by_a_point():
    assert [wib.thousands(n) for n in (0, 999, 1234, 1234567, -1234)] == [
        *("0", "999", "1.234", "1.234.567", "-1.234")
    ]
    assert wib.thousands(None) == "–"


def test_a_share_is_a_percentage_with_one_decimal():
    assert wib.percent(Fraction(824, 1000)) == "82,4 %"
    assert wib.percent(Fraction(1, 3)) == "33,3 %"
    assert wib.percent(Fraction(1, 2000)) == "0,1 %"  # half a tenth is rounded up
    assert wib.percent(1) == "100,0 %"
    assert wib.percent(0.0) == "0,0 %"
    assert wib.percent(12.345) == "1.234,5 %"
    assert wib.percent(None) == "–"  # no call, no level


def test_a_duration_is_minutes_and_seconds_and_hours_only_when_there_are_some():
    assert wib.duration(0) == "0.00"
    assert wib.duration(59.4) == "0.59"
    assert wib.duration(59.5) == "1.00"
    assert wib.duration(125) == "2.05"
    assert wib.duration(3599) == "59.59"
    assert wib.duration(3600) == "1.00.00"
    assert wib.duration(None) == "–"
