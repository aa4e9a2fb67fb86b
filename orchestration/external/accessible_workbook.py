"""An accessible workbook: cover, contents and notes sheets, one marked table a sheet, one header row, nothing merged.

gptables lays it out as the Analysis Function's checklist asks. Added here: note numbers, column widths, heading styles,
charts with alt text, and bytes that depend on nothing but what is written (fixed times, written in memory).

Belongs here: how a workbook is drawn. Does not belong here: which figures are in it.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    import gptables

Cell = str | int | float
WIDEST = 70
"""Characters across the widest column: longer texts are wrapped."""
NARROWEST = 10
COVER_WIDTH = 85
"""Characters across the cover, as gptables has it."""
FILLED = 1.05
"""Characters of text on a line for each character of a column's width: letters are narrower than digits."""
LINE_HEIGHT = 15.75
"""Points of one line of text in 12 points."""
MARGIN = 3
"""Characters that a heading's filter button and a bold font need besides the text."""
LONGEST_NAME = 31
"""Characters that Excel allows in the name of a sheet."""
RISKY_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet program may run text that begins like this when somebody edits the cell or pastes it elsewhere."""
COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D")
"""The Analysis Function's colours for categories, in the order it gives them."""
NUMBERS: Mapping[type, str] = {int: "#,##0", float: "#,##0.0##"}
"""How numbers are shown. Every number of a column has a decimal where any has."""
HEADINGS = {"16": ("Heading 1", "16"), "14": ("Heading 2", "17")}
"""By the size of a bold font: the name of the built-in cell style, and its number in the file format."""
STYLES = "xl/styles.xml"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Link:
    """A text that leads somewhere: to a web address, or to a sheet."""

    text: str
    address: str


Line = str | Link


@dataclass(frozen=True)
class Cover:
    """The first sheet, one paragraph a line: what the workbook is, how to read it, and whom to ask."""

    introduction: tuple[Line, ...]
    about: tuple[Line, ...]
    contact: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A chart of some rows of its sheet's table, drawn below it.

    `series` gives the name of each line or group of columns with its first and last row, from 0. `categories` and
    `values` are names of columns. `alt_text` says in words what the chart shows.
    """

    kind: str
    title: str
    alt_text: str
    categories: str
    values: str
    unit: str
    series: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Sheet:
    """One table with the lines above it; notes are texts, and one that several sheets share has one number."""

    name: str
    title: str
    subtitles: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell | Link, ...], ...]
    notes: tuple[str, ...] = ()
    scope: str = ""
    source: str = ""
    legend: tuple[str, ...] = ()
    chart: Chart | None = None


@dataclass(frozen=True)
class Workbook:
    """A workbook as data; `created` goes into its properties instead of the time of writing."""

    title: str
    created: datetime
    cover: Cover
    sheets: tuple[Sheet, ...]


def to_xlsx(book: Workbook) -> bytes:
    """The bytes of the workbook. Raises ValueError when a cell is empty or holds nothing but signs."""
    import gptables
    import pandas as pd

    numbers = note_numbers(book.sheets)
    sheets = (_contents(book.sheets), _notes(numbers), *(_with_marks(sheet, numbers) for sheet in book.sheets))
    held = io.BytesIO()
    # Each cell is converted and back many times: with texts stored as Python's own this takes a fifth less time.
    with warnings.catch_warnings(), pd.option_context("mode.string_storage", "python"):
        # gptables warns that it makes no sheet of notes: ours is made here, so that its text is written like all other.
        warnings.filterwarnings("ignore", "No note text provided")
        tables = {sheet.name: _table(sheet) for sheet in sheets}
        made = gptables.produce_workbook(
            filename=held,
            sheets=tables,
            theme=_theme(),
            cover=gptables.Cover(
                title=_plain(book.title),
                intro=[_marked_up(line) for line in book.cover.introduction],
                about=[_marked_up(line) for line in book.cover.about],
                contact=[_marked_up(line) for line in book.cover.contact] or None,
            ),
            contentsheet_label=None,
            auto_width=False,
            # No text becomes a formula or a link by itself.
            workbook_options={"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
        )
    made.set_properties({"title": book.title, "created": book.created})
    for sheet in sheets:
        worksheet, heading_row = made.get_worksheet_by_name(sheet.name), tables[sheet.name].data_range[0]
        widths = column_widths(sheet.columns, sheet.rows)
        for place, width in enumerate(widths):
            worksheet.set_column(place, place, width)
        _set_heights(worksheet, heading_row, (sheet.columns, *sheet.rows), widths)
        if sheet.chart:
            _draw_chart(made, worksheet, sheet, sheet.chart, heading_row)
    for worksheet in made.worksheets():
        # On A4 paper in full width.
        worksheet.set_paper(9)
        worksheet.set_landscape()
        worksheet.fit_to_pages(1, 0)
    _set_heights(made.get_worksheet_by_name("Cover"), 0, _cover_rows(book), [COVER_WIDTH])
    made.close()
    return _with_heading_styles(held.getvalue())


def sheet_name(text: str) -> str:
    """A name for a sheet: letters, digits and underscores only, at most 31 characters, cut at a whole word."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")
    if len(name) <= LONGEST_NAME:
        return name
    cut = name[: LONGEST_NAME + 1].rpartition("_")[0]
    return cut or name[:LONGEST_NAME]


def note_numbers(sheets: Sequence[Sheet]) -> dict[str, int]:
    """A number from 1 for each note's text, in the order in which the notes are met."""
    texts = dict.fromkeys(text for sheet in sheets for text in sheet.notes)
    return {text: number for number, text in enumerate(texts, 1)}


def column_widths(columns: Sequence[str], rows: Sequence[Sequence[Cell | Link]]) -> list[int]:
    """The width of each column in characters: that of its longest text, within limits."""
    texts = zip(columns, *rows, strict=True)
    return [min(max(*(len(_shown(text)) + MARGIN for text in column), NARROWEST), WIDEST) for column in texts]


def lines_needed(row: Sequence[Cell | Link], widths: Sequence[int]) -> int:
    """How many lines the fullest cell of a row takes when its text is wrapped."""
    return max(_lines(_shown(cell), int(width * FILLED)) for cell, width in zip(row, widths, strict=True))


def _lines(text: str, width: int) -> int:
    """How many lines a text takes. Most fit on one, and wrapping is slow."""
    return 1 if len(text) <= width else len(textwrap.wrap(text, width))


def _set_heights(worksheet: Any, first_row: int, rows: Sequence[Sequence[Cell | Link]], widths: Sequence[int]) -> None:
    """Make rows with wrapped text as high as it needs: not every program does so when it opens a file."""
    for place, row in enumerate(rows, first_row):
        if (lines := lines_needed(row, widths)) > 1:
            worksheet.set_row(place, lines * LINE_HEIGHT)


def _cover_rows(book: Workbook) -> list[tuple[Line]]:
    """The rows of the cover as gptables writes them: each part below its heading."""
    cover = book.cover
    return [(line,) for line in (book.title, "", *cover.introduction, "", *cover.about, "", *cover.contact)]


def _shown(cell: Cell | Link) -> str:
    """The text that a reader sees in a cell."""
    return cell.text if isinstance(cell, Link) else str(cell)


def _contents(sheets: Sequence[Sheet]) -> Sheet:
    """The table of contents: a link to every sheet."""
    names = [("Notes", "Notes that the tables refer to"), *((sheet.name, sheet.title) for sheet in sheets)]
    rows = tuple((Link(name, f"internal:'{name}'!A1"), title) for name, title in names)
    return Sheet("Contents", "Table of contents", (), ("Sheet name", "Table description"), rows)


def _notes(numbers: Mapping[str, int]) -> Sheet:
    """The notes of all sheets."""
    rows = tuple((number, text) for text, number in numbers.items()) or ((1, "No table of this workbook has a note."),)
    return Sheet("Notes", "Notes", (), ("Note number", "Note text"), rows)


def _with_marks(sheet: Sheet, numbers: Mapping[str, int]) -> Sheet:
    """The sheet with the numbers of its notes behind its title."""
    marks = "".join(f"[note {numbers[text]}]" for text in sheet.notes)
    return replace(sheet, title=f"{sheet.title} {marks}") if marks else sheet


def _table(sheet: Sheet) -> gptables.GPTable:
    """A sheet as gptables takes it."""
    import gptables
    import pandas as pd

    rows = [[_marked_up(cell) if isinstance(cell, str | Link) else cell for cell in row] for row in sheet.rows]
    return gptables.GPTable(
        table=pd.DataFrame(rows, columns=list(sheet.columns), dtype="object"),
        # A prefix, as a table may not be named like a cell.
        table_name=f"table_{sheet.name.lower()}",
        title=_plain(sheet.title),
        subtitles=[_plain(text) for text in sheet.subtitles],
        instructions=_instructions(sheet),
        scope=_plain(sheet.scope) or None,
        source=_plain(sheet.source) or None,
        legend=[_plain(text) for text in sheet.legend],
        index_columns={2: 0},
        additional_formatting=_cell_formats(sheet),
    )


def _instructions(sheet: Sheet) -> str:
    """What is on the sheet, for a reader who cannot see it at once."""
    found = "This worksheet contains one table" + (" and, below it, one chart of it." if sheet.chart else ".")
    return f"{found} Numbers in square brackets refer to the Notes sheet." if sheet.notes else found


def _cell_formats(sheet: Sheet) -> list[dict[str, Any]]:
    """The formats of numbers, and of text that must stay text: of a whole column where its numbers are of one kind."""
    formats: list[dict[str, Any]] = []
    for column, (name, *cells) in enumerate(zip(sheet.columns, *sheet.rows, strict=True)):
        kinds = {type(cell) for cell in cells} & {int, float}
        if kinds:
            shown = {"num_format": NUMBERS[next(iter(kinds))]} if len(kinds) == 1 else {}
            # Numbers are aligned to the right: without an indent they touch the text of the next column.
            formats.append({"column": {"columns": [name], "format": {"indent": 1, **shown}}})
        for row, cell in enumerate(cells, 1):  # row 0 is that of the headings
            if len(kinds) > 1 and isinstance(cell, int | float):
                formats.append({"cell": {"cells": (row, column), "format": {"num_format": NUMBERS[type(cell)]}}})
            elif isinstance(cell, str) and cell.startswith(RISKY_STARTS):
                # The mark by which spreadsheet programs know text that looks like a formula.
                formats.append({"cell": {"cells": (row, column), "format": {"quote_prefix": True}}})
    return formats


def _marked_up(line: Line) -> str:
    """A line as gptables takes it: a link in its own mark-up, and text in which it finds none."""
    if isinstance(line, Link):
        return f"[{_plain(line.text)}]({line.address})"
    return _plain(line)


def _plain(text: str) -> str:
    """Text in which gptables finds neither a link nor a note mark."""
    return text.replace("](", "] (").replace("$$", "$ $")


def _theme() -> gptables.Theme:
    """The theme of gptables with one size for all text, and the cells of a row beginning on one line."""
    from copy import deepcopy

    from gptables.utils.unpickle_themes import gptheme

    theme = deepcopy(gptheme)
    theme.update_subtitle_format({"font_size": 12})
    theme.update_cover_text_format({"valign": "top"})
    theme.update_index_2_format({"valign": "top"})
    theme.update_data_format({"valign": "top"})
    return theme


def _draw_chart(made: Any, worksheet: Any, sheet: Sheet, chart: Chart, heading_row: int) -> None:
    """Draw a chart below the table of its sheet."""
    categories, values = sheet.columns.index(chart.categories), sheet.columns.index(chart.values)
    drawn = made.add_chart({"type": chart.kind})
    for (name, first, last), colour in zip(chart.series, COLOURS, strict=False):
        rows = heading_row + 1 + first, heading_row + 1 + last
        drawn.add_series(
            {
                "name": name,
                "categories": [sheet.name, rows[0], categories, rows[1], categories],
                "values": [sheet.name, rows[0], values, rows[1], values],
                "line": {"color": colour, "width": 2.25},
                "fill": {"color": colour},
            }
        )
    font: dict[str, Any] = {"name": "Arial", "size": 12, "bold": False}
    drawn.set_title({"name": chart.title, "name_font": font | {"bold": True}, "overlay": False})
    drawn.set_x_axis({"num_font": font, "major_tick_mark": "none"})
    drawn.set_y_axis({"name": chart.unit, "name_font": font, "num_font": font, "min": 0, "num_format": "#,##0"})
    if len(chart.series) > 1:
        drawn.set_legend({"position": "bottom", "font": font})
    else:
        drawn.set_legend({"none": True})
    drawn.set_size({"width": 960, "height": 420})
    place = heading_row + len(sheet.rows) + 2
    worksheet.insert_chart(place, 0, drawn, {"description": chart.alt_text, "object_position": 2})


def _with_heading_styles(xlsx: bytes) -> bytes:
    """The workbook with the cells in heading fonts marked as headings, by the built-in styles that XlsxWriter lacks."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx)) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for entry in made.infolist():
            content = made.read(entry)
            part = zipfile.ZipInfo(entry.filename, date_time=entry.date_time)
            part.compress_type = zipfile.ZIP_DEFLATED
            written.writestr(part, _mark_headings(content) if entry.filename == STYLES else content)
    return out.getvalue()


def _mark_headings(styles: bytes) -> bytes:
    """The part of a workbook that lists its formats, with heading styles on those in a heading font."""
    ET.register_namespace("", SPREADSHEET)
    root = ET.fromstring(styles)  # noqa: S314 - XlsxWriter has just written it
    fonts, bases, formats, names = (_found(root, name) for name in ("fonts", "cellStyleXfs", "cellXfs", "cellStyles"))
    for font_id, font in enumerate(fonts):
        size = font.find(f"{{{SPREADSHEET}}}sz")
        if size is None or font.find(f"{{{SPREADSHEET}}}b") is None or size.get("val") not in HEADINGS:
            continue
        name, number = HEADINGS[str(size.get("val"))]
        of_font = [one for one in formats if one.get("fontId") == str(font_id)]
        if any(style.get("name") == name for style in names) or not of_font:
            continue
        style_id = str(len(bases))
        shape = {"numFmtId": "0", "fontId": str(font_id), "fillId": "0", "borderId": "0", "applyFont": "1"}
        ET.SubElement(bases, f"{{{SPREADSHEET}}}xf", shape)
        ET.SubElement(names, f"{{{SPREADSHEET}}}cellStyle", {"name": name, "xfId": style_id, "builtinId": number})
        for one in of_font:
            one.set("xfId", style_id)
    for counted in (bases, names):
        counted.set("count", str(len(counted)))
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _found(root: ET.Element, name: str) -> ET.Element:
    """A child by its name. Raises ValueError when XlsxWriter wrote none."""
    found = root.find(f"{{{SPREADSHEET}}}{name}")
    if found is None:
        raise ValueError(f"{STYLES} has no {name}: the version of XlsxWriter writes another layout")
    return found
