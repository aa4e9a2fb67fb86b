"""Open a published file as sheets of plain cells: XLSX and ODS through calamine, CSV through the standard library.

Cells keep their place (row 1, column 1 is A1) whatever is hidden or empty, so that an address printed here is the
address a person sees in the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from orchestration.extraction.raised import with_marks_in_brackets
from orchestration.problems import InputRejected, Problem

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
SPREADSHEETS = (".ods", ".xlsx", ".xlsm", ".xls")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its rows of cells; an empty cell is the empty string. `title` stands in for one no cell
    holds.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""


@dataclass(frozen=True)
class Workbook:
    """One file and its sheets, in the order of the file."""

    file: str
    sheets: tuple[Sheet, ...]


def address(row: int, column: int) -> str:
    """The address of a cell by its row and column, both counted from 0: (0, 0) is A1, (4, 27) is AB5."""
    letters = ""
    column += 1
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return f"{letters}{row + 1}"


def read_workbook(path: Path, release: str, title: str) -> Workbook:
    """Every sheet of a file. `title` is given to a CSV, which has no title of its own.

    Raises InputRejected when the file cannot be read whole (cut off, not what its name says, not UTF-8).
    """
    try:
        if path.suffix.lower() in SPREADSHEETS:
            return _read_spreadsheet(path)
        if path.suffix.lower() == ".csv":
            return _read_csv(path, title)
    except (
        Exception
    ) as error:  # a reader fails in many ways on a damaged file; each is a rejected input, said with its cause
        raise InputRejected([_unreadable(path, release, f"{type(error).__name__}: {error}")]) from error
    raise InputRejected([_unreadable(path, release, f"a file named {path.suffix or 'without an ending'}")])


def _unreadable(path: Path, release: str, found: str) -> Problem:
    """The problem of a file that cannot be opened."""
    return Problem(
        release=release,
        file=path.name,
        expected="a whole ODS, XLSX or CSV file",
        found=found,
        remedy="fetch the file again from its publisher and check its size and checksum",
    )


def _read_spreadsheet(path: Path) -> Workbook:
    """Sheets of an ODS or XLSX file; sheets that hold nothing (phantoms of lost links) are left out. A raised digit is
    read as the note mark it is.
    """
    from python_calamine import CalamineWorkbook

    with CalamineWorkbook.from_object(with_marks_in_brackets(path)) as book:
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    return Workbook(path.name, tuple(Sheet(name, tuple(map(tuple, rows))) for name, rows in sheets if rows))


def _read_csv(path: Path, title: str) -> Workbook:
    """A CSV as one sheet named after the file."""
    text = path.read_bytes().decode("utf-8-sig")
    rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text), strict=True))
    if not any(any(row) for row in rows):
        raise ValueError("the file is empty")
    return Workbook(path.name, (Sheet(path.stem, rows, title),))
