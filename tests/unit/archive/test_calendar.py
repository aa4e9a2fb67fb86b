"""The day on which the quarterly statistics are due."""

from __future__ import annotations

import datetime as dt

import pytest

from orchestration.archive.calendar import is_omsq_release_day, last_working_thursday, next_omsq_release_day


@pytest.mark.parametrize(
    "day",
    [
        dt.date(2013, 4, 25),
        dt.date(2019, 1, 31),
        dt.date(2024, 7, 25),
        dt.date(2025, 1, 30),
        dt.date(2025, 4, 24),
        dt.date(2025, 7, 31),
        dt.date(2025, 10, 30),
        dt.date(2026, 7, 30),
        dt.date(2026, 10, 29),
    ],
    ids=str,
)
def test_the_known_release_days_are_last_working_thursdays(day):
    assert last_working_thursday(day.year, day.month) == day
    assert is_omsq_release_day(day)


@pytest.mark.parametrize(
    ("day", "why"),
    [
        (dt.date(2024, 9, 26), "a last Thursday, of a month without a release: announced once, against the rule"),
        (dt.date(2025, 1, 23), "the Thursday before the last"),
        (dt.date(2025, 1, 29), "the day before"),
        (dt.date(2025, 10, 31), "a Friday"),
    ],
    ids=str,
)
def test_other_days_are_none(day, why):
    assert not is_omsq_release_day(day), why


def test_a_last_thursday_that_is_a_bank_holiday_gives_way_to_the_one_before():
    assert last_working_thursday(2025, 12) == dt.date(2025, 12, 18)


def test_every_month_has_a_last_working_thursday_in_its_last_fortnight():
    for month in range(1, 13):
        for year in range(2005, 2031):
            day = last_working_thursday(year, month)
            assert day.weekday() == 3
            assert (day + dt.timedelta(days=14)).month != month


@pytest.mark.parametrize(
    ("after", "due"),
    [
        (dt.date(2025, 4, 23), dt.date(2025, 4, 24)),
        (dt.date(2025, 4, 24), dt.date(2025, 7, 31)),
        (dt.date(2025, 10, 30), dt.date(2026, 1, 29)),
    ],
    ids=str,
)
def test_the_next_release_is_after_the_day(after, due):
    assert next_omsq_release_day(after) == due
