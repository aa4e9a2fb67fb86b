"""Write june_2022_ipp_cells.csv: every IPP figure of the workbook of 30 June 2022, read by openpyxl alone.

    python tests/golden/make_june_2022.py Population_30June2022_Annual.xlsx > tests/golden/june_2022_ipp_cells.csv

The official workbook of that name is part of "Offender management statistics quarterly: January to March 2022". The
places of its tables and rows are written down here as seen in it, and what is there is checked before it is used.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

COLUMNS = ["table_number", "sheet", "cell", "row_path", "column_heading", "period_end", "series", "value"]
CELLS = {"A1.14": 23 * 43, "A1.15": 3 * 22, "A1.16": 3 * 10, "A1.17": 3 * 8}

IPP = "Indeterminate Sentence for Public Protection"
TARIFFS = (
    "Less than 2 years",
    "2 years to less than or equal to 4 years",
    "Greater than 4 years to less than or equal to 6 years",
    "Greater than 6 years to less than or equal to 10 years",
    "Greater than 10 years",
)
ALL = "All Indeterminate Sentenced Prisoners"
PASSED, NOT_PASSED = "Tariff expiry date passed", "Tariff expiry date not passed"
EXPIRY_NOT_AVAILABLE = "Tariff expiry date not available(3)"
NEITHER, NO_LENGTH = "Tariff expiry date and length not available", "Tariff length not available"

TABLE_14 = {
    6: (ALL, IPP),
    10: (IPP,),
    **{row: (IPP, label) for row, label in enumerate((*TARIFFS, NEITHER), start=11)},
    18: (IPP, NOT_PASSED),
    **{row: (IPP, NOT_PASSED, label) for row, label in enumerate((*TARIFFS, NO_LENGTH), start=19)},
    26: (IPP, PASSED),
    **{row: (IPP, PASSED, label) for row, label in enumerate((*TARIFFS, NO_LENGTH), start=27)},
    34: (IPP, EXPIRY_NOT_AVAILABLE),
}
"""Row of table A1.14 to the labels that lead to it, the row's own label last."""

FIRST_COLUMN_OF_2009 = "I"
"""30 June 2009 heads two columns of A1.15; note (1) marks the second as the first of a new computer system."""


@cache
def opened(path: Path) -> Workbook:
    """The workbook, read once: it takes a second or so, and nothing changes it."""
    return load_workbook(path)


def figures(path: Path) -> list[dict[str, Any]]:
    """Every IPP figure of the four tables, in the order of the sheets. AssertionError when one is not as seen."""
    book = opened(path)
    rows = [*_table_14(book["A1_14"]), *_tables_15_to_17(book["A1_15-A1_17"])]
    assert Counter(row["table_number"] for row in rows) == CELLS, "not as many figures as the tables have cells"
    assert all(isinstance(row["value"], int) for row in rows), "a figure is not a whole number of people"
    _check_totals(rows)
    return rows


def _table_14(sheet: Any) -> Iterator[dict[str, Any]]:
    assert sheet["A1"].value.startswith("Table A1.14: Indeterminate sentenced prison population, by tariff length")
    for row, path in TABLE_14.items():
        assert sheet.cell(row, 1).value.strip() == path[-1], f"row {row} is not {path[-1]!r}"
        for column in range(2, 45):
            yield _figure("A1.14", sheet.cell(row, column), path, sheet.cell(3, column).value)


def _tables_15_to_17(sheet: Any) -> Iterator[dict[str, Any]]:
    for number, title, heads, columns in (
        ("A1.15", 1, (5, 11, 17), range(2, 24)),
        ("A1.16", 28, (32, 38, 44), range(2, 12)),
        ("A1.17", 54, (58, 64, 70), range(2, 10)),
    ):
        assert sheet.cell(title, 1).value.startswith(f"Table {number}: Indeterminate sentenced prisoners by type")
        assert "30 June 2022" in sheet.cell(title, 1).value
        for head, sex in zip(heads, ("Males and females", "Males", "Females"), strict=True):
            assert sheet.cell(head, 1).value.strip() == sex, f"row {head} is not {sex!r}"
            assert sheet.cell(head + 3, 1).value.strip() == "IPP", f"row {head + 3} is not IPP"
            for column in columns:
                yield _figure(number, sheet.cell(head + 3, column), (sex, "IPP"), sheet.cell(title + 2, column).value)


def _figure(number: str, cell: Any, path: tuple[str, ...], heading: datetime | str) -> dict[str, Any]:
    """One row of the CSV. The tables by age and by ethnic group are of 30 June 2022, as their titles say."""
    said = f"{heading:%d-%b-%y}" if isinstance(heading, datetime) else " ".join(heading.split())
    day = _day(heading) if number in ("A1.14", "A1.15") else date(2022, 6, 30)
    series = "old system" if number == "A1.15" and cell.column_letter == FIRST_COLUMN_OF_2009 else ""
    values = (number, cell.parent.title, cell.coordinate, " > ".join(path), said, day.isoformat(), series, cell.value)
    return dict(zip(COLUMNS, values, strict=True))


def _day(heading: datetime | str) -> date:
    """The day of a heading, a date or a text such as `30-Jun-22 (2)`."""
    if isinstance(heading, datetime):
        return heading.date()
    assert heading.startswith("30-Jun-"), f"{heading!r} is no 30 June"
    return date(2000 + int(heading[7:9]), 6, 30)


def _check_totals(rows: list[dict[str, Any]]) -> None:
    """The parts of A1.14 add up in every quarter, and men and women in every column of the others."""
    by = {(row["table_number"], row["row_path"], row["cell"].rstrip("0123456789")): row["value"] for row in rows}
    statuses = [f"{IPP} > {status}" for status in (NOT_PASSED, PASSED, EXPIRY_NOT_AVAILABLE)]
    for number, column in sorted({(number, column) for number, _, column in by}):
        if number == "A1.14":
            total = by[number, IPP, column]
            assert total == by[number, f"{ALL} > {IPP}", column] == sum(by[number, path, column] for path in statuses)
        else:
            men, women = by[number, "Males > IPP", column], by[number, "Females > IPP", column]
            assert by[number, "Males and females > IPP", column] == men + women


def as_csv(rows: list[dict[str, Any]]) -> str:
    """The figures as the CSV holds them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


if __name__ == "__main__":
    sys.stdout.write(as_csv(figures(Path(sys.argv[1]))))
