"""An undeclared column of labels is read by its rows for the total, or is a problem."""

from __future__ import annotations

import pytest

from orchestration.sources.spec import TableSpec
from tests.small_tables import TITLE, read, said, spec, values

JUNE = "30 Jun 2024"
KNOWING = spec(total_labels=[{"says": r"^(all|total)\b(?!.*\bother\b)", "reason": "invented for a test"}])
HEADINGS = ["Sex", "Age group", JUNE]


def test_rows_of_the_total_are_read_and_their_parts_are_not() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All ages", 3.0], ["Male", "18 to 20", 1.0], ["Male", "21 and over", 2.0]]
    reading = read([*rows, ["Female", "All ages", 5.0], ["Female", "21 and over", 5.0]], KNOWING)

    assert values(reading) == {"C3": 3.0, "C6": 5.0}
    assert reading.remarks == [
        "column 'Age group' is declared nowhere: read by its total, 3 rows of its parts read past"
    ]


def test_a_table_without_such_a_column_is_read_as_before() -> None:
    reading = read([[TITLE], ["Sex", JUNE], ["Male", 3.0]], KNOWING)

    assert values(reading) == {"B3": 3.0}
    assert reading.remarks == []


def test_two_such_columns_are_read_where_both_say_the_total() -> None:
    headings = ["Age group", "Sex", "Offence", JUNE]
    rows = [["All", "Male", "All", 3.0], ["All", "Male", "Arson", 1.0], ["21 to 24", "Male", "All", 2.0]]

    assert values(read([[TITLE], headings, *rows], KNOWING)) == {"D3": 3.0}


def test_a_part_without_its_total_is_a_problem() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All", 3.0], ["Female", "18 to 20", 1.0], ["Female", "21 and over", 4.0]]

    assert said(read(rows, KNOWING)) == [
        f"small 1 / small.ods / Sheet1 / {cell}: expected a label, and beside it a row for the total of 'Age group' "
        f"(All …, Total …); found {label!r} without one; "
        "to do: declare the column in the table's spec, or its word for the total in "
        "orchestration/sources/any_table.yml"
        for cell, label in (("B4", "18 to 20"), ("B5", "21 and over"))
    ]


def test_an_empty_label_is_a_problem() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All", 3.0], ["Male", "", 1.0]]

    assert "B4: expected a label" in said(read(rows, KNOWING))[0]


@pytest.mark.parametrize("labels", [["18 to 20", "21 and over"], ["Every age", "All other ages"], [1.0, "All"]])
def test_a_column_without_a_known_total_or_with_figures_stays_an_error(labels: list[str | float]) -> None:
    rows = [[TITLE], HEADINGS, *(["Male", label, 1.0] for label in labels)]

    assert "found 'Age group'" in said(read(rows, KNOWING))[0]


@pytest.fixture
def every(sources) -> TableSpec:
    """The small table, with what every table may gain."""
    real = sources["omsq"].tables["recalls_by_region"]
    return spec(total_labels=real.total_labels, ignored_columns=real.ignored_columns)


@pytest.mark.parametrize(
    "total",
    [
        *(
            "All supervising bodies",
            "All",
            "Total",
            "TOTAL",
            "All ages [note 3]",
            "All bodies (1)",
            "Any body",
            "Overall",
        ),
        *(
            "Total, all bodies",
            "Both sexes",
            "England and Wales",
            "England & Wales",
            "Grand total",
            "All probation regions*",
        ),
        *("Male and female", "Combined", "All recalls"),
    ],
)
def test_a_total_is_known_by_its_first_word_whatever_it_is_of(every, total) -> None:
    rows = [[TITLE], HEADINGS, ["Male", total, 3.0], ["Male", "One", 1.0], ["Male", "Another", 2.0], ["* A note"]]

    assert values(read(rows, every)) == {"C3": 3.0}


@pytest.mark.parametrize(
    "part",
    [
        *(
            "All other bodies",
            "Total excluding London",
            "All except HDC",
            "Total of which: one",
            "Sub-total",
            "Allocated",
        ),
        *("Other", "Totally unknown", "All but one", "All others"),
    ],
)
def test_a_label_of_what_is_left_is_no_total(every, part) -> None:
    rows = [[TITLE], HEADINGS, ["Male", part, 3.0], ["Male", "One", 1.0]]

    assert "found 'Age group'" in said(read(rows, every))[0]


@pytest.mark.parametrize("place", [0, 1])
def test_such_a_column_may_stand_anywhere_among_the_labels(every, place) -> None:
    rows = [["Sex", JUNE], ["Male", 3.0], ["Male", 1.0]]
    for row, text in zip(rows, ["Supervising body [note 2]", "All supervising bodies", "Probation trust"], strict=True):
        row.insert(place, text)

    assert values(read([[TITLE], *rows], every)) == {"C3": 3.0}


def test_three_such_columns_at_once(every) -> None:
    headings = ["Region", "Sex", "Age", "Supervising body", JUNE]
    totals = ["All regions", "Male", "All ages", "All supervising bodies"]
    parts = [[*totals[:place], "A part", *totals[place + 1 :], 1.0] for place in (0, 2, 3)]
    reading = read([[TITLE], headings, *parts, [*totals, 3.0]], every)

    assert values(reading) == {"E6": 3.0}
    assert len(reading.remarks) == 3


def test_two_rows_that_could_be_the_total_are_a_problem(every) -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All ages", 3.0], ["Male", "All adults", 2.0]]

    assert "a second one; the first is in row 3" in said(read(rows, every))[0]


def test_a_part_larger_than_what_reads_as_its_total_is_a_problem(every) -> None:
    rows = [[TITLE], HEADINGS, ["Male", "Everybody", 9.0], ["Male", "All trusts", 6.0], ["Male", "Companies", 3.0]]

    (problem,) = read(rows, every).problems
    assert (problem.cell, problem.found) == ("C3", "9")
    assert problem.expected == "a part that is no larger than its total, 6 in C4"


def test_a_mean_may_be_larger_than_that_of_the_total(every) -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All ages", 6.0], ["Male", "Old", 9.0], ["Male", "Young", 3.0]]

    assert values(read(rows, every.model_copy(update={"unit": "months"}))) == {"C3": 6.0}


BODIES = ["All supervising bodies [note 3]", "National probation", "Probation trust"]
DAYS = [JUNE, "30 Sep 2024"]


def test_a_level_of_headings_above_the_days_is_read_by_its_total(every) -> None:
    above = ["", BODIES[0], "", BODIES[1], "", BODIES[2], ""]
    rows = [[TITLE], above, ["Sex", *DAYS * 3, "Change"], ["Male", 9.0, 8.0, 5.0, 5.0, 4.0, 3.0]]
    reading = read(rows, every)

    assert values(reading) == {"B4": 9.0, "C4": 8.0}
    assert reading.remarks == [
        "the headings in row 2 are declared nowhere: read by their total, 4 columns of its parts read past"
    ]


@pytest.mark.parametrize("are_repeated", [True, False])
@pytest.mark.parametrize("labels_above", [True, False])
def test_a_level_of_headings_below_the_days_is_read_by_its_total(every, are_repeated, labels_above) -> None:
    days = [text for day in DAYS for text in ([day] * 3 if are_repeated else [day, "", ""])]
    upper, lower = ["Sex" if labels_above else "", *days], ["" if labels_above else "Sex", *BODIES * 2]
    reading = read([[TITLE], upper, lower, ["Male", 9.0, 5.0, 4.0, 8.0, 5.0, 3.0]], every)

    assert values(reading) == {"B4": 9.0, "E4": 8.0}


def test_a_level_of_headings_without_a_total_stays_an_error(every) -> None:
    rows = [[TITLE], ["", BODIES[1], "", BODIES[2], ""], ["Sex", *DAYS * 2], ["Male", 5.0, 5.0, 4.0, 3.0]]

    assert "a second one; the first is in B3" in said(read(rows, every))[0]


def test_a_part_of_a_level_of_headings_may_not_be_larger_than_the_total(every) -> None:
    rows = [[TITLE], ["", "All trusts", "Everybody"], ["Sex", JUNE, JUNE], ["Male", 4.0, 9.0]]

    (problem,) = read(rows, every).problems
    assert (problem.cell, problem.found) == ("C4", "9")


def test_a_column_without_a_heading_of_its_own_under_the_days_is_an_error(every) -> None:
    rows = [[TITLE], ["Sex", JUNE, "", "30 Sep 2024"], ["", *BODIES[:2], ""], ["Male", 9.0, 5.0, 8.0]]

    assert read(rows, every).problems


def test_a_column_behind_the_figures_stays_an_error() -> None:
    assert "found 'Age group'" in said(read([[TITLE], ["Sex", JUNE, "Age group"], ["Male", 1.0, "All"]], KNOWING))[0]


def test_the_total_twice_is_a_problem() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All", 3.0], ["Male", "Total", 4.0]]

    assert "a second one; the first is in row 3" in said(read(rows, KNOWING))[0]
