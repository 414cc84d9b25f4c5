"""When a center is open: at each border of a day, a break, a holiday and a season."""

from dataclasses import replace
from datetime import date

import pytest

from callcenter.rules import calendar, wib
from callcenter.rules.policy import Center, Holiday, Policy, Season

WEEK = "Mon-Thu 08:00-17:00; Fri 08:00-11:30,13:00-17:00"
SURABAYA = Center("CC1", "Surabaya", ("+62318293097",), hours=WEEK)
OTHER = Center("CC2", "Dua", ("+62318280254",), hours=WEEK)
ALWAYS = Center("CC3", "Selalu", ("+62318280255",), hours="always")
LABOR_DAY = Holiday(date(2020, 5, 1), "Hari Buruh", kind="national")  # a Friday
CHRISTMAS_EVE = Holiday(date(2020, 12, 24), "Malam Natal", hours="08:00-12:00")  # a Thursday
FLOOD = Holiday(date(2020, 4, 14), "Banjir", centers=("CC1",))  # a Tuesday
RAMADAN = Season(
    "Ramadan",
    date(2020, 4, 24),
    date(2020, 5, 23),
    "Mon-Thu 08:00-12:00,12:30-15:00; Fri 08:00-11:30,12:30-15:30",
)


def with_(*days: Holiday | Season) -> Policy:
    return Policy(
        (SURABAYA, OTHER, ALWAYS),
        holidays=tuple(it for it in days if isinstance(it, Holiday)),
        seasons=tuple(it for it in days if isinstance(it, Season)),
    )


POLICY = with_(LABOR_DAY, CHRISTMAS_EVE, FLOOD, RAMADAN)


@pytest.mark.parametrize(
    ("at", "is_open"),
    [
        ("2020-04-13 07:59:59", False),
        ("2020-04-13 08:00", True),
        ("2020-04-13 16:59:59", True),
        ("2020-04-13 17:00", False),  # closing time is closed
        ("2020-04-17 11:29", True),
        ("2020-04-17 12:00", False),  # Friday prayer
        ("2020-04-17 13:00", True),
        ("2020-04-18 10:00", False),  # Saturday
        ("2020-04-14 10:00", False),  # flooded
        ("2020-04-23 16:00", True),
        ("2020-04-24 15:00", True),  # Ramadan begins, on a Friday
        ("2020-04-24 15:30", False),
        ("2020-04-27 12:15", False),
        ("2020-05-01 10:00", False),  # a holiday in Ramadan
        ("2020-05-22 15:15", True),
        ("2020-05-25 16:00", True),  # Ramadan is over
        ("2020-12-24 11:59", True),
        ("2020-12-24 12:00", False),
    ],
)
def test_each_border(at, is_open):
    assert calendar.open_at(POLICY, SURABAYA, wib.at(at)) is is_open


def test_what_names_a_center_is_about_that_center_only():
    flooded = wib.at("2020-04-14 10:00")
    assert not calendar.open_at(POLICY, SURABAYA, flooded)
    assert calendar.open_at(POLICY, OTHER, flooded)


def test_a_day_for_one_center_goes_before_the_same_day_for_all():
    off = Holiday(date(2020, 4, 13), "Libur")
    on = Holiday(date(2020, 4, 13), "Siaga", hours="08:00-10:00", centers=("CC1",))
    policy = with_(off, on)
    assert calendar.open_at(policy, SURABAYA, wib.at("2020-04-13 09:00"))
    assert not calendar.open_at(policy, OTHER, wib.at("2020-04-13 09:00"))


def test_a_center_that_is_open_always_is_closed_only_by_its_name():
    night = wib.at("2020-05-01 03:00")
    assert calendar.open_at(POLICY, ALWAYS, night)
    assert not calendar.open_at(with_(replace(LABOR_DAY, centers=("CC3",))), ALWAYS, night)


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2020-04-13 09:30", "2020-04-13 09:30"),  # it is open
        ("2020-04-13 06:00", "2020-04-13 08:00"),
        ("2020-04-13 17:00", "2020-04-15 08:00"),  # the next day it is flooded
        ("2020-04-17 11:30", "2020-04-17 13:00"),
        ("2020-04-17 18:00", "2020-04-20 08:00"),  # over the week's end
        ("2020-04-30 18:00", "2020-05-04 08:00"),  # over a holiday and a week's end
        ("2020-12-24 12:00", "2020-12-25 08:00"),
    ],
)
def test_the_next_opening(at, opens):
    assert calendar.next_opening(POLICY, SURABAYA, wib.at(at)) == wib.at(opens)


def test_a_center_without_any_hour_to_come_has_no_next_opening():
    never = replace(RAMADAN, first=date(2020, 4, 1), last=date(2021, 4, 1), hours="Mon 08:00-09:00")
    shut = tuple(Holiday(date.fromordinal(day), "tutup") for day in range(737527, 737627))
    assert calendar.next_opening(with_(never, *shut), SURABAYA, wib.at("2020-04-13 17:00")) is None


@pytest.mark.parametrize(
    ("window", "at", "due"),
    [
        ("soon", "2020-04-15 09:00", "2020-04-15 09:00"),
        ("soon", "2020-04-15 20:00", "2020-04-16 08:00"),
        ("noon", "2020-04-15 09:00", "2020-04-15 11:00"),
        ("noon", "2020-04-15 12:30", "2020-04-15 12:30"),
        ("noon", "2020-04-15 15:00", "2020-04-16 11:00"),
        ("noon", "2020-04-17 11:45", "2020-04-17 13:00"),  # not during the Friday prayer
        ("afternoon", "2020-04-15 09:00", "2020-04-15 15:00"),
        ("afternoon", "2020-04-15 17:00", "2020-04-16 15:00"),
        ("afternoon", "2020-04-27 09:00", "2020-05-08 15:00"),  # in Ramadan only on Fridays
        ("tomorrow", "2020-04-15 07:00", "2020-04-16 08:00"),
        ("tomorrow", "2020-04-17 20:00", "2020-04-20 08:00"),
        ("whenever", "2020-04-15 20:00", "2020-04-16 08:00"),
    ],
)
def test_a_call_back_falls_into_the_part_of_the_day_asked_for_while_we_are_open(window, at, due):
    assert calendar.due(POLICY, SURABAYA, window, wib.at(at)) == wib.at(due)


def test_a_part_of_the_day_in_which_nobody_is_ever_there_means_as_soon_as_possible():
    mornings = replace(SURABAYA, hours="Mon-Fri 08:00-11:00")
    due = calendar.due(with_(), mornings, "afternoon", wib.at("2020-04-15 20:00"))
    assert due == wib.at("2020-04-16 08:00")
