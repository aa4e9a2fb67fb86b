"""Reading takes as long as the cells that hold something need, anywhere."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from openpyxl import Workbook

from orchestration.workbooks import ods, xlsx
from orchestration.workbooks.release import ReleaseReading, read_release
from orchestration.workbooks.workbook import Sheet, read_workbook
from tests.small_tables import TITLE, source, spec
from tests.workbooks import RAW, ods_cell, ods_row, ods_sheet, write_ods

ROWS: list[list[str | float]] = [
    [TITLE],
    ["Sex", "30 Jun 2024"],
    ["Male", 7.0],
    ["Female", 8.0],
    ["Male and female", 15.0],
]
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
FAR = [
    (20_000, 1),
    (LAST_ROW, 1),
    (4, LAST_COLUMN),
    (1, LAST_COLUMN),
    (LAST_ROW, LAST_COLUMN),
]
"""Rows and columns, counted from 1, of a cell far from the table."""


def _ods(path: Path, text: str, row: int, column: int) -> Path:
    lines = [
        "".join(
            ods_cell(cell) if isinstance(cell, str) else ods_cell(str(cell), f'office:value="{cell}"', "float")
            for cell in cells
        )
        for cells in ROWS
    ]

    def gap(times: int) -> str:
        return f'<table:table-cell table:number-columns-repeated="{times}"/>' if times else ""

    if row <= len(ROWS):
        lines[row - 1] += gap(column - 1 - len(ROWS[row - 1])) + ods_cell(text)
        below = ""
    else:
        below = ods_row(times=row - len(ROWS) - 1) + ods_row(gap(column - 1), ods_cell(text))
    return write_ods(path / "a.ods", ods_sheet("".join(map(ods_row, lines)) + below))


def _xlsx(path: Path, text: str, row: int, column: int) -> Path:
    book = Workbook()
    for cells in ROWS:
        book.active.append(cells)
    book.active.cell(row, column, text)
    book.save(path / "a.xlsx")
    return path / "a.xlsx"


def _read(path: Path) -> ReleaseReading:
    return read_release([path], source(spec()), "1", "")


@pytest.mark.parametrize("place", FAR)
@pytest.mark.parametrize("text", [" ", "see the notes"])
@pytest.mark.parametrize("write", [_ods, _xlsx])
def test_a_cell_far_from_the_table_costs_no_time_and_changes_no_figure(tmp_path, write, text, place):
    path = write(tmp_path, text, *place)
    started = time.process_time()
    reading = _read(path)
    seconds = time.process_time() - started

    assert reading.problems == []
    assert {seen.cell: seen.value for seen in reading.observations} == {"B3": 7.0, "B4": 8.0, "B5": 15.0}
    assert seconds < 3


def test_a_far_number_that_shows_no_text_is_found(tmp_path):
    row = ods_row('<table:table-cell office:value-type="float" office:value="7"/>')
    (sheet,) = read_workbook(
        write_ods(tmp_path / "a.ods", ods_sheet(row + ods_row(times=1_048_000) + row)), "r", ""
    ).sheets

    assert sheet.held == (0, 1_048_001)


def test_a_row_of_zeros_holds_something_and_one_of_empty_cells_does_not():
    assert Sheet("a", (("", 0.0), (), ("", ""), (False,), ("", "x"))).held == (0, 3, 4)


@pytest.mark.parametrize("write", [_ods, _xlsx])
def test_a_far_cell_keeps_its_place(tmp_path, write):
    (sheet,) = read_workbook(write(tmp_path, "here", LAST_ROW, LAST_COLUMN), "r", "").sheets

    assert (len(sheet.rows), len(sheet.rows[-1]), sheet.rows[-1][-1]) == (LAST_ROW, LAST_COLUMN, "here")
    assert sheet.held == (0, 1, 2, 3, 4, LAST_ROW - 1)


@pytest.mark.parametrize("write", [_ods, _xlsx])
def test_a_far_figure_in_a_column_of_the_table_is_still_a_problem(tmp_path, write):
    path = _ods(tmp_path, "12", 20_000, 2) if write is _ods else _xlsx(tmp_path, "12", 20_000, 2)
    (problem,) = _read(path).problems

    assert problem.cell == "B20000"


def test_twenty_thousand_rows_are_read_in_seconds(tmp_path):
    row = ods_row(ods_cell("Male"), ods_cell("7", 'office:value="7"', "float"), times=20_000)
    head = ods_row(ods_cell(TITLE)) + ods_row(ods_cell("Sex"), ods_cell("30 Jun 2024"))
    started = time.process_time()
    reading = _read(write_ods(tmp_path / "a.ods", ods_sheet(head + row)))

    assert len(reading.problems) == 19_999
    assert time.process_time() - started < 6


@pytest.mark.parametrize(
    "path", sorted(RAW.glob("*/*/*.ods")) + sorted(RAW.glob("*/*/*.xlsx")), ids=lambda path: path.name
)
def test_a_workbook_reads_the_same_when_its_empty_rows_and_columns_are_taken_out(path, monkeypatch):
    def cells() -> dict[tuple[str, int, int], object]:
        return {
            (sheet.name, row, column): cell
            for sheet in read_workbook(path, "r", "").sheets
            for row, cells in enumerate(sheet.rows)
            for column, cell in enumerate(cells)
            if cell != ""
        }

    usual = cells()
    monkeypatch.setattr(ods, "_has_far_cells", lambda content: True)
    monkeypatch.setattr(xlsx, "_signs", lambda formats: re.compile(b"<"))
    monkeypatch.setattr(xlsx, "_is_far", lambda cells: True)

    assert cells() == usual
    assert usual
