"""Stage time: periods begin before they end, end where their type says, and are of one type in a block."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from datetime import date

from orchestration.feed.screening.feed import DASHBOARD_ROWS, DataFile, Feed, quote_text
from orchestration.feed.screening.findings import Finding, find
from orchestration.feed.sections import EDGE

# A day starts when it ends; quarters are of the calendar; financial years end on 31 March.
FITS = {
    "as_at": "period_start = period_end",
    "month": "day(period_start) = 1 and period_end = last_day(period_start)",
    "quarter": """day(period_start) = 1 and month(period_start) % 3 = 1
        and period_end = last_day(period_start + interval 2 month)""",
    "calendar_year": """day(period_start) = 1 and month(period_start) = 1
        and period_end = last_day(period_start + interval 11 month)""",
    "financial_year": """day(period_start) = 1 and month(period_start) = 4
        and period_end = last_day(period_start + interval 11 month)""",
    "period": "true",
}
"""What holds for the start and end of a period of each type, as SQL."""
MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name: number for number, name in enumerate(calendar.month_abbr) if name} | {"Sept": 9}
_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
_MONTH = re.compile(r"([A-Z][a-z]+) (\d{4})")
_QUARTER = re.compile(r"([A-Z][a-z]+) to ([A-Z][a-z]+) (\d{4})")
_DAYS = re.compile(r"(\d{1,2} [A-Z][a-z]+ \d{4}) to (\d{1,2} [A-Z][a-z]+ \d{4})")
_FINANCIAL_YEAR = re.compile(r"(\d{4})/(\d{2})")
_CALENDAR_YEAR = re.compile(r"(\d{4})")


def check_periods(feed: Feed) -> Iterator[Finding]:
    """Periods of every file and of every block of the dashboard."""
    for file in feed.files:
        if {"period_type", "period_start", "period_end"} <= set(file.columns):
            yield from _check_starts_and_ends(feed, file)
        if {"published_status", "period_end"} <= set(file.columns) and feed.has_mart_rows(file):
            yield from _check_provisional(feed, file, "published_status", "period_end")
    dashboard = feed.file(DASHBOARD_ROWS)
    if dashboard and {"block", "period", "ts"} <= set(dashboard.columns):
        yield from _check_blocks(feed, dashboard)
        yield from _check_provisional(feed, dashboard, "status_text", "ts")


def read_period(text: str) -> tuple[str, date] | None:
    """The type and last day of a period as people read it: `31 March 2025`, `March 2025`, `Jan to Mar 2025`,
    `2024/25`, `2024`, or two days joined by `to`. None if it is none of these.
    """
    try:
        return _read_day_or_days(text) or _read_months(text) or _read_year(text)
    except (ValueError, KeyError):
        return None


def _read_day_or_days(text: str) -> tuple[str, date] | None:
    """A day, or two days joined by `to`."""
    if found := _DAY.fullmatch(text):
        return "as_at", date(int(found[3]), MONTHS[found[2]], int(found[1]))
    if found := _DAYS.fullmatch(text):
        ends = _read_day_or_days(found[2])
        return ("period", ends[1]) if ends else None
    return None


def _read_months(text: str) -> tuple[str, date] | None:
    """A month or a quarter."""
    if found := _MONTH.fullmatch(text):
        return "month", _month_end(int(found[2]), MONTHS[found[1]])
    if found := _QUARTER.fullmatch(text):
        first, last = MONTHS[found[1]], MONTHS[found[2]]
        return ("quarter" if (first % 3, last - first) == (1, 2) else "period"), _month_end(int(found[3]), last)
    return None


def _read_year(text: str) -> tuple[str, date] | None:
    """A financial year, which ends in the next calendar year, or a calendar year."""
    if (found := _FINANCIAL_YEAR.fullmatch(text)) and (int(found[1]) + 1) % 100 == int(found[2]):
        return "financial_year", date(int(found[1]) + 1, 3, 31)
    return ("calendar_year", date(int(text), 12, 31)) if _CALENDAR_YEAR.fullmatch(text) else None


def _month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def _check_starts_and_ends(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Periods that end before they begin, or not where their type says."""
    fits = " ".join(f"when {quote_text(kind)} then {condition}" for kind, condition in FITS.items())
    conditions = {
        "period_start": "period_start > period_end",
        "period_end": f"period_start <= period_end and not (case period_type {fits} else false end)",
    }
    checks = {"period_start": "start_after_end", "period_end": "end_of_type"}
    for column, (rows, keys) in feed.bad_rows(file, conditions).items():
        yield find(checks[column], file.name, column, rows, keys, types=", ".join(FITS))


def _check_blocks(feed: Feed, file: DataFile) -> Iterator[Finding]:
    """Blocks whose periods cannot be read, do not end on `ts` or are of two types."""
    types: dict[str, set[str]] = {}
    unread: dict[str, list[str]] = {}
    other_day: dict[str, list[str]] = {}
    periods = f"select distinct block, period, ts from {file.table} where block <> {quote_text(EDGE)} order by all"
    for block, period, day in feed.rows(periods):
        read = read_period(period or "")
        if read is None:
            unread.setdefault(block, []).append(str(period))
            continue
        types.setdefault(block, set()).add(read[0])
        if read[1] != day:
            other_day.setdefault(block, []).append(f"{period} on {day}")
    mixed = {block: sorted(found) for block, found in types.items() if len(found) > 1}
    for check, found in (("period_text", unread), ("ts_is_period_end", other_day), ("one_period_type", mixed)):
        for block, shown in found.items():
            yield find(check, file.name, block, keys=shown)


def _check_provisional(feed: Feed, file: DataFile, status: str, day: str) -> Iterator[Finding]:
    """Series in which a final figure follows a provisional one."""
    period = {"period_start", "period_end", "period", "ts"}
    series = ", ".join(name for name in file.key if name not in period) or "1"
    rows = feed.rows(
        f"""
        select {series}, min({day}) filter (where {status} = 'provisional') as first from {file.table}
        where {status} is not null group by {series}
        having max({day}) filter (where {status} <> 'provisional') > first order by all
        """
    )
    if rows:
        yield find("provisional_run", file.name, status, keys=rows)
