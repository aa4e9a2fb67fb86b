"""What the independent reader makes of a sheet: two sheets say the same of a figure only when nothing of it differs."""

from __future__ import annotations

import copy
from types import SimpleNamespace

import pytest

from tests.attack.sayings import sayings, text, unread_figures
from tests.independent_reader import Grid

SHEET: Grid = [
    ["Table 1: Prisoners by sex [note 1]"],
    ["This worksheet contains one table."],
    ["", "", "Never released", None, "Recalled"],
    ["Sex", "Age", "2023", "2024", "2024"],
    ["All prisoners"],
    ["Male", "All", 10.0, 12.0, "[c]"],
    ["Female", "All", 1.0, 2.0, 3.0],
    ["Sentenced"],
    ["Male", "All", 4.0, 5.0, 6.0],
]
NOTES: Grid = [["Notes"], ["[note 1]", "On the last day"], ["[note 2]", "Not used"]]
FIGURES = [
    SimpleNamespace(table="one", table_title="Prisoners by sex", sheet="T1", cell=cell)
    for cell in ("C6", "D6", "E6", "C7", "D7", "E7", "C9", "D9", "E9")
]


def said(rows: Grid, notes: Grid = NOTES):
    return sayings({"T1": rows, "Notes": notes}, FIGURES)


def changed(row: int, column: int, value: object) -> Grid:
    rows = copy.deepcopy(SHEET)
    rows[row][column] = value
    return rows


def test_what_a_sheet_says_of_a_figure() -> None:
    found = said(SHEET)["T1", (8, 3)]
    assert found.cell == "5"
    assert found.row == ("male", "all")
    assert found.column == ("never released", "2024")
    assert found.head == "sentenced"
    assert found.title == "table 1: prisoners by sex"
    assert found.notes == frozenset({"on the last day"})


@pytest.mark.parametrize(
    ("row", "column", "value", "cells"),
    [
        (0, 0, "Table 1: Prisoners by sex and age", 9),
        (2, 2, "Released", 6),
        (2, 3, "Recalled", 3),
        (3, 3, "2025", 3),
        (5, 0, "Mlae", 3),
        (5, 2, 11.0, 1),
        (5, 4, "[x]", 1),
        (7, 0, "Remand", 3),
        (1, 0, "This worksheet has one table.", 0),
        (5, 0, "MALE  [note 2]", 3),
        (5, 0, " MALE", 0),
        (5, 2, "10", 0),
    ],
)
def test_what_differs_after_a_change(row: int, column: int, value: object, cells: int) -> None:
    before, after = said(SHEET), said(changed(row, column, value))
    assert sum(before[at] != after[at] for at in before) == cells


def test_a_month_is_the_same_in_full_and_in_short() -> None:
    assert text("30 June 2024") == text("30 jun 2024") == "30 jun 2024"
    assert text("1 Sept 2024") == text("1 September 2024")
    assert text("17 Ju 2025") != text("17 July 2025")
    assert text("Marched out") != text("Mar out")


def test_another_note_is_another_saying() -> None:
    other: Grid = [["Notes"], ["[note 1]", "On the first day"], ["[note 2]", "Nor this"]]
    assert all(said(SHEET)[at] != one for at, one in said(SHEET, other).items())


def test_figures_that_are_not_read_are_counted() -> None:
    assert unread_figures({"T1": SHEET}, set(said(SHEET))) == 0
    assert unread_figures({"T1": [*SHEET, ["Female", "All", 4.0, "[x]", 2024.0]]}, set(said(SHEET))) == 2
