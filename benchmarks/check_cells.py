"""Check that two readers give the same cells of some files: a separate command, as what it imports would count as
memory of every process the benchmarks start.

Usage: python -m benchmarks.check_cells FILE...

Shows how many cells hold something. Ends with 1 and says where the first difference is when there is one.
"""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks import read_files

Cells = dict[tuple[str, int, int], Any]


def main() -> None:
    """Check every file named on the command line."""
    print(sum(_check_equal(Path(name)) for name in sys.argv[1:]))


def _check_equal(path: Path) -> int:
    """The number of cells that hold something, when both readers give the same; ends the process if not."""
    ours = _cells({sheet.name: sheet.rows for sheet in read_files.calamine(path).sheets})
    sheets = read_files.pandas(path)
    theirs = _cells({name: frame.itertuples(index=False, name=None) for name, frame in sheets.items()})
    differing = sorted(place for place in ours.keys() | theirs.keys() if ours.get(place) != theirs.get(place))
    if differing:
        sheet, row, column = place = differing[0]
        raise SystemExit(
            f"{path}: {len(differing)} cells differ, first {sheet} row {row + 1} column {column + 1}: "
            f"{ours.get(place)!r} here, {theirs.get(place)!r} by pandas"
        )
    return len(ours)


def _cells(sheets: Mapping[str, Iterable[Iterable[Any]]]) -> Cells:
    """Cells that hold something, by sheet, row and column, in types both readers share.

    Sheets named after another file ('https://…) are LibreOffice's copies of cells a formula once looked up: no person
    sees them, and pandas loses rows of them that follow a run of empty ones.
    """
    return {
        (name, row, column): value
        for name, rows in sheets.items()
        if not name.startswith("'")
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
        if (value := _plain(cell)) is not None
    }


def _plain(cell: Any) -> Any:
    """A cell's value in a type both readers share: a number is a float, midnight is its day, nothing is None."""
    if hasattr(cell, "to_pydatetime"):
        cell = cell.to_pydatetime()
    if isinstance(cell, dt.datetime):
        return cell.date() if cell.time() == dt.time() else cell
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if cell != cell else float(cell)  # noqa: PLR0124 — only NaN, pandas' empty cell, differs from itself
    return None if cell == "" else cell


if __name__ == "__main__":
    main()
