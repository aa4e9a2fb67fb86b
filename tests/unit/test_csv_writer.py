"""Cells of CSV files: exact for programs, and harmless in a spreadsheet program."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.csv_writer import csv_cell, csv_text, neutral_text


@pytest.mark.parametrize("text", ["=1+2", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "=", "-", "-1+2", "--1", "+1-1"])
def test_text_that_a_spreadsheet_would_run_is_neutralised(text):
    assert neutral_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "[c]", "A=1", " =1", "London", "2024/25", "-5", "+10", "-1,012.5", "-3%", "'=1"])
def test_other_text_stays_as_it_is(text):
    assert neutral_text(text) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (-3, "-3"),
        (-0.5, "-0.5"),
        (1012.0, "1012.0"),
        (1e20, "100000000000000000000"),
        (-1e-7, "-0.0000001"),
        (Decimal("-1.50"), "-1.50"),
        (date(2025, 3, 31), "2025-03-31"),
        (datetime(2025, 3, 31, 9, 30, tzinfo=UTC), "2025-03-31T09:30:00+00:00"),
        ("-x", "'-x"),
    ],
)
def test_values(value, text):
    assert csv_cell(value) == text


def test_a_heading_is_neutralised_too():
    assert csv_text(["=a", "b"], [["x\ny", None]]) == '\'=a,b\n"x\ny",\n'


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_back_as_it_was(number):
    assert float(csv_cell(number)) == number


@given(st.lists(st.text(), min_size=1))
def test_no_cell_begins_a_formula(texts):
    (row,) = csv.reader(io.StringIO(csv_text(texts, []), newline=""))
    assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in row)
