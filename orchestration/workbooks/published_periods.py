"""Whether the periods of a table are those that its title, its file and its release name, and follow each other.

A wrong day over a column, or the file of another quarter, reads as smoothly as the right one: every figure is there,
and every total is the sum of its parts. What is compared with the specs (`series`, `newest`) and in
`source.yml` (`period` in a file's name, `months_before_release`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from orchestration.problems import Problem, counted
from orchestration.sources.spec import NewestPeriod, TableSpec
from orchestration.workbooks.anchors import Headings, Region, ValueColumn
from orchestration.workbooks.periods import Period, month_end, months_between, range_in
from orchestration.workbooks.workbook import Cell, address

MONTHS_APART = {"quarters": 3, "years": 12}
REMEDIES = {
    "column": "ask the publisher and declare a correction; if the series breaks here, take `series` out of the spec",
    "row": "compare the rows with the publication: one may be lost, or a period typed wrong",
}
AS_COMPARED = NewestPeriod(reason="")


@dataclass(frozen=True)
class PublishedPeriod:
    """A period as a table gives it: where (no cell for the one of a whole table), and in which words."""

    period: Period
    place: tuple[int, int] | None
    text: str


def column_periods(headings: Headings) -> list[PublishedPeriod]:
    """The periods over the columns of figures, from left to right."""
    return [published for value in headings.values if (published := _over(value, headings.row))]


def table_periods(spec: TableSpec, period: Period | None) -> list[PublishedPeriod]:
    """The period that a table's title or first lines give for all of it; one that its spec declares is not
    published.
    """
    return [PublishedPeriod(period, None, str(period))] if period and not spec.period.declared else []


def row_periods(region: Region, headings: Headings, rows: Sequence[tuple[int, Period | None]]) -> list[PublishedPeriod]:
    """The periods of the rows that give one, from the top down; `rows` are their places and periods."""
    column = next((place for place, label in headings.labels.items() if label.period), 0)
    return [PublishedPeriod(period, (row, column), _words(region.cell(row, column))) for row, period in rows if period]


def _over(value: ValueColumn, row: int) -> PublishedPeriod | None:
    """The period over a column; None when its headings say none."""
    return PublishedPeriod(value.period, (row, value.column), _words(value.heading)) if value.period else None


def _words(cell: Cell) -> str:
    """A cell as a message quotes it."""
    return repr(cell) if isinstance(cell, str) else repr(str(cell))


def merge_problems(known: Iterable[Problem], *found: Iterable[Problem]) -> list[Problem]:
    """The problems that are found, one a cell, and none of a cell of which a problem is known: a wrong heading is at
    odds with the title, the columns beside it, the file and the release at once.
    """
    known_cells = {problem.cell for problem in known}
    first = {problem.cell: problem for problem in reversed([one for problems in found for one in problems])}
    return [problem for cell, problem in first.items() if cell not in known_cells]


def check_periods_against_title(
    region: Region, spec: TableSpec, published: Sequence[PublishedPeriod]
) -> Iterator[Problem]:
    """The problems of a table whose title says `A to B` and whose first or last period is another.

    A row may name any stretch of days, and a heading of more than its period: then the title's range is not theirs.
    """
    said = range_in(region.title)
    has_own_words = any(level.period_within for level in spec.headings) or any(
        column.period == "any" for column in spec.label_columns
    )
    if not said or not published or has_own_words:
        return
    first, last = min(published, key=lambda one: one.period.start), max(published, key=lambda one: one.period.end)
    where = f"the title in {address(region.first - 1, 0)}" if region.first else "the title"
    for word, day, stated, found in (
        ("first", first.period.start, said[0], first),
        ("last", last.period.end, said[1], last),
    ):
        # A title of years can head days and quarters of those years, too.
        if not stated.start <= day <= stated.end:
            yield region.problem(
                found.place,
                f"{stated}, the {word} period that {where} says",
                found.text,
                "ask the publisher which of the two is wrong, and declare a correction",
            )


def check_column_series(region: Region, spec: TableSpec, headings: Headings) -> Iterator[Problem]:
    """The problems of columns that do not follow each other as the spec says."""
    series = next((level.series for level in spec.headings if level.series), [])
    columns: dict[frozenset[tuple[str, str]], list[PublishedPeriod]] = {}
    for value in headings.values:
        if series and (published := _over(value, headings.row)):
            columns.setdefault(frozenset(value.dimensions.items()), []).append(published)
    for line in columns.values():
        yield from _breaks(region, _series_of(line, series), line, "column")


def check_row_series(region: Region, spec: TableSpec, published: Sequence[PublishedPeriod]) -> Iterator[Problem]:
    """The problems of rows whose periods do not follow each other as the spec says; rows of one period are one."""
    line = list({one.period: one for one in reversed(published)}.values())[::-1]
    if spec.series_of_rows and line:
        yield from _breaks(region, _series_of(line, spec.series_of_rows), line, "row")


def months_apart(spec: TableSpec, published: Sequence[PublishedPeriod]) -> int:
    """The months by which the periods of a table follow each other; 0 where that is not declared."""
    return MONTHS_APART[_series_of(published, spec.series)] if spec.series and published else 0


def _series_of(line: Sequence[PublishedPeriod], series: Sequence[str]) -> str:
    """Which of the declared series a line of columns is: the one that its first two are apart by, else the first."""
    apart = months_between(line[0].period.end, line[1].period.end) if len(line) > 1 else 0
    return next((name for name in series if MONTHS_APART.get(name) == apart), series[0] if series else "")


def _breaks(region: Region, series: str, line: Sequence[PublishedPeriod], part: str) -> Iterator[Problem]:
    """The problems of one line of columns or rows."""
    remedy = REMEDIES[part]
    strange = [one for one in line if series == "quarters" and not _ends_a_quarter(one.period)]
    for one in strange:
        yield region.problem(one.place, "a quarter, or the last day of one", one.text, remedy)
    months = MONTHS_APART[series]
    for place, (before, after) in enumerate(pairwise(line)):
        # A period that is wrong by itself is one problem: the one after it follows the one before it.
        steps_over = place > 0 and _follows(line[place - 1].period, after.period, 2 * months)
        follows = _follows(before.period, after.period, months) or steps_over
        if {before, after}.isdisjoint(strange) and not follows:
            expected = f"the period {counted(months, 'month')} after that of the {part} before, {before.text}"
            yield region.problem(after.place, expected, after.text, remedy)


def _ends_a_quarter(period: Period) -> bool:
    """Whether a period is a quarter, or the day on which one ends."""
    return period.type == "quarter" or (
        period.type == "as_at" and period.end.month % 3 == 0 and _is_last_of_month(period.end)
    )


def _is_last_of_month(day: dt.date) -> bool:
    """Whether a month ends on a day."""
    return day == month_end(day)


def _follows(before: Period, after: Period, months: int) -> bool:
    """Whether a period is of the same kind as another, that many months later; or the part of a year that is over."""
    if (before.type, after.type) == ("calendar_year", "period"):
        return months_between(before.start, after.start) == months
    ends_alike = before.end.day == after.end.day or (_is_last_of_month(before.end) and _is_last_of_month(after.end))
    apart = {months_between(before.start, after.start), months_between(before.end, after.end)}
    return before.type == after.type and apart == {months} and ends_alike


def newest(published: Sequence[PublishedPeriod]) -> PublishedPeriod | None:
    """The newest of some periods."""
    return max(published, key=lambda one: (one.period.end, one.period.start), default=None)


def check_periods_against_file_name(
    region: Region, spec: TableSpec, published: Sequence[PublishedPeriod], stated: Period | None
) -> Iterator[Problem]:
    """The problem of a table whose newest period is not the `stated` one that its file's name says. A name that says no
    period is compared with nothing.
    """
    rule, found = spec.newest or AS_COMPARED, newest(published)
    if not found or not stated or not rule.is_compared:
        return
    if not _is_of(stated, found.period, rule.months_after_file):
        later = f" and {counted(rule.months_after_file, 'month')}" if rule.months_after_file else ""
        yield region.problem(
            found.place,
            f"the newest period to be that of the file's name, {stated}{later}",
            found.text,
            "look whether this is the file that its name says; if a heading is wrong, declare a correction",
        )


def _is_of(stated: Period, found: Period, months_after: int) -> bool:
    """Whether a period ends within another, or so many months after it; a day is that very day."""
    if stated.type == "as_at" and not months_after:
        return stated.end == found.end
    return months_between(stated.end, found.end) <= months_after <= months_between(stated.start, found.end)


def check_periods_against_release(
    region: Region, spec: TableSpec, published: Sequence[PublishedPeriod], last: dt.date, months_before: Sequence[int]
) -> Iterator[Problem]:
    """The problem of a table whose newest period ends in another month than those of the release do: `months_before`
    the `last` day that the manifest covers.
    """
    rule, found = spec.newest or AS_COMPARED, newest(published)
    if not found or not months_before or not rule.is_compared:
        return
    before = months_between(found.period.end, last) + rule.months_after_file
    if before not in months_before:
        ends = [f"{month_end(last, rule.months_after_file - months):%B %Y}" for months in months_before]
        yield region.problem(
            found.place,
            f"a newest period that ends in {' or '.join(ends)}, as the release's manifest covers days up to {last}",
            found.text,
            "look whether this file is of this release; if it is, correct `covers` in manifest.yml",
        )
