"""When the Offender Management Statistics Quarterly is published: the last working Thursday of January, April, July and
October.

Source: the Contents sheet of the workbooks ("released every three months on the last working Thursday of …"), at 9.30.
"""

from __future__ import annotations

import calendar
import datetime as dt

RELEASE_MONTHS = (1, 4, 7, 10)


def is_omsq_release_day(day: dt.date) -> bool:
    """Whether the quarterly statistics are due on a day."""
    return day.month in RELEASE_MONTHS and day == last_working_thursday(day.year, day.month)


def next_omsq_release_day(after: dt.date) -> dt.date:
    """The first day after a day on which the quarterly statistics are due."""
    months = [(year, month) for year in (after.year, after.year + 1) for month in RELEASE_MONTHS]
    return next(day for year, month in months if (day := last_working_thursday(year, month)) > after)


def last_working_thursday(year: int, month: int) -> dt.date:
    """The last Thursday of a month that is no bank holiday in England."""
    import holidays

    bank_holidays = holidays.country_holidays("GB", subdiv="ENG", years=year)
    days = [dt.date(year, month, day) for day in range(1, calendar.monthrange(year, month)[1] + 1)]
    return [day for day in days if day.weekday() == calendar.THURSDAY and day not in bank_holidays][-1]
