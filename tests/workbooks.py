"""Copies of raw/ to be spoilt on purpose: change a cell, a row, a column or a sheet of a published XLSX or ODS.

Everything works on a copy (`copy_raw`). Call `rehash` after a change: then the manifest lists the file as it is, and
the change alone is left to be noticed.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import yaml

from orchestration.settings import ROOT
from tests.independent_reader import OFFICE, TABLE, TEXT, Grid, Value, ods_rows, place

RAW = ROOT / "raw"


def copy_raw(folder: Path, *releases: str) -> Path:
    """A copy of raw/ under a folder: all of it, or only the releases named (`omsq/2024-q4`)."""
    raw = folder / "raw"
    for release in releases or ("",):
        shutil.copytree(RAW / release, raw / release)
    return raw


def rehash(release: Path) -> None:
    """Let a release's manifest list its files as they are now."""

    def renew(manifest: dict[str, Any]) -> None:
        for file in manifest["files"]:
            content = (release / file["name"]).read_bytes()
            file |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}

    edit_manifest(release, renew)


def edit_manifest(release: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change what a release's manifest says; `change` works on the mapping that the YAML holds."""
    path = release / "manifest.yml"
    manifest = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(manifest)
    path.write_text(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True), encoding="utf-8")


def truncate_file(path: Path, keep: float = 0.5) -> None:
    """Cut a file off, as a download that broke."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])


def edit_cell(path: Path, sheet: str, cell: str, value: Value) -> None:
    """Put a value into one cell; None empties it."""

    def put(rows: Grid) -> Grid:
        row, column = place(cell)
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
        return rows

    change_sheet(path, sheet, put)


def swap_cells(path: Path, sheet: str, one: str, other: str) -> None:
    """Let two cells change places."""

    def swap(rows: Grid) -> Grid:
        (row, column), (other_row, other_column) = place(one), place(other)
        here, there = rows[row][column], rows[other_row][other_column]
        rows[row][column], rows[other_row][other_column] = there, here
        return rows

    change_sheet(path, sheet, swap)


def remove_row(path: Path, sheet: str, row: int) -> None:
    """Take a row out (counted from 1); those below move up."""
    change_sheet(path, sheet, lambda rows: rows[: row - 1] + rows[row:])


def double_row(path: Path, sheet: str, row: int) -> None:
    """Put a row in once more below itself."""
    change_sheet(path, sheet, lambda rows: [*rows[:row], list(rows[row - 1]), *rows[row:]])


def double_column(path: Path, sheet: str, letter: str, first_row: int) -> None:
    """Put a column in once more beside itself, from its heading (a row counted from 1) down."""
    column = place(f"{letter}1")[1]

    def double(rows: Grid) -> Grid:
        headed = [[*row[: column + 1], *row[column:]] for row in rows[first_row - 1 :]]
        return rows[: first_row - 1] + headed

    change_sheet(path, sheet, double)


def add_rows(path: Path, sheet: str, *added: list[Value]) -> None:
    """Put rows in at the end of a sheet."""
    change_sheet(path, sheet, lambda rows: rows + [list(row) for row in added])


def change_sheet(path: Path, sheet: str, change: Callable[[Grid], Grid]) -> None:
    """Write a sheet anew from its rows; formats of an ODS are lost, hidden columns of an XLSX stay hidden."""
    if path.suffix.lower() == ".ods":
        _change_ods(path, lambda tables: _fill(_named(tables, sheet), change(ods_rows(_named(tables, sheet)))))
    else:
        _change_xlsx(path, sheet, change)


def add_sheet(path: Path, sheet: str, rows: Grid) -> None:
    """Put a sheet in at the end of an ODS."""

    def add(tables: ET.Element) -> None:
        _fill(ET.SubElement(tables, f"{TABLE}table", {f"{TABLE}name": sheet}), rows)

    _change_ods(path, add)


def remove_sheet(path: Path, sheet: str) -> None:
    """Take a sheet out of an ODS."""
    _change_ods(path, lambda tables: tables.remove(_named(tables, sheet)))


def _change_xlsx(path: Path, sheet: str, change: Callable[[Grid], Grid]) -> None:
    """Change the values of one sheet through openpyxl."""
    from openpyxl import load_workbook

    book = load_workbook(path)
    page = book[sheet]
    rows = change([list(row) for row in page.iter_rows(values_only=True)])
    page.delete_rows(1, page.max_row)
    for row, cells in enumerate(rows, start=1):
        for column, value in enumerate(cells, start=1):
            if value is not None:
                page.cell(row, column, value)
    book.save(path)


def _change_ods(path: Path, change: Callable[[ET.Element], object]) -> None:
    """Change the spreadsheet element of an ODS and write the package again with all else as it was."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for _, (prefix, address) in ET.iterparse(_stream(parts["content.xml"]), events=["start-ns"]):
        ET.register_namespace(prefix, address)
    content = ET.fromstring(parts["content.xml"])
    change(next(content.iter(f"{OFFICE}spreadsheet")))
    parts["content.xml"] = ET.tostring(content, encoding="utf-8", xml_declaration=True)
    with zipfile.ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)


def _stream(part: bytes) -> Any:
    """Bytes as a file."""
    import io

    return io.BytesIO(part)


def _named(tables: ET.Element, sheet: str) -> ET.Element:
    """The table of an ODS with a name."""
    return next(table for table in tables.iter(f"{TABLE}table") if table.get(f"{TABLE}name") == sheet)


def _fill(table: ET.Element, rows: Grid) -> None:
    """Write rows into a table, instead of those it has."""
    for old in list(table):
        table.remove(old)
    for row in rows:
        line = ET.SubElement(table, f"{TABLE}table-row")
        for value in row or [None]:
            cell = ET.SubElement(line, f"{TABLE}table-cell")
            if isinstance(value, int | float):
                cell.attrib |= {f"{OFFICE}value-type": "float", f"{OFFICE}value": repr(value)}
            elif value is not None:
                cell.set(f"{OFFICE}value-type", "string")
            if value is not None:
                ET.SubElement(cell, f"{TEXT}p").text = str(value)


ODS_SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0" office:version="1.3"'
)


def write_ods(path: Path, tables: str, styles: str = "") -> Path:
    """An ODS whose sheets are this XML."""
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    styled = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr(
            "META-INF/manifest.xml", '<manifest xmlns="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
        )
        package.writestr(
            "content.xml", f"<office:document-content {ODS_SPACES}>{styled}{body}</office:document-content>"
        )
    return path


def ods_sheet(rows: str, name: str = "T") -> str:
    """The XML of a sheet of an ODS with these rows."""
    return f'<table:table table:name="{name}">{rows}</table:table>'


def ods_row(*cells: str, times: int = 1) -> str:
    """The XML of a row of an ODS with these cells."""
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def ods_cell(shown: str = "", attributes: str = "", kind: str = "string", covered: bool = False) -> str:
    """The XML of a cell of an ODS: what it shows, its type and further attributes."""
    name = "covered-table-cell" if covered else "table-cell"
    typed = f'office:value-type="{kind}"' if kind else ""
    return f"<table:{name} {typed} {attributes}><text:p>{shown}</text:p></table:{name}>"


def change_parts(path: Path, change: Callable[[str, str], str]) -> Path:
    """Change the XML of an XLSX or ODS: `change` gives the new text of a part by its name and text."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if not name.endswith("/")}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, change(name, part))
    return path
