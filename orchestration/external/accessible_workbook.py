"""An accessible workbook: cover, contents and notes sheets, one marked table a sheet, one header row, nothing merged.

gptables lays it out as the Analysis Function's guidance asks. Here is what it needs besides: notes are numbered by it,
widths are ours, and the bytes depend on nothing but what is written (fixed times, written in memory).
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gptables

Cell = str | int | float
WIDEST = 70
"""Characters across the widest column: longer texts are wrapped."""
NARROWEST = 10
MARGIN = 3
"""Characters that a heading's filter button and a bold font need besides the text."""


@dataclass(frozen=True)
class Cover:
    """The texts of the first sheet, one paragraph each."""

    introduction: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """One table with what stands above it; notes are texts, and one that several sheets share is printed once."""

    name: str
    title: str
    subtitles: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    scope: str = ""
    source: str = ""
    legend: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workbook:
    """A workbook as data; `created` goes into its properties in place of the time of writing."""

    title: str
    created: datetime
    cover: Cover
    sheets: tuple[Sheet, ...]


def to_xlsx(book: Workbook) -> bytes:
    """The bytes of the workbook. Raises ValueError when a cell is empty or holds nothing but signs."""
    import gptables
    import pandas as pd

    references = note_references(book.sheets)
    held = io.BytesIO()
    made = gptables.produce_workbook(
        filename=held,
        sheets={sheet.name: _table(sheet, references) for sheet in book.sheets},
        cover=gptables.Cover(title=book.title, intro=list(book.cover.introduction), about=list(book.cover.about)),
        notes_table=pd.DataFrame({"reference": list(references.values()), "Note text": list(references)}),
        auto_width=False,
        workbook_options={"in_memory": True},
    )
    made.set_properties({"title": book.title, "created": book.created})
    _set_widths(made, book.sheets, references)
    made.close()
    return held.getvalue()


def note_references(sheets: Sequence[Sheet]) -> dict[str, str]:
    """A reference for each note's text, in the order in which the notes are met; gptables numbers them."""
    texts = dict.fromkeys(text for sheet in sheets for text in sheet.notes)
    return {text: f"note{number}" for number, text in enumerate(texts, 1)}


def column_widths(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The width of each column in characters: that of its longest text, within limits."""
    texts = zip(columns, *rows, strict=True)
    return [min(max(*(len(str(text)) + MARGIN for text in column), NARROWEST), WIDEST) for column in texts]


def _table(sheet: Sheet, references: Mapping[str, str]) -> gptables.GPTable:
    """A sheet as gptables takes it."""
    import gptables
    import pandas as pd

    marks = "".join(f"$${references[text]}$$" for text in sheet.notes)
    return gptables.GPTable(
        table=pd.DataFrame(list(sheet.rows), columns=list(sheet.columns), dtype="object"),
        table_name=sheet.name.lower(),
        title=f"{sheet.title} {marks}" if marks else sheet.title,
        subtitles=list(sheet.subtitles),
        scope=sheet.scope or None,
        source=sheet.source or None,
        legend=list(sheet.legend),
        index_columns={2: 0},
        additional_formatting=[{"column": {"columns": _numeric(sheet), "format": {"num_format": "#,##0.##"}}}],
    )


def _numeric(sheet: Sheet) -> list[str]:
    """The columns that hold a number."""
    return [
        name
        for name, *cells in zip(sheet.columns, *sheet.rows, strict=True)
        if any(isinstance(cell, int | float) for cell in cells)
    ]


def _set_widths(made: Any, sheets: Sequence[Sheet], references: Mapping[str, str]) -> None:
    """Column widths: gptables' own measure a citation of 200 characters on one line."""
    contents = [(sheet.name, sheet.title) for sheet in sheets]
    notes = list(enumerate(references, 1))
    tables: list[tuple[str, Sequence[str], Sequence[Sequence[Cell]]]] = [
        ("Contents", ("Sheet name", "Table description"), contents),
        ("Notes", ("Note number", "Note text"), notes),
        *((sheet.name, sheet.columns, sheet.rows) for sheet in sheets),
    ]
    for name, columns, rows in tables:
        for place, width in enumerate(column_widths(columns, rows)):
            made.get_worksheet_by_name(name).set_column(place, place, width)
