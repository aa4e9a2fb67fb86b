"""Write cited_cells.csv: every figure that was rebuilt or transcribed into raw/, read by none of the project's code.

    python -m tests.golden.make_cited_cells raw > tests/golden/cited_cells.csv

In a rebuilt workbook every number under a table's headings is a published figure, and `[x]` means that
none is. Those who made them counted both. A transcribed CSV holds texts, as the answer gives them.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.independent_reader import Grid, Value, address, read_grids

FRONT_MATTER = {"Cover", "Contents", "Notes"}
NO_FIGURE = "[x]"
IN_WORDS = {"No records"}
ANNUAL_2022 = "omsq/2022-q1"
"""Whole published tables, cell by cell; the makers counted the cited cells of the others only."""

COUNTS = {
    "omsq/2024-q2/prison-population-30-Sep-2024.ods": (47, 355),
    "omsq/2024-q2/prison-releases-Apr-to-June-2024.ods": (2, 43),
    "omsq/2024-q2/licence-recalls-Apr-to-June-2024.ods": (9, 1151),
    "omsq/2024-q2/Probation-Apr-to-Jun-2024.ods": (2, 28),
    "omsq/2024-q3/prison-population-31-Dec-2024.ods": (37, 365),
    "omsq/2024-q3/prison-releases-July-to-Sept-2024.ods": (3, 42),
    "omsq/2024-q3/licence-recalls-July-to-Sept-2024.ods": (10, 1150),
    "omsq/2024-q3/Probation-Jul-to-Sep-2024.ods": (2, 28),
    "omsq/2024-q4/prison-population-31-Mar-2025.ods": (41, 361),
    "omsq/2024-q4/prison-releases-Oct-to-Dec-2024.ods": (4, 41),
    "omsq/2024-q4/licence-recalls-Oct-to-Dec-2024.ods": (11, 1149),
    "omsq/2024-q4/Probation-Oct-to-Dec-2024.ods": (6, 60),
    "omsq/2024-q4/licence-recalls-annual-2024.ods": (9, 611),
    "omsq/2024-q4/prison-releases-annual-2024.ods": (2, 88),
    "omsq/2024-q1/prison-population-2024.ods": (22, 68),
    "safety_in_custody/2020/safety-in-custody-ipp-self-harm-2012-to-2020.xlsx": (27, 0),
    "safety_in_custody/2023/safety-in-custody-ipp-deaths-2023.xlsx": (2, 23),
    "parole_board/2023-24/parole-board-performance-data-2023-24.ods": (52, 9),
    "restricted_patients/2023/restricted-patients-ipp-2023.ods": (9, 0),
}
"""Cited and `[x]` cells of each rebuilt workbook, as its makers counted them."""

WITHOUT_LABELS = ("UIN121861", "UIN37323")
"""Transcribed tables that are nothing but headings and figures; in others the first column holds labels."""

ROUGHLY = re.compile(r"^(c\.|around|about|approximately|more than|over|nearly|almost|less than|fewer than) ?")
NOT_A_NUMBER = {"-", "", "No records"}


class Cited(NamedTuple):
    """A published figure and its place; `value` is empty where a word or a dash is given for one."""

    release: str
    file: str
    sheet: str
    cell: str
    published: str
    value: str


def cited_cells(raw: Path) -> list[Cited]:
    """Every figure of raw/. AssertionError when a rebuilt workbook holds another number of them than it should."""
    cells = [cell for path in data_files(raw) for cell in _cited(path)]
    rebuilt = [cell for cell in cells if not cell.file.endswith(".csv") and cell.release != ANNUAL_2022]
    assert Counter(f"{cell.release}/{cell.file}" for cell in rebuilt) == {
        path: cited for path, (cited, _) in COUNTS.items()
    }
    assert len(rebuilt) == 297
    return cells


def unavailable_cells(path: Path) -> list[tuple[str, str]]:
    """Sheet and cell of every `[x]` in a rebuilt workbook's tables."""
    return [(sheet, cell) for sheet, cell, value in _cells(path) if value == NO_FIGURE]


def data_files(raw: Path) -> list[Path]:
    """The files of every release in raw/ that was rebuilt or transcribed, in order."""
    manifests = [path for path in raw.glob("*/*/manifest.yml") if not _is_official(path)]
    return sorted(path for manifest in manifests for path in manifest.parent.iterdir() if path != manifest)


def _is_official(manifest: Path) -> bool:
    return "\nkind: official\n" in manifest.read_text(encoding="utf-8")


def _cited(path: Path) -> Iterator[Cited]:
    release = f"{path.parent.parent.name}/{path.parent.name}"
    for sheet, cell, value in _cells(path):
        if isinstance(value, float) or value in IN_WORDS or path.suffix == ".csv":
            published = f"{value:.15g}" if isinstance(value, float) else str(value or "")
            yield Cited(release, path.name, sheet, cell, published, _number(published))


def _cells(path: Path) -> Iterator[tuple[str, str, Value]]:
    """Sheet, address and content of every cell that may hold a figure."""
    for sheet, rows in read_grids(path).items():
        if sheet in FRONT_MATTER:
            continue
        for row, column, value in _places(rows):
            if path.suffix != ".csv" or (row > 0 and column in _figure_columns(path, rows[0])):
                yield sheet, address(row, column), value


def _places(rows: Grid) -> Iterator[tuple[int, int, Value]]:
    for row, cells in enumerate(rows):
        yield from ((row, column, value) for column, value in enumerate(cells))


def _figure_columns(path: Path, headings: list[Value]) -> set[int]:
    """The columns that hold figures: that headed Value, where a file lists single figures, or all but the labels."""
    if "Value" in headings:
        return {headings.index("Value")}
    return set(range(0 if path.name.startswith(WITHOUT_LABELS) else 1, len(headings)))


def _number(published: str) -> str:
    """What a published figure comes to: `1,742`, `45%`, `c.100`, `4*`."""
    if published in NOT_A_NUMBER:
        return ""
    return f"{float(ROUGHLY.sub('', published).replace(',', '').rstrip('%*')):.15g}"


def as_csv(cells: list[Cited]) -> str:
    """The figures as the CSV holds them."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(Cited._fields)
    writer.writerows(cells)
    return text.getvalue()


if __name__ == "__main__":
    sys.stdout.write(as_csv(cited_cells(Path(sys.argv[1]))))
