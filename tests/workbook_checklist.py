"""The Analysis Function's checklist for accessible spreadsheets, asked of a workbook as another library reads it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

FIRST_SHEETS = ["Cover", "Contents", "Notes"]
LONGEST_NAME = 31
NARROWEST, WIDEST = 8, 80
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
LICENCE = re.compile("licence", re.IGNORECASE)
NUMBER_AS_TEXT = re.compile(r"-?[\d,]+(\.\d+)?%?")
SYMBOL = re.compile(r"\[[a-z]\]")
NOTE = re.compile(r"\[note (\d+)\]")


def faults(xlsx: bytes) -> list[str]:
    """Everything in a workbook that goes against the checklist, each with its sheet; empty for an accessible one."""
    book = openpyxl.load_workbook(io.BytesIO(xlsx), rich_text=False)
    found = [*_of_names(book.sheetnames), *_of_properties(book), *_of_alt_texts(xlsx)]
    if book.sheetnames[: len(FIRST_SHEETS)] != FIRST_SHEETS:
        return [*found, f"workbook: the first sheets are {book.sheetnames[:3]}"]
    found += _of_cover(book["Cover"])
    found += _of_contents(book["Contents"], book.sheetnames)
    notes = [str(number) for number, *_ in book["Notes"].iter_rows(min_row=4, values_only=True)]
    for sheet in book.worksheets:
        found += [f"{sheet.title}: {fault}" for fault in _of_every_sheet(sheet)]
        if sheet.title != "Cover":
            found += [f"{sheet.title}: {fault}" for fault in _of_table(sheet, notes)]
    return found


def _of_names(names: list[str]) -> Iterator[str]:
    """Names that Excel or a screen reader cannot take."""
    for name in names:
        if len(name) > LONGEST_NAME or not re.fullmatch(r"\w+", name, re.ASCII):
            yield f"{name}: the name is too long or has signs in it"
    if len({name.lower() for name in names}) < len(names):
        yield "workbook: two sheets have one name"


def _of_properties(book: openpyxl.Workbook) -> Iterator[str]:
    if not book.properties.title:
        yield "workbook: no title in the properties"


def _of_alt_texts(xlsx: bytes) -> Iterator[str]:
    """Charts that a reader who cannot see them learns nothing of."""
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/drawings/drawing"):
                for shape in ET.fromstring(archive.read(name)).iter(f"{DRAWING}cNvPr"):
                    if len(shape.get("descr", "")) < 40:
                        yield f"{name}: a chart has no alt text"


def _of_cover(cover: Worksheet) -> Iterator[str]:
    """What a cover must say, and that headings are marked as such."""
    lines = [row[0] for row in cover.iter_rows(max_col=1)]
    texts = [str(cell.value) for cell in lines]
    headings = [str(cell.value) for cell in lines if cell.style == "Heading 2"]
    links = {str(cell.value): cell.hyperlink.target for cell in lines if cell.hyperlink}
    asked = {
        "the title is no heading": cover["A1"].style == "Heading 1",
        "the parts have no headings": len(headings) >= 3,
        "no contact": "Contact" in headings and texts[-1] != "Contact",
        "no publication date": any(text.startswith("Publication date") for text in texts),
        "no link to the licence": any(LICENCE.search(text) for text in links),
        "the symbols are not explained": any("Symbols" in text and "[c]" in text for text in texts),
        "a link leads nowhere": all(str(target).startswith("https://") for target in links.values()),
        "a link has no text but its address": not any(text.startswith("http") for text in links),
    }
    yield from (f"Cover: {fault}" for fault, is_right in asked.items() if not is_right)


def _of_contents(contents: Worksheet, names: list[str]) -> Iterator[str]:
    """Every other sheet is listed once, by a link to it."""
    listed = [(row[0].value, row[0].hyperlink and row[0].hyperlink.location) for row in contents.iter_rows(min_row=4)]
    expected = [(name, f"'{name}'!A1") for name in names if name not in ("Cover", "Contents")]
    if listed != expected:
        yield "Contents: the links are not those of the sheets"


def _of_every_sheet(sheet: Worksheet) -> Iterator[str]:
    """Merged, blank, hidden and computed things."""
    if sheet.merged_cells.ranges:
        yield "merged cells"
    if sheet.sheet_state != "visible" or any(row.hidden for row in sheet.row_dimensions.values()):
        yield "something is hidden"
    if sheet.freeze_panes:
        yield "panes are frozen"
    for row in sheet.iter_rows():
        if all(cell.value is None for cell in row):
            yield f"row {row[0].row} is blank"
        if any(cell.data_type == "f" for cell in row):
            yield f"row {row[0].row} has a formula"
        if any(cell.value is not None and cell.font.sz < 12 for cell in row):
            yield f"row {row[0].row} is in small type"


def _of_table(sheet: Worksheet, notes: list[str]) -> list[str]:
    """One marked table at the end of the sheet, whole, wide enough, with everything it uses explained above it."""
    if len(sheet.tables) != 1:
        return [f"{len(sheet.tables)} tables"]
    (table,) = sheet.tables.values()
    left, top, right, bottom = range_boundaries(table.ref)
    above = [row[0] for row in sheet.iter_rows(max_row=top - 1, max_col=1, values_only=True)]
    headings, *rows = sheet.iter_rows(min_row=top, max_row=bottom, max_col=right)
    widths = [sheet.column_dimensions[cell.column_letter].width for cell in headings]
    anchors = [chart.anchor._from for chart in sheet._charts]
    names = [cell.value for cell in headings]
    asked = {
        f"the table is at {table.ref}, and the sheet ends elsewhere": (left, bottom, right)
        == (1, sheet.max_row, sheet.max_column),
        "the table has no heading row": table.headerRowCount == 1,
        "a heading is blank or twice there": all(names) and len(set(names)) == len(names),
        "a heading is not bold": all(cell.font.b for cell in headings),
        "a cell is not wrapped": all(cell.alignment.wrap_text for row in (headings, *rows) for cell in row),
        "a column is too narrow or too wide": all(NARROWEST <= width <= WIDEST for width in widths),
        "a chart covers the table": all(anchor.row >= bottom and anchor.col == 0 for anchor in anchors),
    }
    cells = [cell.value for row in rows for cell in row]
    return [
        *(fault for fault, is_right in asked.items() if not is_right),
        *_of_cells(cells, above),
        *_of_lines_above(sheet, above, notes),
    ]


def _of_cells(cells: list[Any], above: list[Any]) -> Iterator[str]:
    """Cells that say nothing, symbols that nothing explains, and numbers that cannot be added up."""
    if not all(value is not None and str(value).strip() for value in cells):
        yield "a cell is blank"
    if any(isinstance(value, str) and NUMBER_AS_TEXT.fullmatch(value) for value in cells):
        yield "a number is text"
    used = {value for value in cells if isinstance(value, str) and SYMBOL.fullmatch(value)}
    if unexplained := used - {str(line)[:3] for line in above}:
        yield f"not explained: {', '.join(sorted(unexplained))}"


def _of_lines_above(sheet: Worksheet, above: list[Any], notes: list[str]) -> Iterator[str]:
    """The title and the lines between it and the table."""
    if sheet["A1"].style != "Heading 1":
        yield "the title is no heading"
    if not any(str(line).startswith("This worksheet contains one table") for line in above):
        yield "it is not said what is on the sheet"
    if missing := set(NOTE.findall(str(sheet["A1"].value))) - set(notes):
        yield f"no note {', '.join(sorted(missing))}"
