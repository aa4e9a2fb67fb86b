"""Read a workbook without any of the project's code: XLSX by openpyxl, ODS as XML, CSV by the standard library.

What extraction gives is held against this, so nothing here may import `orchestration` or the package it reads with.
"""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

Value = str | float | dt.datetime | None
Grid = list[list[Value]]
"""The rows of a sheet from its first; an empty cell is None."""

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


def read_grids(path: Path) -> dict[str, Grid]:
    """Every sheet of a file by its name; a CSV is one sheet named as the file is."""
    readers = {".ods": _read_ods, ".xlsx": _read_xlsx, ".csv": _read_csv}
    return readers[path.suffix.lower()](path)


def address(row: int, column: int) -> str:
    """The address of a cell by its row and column, both counted from 0."""
    from openpyxl.utils import get_column_letter

    return f"{get_column_letter(column + 1)}{row + 1}"


def place(cell: str) -> tuple[int, int]:
    """Row and column, both counted from 0, of an address such as AB5."""
    from openpyxl.utils.cell import coordinate_to_tuple

    row, column = coordinate_to_tuple(cell)
    return row - 1, column - 1


def _read_xlsx(path: Path) -> dict[str, Grid]:
    from openpyxl import load_workbook

    book = load_workbook(path, data_only=True)
    return {
        sheet.title: [[_plain(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def _plain(value: object) -> Value:
    """A cell of openpyxl with its integers made floats, as every other reader gives them."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    return value if value is None or isinstance(value, str | dt.datetime) else str(value)


def _read_csv(path: Path) -> dict[str, Grid]:
    with path.open(encoding="utf-8", newline="") as lines:
        return {path.stem: [[cell or None for cell in row] for row in csv.reader(lines)]}


def _read_ods(path: Path) -> dict[str, Grid]:
    with zipfile.ZipFile(path) as package:
        content = ET.fromstring(package.read("content.xml"))
    return {str(table.get(f"{TABLE}name")): ods_rows(table) for table in content.iter(f"{TABLE}table")}


def ods_rows(table: ET.Element) -> Grid:
    """The rows of one table, repeated rows and cells written out, without the empty ones at the end of each."""
    rows: Grid = []
    for row in table.iter(f"{TABLE}table-row"):
        cells = _without_end([value for cell in row for value in _repeated(cell)])
        times = int(row.get(f"{TABLE}number-rows-repeated", "1"))
        rows += [list(cells) for _ in range(times if times < 10_000 else 0)]
    return rows


def _repeated(cell: ET.Element) -> Iterator[Value]:
    """What a cell holds, as many times as it is repeated side by side; a long run of empty cells only fills the row."""
    times = int(cell.get(f"{TABLE}number-columns-repeated", "1"))
    value = _ods_value(cell)
    yield from [value] * (times if value is not None or times < 1_000 else 0)


def _ods_value(cell: ET.Element) -> Value:
    """A number for a number, a day for a date, and the paragraphs of anything else."""
    if cell.get(f"{OFFICE}value-type") in ("float", "percentage"):
        return float(str(cell.get(f"{OFFICE}value")))
    if cell.get(f"{OFFICE}value-type") == "date":
        return dt.datetime.fromisoformat(str(cell.get(f"{OFFICE}date-value")))
    text = "\n".join("".join(paragraph.itertext()) for paragraph in cell.findall(f"{TEXT}p"))
    return text or None


def _without_end(cells: list[Value]) -> list[Value]:
    """The cells up to the last that holds something."""
    while cells and cells[-1] is None:
        cells.pop()
    return cells
