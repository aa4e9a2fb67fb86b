"""Every OMSQ table of the newest release is read one quarter on: renumbered, spelled otherwise, with more dimensions.

Each table is made from the one in raw/ by moving its columns on by one and its figures with them, so that the figures
of the periods that both hold must come out alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import pytest

from orchestration.sources.spec import Source
from orchestration.workbooks.periods import month_end
from orchestration.workbooks.release import ReleaseReading
from tests.fixtures.published_layouts.make_fixtures import Rows
from tests.independent_reader import read_grids
from tests.readings import read_raw, read_sheets
from tests.workbooks import RAW

Q4 = "omsq/2024-q4"
HEADER = 4
"""The row of headings, from 0, as in every table since 2024."""
MONTHS = ("", "Jan", "Feb", "March", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "December")


class Moved(NamedTuple):
    """A file one quarter or year on: its name then, the days of its columns, and the last day its release covers."""

    name: str
    headings: list[str]
    range: str
    covers_last: dt.date


DAYS = ["30/06/2024", "30th Sept 2024", "31 December 2024 [rev]", "31.03.2025", "As at 30 June 2025"]
QUARTERS = ["January 2024 to March 2024", "Apr-Jun 2024", "Q3 2024", "Oct – Dec 2024 [rev]", "2025 Q1 [note 9]"]
PROBATION_DAYS = [month_end(dt.date(2022, 9, 30), 3 * number) for number in range(11)]
YEARS = [str(year) for year in range(2016, 2026)]
JUNE, MARCH = dt.date(2025, 6, 30), dt.date(2026, 3, 31)
FILES = {
    "prison-population-31-Mar-2025.ods": Moved(
        "prison_population_30_June_2025.ods", DAYS, "30 June 2024 to 30 June 2025", JUNE
    ),
    "prison-releases-Oct-to-Dec-2024.ods": Moved(
        "Releases Q1.ods", QUARTERS, "January to March 2024 to January to March 2025", JUNE
    ),
    "licence-recalls-Oct-to-Dec-2024.ods": Moved(
        "licence_recall_Jan_to_Mar_2025.ods", QUARTERS, "to Jan to Mar 2025", JUNE
    ),
    "Probation-Oct-to-Dec-2024.ods": Moved(
        "Probation_Jan_to_Mar_2025.ods",
        [f"{day.day} {MONTHS[day.month]} {day.year}" for day in PROBATION_DAYS],
        "30 September 2022 to 31 March 2025",
        JUNE,
    ),
    "prison-releases-annual-2024.ods": Moved("prison_releases_annual_2025.ods", YEARS, "2016 to 2025", MARCH),
    "licence-recalls-annual-2024.ods": Moved("licence-recalls-annual-2025.ods", YEARS, "2016 to 2025", MARCH),
}
NEW = ("Supervising body [note 9]", ("All supervising bodies [note 9]", "National probation", "Probation trust"))
AGE = ("Age group", ("All ages", "18 to 20", "21 and over"))


def widened(rows: Rows, labels: int, place: int, *added: tuple[str, tuple[str, ...]]) -> tuple[Rows, int]:
    """A table with more columns of labels: for each row one of the totals, then one of each part."""
    header, *body = rows
    for heading, (total, *parts) in added:
        header = [*header[:place], heading, *header[place:]]
        body = [
            [
                *row[:place],
                member,
                *(row[place:] if member == total else [*row[place:labels], *["[c]"] * (len(row) - labels)]),
            ]
            for row in body
            for member in (total, *parts)
        ]
        labels += 1
    return [header, *body], labels


def column_first(rows: Rows, labels: int) -> Rows:
    """A dimension more, before all labels."""
    return widened(rows, labels, 0, NEW)[0]


def column_second(rows: Rows, labels: int) -> Rows:
    """A dimension more, after the first label."""
    return widened(rows, labels, 1, NEW)[0]


def two_columns_last(rows: Rows, labels: int) -> Rows:
    """Two dimensions more, after all labels."""
    return widened(rows, labels, labels, NEW, AGE)[0]


def with_level(rows: Rows, labels: int, is_below: bool) -> Rows:
    """A dimension more as a level of headings: above the periods over each group of them, or under each of them."""
    header, *body = rows
    members, periods = NEW[1], header[labels:]
    blank = [""] * labels
    if is_below:
        heads: Rows = [
            [*header[:labels], *(text for period in periods for text in (period, "", ""))],
            [*blank, *members * len(periods)],
        ]
        figures = [[*row[:labels], *(text for value in row[labels:] for text in (value, "[c]", "[c]"))] for row in body]
    else:
        gap = [""] * (len(periods) - 1)
        heads = [[*blank, *(text for member in members for text in (member, *gap))], [*header[:labels], *periods * 3]]
        figures = [[*row, *["[c]"] * (2 * len(periods))] for row in body]
    return [*heads, *figures]


def level_above(rows: Rows, labels: int) -> Rows:
    """A dimension more, over the periods."""
    return with_level(rows, labels, is_below=False)


def level_below(rows: Rows, labels: int) -> Rows:
    """A dimension more, under the periods."""
    return with_level(rows, labels, is_below=True)


def level_and_column(rows: Rows, labels: int) -> Rows:
    """A dimension more over the periods, and one among the labels."""
    return with_level(*widened(rows, labels, labels, AGE), is_below=False)


def as_it_was(rows: Rows, labels: int) -> Rows:
    """No dimension more."""
    return rows


def moved_on(grid: list[list[object]], number: int, moved: Moved, widen: Callable[[Rows, int], Rows]) -> Rows:
    """A table one period on, with a new number, other spellings, a dimension more and a change at the end."""
    rows = [[cell if isinstance(cell, float) else str(cell or "") for cell in row] for row in grid]
    title = str(rows[0][0]).partition(": ")[2].rpartition(", ")[0]
    title += "" if widen is as_it_was else " and supervising body"
    said = moved.range if not moved.range.startswith("to ") else f"Jan to Mar 2024 {moved.range}"
    labels = len(rows[HEADER]) - len(moved.headings)
    header = [*rows[HEADER][:labels], *moved.headings]
    body = [[*row[:labels], *row[labels + 1 : len(header)], "[x]"] for row in rows[HEADER + 1 :] if any(row)]
    wide = widen([header, *body], labels)
    changed = [[*row, "Change from a year ago (%)" if row is wide[0] else "[z]"] for row in wide]
    if len(wide) - len(body) == 2 and widen is level_below:
        changed[1][-1] = ""
    if widen in (level_above, level_and_column):
        changed[0][-1], changed[1][-1] = "", "Change from a year ago (%)"
    return [[f"Table 9.Q.{number}b: {title}, {said} [note 9]"], *rows[1:HEADER], *changed]


def read_moved(source: Source, name: str, widen: Callable[[Rows, int], Rows]) -> ReleaseReading:
    """What is read of a file of the newest release one period on."""
    moved, sheets = FILES[name], dict[str, Rows]()
    for number, (sheet, grid) in enumerate(read_grids(RAW / Q4 / name).items()):
        is_read = sheet.startswith("Table") and sheet not in ("Table_1_Q_1", "Table_5_Q_1")
        rows = moved_on(grid, number, moved, widen) if is_read else [[str(cell or "") for cell in row] for row in grid]
        sheets[f"Table_9_Q_{number}b" if is_read else sheet] = rows
    return read_sheets(source, moved.name, sheets, moved.covers_last)


WAYS = (as_it_was, column_first, column_second, two_columns_last, level_above, level_below, level_and_column)


@pytest.mark.parametrize("widen", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("name", sorted(FILES))
def test_every_table_of_the_newest_release_is_read_one_period_on(sources, name, widen):
    reading = read_moved(sources["omsq"], name, widen)
    assert reading.problems == []

    before = [seen for seen in read_raw(Q4).observations if seen.file == name]
    after = {(seen.table, *sorted(seen.dimensions.items()), seen.period): seen for seen in reading.observations}
    first = {seen.table: min(one.period for one in before if one.table == seen.table) for seen in before}
    shared = [seen for seen in before if seen.period != first[seen.table]]
    assert shared
    assert len(after) == len(before), "one column is gone and one is new"
    for seen in shared:
        again = after[(seen.table, *sorted(seen.dimensions.items()), seen.period)]
        assert (again.value, again.measure, again.breakdown) == (seen.value, seen.measure, seen.breakdown)


def test_the_column_marked_as_revised_is_revised(sources):
    reading = read_moved(sources["omsq"], "prison-population-31-Mar-2025.ods", column_first)
    revised = {seen.period.end for seen in reading.observations if seen.value_status == "revised"}

    assert revised == {dt.date(2024, 12, 31)}


def test_every_file_and_every_table_of_the_newest_release_is_moved_on():
    assert {path.name for path in (RAW / Q4).glob("*.ods")} == FILES.keys()
    assert {seen.file for seen in read_raw(Q4).observations} == FILES.keys()
