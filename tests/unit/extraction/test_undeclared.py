"""A column of labels that nobody declared is read by its rows for the total, or is a problem."""

from __future__ import annotations

import pytest

from tests.small_tables import TITLE, read, said, spec, values

JUNE = "30 Jun 2024"
KNOWING = spec(total_labels=["All", "Total", "All ages"])
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
        f"(All, Total, All ages …); found {label!r} without one (nearest known: none); "
        "to do: declare the column in the table's spec, or its word for the total in sources/any_table.yml"
        for cell, label in (("B4", "18 to 20"), ("B5", "21 and over"))
    ]


def test_an_empty_label_is_a_problem() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All", 3.0], ["Male", "", 1.0]]

    assert "B4: expected a label" in said(read(rows, KNOWING))[0]


@pytest.mark.parametrize("labels", [["18 to 20", "21 and over"], ["All agess", "21 and over"], [1.0, "All"]])
def test_a_column_without_a_known_total_or_with_figures_stays_an_error(labels: list[str | float]) -> None:
    rows = [[TITLE], HEADINGS, *(["Male", label, 1.0] for label in labels)]

    assert "found 'Age group'" in said(read(rows, KNOWING))[0]


def test_a_label_near_to_a_total_is_named() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All agess", 3.0], ["Male", "18 to 20", 1.0]]

    (problem,) = read(rows, KNOWING).problems
    assert problem.found == ("'Age group' (nearest: none); under it 'All agess' (nearest word for a total: 'All ages')")


def test_a_column_behind_the_figures_stays_an_error() -> None:
    assert "found 'Age group'" in said(read([[TITLE], ["Sex", JUNE, "Age group"], ["Male", 1.0, "All"]], KNOWING))[0]


def test_the_total_twice_is_a_problem() -> None:
    rows = [[TITLE], HEADINGS, ["Male", "All", 3.0], ["Male", "Total", 4.0]]

    assert "it again, first in row 3" in said(read(rows, KNOWING))[0]
