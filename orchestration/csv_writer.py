"""Rows as CSV: exact values for programs, and no text that a spreadsheet program would run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from typing import Any

_RUN_BY_SPREADSHEETS = re.compile(r"[=+\-@\t\r]")
_NEEDS_QUOTES = re.compile(r'[,"\r\n]')
_NUMBER = re.compile(r"[+-]?\d[\d,]*(\.\d+)?%?")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A header row and the rows, each ended by a line feed; cells as `csv_cell` has them."""
    return "".join(f"{_line(row)}\n" for row in (columns, *rows))


def csv_cell(value: Any) -> str:
    """A value as the text of a cell: nothing for null, days as ISO 8601, numbers in plain digits, true or false, and
    text as it is or neutralised.
    """
    if isinstance(value, str):
        return neutral_text(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | time):
        return value.isoformat()
    return _plain_digits(str(value)) if isinstance(value, float | Decimal) else str(value)


def neutral_text(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet program would run it as a formula. A number stays."""
    if _RUN_BY_SPREADSHEETS.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _line(row: Sequence[Any]) -> str:
    """One row without its end. The csv module of Python leaves a carriage return unquoted, which ends a row early."""
    cells = ["" if value is None else _written(value) for value in row]
    # A row of one empty cell would be an empty line, which readers skip.
    return ",".join(cells) if cells != [""] else '""'


def _written(value: Any) -> str:
    """A value as the file has it."""
    return _written_text(value) if type(value) is str else _quoted(csv_cell(value))


@lru_cache(maxsize=10_000)
def _written_text(text: str) -> str:
    """A text as the file has it. Most cells of a large table are codes that come again and again."""
    return _quoted(neutral_text(text))


def _quoted(cell: str) -> str:
    """A cell in quotation marks, if it needs them."""
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell


def _plain_digits(number: str) -> str:
    """A number without an exponent: 1e+20 in full."""
    return format(Decimal(number), "f") if "e" in number.lower() else number
