"""Prepare an XLSX for reading; `prepared.py` says why."""

from __future__ import annotations

import posixpath
import re
import zipfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from orchestration.workbooks.columns import letters, number
from orchestration.workbooks.number_formats import BUILT_IN, NumberFormat, number_format
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

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REFERENCE = re.compile(r"\$?([A-Z]+)\$?(\d+)")
_RAISED = re.compile(rb"vertAlign\s+val\s*=\s*[\"'](?:super|sub)script")
_KNOWN_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
_FAR_ROWS, _FAR_COLUMNS = 1_000, 100
"""So many empty rows or columns are taken out of a sheet; fewer cost less to read than to take out."""

ET.register_namespace("", _MAIN)


@dataclass(frozen=True)
class _Placed:
    """A cell that holds something: its row and column from 0, its stored value and whether a formula computes it."""

    row: int
    column: int
    cell: ET.Element
    value: str
    has_formula: bool


def prepare(package: zipfile.ZipFile) -> Prepared:
    """The unusual cells of an XLSX; its strings and sheets with raised digits in brackets, where they have some; and
    sheets without empty rows and columns, where cells are far from the others.
    """
    prepared, formats = Prepared(), _formats(package)
    for name in package.namelist():
        if name.lower().endswith("sharedstrings.xml") and _RAISED.search(content := package.read(name)):
            root = parsed(content)
            _mark_raised(root)
            prepared.parts[name] = written(root)
    signs = _signs(formats)
    for sheet, name in _sheets(package):
        content = package.read(name)
        if _RAISED.search(content) or signs.search(content):
            _prepare_sheet(sheet, name, content, formats, prepared)
    return prepared


def _signs(formats: list[NumberFormat]) -> re.Pattern[bytes]:
    """What the XML of a sheet holds when a cell may read otherwise than its stored value, or is far from others:
    an error, a formula, merged cells, a style that shows more than the number, a row of five digits or a column of
    three letters.
    """
    styles = "|".join(str(style) for style, one in enumerate(formats) if not one.is_plain) or "none"
    quote = "[\"']"
    signs = (
        f" t={quote}e{quote}",
        "[<:]f[ />]",
        "[<:]mergeCell ",
        f" s={quote}(?:{styles}){quote}",
        f" r={quote}(?:\\d{{5,}}|[A-Z]{{3,}}\\d+){quote}",
    )
    return re.compile("|".join(signs).encode())


def _prepare_sheet(sheet: str, name: str, content: bytes, formats: list[NumberFormat], prepared: Prepared) -> None:
    """Add what one sheet (its name, its part and the part's content) needs."""
    root = parsed(content)
    cells = list(_placed(root))
    prepared.cells[sheet] = _unusual_cells(root, cells, formats)
    has_raised = bool(_RAISED.search(content))
    if has_raised:
        _mark_raised(root)
    if has_raised or _hide_unknown_errors(cells) or _is_far(cells):
        prepared.places[sheet] = _without_empty(root, cells)
        prepared.parts[name] = written(root)


def _sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Every sheet of cells: its name and its part."""
    relations = parsed(package.read("xl/_rels/workbook.xml.rels"))
    parts = {link.get("Id"): posixpath.normpath(posixpath.join("xl", link.get("Target", ""))) for link in relations}
    known = set(package.namelist())
    for sheet in _all(parsed(package.read("xl/workbook.xml")), "sheet"):
        identifier = next((value for key, value in sheet.attrib.items() if key.endswith("}id")), "")
        part = parts.get(identifier, "").lstrip("/")
        if part in known and "chartsheet" not in part:
            yield sheet.get("name", ""), part


def _all(root: ET.Element, name: str) -> Iterator[ET.Element]:
    """Every element of a local name, in the namespace of the root, which depends on who wrote the file."""
    return root.iter(_like(root, name))


def _like(element: ET.Element, name: str) -> str:
    """A local name in the namespace of an element."""
    space, brace, _ = element.tag.rpartition("}")
    return f"{space}{brace}{name}"


def _formats(package: zipfile.ZipFile) -> list[NumberFormat]:
    """The number format of each style of cells."""
    if "xl/styles.xml" not in package.namelist():
        return []
    root = parsed(package.read("xl/styles.xml"))
    codes = {int(item.get("numFmtId", "0")): item.get("formatCode", "") for item in _all(root, "numFmt")}
    known = BUILT_IN | codes
    return [
        number_format(known.get(int(style.get("numFmtId", "0")), ""))
        for styles in _all(root, "cellXfs")
        for style in _all(styles, "xf")
    ]


def _placed(root: ET.Element) -> Iterator[_Placed]:
    """The cells of a sheet that hold something. A row or cell that gives no place follows the one before it."""
    row_at = -1
    for row in _all(root, "row"):
        row_at = int(row.get("r", row_at + 2)) - 1
        column_at = -1
        for cell in row:
            found = _REFERENCE.fullmatch(cell.get("r", ""))
            column_at = number(found[1]) if found else column_at + 1
            parts = {part.tag.rpartition("}")[2]: part.text or "" for part in cell}
            if parts.get("v") or parts.keys() & {"f", "is"}:
                yield _Placed(row_at, column_at, cell, parts.get("v", ""), "f" in parts)


def _unusual_cells(root: ET.Element, cells: list[_Placed], formats: list[NumberFormat]) -> UnusualCells:
    """The cells of a sheet that read otherwise than their stored value."""
    covered = _covered(root, sorted({placed.row for placed in cells}))
    unusual: UnusualCells = {}
    for placed in cells:
        is_covered = any(placed.column in columns for columns in covered.get(placed.row, ()))
        said = HIDDEN if is_covered else _said(placed, formats)
        if said is not None:
            unusual[placed.row, placed.column] = said
    return unusual


def _covered(root: ET.Element, held: list[int]) -> dict[int, list[range]]:
    """The columns that merged cells cover, by row, of the rows that hold something."""
    covered: dict[int, list[range]] = {}
    for merge in _all(root, "mergeCell"):
        corners = _REFERENCE.findall(merge.get("ref", ""))
        if len(corners) == 2:
            (left, top), (right, bottom) = corners
            for row in held[bisect_left(held, int(top) - 1) : bisect_left(held, int(bottom))]:
                first = number(left) + (row == int(top) - 1)  # the merged cell shows the value of its first one
                covered.setdefault(row, []).append(range(first, number(right) + 1))
    return covered


def _said(placed: _Placed, formats: list[NumberFormat]) -> UnusualCell | None:
    """What a cell says that its stored value does not; None for a usual cell."""
    kind, value = placed.cell.get("t", "n"), placed.value
    if kind == "e":
        return value or "#ERROR"
    if not value and kind != "str" and placed.has_formula:
        return NOT_COMPUTED
    style = int(placed.cell.get("s", "0"))
    if kind != "n" or not value or style >= len(formats):
        return None
    said = formats[style]
    if said.sign:
        return share(value) if said.sign == "%" else f"{said.sign}{value}"
    return said.shown(value)


def _hide_unknown_errors(cells: list[_Placed]) -> bool:
    """Give cells of errors that calamine does not know, such as `#SPILL!`, one that it knows; whether there were any.
    It would refuse the whole file; what such a cell says is kept among the unusual cells.
    """
    unknown = [placed for placed in cells if placed.cell.get("t") == "e" and placed.value not in _KNOWN_ERRORS]
    for placed in unknown:
        placed.cell[:] = []
        ET.SubElement(placed.cell, _like(placed.cell, "v")).text = "#N/A"
    return bool(unknown)


def _is_far(cells: list[_Placed]) -> bool:
    """Whether many rows or columns before the last that holds something are empty."""
    rows, columns = {placed.row for placed in cells}, {placed.column for placed in cells}
    is_far_down = max(rows, default=0) - len(rows) > _FAR_ROWS
    return is_far_down or max(columns, default=0) - len(columns) > _FAR_COLUMNS


def _without_empty(root: ET.Element, cells: list[_Placed]) -> Places:
    """Take the rows and columns that hold nothing out of a sheet. Returns the places of those that are left."""
    rows, columns = (
        sorted({placed.row for placed in cells}),
        sorted({placed.column for placed in cells}),
    )
    names = {column: letters(at) for at, column in enumerate(columns)}
    numbers = {row: str(at + 1) for at, row in enumerate(rows)}
    lines = {row: ET.Element(_like(root, "row"), {"r": said}) for row, said in numbers.items()}
    for placed in cells:
        placed.cell.set("r", names[placed.column] + numbers[placed.row])
        lines[placed.row].append(placed.cell)
    for data in _all(root, "sheetData"):
        for row in list(data):
            data.remove(row)
        data.extend(lines.values())
    for part in list(root):
        if not part.tag.endswith("}sheetData"):  # sizes, merged cells and the like are about the places as they were
            root.remove(part)
    return Places(rows, columns)


def _mark_raised(root: ET.Element) -> None:
    """Put the digits of all raised or lowered runs of text in brackets."""
    for run in _all(root, "r"):
        if any(mark.get("val") in ("superscript", "subscript") for mark in _all(run, "vertAlign")):
            for text in _all(run, "t"):
                text.text = in_brackets(text.text or "")
