"""What a workbook says of each figure, read from its cells without any of the project's code: an oracle for mutations.

A figure has the text of its cell, the labels of its row, the headings over its column, the line that heads its rows,
the title of its table, and the texts of the notes that any of these mark. Two files say the same of a figure exactly
when all of these are the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from tests.independent_reader import Grid, Value, place

MARK = re.compile(r"\[notes? ?\d+(?:(?:, ?| and )\d+)*\]|\(\d+\)|\*+(?=\s|$)", re.IGNORECASE)
SYMBOL = re.compile(r"\[\w+\]|\.\.|-|:|\*+")
ALIKE = str.maketrans({"–": "-", "—": "-", "‑": "-", "’": "'", "\xa0": " "})
MONTH = re.compile(r"\b(?:january|february|march|april|june|july|august|september|sept|october|november|december)\b")
"""Months that may be written in full or as their first three letters."""
Place = tuple[int, int]


class Figure(Protocol):
    """Where a figure that was read is, and the title of its table as it was read."""

    table: str
    table_title: str
    sheet: str
    cell: str


@dataclass(frozen=True)
class Saying:
    """What a file says of one figure."""

    cell: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    head: str
    title: str
    notes: frozenset[str]

    def differs_from(self, other: Saying) -> str:
        """The parts in which two sayings differ, in words."""
        parts = [name for name in self.__dataclass_fields__ if getattr(self, name) != getattr(other, name)]
        return "; ".join(f"{name}: {getattr(other, name)!r} -> {getattr(self, name)!r}" for name in parts)


def sayings(grids: Mapping[str, Grid], figures: Iterable[Figure]) -> dict[tuple[str, Place], Saying]:
    """What a file says of each of the figures that were read from it, by sheet and place."""
    of_table: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        of_table.setdefault((figure.sheet, figure.table), []).append(figure)
    notes = _notes(grids)
    return {
        (sheet, at): saying
        for (sheet, _), found in of_table.items()
        for at, saying in _of_table(sheet_of(grids, sheet), found, notes)
    }


def sheet_of(grids: Mapping[str, Grid], sheet: str) -> Grid:
    """The rows of a sheet; a CSV has one, under any name."""
    return grids[sheet] if sheet in grids else next(iter(grids.values()))


def cell_of(rows: Grid, at: Place) -> Value:
    """A cell; None beyond the edge."""
    row, column = at
    return rows[row][column] if row < len(rows) and column < len(rows[row]) else None


@lru_cache(maxsize=50_000)
def text(cell: Value) -> str:
    """A cell as it is compared: numbers by their value, texts without case, note marks and runs of spaces, months by
    their first three letters.
    """
    if isinstance(cell, float):
        return f"{cell:.10g}"
    plain = " ".join(MARK.sub(" ", str(cell or "").translate(ALIKE)).split()).casefold()
    plain = MONTH.sub(lambda month: month[0][:3], plain)
    number = plain.replace(",", "")
    return f"{float(number):.10g}" if re.fullmatch(r"-?\d+(\.\d+)?", number) else plain


def is_figure(cell: Value) -> bool:
    """Whether a cell holds a number that is no year, or a symbol instead of one."""
    said = text(cell)
    if SYMBOL.fullmatch(said):
        return True
    return bool(re.fullmatch(r"-?[\d.]+%?", said)) and not re.fullmatch(r"(19|20)\d\d", said)


def unread_figures(grids: Mapping[str, Grid], read: set[tuple[str, Place]]) -> int:
    """How many figures and symbols the sheets that hold figures have beside those that were read."""
    return sum(
        (sheet, (row, column)) not in read and is_figure(cell)
        for sheet in {sheet for sheet, _ in read}
        for row, line in enumerate(sheet_of(grids, sheet))
        for column, cell in enumerate(line)
    )


def _of_table(rows: Grid, figures: list[Figure], notes: Mapping[str, str]) -> Iterator[tuple[Place, Saying]]:
    """What a sheet says of the figures of one table on it."""
    places = sorted({place(figure.cell) for figure in figures})
    lines, columns = {row for row, _ in places}, {column for _, column in places}
    first = min(lines)
    title = _title_row(rows, first, text(figures[0].table_title))
    # Beside a title, the first column holds lines about the whole table.
    over_figures = columns - ({0} if title >= 0 else set())
    headings = _heading_rows(rows, range(title + 1, first), over_figures)
    named = str(cell_of(rows, (title, 0)) or "") if title >= 0 else ""
    heads = _heads(rows, range(headings[-1] + 1 if headings else first, max(lines) + 1), lines, over_figures)
    labels = {row: _labels(rows[row], columns) for row in lines}
    over = {column: [_heading(rows, heading, column, min(columns)) for heading in headings] for column in columns}
    for row, column in places:
        own, head = cell_of(rows, (row, column)), heads[row]
        marked = " ".join([named, *labels[row], *over[column], head, str(own)])
        yield (
            (row, column),
            Saying(
                text(own),
                tuple(map(text, labels[row])),
                tuple(map(text, over[column])),
                text(head),
                text(named),
                frozenset(said for mark in _marks(marked) if (said := notes.get(mark))),
            ),
        )


def _labels(cells: list[Value], columns: set[int]) -> list[str]:
    """What is beside the figures of a row, numbers to the right of the first figure aside."""
    return [
        str(cell)
        for at, cell in enumerate(cells)
        if at not in columns and cell is not None and (at < min(columns) or not is_figure(cell))
    ]


def _title_row(rows: Grid, first: int, title: str) -> int:
    """The lowest row above the figures whose first cell has the title; -1 where none has, as in a CSV."""
    return max((row for row in range(first) if title and title in text(cell_of(rows, (row, 0)))), default=-1)


def _heading_rows(rows: Grid, above: range, columns: set[int]) -> list[int]:
    """The rows of headings: those with texts or years over figures, before the first row with a figure."""
    found = []
    for row in above:
        cells = [cell for column in columns if (cell := cell_of(rows, (row, column))) is not None]
        if any(map(is_figure, cells)):
            break
        if cells:
            found.append(row)
    return found


def _heading(rows: Grid, row: int, column: int, first: int) -> str:
    """The heading over a column: it holds until the next one to its right."""
    over = (cell_of(rows, (row, at)) for at in range(column, first - 1, -1))
    return next((str(cell) for cell in over if cell is not None), "")


def _heads(rows: Grid, below: range, lines: set[int], columns: set[int]) -> dict[int, str]:
    """The line that heads each row of figures: the nearest above with a text and no figures beside it."""
    found, head = {}, ""
    for row in below:
        if row in lines:
            found[row] = head
        elif cell_of(rows, (row, 0)) is not None and all(cell_of(rows, (row, column)) is None for column in columns):
            head = str(rows[row][0])
    return found


def _marks(words: str) -> Iterator[str]:
    """The single marks in a text: `[notes 2 and 3]` has two."""
    for found in MARK.findall(words):
        if found.startswith("["):
            yield from (f"[note {number}]" for number in re.findall(r"\d+", found))
        else:
            yield found


def _notes(grids: Mapping[str, Grid]) -> dict[str, str]:
    """Mark to text: beside a mark in the next column, or after a mark at the start of a line."""
    found: dict[str, str] = {}
    for rows in grids.values():
        for row in rows:
            line = str(row[0] or "").strip() if row else ""
            mark = MARK.match(line)
            if mark and mark.end() == len(line) and len(row) > 1:
                found[mark[0].lower()] = text(row[1])
            elif mark:
                found[mark[0].lower()] = text(line[mark.end() :])
    return found
