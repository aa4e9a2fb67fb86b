"""The periods of a table are those its title, its file and its release name, and follow each other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from orchestration.sources.spec import TableSpec
from orchestration.workbooks.release import ReleaseReading, read_release
from tests.small_tables import read, source, spec, values

DAYS = ["31 Mar 2024", "30 Jun 2024", "30 Sep 2024", "31 Dec 2024", "31 Mar 2025"]
QUARTERS = ["Jan to Mar 2024", "Apr to June 2024", "July to Sept 2024", "Oct to Dec 2024", "Jan to Mar 2025"]
YEARS = ["2022", "2023", "2024"]


def _table(headings: list[object], title: str = "Table 1: People by sex") -> list[list[object]]:
    return [[title], ["Sex", *headings], ["Male", *(float(number) for number in range(len(headings)))]]


def _spec(period: str, *series: str, **changes: object) -> TableSpec:
    return spec(headings=[{"period": period, "series": list(series)}], **changes)


def _problems(rows: list[list[object]], table: TableSpec) -> list[tuple[str, str, str]]:
    return [(problem.cell, problem.expected, problem.found) for problem in read(rows, table).problems]


# ---- The range of the title ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "period", "headings"),
    [
        ("31 Mar 2024 to 31 March 2025 [note 1]", "as_at", DAYS),
        ("2024 to 2025", "as_at", DAYS),
        ("Jan to Mar 2024 to Jan to Mar 2025", "period", QUARTERS),
        ("2024 to 2025(1)", "period", QUARTERS),
        ("2022 to 2024", "calendar_year", YEARS),
        ("2005/6 to 2006/07", "financial_year", ["2005/6", "2006/7"]),
        ("2005 to 2007", "financial_year", ["2005/6", "2006/7"]),
        ("30 June 2024", "as_at", DAYS),
        ("sentenced 2005 to date", "as_at", DAYS),
    ],
)
def test_a_title_that_says_the_range_of_its_columns_is_taken(title, period, headings):
    assert len(values(read(_table(headings, f"Table 1: People by sex, {title}"), _spec(period)))) == len(headings)


@pytest.mark.parametrize(
    ("title", "period", "headings", "cell", "expected"),
    [
        ("31 Mar 2024 to 30 Jun 2025", "as_at", DAYS, "F2", "2025-06-30, the last period that the title in A1 says"),
        ("31 Mar 2023 to 31 Mar 2025", "as_at", DAYS, "B2", "2023-03-31, the first period that the title in A1 says"),
        (
            "Jan to Mar 2024 to Oct to Dec 2024",
            "period",
            QUARTERS,
            "F2",
            "2024-10-01 to 2024-12-31, the last period that the title in A1 says",
        ),
        (
            "2022 to 2025",
            "calendar_year",
            YEARS,
            "D2",
            "2025-01-01 to 2025-12-31, the last period that the title in A1 says",
        ),
    ],
)
def test_a_title_that_says_another_range_is_reported_with_the_heading(title, period, headings, cell, expected):
    found = _problems(_table(headings, f"Table 1: People by sex, {title}"), _spec(period))

    assert found == [(cell, expected, repr(headings[-1 if cell != "B2" else 0]))]


def test_a_title_says_the_range_of_rows_too():
    by_year = spec(
        label_columns=[{"heading": "Year", "period": "calendar_year"}],
        headings=[{"dimension": "sex", "members": {"male": ["Male"]}}],
    )
    rows = [["Table 1: People by sex, 2022 to 2024"], ["Year", "Male"], ["2022", 1.0], ["2023", 2.0]]

    assert _problems(rows, by_year) == [
        ("A4", "2024-01-01 to 2024-12-31, the last period that the title in A1 says", "'2023'")
    ]


def test_the_range_of_a_title_is_not_that_of_headings_with_words_of_their_own():
    until = spec(headings=[{"period": "as_at", "period_within": "recalled in .+ returned by (?P<period>.+)"}])
    recalled = [("Jan to Mar", "30 Jun"), ("Apr to Jun", "30 Sep")]
    headings = [f"Recalled in {quarter} 2024 returned by {day} 2024" for quarter, day in recalled]
    rows = _table(headings, "Table 1: People by sex, Jan to Mar 2024 to Apr to Jun 2024")

    assert len(values(read(rows, until))) == 2


# ---- One after the other -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "series", "headings"),
    [
        ("as_at", ["quarters"], DAYS),
        ("as_at", ["quarters"], DAYS[:1]),
        ("as_at", ["quarters", "years"], ["30 Jun 2022", "30 Jun 2023", "30 Jun 2024"]),
        ("as_at", ["years"], ["29 Feb 2024", "28 Feb 2025"]),
        ("period", ["quarters", "years"], QUARTERS),
        ("period", ["quarters", "years"], YEARS),
        ("period", [], ["2015", "2016", "Jan to June 2017"]),
    ],
)
def test_periods_that_follow_each_other_are_taken(period, series, headings):
    assert len(values(read(_table(headings), _spec(period, *series)))) == len(headings)


@pytest.mark.parametrize(
    ("period", "headings", "cell", "expected"),
    [
        (
            "as_at",
            [*DAYS[:4], "30 June 2025"],
            "F2",
            "the period 3 months after that of the column before, '31 Dec 2024'",
        ),
        ("as_at", [*DAYS[:4], "28 Feb 2025"], "F2", "a quarter, or the last day of one"),
        ("as_at", [*DAYS[:4], "30 Mar 2025"], "F2", "a quarter, or the last day of one"),
        (
            "period",
            [*QUARTERS[:4], "Apr to June 2025"],
            "F2",
            "the period 3 months after that of the column before, 'Oct to Dec 2024'",
        ),
        ("period", [*QUARTERS[:4], "Jan to Feb 2025"], "F2", "a quarter, or the last day of one"),
        (
            "period",
            ["2021", "2022", "2024"],
            "D2",
            "the period 12 months after that of the column before, '2022'",
        ),
    ],
)
def test_a_period_that_does_not_follow_the_one_before_it_is_reported(period, headings, cell, expected):
    found = _problems(_table(headings), _spec(period, "quarters", "years"))

    assert found == [(cell, expected, repr(headings[-1]))]


def test_columns_that_changed_places_are_reported():
    headings = [DAYS[0], DAYS[2], DAYS[1], *DAYS[3:]]

    assert {cell for cell, *_ in _problems(_table(headings), _spec("as_at", "quarters"))} == {"C2", "D2", "E2"}


def test_a_day_published_twice_at_a_break_is_no_gap():
    repeat = {"period": dt.date(2024, 6, 30), "dimension": "series", "members": ["before", "all"], "reason": "a break"}
    rows = _table([DAYS[0], DAYS[1], f"{DAYS[1]} (2)", DAYS[2]])

    assert len(values(read(rows, _spec("as_at", "quarters", repeated_periods=[repeat])))) == 4


# ---- The file and its release --------------------------------------------------------------------------------------

NAMED = [{"name": r"^people-?(?P<period>[\w-]*)", "tables": ["small"], "months_before_release": [0]}]


def _read(folder: Path, name: str, table: TableSpec, headings: list[str], last: str = "") -> ReleaseReading:
    rows = [["Sex", *headings], ["Male", *("1" for _ in headings)]]
    (folder / f"{name}.csv").write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    covers_last = dt.date.fromisoformat(last) if last else None
    return read_release(folder.glob("*.csv"), source(table, files=NAMED), "1", "People by sex", covers_last)


@pytest.mark.parametrize(
    ("name", "period", "headings"),
    [
        ("people-31-Mar-2025", "as_at", DAYS),
        ("people-31March2025", "as_at", DAYS),
        ("people-Jan-to-Mar-2025", "period", QUARTERS),
        ("people-2025", "as_at", DAYS),
        ("people-2024", "period", YEARS),
        ("people-by-quarter", "as_at", DAYS),
        ("people-Jan-to-Mar-2025", "as_at", DAYS),
    ],
)
def test_a_file_whose_name_says_its_newest_period_or_none_is_taken(tmp_path, name, period, headings):
    assert _read(tmp_path, name, _spec(period), headings).problems == []


@pytest.mark.parametrize(
    ("name", "headings", "stated"),
    [
        ("people-30-Sep-2025", DAYS, "2025-09-30"),
        ("people-30-Mar-2025", DAYS, "2025-03-30"),
        ("people-Oct-to-Dec-2024", DAYS, "2024-10-01 to 2024-12-31"),
        ("people-2024", DAYS, "2024-01-01 to 2024-12-31"),
    ],
)
def test_a_file_named_after_another_period_is_reported_with_its_newest_heading(tmp_path, name, headings, stated):
    (problem,) = _read(tmp_path, name, _spec("as_at"), headings).problems

    assert (problem.file, problem.cell, problem.found) == (f"{name}.csv", "F1", "'31 Mar 2025'")
    assert problem.expected == f"the newest period to be that of the file's name, {stated}"


def test_a_table_may_reach_beyond_what_its_file_is_named_after(tmp_path):
    ahead = _spec("as_at", newest={"months_after_file": 3, "reason": "recalls are followed for a quarter more"})

    assert _read(tmp_path, "people-Oct-to-Dec-2024", ahead, DAYS, "2024-12-31").problems == []
    (problem,) = _read(tmp_path, "people-Oct-to-Dec-2024", ahead, DAYS[:4], "2024-12-31").problems
    assert problem.expected.endswith("2024-10-01 to 2024-12-31 and 3 months")


@pytest.mark.parametrize("last", ["2025-03-31", "2025-03-28", ""])
def test_a_file_of_the_month_up_to_which_its_release_covers_is_taken(tmp_path, last):
    assert _read(tmp_path, "people", _spec("as_at"), DAYS, last).problems == []


def test_a_file_of_another_quarter_than_its_release_is_reported(tmp_path):
    (problem,) = _read(tmp_path, "people", _spec("as_at"), DAYS, "2025-09-30").problems

    assert (problem.file, problem.cell, problem.found) == ("people.csv", "F1", "'31 Mar 2025'")
    assert problem.expected == (
        "a newest period that ends in September 2025, as the release's manifest covers days up to 2025-09-30"
    )
    assert problem.remedy == "look whether this file is of this release; if it is, correct `covers` in manifest.yml"


def test_a_table_that_is_declared_otherwise_is_not_compared(tmp_path):
    old = _spec("as_at", newest={"is_compared": False, "reason": "the stored text stops early"})

    assert _read(tmp_path, "people-30-Sep-2025", old, DAYS, "2025-09-30").problems == []


def test_a_wrong_heading_is_reported_once(tmp_path):
    """It is at odds with the title, the column before it, the file's name and the release at once."""
    headings = [*DAYS[:4], "31 May 2025"]
    (problem,) = _read(tmp_path, "people-31-Mar-2025", _spec("as_at", "quarters"), headings, "2025-03-31").problems

    assert (problem.cell, problem.expected) == ("F1", "a quarter, or the last day of one")
