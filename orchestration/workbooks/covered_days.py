"""Whether the tables of a release say figures of the days its manifest says it covers: none beyond them, none short.

A year that was typed wrong and a last row that was lost leave a table that reads without fault. The days come from a
person (rebuilt and transcribed releases) or from the title on GOV.UK (official ones), which does not say how far back
the tables go. A table that ends earlier, or is compared with nothing, says so in its spec (`newest`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from orchestration.problems import Problem
from orchestration.sources.spec import NewestPeriod
from orchestration.workbooks.periods import Period, month_end
from orchestration.workbooks.published_periods import AS_COMPARED, PublishedPeriod, merge_problems, months_apart
from orchestration.workbooks.tables import TableReading

REMEDY = "compare the cell with the publication; if it is right, correct `covers` in manifest.yml"


@dataclass(frozen=True)
class CoveredDays:
    """The first and last day a release covers, and the kind of release that says so."""

    first: dt.date
    last: dt.date
    kind: Literal["official", "rebuilt", "transcribed"]

    def __str__(self) -> str:
        """As a message quotes them."""
        return f"{self.first} to {self.last}"


def problems_with_covered_days(tables: Iterable[TableReading], covered: CoveredDays) -> list[Problem]:
    """The problems of tables whose periods are not those their release covers, one a cell."""
    return [problem for table in tables for problem in _problems(table, covered)]


def _problems(table: TableReading, covered: CoveredDays) -> list[Problem]:
    """The problems of one table; none of a cell that has one already."""
    rule, published = table.spec.newest or AS_COMPARED, _landed_periods(table)
    if covered.kind == "official":
        return merge_problems(table.problems, _outside(table, published, covered) if rule.is_compared else ())
    within = [one for one in published if covered.first <= one.period.start and one.period.end <= covered.last]
    ends = _ends_early(table, within, covered, rule) if rule.is_compared and covered.kind == "transcribed" else ()
    return merge_problems(
        table.problems, _outside(table, published, covered), ends, _begins_late(table, within, covered)
    )


def _landed_periods(table: TableReading) -> list[PublishedPeriod]:
    """The periods of a table's figures, each where it is published first; one that is not published has no place."""
    published = {one.period: one for one in reversed(table.periods)}
    periods = dict.fromkeys(observation.period for observation in table.observations)
    return [published.get(period, PublishedPeriod(period, None, str(period))) for period in periods]


def _outside(table: TableReading, published: Iterable[PublishedPeriod], covered: CoveredDays) -> Iterator[Problem]:
    """The problems of periods that begin before the release covers days, or end after."""
    for one in published:
        begins_before = covered.kind != "official" and one.period.start < covered.first
        if begins_before or one.period.end > covered.last:
            expected = f"days from {covered}, which the release's manifest says it covers"
            yield table.region.problem(one.place, expected, one.text, REMEDY)


def _ends_early(
    table: TableReading, within: list[PublishedPeriod], covered: CoveredDays, rule: NewestPeriod
) -> Iterator[Problem]:
    """The problem of a table whose newest period ends before what the release covers does."""
    last = month_end(covered.last, rule.months_after_file) if rule.months_after_file else covered.last
    newest = max(within, key=lambda one: one.period.end, default=None)
    if newest and newest.period.end < last:
        expected = f"a newest period that ends on {last}, as the release's manifest covers days up to {covered.last}"
        remedy = (
            "look for rows or columns that were lost at the end; if the table ends here, correct `covers` in "
            "manifest.yml or declare `newest` in the table's spec, with the reason"
        )
        yield table.region.problem(newest.place, expected, newest.text, remedy)


def _begins_late(table: TableReading, within: list[PublishedPeriod], covered: CoveredDays) -> Iterator[Problem]:
    """The problem of a series whose first period has another before it among the days the release covers."""
    oldest = min(within, key=lambda one: one.period.start, default=None)
    is_whole_series = table.spec.series_of_rows or covered.kind == "transcribed"
    months = months_apart(table.spec, within) if is_whole_series else 0
    if oldest and months and _first_day_before(oldest.period, months) >= covered.first:
        expected = f"the period that begins on {_first_day_before(oldest.period, months)}, as the release covers it"
        remedy = (
            "look for rows or columns that were lost at the start; if there are none, correct `covers` in manifest.yml"
        )
        yield table.region.problem(oldest.place, expected, oldest.text, remedy)


def _first_day_before(period: Period, months: int) -> dt.date:
    """The first day of the period so many months before another; a day's own is the end of its month."""
    if period.type == "as_at":
        return month_end(period.start, -months)
    return month_end(period.start, -months - 1) + dt.timedelta(days=1)
