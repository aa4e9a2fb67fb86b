"""How rows are shown: exact for programs, readable for people."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orchestration.query.table import Table
from orchestration.query.text import (
    cell_text,
    counted,
    csv_text,
    json_text,
    numeric_columns,
    period_text,
    plain_table,
    repeated_columns,
    rich_table,
)

MIXED = Table(
    ("name", "value", "on", "flag", "parts"),
    [("[x]", 1012.0, date(2025, 3, 31), True, [1, 2]), ('say "so",\nhere', 0.1, None, False, None)],
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1012.0, "1012"),
        (-3.0, "-3"),
        (0.1, "0.1"),
        (4717.04, "4717.04"),
        (1e20, "1e+20"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
        (7, "7"),
        (Decimal("1.50"), "1.50"),
        (True, "true"),
        (None, "null"),
        ("", ""),
        ("two\nlines\x1b[31m", "two lines [31m"),
        (date(2025, 3, 31), "2025-03-31"),
        (datetime(2025, 3, 31, 9, 30, tzinfo=UTC), "2025-03-31T09:30:00+00:00"),
        (["a", 1.5], '["a", 1.5]'),
        ({"on": date(2025, 3, 31)}, '{"on": "2025-03-31"}'),
    ],
)
def test_a_value_for_a_person(value, text):
    assert cell_text(value) == text


def test_a_plain_table_aligns_numbers_to_the_right():
    table = Table(("measure", "value"), [("recalled", 1532.0), ("a", 0.5)])

    assert plain_table(table) == "measure   value\n--------  -----\nrecalled   1532\na           0.5"


def test_an_empty_plain_table_still_has_its_headings():
    assert plain_table(Table(("measure", "value"), [])) == "measure  value\n-------  -----"


def test_a_column_of_nulls_or_truth_values_is_not_numeric():
    assert numeric_columns(Table(("a", "b", "c"), [(None, True, 1), (None, False, None)])) == [False, False, True]


def test_csv_keeps_values_exactly():
    rows = list(csv.reader(io.StringIO(csv_text(MIXED))))

    assert rows == [
        ["name", "value", "on", "flag", "parts"],
        ["[x]", "1012.0", "2025-03-31", "true", "[1, 2]"],
        ['say "so",\nhere', "0.1", "", "false", ""],
    ]


def test_json_keeps_values_exactly():
    assert json.loads(json_text(MIXED)) == [
        {"name": "[x]", "value": 1012.0, "on": "2025-03-31", "flag": True, "parts": [1, 2]},
        {"name": 'say "so",\nhere', "value": 0.1, "on": None, "flag": False, "parts": None},
    ]


def test_json_of_no_rows_is_an_empty_list():
    assert json.loads(json_text(Table(("a",), []))) == []


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (2**100, 2**100),
        (0.1 + 0.2, 0.1 + 0.2),
        (Decimal("1.5"), 1.5),
        # More digits than a double holds: text rather than another number.
        (Decimal("1234567890123456789.25"), "1234567890123456789.25"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
    ],
)
def test_json_of_unusual_numbers(value, read):
    assert json.loads(json_text(Table(("a",), [(value,)]))) == [{"a": read}]


def test_a_rich_table_shows_symbols_as_they_are():
    from rich.console import Console

    console = Console(width=100, record=True, file=io.StringIO())
    console.print(rich_table(MIXED))
    shown = console.export_text()

    assert "[x]" in shown
    assert "1012 " in shown


def test_repeated_columns():
    assert repeated_columns(("a", "b", "a", "c", "b")) == ["a", "b"]
    assert repeated_columns(("a", "b")) == []


def test_counted():
    assert [counted(number, "row") for number in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (("as_at", date(2025, 3, 31), date(2025, 3, 31)), "as at 2025-03-31"),
        (("quarter", date(2024, 10, 1), date(2024, 12, 31)), "quarter 2024-10-01 to 2024-12-31"),
        (("financial_year", date(2023, 4, 1), date(2024, 3, 31)), "financial year 2023-04-01 to 2024-03-31"),
    ],
)
def test_a_period_in_words(period, text):
    assert period_text(*period) == text
