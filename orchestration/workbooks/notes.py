"""The texts that note marks lead to: from a workbook's Notes sheet, and from the lines under a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from orchestration.workbooks.text import NOTE_MARK, note_marks
from orchestration.workbooks.workbook import Cell, Sheet, Workbook

_LEADING_MARK = re.compile(r"^[`'\s]*(\[note \d+\]|\(\d+\)|\*+)\s*", re.IGNORECASE)
_NOTES_SHEET = re.compile(r"notes?", re.IGNORECASE)


def notes_of_workbook(workbook: Workbook) -> dict[str, str]:
    """Mark to text, from sheets named Notes: a mark in the first column, its text in the second."""
    sheets = [sheet for sheet in workbook.sheets if _NOTES_SHEET.fullmatch(sheet.name.strip())]
    return {key: text for sheet in sheets for key, text in _notes_in_columns(sheet)}


def _notes_in_columns(sheet: Sheet) -> Iterable[tuple[str, str]]:
    """The notes of a sheet that lists them in two columns."""
    for row in sheet.rows:
        if len(row) > 1 and isinstance(row[0], str) and NOTE_MARK.fullmatch(row[0].strip()):
            yield row[0].strip().lower(), str(row[1]).strip()


def notes_below(lines: Iterable[Cell]) -> dict[str, str]:
    """Mark to text, from the lines under a table: `(1) Figures exclude …`, `** Useable …`."""
    found = {}
    for line in lines:
        if isinstance(line, str) and (mark := _LEADING_MARK.match(line)):
            found[mark.group(1).lower()] = line[mark.end() :].strip()
    return found


def is_note(line: Cell) -> bool:
    """Whether a line starts with a note mark."""
    return isinstance(line, str) and bool(_LEADING_MARK.match(line))


def texts_of(parts: Iterable[str], notes: Mapping[str, str]) -> tuple[str, ...]:
    """The texts of every note marked in the parts (title, label, heading, cell), each once, in order; a mark without a
    text is left out.
    """
    marks = dict.fromkeys(mark for part in parts for mark in note_marks(part))
    return tuple(dict.fromkeys(notes[mark] for mark in marks if notes.get(mark)))
