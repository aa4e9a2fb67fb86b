"""Single mutations of a published release: what to change, chosen by a seeded `random.Random`.

Each function of MUTATIONS changes one thing in a copy of a release and returns in words what it did; None where the
release has nothing of the kind.
"""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.workbooks.observations import Observation
from tests import workbooks
from tests.independent_reader import TABLE, Grid, Value, place, read_grids

MONTHS = ("January", "February", "March", "April", "June", "July", "August", "September", "October", "December")
PERIOD = re.compile(r"\b(19|20)\d\d\b|\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b")
SYMBOLS = ("[x]", "[c]", "[z]", "[low]", "..", ":", "-", "*", "**", "n/a", "?", "#REF!", "nil", "fewer than 5")


@dataclass(frozen=True)
class Good:
    """A release as it was published: a copy to change, and where its figures are, by file and sheet."""

    folder: Path
    figures: Sequence[Observation]

    def cells(self, chance: random.Random) -> tuple[Path, str, list[tuple[int, int]]]:
        """A sheet with figures and the places of its figures, counted from 0."""
        one = chance.choice(self.figures)
        there = sorted({place(seen.cell) for seen in self.figures if (seen.file, seen.sheet) == (one.file, one.sheet)})
        return self.folder / one.file, one.sheet, there

    def cell(self, chance: random.Random) -> tuple[Path, str, tuple[int, int]]:
        """The place of a figure; three times in four of one that has a value."""
        with_value = [one for one in self.figures if one.value is not None]
        one = chance.choice(with_value if with_value and chance.random() < 0.75 else self.figures)
        return self.folder / one.file, one.sheet, place(one.cell)


def change_rows(path: Path, sheet: str, change: Callable[[Grid], Grid]) -> None:
    """Write a sheet of a workbook, or a CSV, anew from its rows."""
    if path.suffix.lower() != ".csv":
        return workbooks.change_sheet(path, sheet, change)
    rows = change(next(iter(read_grids(path).values())))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["" if cell is None else cell for cell in row] for row in rows]
        )
    return None


def set_cell(path: Path, sheet: str, row: int, column: int, value: Value) -> None:
    """Put a value into a cell that is there."""

    def put(rows: Grid) -> Grid:
        rows[row][column] = value
        return rows

    change_rows(path, sheet, put)


def grid_of(path: Path, sheet: str) -> Grid:
    """The rows of a sheet; a CSV has one."""
    grids = read_grids(path)
    return grids[sheet] if sheet in grids else next(iter(grids.values()))


def change_value(good: Good, chance: random.Random) -> str | None:
    """Another number instead of a figure."""
    path, sheet, (row, column) = good.cell(chance)
    old = grid_of(path, sheet)[row][column]
    number = re.sub(r"[,%£ ]", "", str(old))
    if not re.fullmatch(r"-?\d+(\.\d+)?", number):
        return None
    base = float(number)
    others = [base + 1, base - 1, base * 10, -base - 1, base + 0.5, base + 100, round(base * 1.07) + 2]
    new = chance.choice([one for one in others if one != base])
    value: Value = new if isinstance(old, float) else str(old).replace(str(old).strip("%£ "), f"{new:.10g}")
    set_cell(path, sheet, row, column, value)
    return f"{path.name} {sheet} {row + 1},{column + 1}: {old!r} -> {value!r}"


def swap_neighbours(good: Good, chance: random.Random) -> str | None:
    """A figure and the one beside or below it change places."""
    path, sheet, cells = good.cells(chance)
    rows = grid_of(path, sheet)
    pairs = [
        (one, other)
        for one in cells
        for other in ((one[0] + 1, one[1]), (one[0], one[1] + 1))
        if other in cells and rows[one[0]][one[1]] != rows[other[0]][other[1]]
    ]
    if not pairs:
        return None
    (row, column), (other_row, other_column) = chance.choice(pairs)

    def swap(rows: Grid) -> Grid:
        first, second = rows[row][column], rows[other_row][other_column]
        rows[row][column], rows[other_row][other_column] = second, first
        return rows

    change_rows(path, sheet, swap)
    return f"{path.name} {sheet} {row + 1},{column + 1} <-> {other_row + 1},{other_column + 1}"


def blank_cell(good: Good, chance: random.Random) -> str | None:
    """Nothing instead of a figure."""
    path, sheet, (row, column) = good.cell(chance)
    set_cell(path, sheet, row, column, None)
    return f"{path.name} {sheet} {row + 1},{column + 1}"


def put_symbol(good: Good, chance: random.Random) -> str | None:
    """A symbol instead of a figure."""
    path, sheet, (row, column) = good.cell(chance)
    symbol = chance.choice([one for one in SYMBOLS if one != grid_of(path, sheet)[row][column]])
    set_cell(path, sheet, row, column, symbol)
    return f"{path.name} {sheet} {row + 1},{column + 1}: {symbol}"


def _texts(rows: Grid, cells: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The places of texts that lead to figures: beside one in its row, or in the rows above the first."""
    first, lines = min(row for row, _ in cells), {row for row, _ in cells}
    return [
        (row, column)
        for row, line in enumerate(rows)
        for column, cell in enumerate(line)
        if isinstance(cell, str) and (row, column) not in cells and (row in lines or row < first)
    ]


def change_letter(good: Good, chance: random.Random) -> str | None:
    """A letter of a label, heading or title is lost, doubled or another; one time in four of any text of the file."""
    path, sheet, cells = good.cells(chance)
    if chance.random() < 0.25:
        sheet, cells = chance.choice(list(read_grids(path))), []
    rows = grid_of(path, sheet)
    there = [
        at for at in (_texts(rows, cells) if cells else _all_texts(rows)) if re.search("[a-z]", str(_at(rows, at)))
    ]
    if not there:
        return None
    row, column = chance.choice(there)
    old = str(rows[row][column])
    at = chance.choice([at for at, letter in enumerate(old) if letter.isalpha()])
    letter = chance.choice(["", old[at] * 2, chance.choice([one for one in "aeioxqz" if one != old[at].lower()])])
    new = old[:at] + letter + old[at + 1 :]
    set_cell(path, sheet, row, column, new)
    return f"{path.name} {sheet} {row + 1},{column + 1}: {old!r} -> {new!r}"


def _at(rows: Grid, at: tuple[int, int]) -> Value:
    """The cell at a place."""
    return rows[at[0]][at[1]]


def _all_texts(rows: Grid) -> list[tuple[int, int]]:
    """The places of all texts of a sheet."""
    return [(row, column) for row, line in enumerate(rows) for column, cell in enumerate(line) if isinstance(cell, str)]


def change_period(good: Good, chance: random.Random) -> str | None:
    """Another year or month in a title, heading or label."""
    path, sheet, cells = good.cells(chance)
    rows = grid_of(path, sheet)
    there = [
        (row, column, match) for row, column in _texts(rows, cells) for match in PERIOD.finditer(str(rows[row][column]))
    ]
    if not there:
        return None
    row, column, match = chance.choice(there)
    said, old = match[0], str(rows[row][column])
    year = str(int(said) + chance.choice([-10, -1, 1, 10])) if said.isdigit() else ""
    other = year or chance.choice([month for month in MONTHS if month[:3] != said[:3]])[: max(len(said), 3)]
    new = old[: match.start()] + other + old[match.end() :]
    set_cell(path, sheet, row, column, new)
    return f"{path.name} {sheet} {row + 1},{column + 1}: {old!r} -> {new!r}"


def _whole_rows(change: Callable[[Grid, int], Grid]) -> Callable[[Good, random.Random], str | None]:
    """A mutation of a whole row that holds figures; one time in four of any row."""

    def mutate(good: Good, chance: random.Random) -> str | None:
        path, sheet, cells = good.cells(chance)
        every = range(len(grid_of(path, sheet)) - 1)
        row = chance.choice(every if every and chance.random() < 0.25 else sorted({row for row, _ in cells}))
        change_rows(path, sheet, lambda rows: change(rows, row))
        return f"{path.name} {sheet} row {row + 1}"

    return mutate


def _whole_columns(change: Callable[[list[Value], int], list[Value]]) -> Callable[[Good, random.Random], str | None]:
    """A mutation of a whole column that holds figures, its heading included."""

    def mutate(good: Good, chance: random.Random) -> str | None:
        path, sheet, cells = good.cells(chance)
        column = chance.choice(sorted({column for _, column in cells}))

        def each(rows: Grid) -> Grid:
            return [change(row, column) if len(row) > column else row for row in rows]

        change_rows(path, sheet, each)
        return f"{path.name} {sheet} column {column + 1}"

    return mutate


def _swapped(items: list, at: int) -> list:
    """A list in which an item and the next one, or the one before the last, have changed places."""
    other = at + 1 if at + 1 < len(items) else at - 1
    items = list(items)
    items[at], items[other] = items[other], items[at]
    return items


def rename_sheet(good: Good, chance: random.Random) -> str | None:
    """Another name for a sheet."""
    path, sheet, _ = good.cells(chance)
    new = chance.choice([f"{sheet}x", sheet[:-1] or "x", "Sheet1", "Table_9_Q_99"])
    if path.suffix == ".xlsx":
        _with_book(path, lambda book: setattr(book[sheet], "title", new))
    elif path.suffix == ".ods":
        workbooks._change_ods(path, lambda tables: workbooks._named(tables, sheet).set(f"{TABLE}name", new))
    else:
        return None
    return f"{path.name} {sheet} -> {new}"


def delete_sheet(good: Good, chance: random.Random) -> str | None:
    """A sheet with figures is gone."""
    path, sheet, _ = good.cells(chance)
    if len(read_grids(path)) < 2:
        return None
    if path.suffix == ".xlsx":
        _with_book(path, lambda book: book.remove(book[sheet]))
    else:
        workbooks.remove_sheet(path, sheet)
    return f"{path.name} {sheet}"


def _with_book(path: Path, change: Callable[..., object]) -> None:
    """Change an XLSX through openpyxl."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    change(book)
    book.save(path)


def flip_byte(good: Good, chance: random.Random) -> str | None:
    """One bit of one byte of a file is another."""
    path, _, _ = good.cells(chance)
    content = bytearray(path.read_bytes())
    at, bit = chance.randrange(len(content)), chance.randrange(8)
    content[at] ^= 1 << bit
    path.write_bytes(content)
    return f"{path.name} byte {at} bit {bit}"


def change_manifest(good: Good, chance: random.Random) -> str | None:
    """The manifest says something else, or says it no longer."""
    said = ""

    def change(manifest: dict) -> None:
        nonlocal said
        at, key = chance.choice(
            [(manifest, key) for key in manifest]
            + [(manifest["covers"], key) for key in manifest["covers"]]
            + [(file, key) for file in manifest["files"] for key in file if key != "origin"]
        )
        old = at[key]
        if chance.random() < 0.25:
            del at[key]
            said = f"{key} taken away"
            return
        at[key] = _otherwise(old, key, chance)
        said = f"{key}: {str(old)[:60]!r} -> {str(at[key])[:60]!r}"

    workbooks.edit_manifest(good.folder, change)
    return f"manifest {said}"


def _otherwise(old: object, key: str, chance: random.Random) -> object:
    """Another value of the same kind."""
    import datetime as dt

    if isinstance(old, dt.date):
        return old + dt.timedelta(days=chance.choice([-3650, -400, -31, -1, 1, 31, 400]))
    if isinstance(old, bool):
        return not old
    if isinstance(old, int):
        return old + chance.choice([-1, 1, 100])
    if isinstance(old, list | dict):
        return []
    choices = {"kind": ["official", "rebuilt", "transcribed", "synthetic"], "published_on_precision": [
        "exact", "month", "not_before", "not_after", "guessed"]}  # fmt: skip
    if key in choices:
        return chance.choice([one for one in choices[key] if one != old])
    text = str(old)
    at = chance.randrange(len(text) or 1)
    return text[:at] + chance.choice("abc0159") + text[at + 1 :] + chance.choice(["", "", "z"])


MUTATIONS: dict[str, Callable[[Good, random.Random], str | None]] = {
    "value changed": change_value,
    "neighbours swapped": swap_neighbours,
    "blank": blank_cell,
    "symbol": put_symbol,
    "label letter": change_letter,
    "heading period": change_period,
    "row deleted": _whole_rows(lambda rows, at: rows[:at] + rows[at + 1 :]),
    "row doubled": _whole_rows(lambda rows, at: [*rows[: at + 1], list(rows[at]), *rows[at + 1 :]]),
    "rows swapped": _whole_rows(_swapped),
    "column deleted": _whole_columns(lambda row, at: row[:at] + row[at + 1 :]),
    "column doubled": _whole_columns(lambda row, at: [*row[: at + 1], row[at], *row[at + 1 :]]),
    "columns swapped": _whole_columns(_swapped),
    "sheet renamed": rename_sheet,
    "sheet deleted": delete_sheet,
    "byte flipped": flip_byte,
    "manifest adapted": change_manifest,
}
KEEPS_MANIFEST = ("manifest adapted",)
"""Kinds after which the manifest is left as it is; after the others it lists the files as they are."""
