"""Whole months and years between days, on arrays of numpy days."""

from __future__ import annotations

import numpy as np

from synthetic_cohort.arrays import Day, Days, Floats, Integers, Spans

NONE = np.datetime64("NaT", "D")
BEGINNING = np.datetime64("2005-04-04", "D")
"""The sentence came into force."""


def days(count: int) -> np.timedelta64:
    """A number of days."""
    return np.timedelta64(count, "D")


def day(text: str) -> np.datetime64:
    """A day written as in ISO 8601."""
    return np.datetime64(text, "D")


def as_days(number: Floats | Integers) -> Spans:
    """Numbers of days, whole ones."""
    return np.asarray(number).astype(np.int64).astype("timedelta64[D]")


def add_years(start: Days, years: Integers | int) -> Days:
    """The same day some years later. 29 February becomes 1 March: the first day after the period."""
    months = start.astype("datetime64[M]")
    later = (months + 12 * np.asarray(years)).astype("datetime64[D]")
    return np.asarray(later + (start - months.astype("datetime64[D]")))


def whole_months(start: Days, end: Days | Day) -> Integers:
    """Completed months from one day to another; negative where the order is the other way round."""
    first, last = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    months = np.asarray((last - first).astype(np.int64))
    return np.asarray(months - ((end - last.astype("datetime64[D]")) < (start - first.astype("datetime64[D]"))))


def whole_years(start: Days, end: Days | Day) -> Integers:
    """Completed years from one day to another."""
    return whole_months(start, end) // 12


def spread(generator: np.random.Generator, start: Days, end: Days | Day) -> Days:
    """A day for each, evenly from `start` to `end`, both included. Where `end` is before `start`, the start."""
    span = np.maximum((end - start).astype(np.int64), 0) + 1
    return start + as_days(generator.random(len(span)) * span)
