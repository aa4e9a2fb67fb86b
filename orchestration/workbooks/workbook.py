"""Open a published file as sheets of plain cells: XLSX and ODS through calamine, CSV through the standard library.

Cells keep their place (row 1, column 1 is A1) even when some are hidden or empty, so that an address shown here is the
address a person sees in the file.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.problems import InputRejected, Problem
from orchestration.settings import ReadingLimits
from orchestration.workbooks import ods, xlsx
from orchestration.workbooks.columns import letters
from orchestration.workbooks.package import (
    FETCH_AGAIN,
    ODS,
    READABLE,
    TEXT,
    XLS,
    UnreadableFile,
    check_file,
    protected,
)
from orchestration.workbooks.prepared import Places, Prepared, UnusualCells

Cell = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
CellRow = tuple[Cell, ...]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name and its rows of cells; an empty cell is the empty string, and a row may end at its last cell
    that holds something. `title` is used where no cell holds one.
    """

    name: str
    rows: tuple[CellRow, ...]
    title: str = ""

    @cached_property
    def held(self) -> tuple[int, ...]:
        """The rows that hold something, in order."""
        # A zero holds something too. No step of Python for each cell: with one far cell a sheet has millions of them.
        return tuple(row for row, cells in enumerate(self.rows) if any(cells) or cells.count("") < len(cells))


@dataclass(frozen=True)
class Workbook:
    """One file and its sheets, in the order of the file."""

    file: str
    sheets: tuple[Sheet, ...]


def address(row: int, column: int) -> str:
    """The address of a cell by its row and column, both counted from 0: (0, 0) is A1, (4, 27) is AB5."""
    return f"{letters(column)}{row + 1}"


def read_workbook(path: Path, release: str, title: str, limits: ReadingLimits | None = None) -> Workbook:
    """Every sheet of a file. `title` is given to a CSV, which has no title.

    Raises InputRejected when the file is not what its name says, breaks a limit or cannot be read whole.
    """
    try:
        kind = check_file(path, limits or ReadingLimits())
        return _read_csv(path, title) if kind == TEXT else _read_spreadsheet(path, kind)
    except UnreadableFile as refusal:
        raise _rejected(path, release, refusal) from refusal
    except MemoryError:
        raise  # the limit on memory, which the process that reads reports
    except (
        Exception
    ) as error:  # a reader fails in many ways on a damaged file; each is a rejected input, said with its cause
        said = " ".join(str(error).split())[:200]
        found = f"a file that is damaged or has too many cells ({type(error).__name__}: {said})"
        raise _rejected(path, release, UnreadableFile(READABLE, found, FETCH_AGAIN)) from error


def _rejected(path: Path, release: str, said: UnreadableFile) -> InputRejected:
    """The rejection of a file that cannot be opened."""
    return InputRejected([Problem(release, path.name, expected=said.expected, found=said.found, remedy=said.remedy)])


def _read_spreadsheet(path: Path, kind: str) -> Workbook:
    """Sheets of an ODS, XLSX or XLS file; sheets that hold nothing (phantoms of lost links) are left out."""
    from python_calamine import CalamineWorkbook, PasswordError

    source, prepared = _prepared(path, kind)
    try:
        book = CalamineWorkbook.from_object(source)
    except PasswordError as error:
        raise protected() from error
    names = book.sheet_names
    if twice := {name for name in names if names.count(name) > 1}:
        raise UnreadableFile("sheets of different names", f"two sheets named {min(twice)!r}", "ask the publisher")
    with book:
        values = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in names]
    placed = ((name, _in_place(rows, prepared.places.get(name), prepared.cells.get(name))) for name, rows in values)
    sheets = tuple(Sheet(name, rows) for name, rows in placed if rows)
    if not sheets:
        raise UnreadableFile(READABLE, "a workbook in which no sheet holds anything", FETCH_AGAIN)
    return Workbook(path.name, sheets)


def _prepared(path: Path, kind: str) -> tuple[Path | io.BytesIO, Prepared]:
    """What calamine is to read (the file itself, or a copy in memory where parts of it changed), and what else is to
    be known of its cells.
    """
    if kind == XLS:
        return path, Prepared()
    with zipfile.ZipFile(path) as package:
        prepared = ods.prepare(package) if kind == ODS else xlsx.prepare(package)
        if not prepared.parts:
            return path, prepared
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w") as changed:
            for part in package.infolist():
                changed.writestr(part, prepared.parts.get(part.filename) or package.read(part))
    copy.seek(0)
    return copy, prepared


def _in_place(
    rows: Sequence[Sequence[Cell]], places: Places | None, unusual: UnusualCells | None
) -> tuple[CellRow, ...]:
    """Rows with every cell in its place in the file, and unusual cells as they read."""
    placed = list(map(tuple, rows)) if places is None else _spread(rows, places)
    for (row, column), cell in (unusual or {}).items():
        placed += [()] * (row + 1 - len(placed))
        cells = [*placed[row], *[""] * (column + 1 - len(placed[row]))]
        cells[column] = cell
        placed[row] = tuple(cells)
    return tuple(placed)


def _spread(rows: Sequence[Sequence[Cell]], places: Places) -> list[CellRow]:
    """Rows and columns that were kept, each in its place; those between them are empty."""
    spread: list[CellRow] = []
    for row, cells in zip(places.rows, rows, strict=False):  # calamine ends at the last row that holds something
        spread += [()] * (row - len(spread))
        line: list[Cell] = []
        for column, cell in zip(places.columns, cells, strict=False):
            if cell != "":
                line += [""] * (column - len(line))
                line.append(cell)
        spread.append(tuple(line))
    return spread


def _read_csv(path: Path, title: str) -> Workbook:
    """A CSV as one sheet named after the file."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"a byte that is not UTF-8 in line {line} (0x{content[error.start]:02x}), as in text in Windows-1252"
        raise UnreadableFile("text in UTF-8", found, "save the file as UTF-8") from error
    rows = tuple(tuple(row) for row in csv.reader(io.StringIO(text), strict=True))
    if not any(any(row) for row in rows):
        raise UnreadableFile(READABLE, "a file in which every cell is empty", FETCH_AGAIN)
    return Workbook(path.name, (Sheet(path.stem, rows, title),))
