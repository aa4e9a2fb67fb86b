"""Read a period from a heading, a row label or a title: a day, a quarter, a year, or part of one.

Published tables write the same quarter as `Apr to June 2024` and `Apr to Jun 2024`, the same day as a real date,
`30-Jun-22 (2)`, `30th June, 2022` and `30/06/22`, and a financial year as `2018/19` or `2005/6`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.workbooks.text import without_status

if TYPE_CHECKING:
    from orchestration.sources.spec import AnyPeriod, PeriodType
    from orchestration.workbooks.workbook import Cell

_MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if number} | {
    name.casefold(): number for number, name in enumerate(calendar.month_name) if number
}
_MONTHS["sept"] = 9
_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,? )?"
_DAY = re.compile(
    rf"(?:(?:as )?at )?{_WEEKDAY}(\d{{1,2}})(?:st|nd|rd|th)?[ \-]{_MONTH}(?:,? |-)(\d{{4}}|\d{{2}})", re.IGNORECASE
)
_DAY_IN_FIGURES = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00:00)?")
_MONTHS_OF_YEAR = re.compile(rf"{_MONTH}(?: (\d{{4}}))? ?(?:to|-) ?{_MONTH} (\d{{4}})", re.IGNORECASE)
_QUARTER_AFTER_YEAR = re.compile(r"(\d{4}) (q[1-4])", re.IGNORECASE)
_QUARTERS_OF_YEAR = re.compile(r"q([1-4])(?: ?(?:&|and|to|-) ?q?([1-4]))? (\d{4})", re.IGNORECASE)
_DAYS = re.compile(r"(.+?) to (.+)", re.IGNORECASE)
_YEAR = re.compile(r"(?:end of )?(\d{4})", re.IGNORECASE)
_FINANCIAL_YEAR = re.compile(r"(\d{4})[/\-](\d{4}|\d{1,2})")
_RANGES: tuple[tuple[AnyPeriod, str], ...] = (
    ("as_at", rf"\d{{1,2}}(?:st|nd|rd|th)?[ \-]{_MONTH}[ \-]\d{{4}}"),
    ("period", rf"{_MONTH} ?(?:to|-) ?{_MONTH} \d{{4}}"),
    ("period", r"q[1-4] \d{4}"),
    ("financial_year", r"\d{4}/\d{1,4}"),
    ("calendar_year", r"\d{4}"),
)
"""How the first and the last period of a table are written in its title, the longest way first."""


@dataclass(frozen=True, order=True)
class Period:
    """A day (`as_at`, start and end equal) or a stretch of days, both ends included."""

    type: PeriodType
    start: dt.date
    end: dt.date

    def __str__(self) -> str:
        """As a person would write it: one day, or first and last day."""
        return self.start.isoformat() if self.start == self.end else f"{self.start} to {self.end}"


def read_period(cell: Cell, expected: AnyPeriod, year_means: str = "") -> Period | None:
    """The period a cell names, or None when it names none of the expected type.

    `year_means` is the day (`12-31`) that a bare year means when days are expected.
    """
    if isinstance(cell, dt.datetime):
        cell = cell.date()
    if isinstance(cell, dt.date):
        return Period("as_at", cell, cell) if expected in ("as_at", "any") else None
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        cell = f"{cell:.0f}" if float(cell).is_integer() else ""
    if not isinstance(cell, str):
        return None
    text = without_status(cell)
    try:
        if expected == "any":
            return _as_at(text, year_means) or _stretch(text, "period") or _from_day_to_day(text)
        return _as_at(text, year_means) if expected == "as_at" else _stretch(text, expected)
    except ValueError:  # a year that no calendar has, such as 0000
        return None


def _as_at(text: str, year_means: str) -> Period | None:
    """A snapshot day from its text."""
    day = read_day(text)
    if day is None and year_means and (found := _YEAR.fullmatch(text)):
        month, day_of_month = map(int, year_means.split("-"))
        day = dt.date(int(found.group(1)), month, day_of_month)
    return Period("as_at", day, day) if day else None


def read_day(text: str) -> dt.date | None:
    """A day written `30 Jun 2022`, `30-Jun-22`, `30 June 2022`, `30/06/2022` or `2022-06-30`; None for anything
    else.
    """
    try:
        if found := _DAY.fullmatch(text):
            day, month, year = found.groups()
            return dt.date(_year(year), _MONTHS[month.casefold()], int(day))
        if found := _DAY_IN_FIGURES.fullmatch(text):
            day, _, month, year = found.groups()
            return dt.date(_year(year), int(month), int(day))
        if found := _DAY_ISO.fullmatch(text):
            return dt.date(*map(int, found.groups()))
    except ValueError:
        return None
    return None


def days_in(text: str) -> list[dt.date]:
    """Every day a text mentions, such as the first and last snapshot in a title."""
    return [day for found in _DAY.finditer(text) if (day := read_day(found.group(0)))]


def range_in(text: str) -> tuple[Period, Period] | None:
    """The two periods of a text that says `A to B`, such as a title: `… by sex, 31 Mar 2024 to 31 Mar 2025`."""
    plain = without_status(text)
    for expected, written in _RANGES:
        # Groups of the months do not count: only what is before and after "to" is read.
        if found := re.search(rf"(?<![\w/])(?P<first>{written}) to (?P<last>{written})(?![\w/])", plain, re.IGNORECASE):
            first, last = read_period(found["first"], expected), read_period(found["last"], expected)
            return (first, last) if first and last else None
    return None


def period_in_name(text: str) -> Period | None:
    """The period in a part of a file's name: `31-Mar-2025`, `30June2022`, `Oct-to-Dec-2024`, `2024`."""
    spaced = re.sub(r"[-_]+", " ", text).strip()
    apart = re.sub(r"(?<=\d)(?=[a-z])|(?<=[a-z])(?=\d)", " ", spaced, flags=re.IGNORECASE)
    return read_period(spaced, "any") or read_period(apart, "any")


def period_within_name(text: str) -> Period | None:
    """The first day, or the first months of a year, that a file's name says among other words. A year or a single month
    alone can be that of publication, so neither is read.
    """
    plain = re.sub(r"[-_.\s]+", " ", text)
    for pattern in (_DAY, _MONTHS_OF_YEAR):
        if found := re.search(rf"(?<![A-Za-z0-9]){pattern.pattern}(?![A-Za-z0-9])", plain, re.IGNORECASE):
            return read_period(found.group(0), "any")
    return None


def months_between(before: dt.date, after: dt.date) -> int:
    """Calendar months from one day to another, whichever days of their months they are."""
    return 12 * (after.year - before.year) + after.month - before.month


def month_end(day: dt.date, months_later: int = 0) -> dt.date:
    """The last day of a day's month, or of the month so many months later."""
    year, month = divmod(12 * day.year + day.month - 1 + months_later, 12)
    return dt.date(year, month + 1, calendar.monthrange(year, month + 1)[1])


def _year(text: str) -> int:
    """A year of two or four figures; two figures are of this century (the sentence began in 2005, its tables in
    2002).
    """
    return int(text) if len(text) == 4 else 2000 + int(text)


def _stretch(text: str, expected: PeriodType) -> Period | None:
    """A quarter, year or other stretch of days from its text."""
    period = _calendar_or_financial_year(text) or _part_of_year(text)
    if period is None:
        return None
    if expected == "period":
        return period
    return period if period.type == expected else None


def _calendar_or_financial_year(text: str) -> Period | None:
    """A calendar year (`2024`) or a financial year (`2018/19`, `2005/6`: April to March)."""
    if found := re.fullmatch(r"\d{4}", text):
        year = int(found.group(0))
        return Period("calendar_year", dt.date(year, 1, 1), dt.date(year, 12, 31))
    if found := _FINANCIAL_YEAR.fullmatch(text):
        first, second = found.groups()
        if int(second) == (int(first) + 1) % 10 ** len(second):
            return Period("financial_year", dt.date(int(first), 4, 1), dt.date(int(first) + 1, 3, 31))
    return None


def _from_day_to_day(text: str) -> Period | None:
    """A stretch from one day to another (`4 April 2005 to 31 January 2008`). Only a row may say so: over a column of
    figures it would be a change between two days.
    """
    found = _DAYS.fullmatch(text)
    start, end = (read_day(found.group(1)), read_day(found.group(2))) if found else (None, None)
    return Period("period", start, end) if start and end and start < end else None


def _part_of_year(text: str) -> Period | None:
    """Months (`Apr to June 2024`, `January 2024 to March 2024`) or quarters of a year (`Q1 & 2 2017`, `2024 Q1`)."""
    text = _QUARTER_AFTER_YEAR.sub(r"\2 \1", text)
    if found := _MONTHS_OF_YEAR.fullmatch(text):
        first, first_year, last, last_year = found.groups()
        start = dt.date(int(first_year or last_year), _MONTHS[first.casefold()], 1)
        last_month = dt.date(int(last_year), _MONTHS[last.casefold()], 1)
    elif found := _QUARTERS_OF_YEAR.fullmatch(text):
        year = int(found.group(3))
        start = dt.date(year, 3 * int(found.group(1)) - 2, 1)
        last_month = dt.date(year, 3 * int(found.group(2) or found.group(1)), 1)
    else:
        return None
    if last_month < start:
        return None
    is_quarter = start.month % 3 == 1 and months_between(start, last_month) == 2
    return Period("quarter" if is_quarter else "period", start, month_end(last_month))
