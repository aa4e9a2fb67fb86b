"""Prepare an ODS for reading; `prepared.py` says why."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from orchestration.workbooks.number_formats import shown_otherwise
from orchestration.workbooks.prepared import (
    HIDDEN,
    NOT_COMPUTED,
    Places,
    Prepared,
    UnusualCell,
    UnusualCells,
    in_brackets,
    parsed,
    share,
    written,
)

_SPACES = {
    prefix: f"urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0" for prefix in ("office", "table", "text", "style")
}
_OFFICE, _TABLE, _TEXT, _STYLE = (f"{{{space}}}" for space in _SPACES.values())
_CALC_TYPE = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_SHEET, _ROW = f"{_TABLE}table", f"{_TABLE}table-row"
_CELL, _COVERED = f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"
_ROWS_REPEATED, _COLUMNS_REPEATED = f"{_TABLE}number-rows-repeated", f"{_TABLE}number-columns-repeated"
_TYPE, _VALUE, _PARAGRAPH = f"{_OFFICE}value-type", f"{_OFFICE}value", f"{_TEXT}p"
_FORMULA_OF = f"{_TABLE}formula"

# What the XML holds where calamine would read a cell otherwise. Searching for these takes a fraction of parsing.
_SIGNS = (b">Err:", b":covered-table-cell>")
_UNUSUAL_TYPE = re.compile(rb"value-type=[\"'](?!float|string|date)")
_FORMULA = re.compile(rb"formula=")
# calamine leaves these out, and so joins the words before and after.
_BREAK = re.compile(rb"<text:(?:line-break|tab)\b[^>]*?(?:/>|></text:(?:line-break|tab)>)")
_NUMBER = re.compile(
    rb"<table:table-cell(?=[^>]*value-type=[\"']float)([^>]*[^/>])>(.*?)</table:table-cell>", re.DOTALL
)
_VALUE_OF, _ELEMENT = re.compile(rb"office:value=[\"']([^\"']*)"), re.compile(rb"<[^>]*>")
_RAISED = re.compile(rb"text-position\s*=\s*[\"'](?!0%)")
_MANY_ROWS = re.compile(rb"number-rows-repeated=[\"']\d{4,}")
# Empty cells up to the end of a row are no cells before another; nor does the width of columns say anything of cells.
_MANY_COLUMNS = re.compile(rb"number-columns-repeated=[\"']\d{3,}(?![^>]*/></table:table-row>)")
_HOLDS_SOMETHING = re.compile(rb"<text:p|value-type")
_ERROR = re.compile(r"#[A-Z].*|Err:\d+")
"""An error as LibreOffice and Excel show it: `#REF!`, `#N/A`, `#DIV/0!`, `Err:502`."""

for _prefix, _space in _SPACES.items():
    ET.register_namespace(_prefix, _space)  # calamine knows elements by these prefixes


def prepare(package: zipfile.ZipFile) -> Prepared:
    """The unusual cells of an ODS; its content with raised digits in brackets, a space for a line break or tab, and
    without empty rows and columns, where it has any of these or cells far from the others.
    """
    content, breaks = _BREAK.subn(b" ", package.read("content.xml"))
    has_styles = b"<text:span" in content and "styles.xml" in package.namelist()
    styles = package.read("styles.xml") if has_styles else b""
    has_raised = any(_has(part, b"text-position", _RAISED) for part in (content, styles))
    is_rewritten = has_raised or _has_far_cells(content)
    prepared = Prepared(parts={"content.xml": content} if breaks else {})
    if not (is_rewritten or _has_unusual_cells(content)):
        return prepared
    root = parsed(content)
    if has_raised:
        _mark_raised(root, [root, *([parsed(styles)] if styles else [])])
    for sheet in root.iter(_SHEET):
        rows, name = list(_held_rows(sheet)), str(sheet.get(f"{_TABLE}name"))
        prepared.cells[name] = _unusual_cells(rows)
        if is_rewritten:
            prepared.places[name] = _without_empty(sheet, rows)
    if is_rewritten:
        prepared.parts["content.xml"] = written(root)
    return prepared


def _has(content: bytes, start: bytes, pattern: re.Pattern[bytes]) -> bool:
    """Whether a pattern that starts so is found; looking for the start alone is many times faster."""
    return start in content and bool(pattern.search(content))


def _has_unusual_cells(content: bytes) -> bool:
    """Whether a sheet holds a cell that reads otherwise than its stored value."""
    return (
        any(sign in content for sign in _SIGNS)
        or bool(_UNUSUAL_TYPE.search(content))
        or (b"#" in content[content.find(b"<office:body") :] and b">#" in content)  # before the body are colours
        or any(b"value-type" not in _tag(content, found.start()) for found in _FORMULA.finditer(content))
        or any(_shows_otherwise(found) for found in _NUMBER.finditer(content))
    )


def _shows_otherwise(found: re.Match[bytes]) -> bool:
    """Whether a cell of a number shows something else."""
    stored = _VALUE_OF.search(found[1])
    if not stored or stored[1] == (shown := _ELEMENT.sub(b"", found[2])):
        return False
    return shown_otherwise(shown.decode(errors="replace"), stored[1].decode(errors="replace")) is not None


def _tag(content: bytes, place: int) -> bytes:
    """The start of the tag that a place is in, and its end."""
    return content[content.rfind(b"<", 0, place) : _end(content, b">", place)]


def _has_far_cells(content: bytes) -> bool:
    """Whether a cell that holds something follows, or is itself, a long run of rows or cells."""
    return any(
        _HOLDS_SOMETHING.search(content, found.end(), _end(content, closing, found.end()))
        for run, closing in ((_MANY_ROWS, b"</table:table>"), (_MANY_COLUMNS, b"</table:table-row>"))
        for found in run.finditer(content)
        if b"-column " not in _tag(content, found.start())
    )


def _end(content: bytes, closing: bytes, start: int) -> int:
    """Where an element closes after a place; the end of the content when it does not."""
    place = content.find(closing, start)
    return place if place >= 0 else len(content)


@dataclass(frozen=True)
class _Held:
    """A cell that holds something: its column, and how many columns it is repeated over."""

    column: int
    times: int
    cell: ET.Element

    @property
    def columns(self) -> range:
        """The columns it fills."""
        return range(self.column, self.column + self.times)


@dataclass(frozen=True)
class _HeldRow:
    """A row that holds something: its place, how many rows it is repeated over, and its cells that hold something."""

    row: int
    times: int
    cells: list[_Held]

    @property
    def rows(self) -> range:
        """The rows it fills."""
        return range(self.row, self.row + self.times)


def _held_rows(sheet: ET.Element) -> Iterator[_HeldRow]:
    """The rows of a sheet that hold something."""
    place = 0
    for row in sheet.iter(_ROW):
        times = int(row.get(_ROWS_REPEATED, "1"))
        if cells := list(_held_cells(row)):
            yield _HeldRow(place, times, cells)
        place += times


def _held_cells(row: ET.Element) -> Iterator[_Held]:
    """The cells of a row that hold something."""
    column = 0
    for cell in row:
        if cell.tag in (_CELL, _COVERED):
            times = int(cell.get(_COLUMNS_REPEATED, "1"))
            if cell.get(_TYPE) or cell.get(_FORMULA_OF) or cell.find(_PARAGRAPH) is not None:
                yield _Held(column, times, cell)
            column += times


def _unusual_cells(rows: list[_HeldRow]) -> UnusualCells:
    """The cells of a sheet that read otherwise than their stored value."""
    return {
        (row, column): said
        for held_row in rows
        for held in held_row.cells
        if (said := _said(held.cell)) is not None
        for row in held_row.rows
        for column in held.columns
    }


def _said(cell: ET.Element) -> UnusualCell | None:
    """What a cell says that its stored value does not; None for a usual cell."""
    kind, shown = cell.get(_TYPE, ""), "".join(text for part in cell.findall(_PARAGRAPH) for text in part.itertext())
    is_error_text = bool(_ERROR.fullmatch(shown.strip()))
    if cell.tag == _COVERED:
        return HIDDEN if shown.strip() or kind != "string" else None
    if is_error_text or "error" in (kind, cell.get(_CALC_TYPE)):
        return shown if is_error_text else f"#ERROR {shown}"
    if kind == "float" and (otherwise := shown_otherwise(shown, cell.get(_VALUE, ""))):
        return otherwise
    if kind == "percentage":
        return share(cell.get(_VALUE, ""))
    if kind == "currency" and any(unicodedata.category(letter) == "Sc" for letter in shown):
        return shown
    return NOT_COMPUTED if not (kind or shown) else None


def _without_empty(sheet: ET.Element, rows: list[_HeldRow]) -> Places:
    """Take the rows and columns that hold nothing out of a sheet. Returns the places of those that are left."""
    columns = sorted({column for row in rows for held in row.cells for column in held.columns})
    compact = {column: at for at, column in enumerate(columns)}
    for child in list(sheet):
        sheet.remove(child)
    sheet.extend(_row(row, compact) for row in rows)
    return Places([row for held in rows for row in held.rows], columns)


def _row(row: _HeldRow, compact: dict[int, int]) -> ET.Element:
    """A row of the cells that hold something, in the columns that are left."""
    element, at = ET.Element(_ROW, {_ROWS_REPEATED: str(row.times)}), 0
    for held in row.cells:
        if gap := compact[held.column] - at:
            element.append(ET.Element(_CELL, {_COLUMNS_REPEATED: str(gap)}))
        element.append(held.cell)
        at = compact[held.column] + held.times
    return element


def _mark_raised(content: ET.Element, documents: list[ET.Element]) -> None:
    """Put the raised digits of all cells in brackets. Styles are looked up in all documents of the package."""
    raised = _raised_styles(style for document in documents for style in document.iter(f"{_STYLE}style"))
    for span in content.iter(f"{_TEXT}span"):
        if span.get(f"{_TEXT}style-name") in raised:
            for part in span.iter():
                part.text = in_brackets(part.text or "")
                part.tail = part.tail if part is span else in_brackets(part.tail or "")


def _raised_styles(styles: Iterator[ET.Element]) -> set[str]:
    """The names of styles that raise or lower text, or whose parent does."""
    positions, parents = {}, {}
    for style in styles:
        name = style.get(f"{_STYLE}name", "")
        parents[name] = style.get(f"{_STYLE}parent-style-name", "")
        own = [said.get(f"{_STYLE}text-position") for said in style.iter(f"{_STYLE}text-properties")]
        positions[name] = next(filter(None, own), "")
    return {name for name in positions if _is_raised(_position(name, positions, parents))}


def _is_raised(position: str) -> bool:
    """Whether text is raised or lowered: `super 58%`, `-33%`; not `0% 100%`."""
    return bool(position) and not position.startswith("0%")


def _position(name: str, positions: dict[str, str], parents: dict[str, str]) -> str:
    """Where a style puts text: what it says itself, else what the nearest style above it says."""
    seen: set[str] = set()
    while name in positions and name not in seen and not positions[name]:
        seen.add(name)
        name = parents[name]
    return positions.get(name, "")
