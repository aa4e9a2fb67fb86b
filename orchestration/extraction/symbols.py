"""Read one cell as a figure: its value, its status, how exact it is said to be, and the note marks beside it.

A suppressed, an unavailable and a zero cell are three different things. Nothing is guessed: a text that is neither a
number nor a declared symbol is not a figure.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from orchestration.extraction.prepared import Share
from orchestration.extraction.text import note_marks, without_marks
from orchestration.extraction.workbook import Cell
from orchestration.sources.spec import Symbols, ValueStatus

_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_QUALIFIERS = {
    "c.": "about",
    "c": "about",
    "around": "about",
    "about": "about",
    "approximately": "about",
    "more than": "more than",
    "over": "more than",
    "less than": "less than",
    "fewer than": "less than",
}
_QUALIFIED = re.compile(
    r"(?P<word>"
    + "|".join(re.escape(word) for word in sorted(_QUALIFIERS, key=len, reverse=True))
    + r")\s*(?P<number>[\d].*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CellValue:
    """What a cell says. `value` is None exactly when the status says that there is none to show."""

    value: float | None
    status: ValueStatus
    qualifier: str = ""
    marks: tuple[str, ...] = ()
    is_percent: bool = False


def read_cell(cell: Cell, symbols: Symbols) -> CellValue | None:
    """The figure in a cell, or None when the cell holds no figure and no declared symbol (an empty cell included)."""
    if isinstance(cell, bool) or (isinstance(cell, float) and not math.isfinite(cell)):
        return None
    if isinstance(cell, Share):
        return CellValue(round(cell * 100, 10), "final", is_percent=True)
    if isinstance(cell, float | int):
        return CellValue(float(cell), symbols.zero if cell == 0 else "final")
    return _read_text(cell.strip(), symbols) if isinstance(cell, str) and cell.strip() else None


def _read_text(text: str, symbols: Symbols) -> CellValue | None:
    """A figure written as text, or a symbol."""
    lowered = {symbol.casefold(): status for symbol, status in symbols.cells.items()}
    if status := lowered.get(text.casefold()):
        return CellValue(0.0 if status == "nil" else None, status)
    status, text = _take_status_mark(text, symbols)
    marks, plain = note_marks(text), without_marks(text)
    qualified = _QUALIFIED.fullmatch(plain)
    number = qualified["number"] if qualified else plain
    percent = number.endswith("%")
    number = number.removesuffix("%").strip()
    if not _NUMBER.fullmatch(number):
        return None
    value = float(number.replace(",", ""))
    if value == 0 and status == "final":
        status = symbols.zero
    return CellValue(value, status, _QUALIFIERS[qualified["word"].casefold()] if qualified else "", marks, percent)


def is_plain_number(text: str) -> bool:
    """Whether a text is a number and nothing else, such as `1,012`."""
    return bool(_NUMBER.fullmatch(text.strip()))


def _take_status_mark(text: str, symbols: Symbols) -> tuple[ValueStatus, str]:
    """The status that a mark beside a figure gives it (`1,234 [r]`), and the text without the mark."""
    for mark, status in symbols.marks.items():
        if mark.casefold() in text.casefold():
            return status, re.sub(re.escape(mark), " ", text, flags=re.IGNORECASE).strip()
    return "final", text


def status_of_heading(text: str, symbols: Symbols) -> ValueStatus:
    """The status a heading or label gives its figures: `Jan to Mar 2024 [rev]` marks its column as revised."""
    return _take_status_mark(text, symbols)[0]
