"""A workbook that everybody can read: one marked table a sheet, one header row, nothing merged, notes by number."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from orchestration.external.accessible_workbook import Cover, Sheet, Workbook, column_widths, note_references, to_xlsx

FIRST = Sheet(
    name="Table_1",
    title="People in prison",
    subtitles=("2 of 3 points held",),
    columns=("Series", "Value", "Citation"),
    rows=(("All", 2544, "2,544 people, cell G6"), ("Unreleased", "[x]", "No figure is held")),
    notes=("Counts DPP", "A quarter ahead"),
    scope="Points: some days",
    source="Source: OMSQ",
    legend=("[x] not available",),
)
SECOND = Sheet("Table_2", "Recalls", (), ("Series", "Value"), (("Recalls", 619),), notes=("Counts DPP",))
BOOK = Workbook("Data", datetime(2025, 4, 24, 9, 30), Cover(("What it is.",), ("What it is not.",)), (FIRST, SECOND))  # noqa: DTZ001


@pytest.fixture(scope="module")
def book() -> openpyxl.Workbook:
    """The workbook as another library reads it."""
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(BOOK)))


def test_cover_contents_and_notes_come_first(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", "Table_1", "Table_2"]
    contents = [(name, title.strip()) for name, title in book["Contents"].iter_rows(min_row=4, values_only=True)]
    assert contents == [("Table_1", "People in prison"), ("Table_2", "Recalls")]
    assert book["Contents"]["A4"].hyperlink.location == "'Table_1'!A1"


def test_every_sheet_but_the_cover_has_one_marked_table_with_one_header_row(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        first, *rest = sheet[table.ref]
        assert table.headerRowCount == 1
        assert all(cell.value for cell in first)
        assert all(cell.value is not None for row in rest for cell in row), "no cell is empty"


def test_nothing_is_merged_and_no_row_follows_a_table(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        assert not sheet.merged_cells.ranges
    (table,) = book["Table_1"].tables.values()
    assert table.ref == f"A{book['Table_1'].max_row - 2}:C{book['Table_1'].max_row}"


def test_a_note_that_two_sheets_share_has_one_number(book: openpyxl.Workbook) -> None:
    assert list(book["Notes"].iter_rows(min_row=4, values_only=True)) == [(1, "Counts DPP"), (2, "A quarter ahead")]
    assert book["Table_1"]["A1"].value == "People in prison [note 1][note 2]"
    assert book["Table_2"]["A1"].value == "Recalls [note 1]"


def test_what_stands_above_a_table_is_kept(book: openpyxl.Workbook) -> None:
    above = [row[0] for row in book["Table_1"].iter_rows(max_row=7, values_only=True)]
    assert {"2 of 3 points held", "[x] not available", "Source: OMSQ", "Points: some days"} <= set(above)


def test_the_bytes_depend_on_nothing_but_what_is_written() -> None:
    assert to_xlsx(BOOK) == to_xlsx(BOOK)
    assert to_xlsx(BOOK) != to_xlsx(replace(BOOK, title="Other data"))
    with zipfile.ZipFile(io.BytesIO(to_xlsx(BOOK))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-04-24T09:30:00Z" in archive.read("docProps/core.xml")


def test_an_empty_cell_is_refused() -> None:
    empty = replace(SECOND, rows=((" ", " "),))
    with pytest.raises(ValueError, match="null"):
        to_xlsx(replace(BOOK, sheets=(empty,)))


def test_long_texts_are_wrapped_and_short_columns_are_not_too_narrow() -> None:
    assert column_widths(("A", "Citation"), [("x", "y" * 300), ("n", "z" * 20)]) == [10, 70]
    assert column_widths(("A sixteen-letter heading",), []) == [27]


def test_notes_are_numbered_in_the_order_they_are_met() -> None:
    assert note_references((FIRST, SECOND)) == {"Counts DPP": "note1", "A quarter ahead": "note2"}
