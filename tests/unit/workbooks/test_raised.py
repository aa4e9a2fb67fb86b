"""A raised digit beside a figure is a note mark, however the file raises it; it is never a digit of the figure."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from orchestration.workbooks.symbols import read_cell
from orchestration.workbooks.tables import read_table
from orchestration.workbooks.workbook import read_workbook
from tests.small_tables import SYMBOLS, TITLE, region, spec
from tests.workbooks import ods_cell, ods_row, ods_sheet, write_ods


def _raised(text: str, position: str = "superscript") -> TextBlock:
    return TextBlock(InlineFont(vertAlign=position), text)


def _xlsx(path: Path, *cells: object) -> Path:
    book = Workbook()
    book.active.append(list(cells))
    book.save(path)
    return path


def _shared(path: Path) -> Path:
    """The same file with the strings of its cells in the table that all sheets share, as Excel writes them."""
    with ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if not name.endswith("/")}
    sheet = parts["xl/worksheets/sheet1.xml"]
    start, end = sheet.index("<is>"), sheet.index("</is>")
    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    parts["xl/sharedStrings.xml"] = f"<sst {namespace}><si>{sheet[start + 4 : end]}</si></sst>"
    parts["xl/worksheets/sheet1.xml"] = (sheet[:start] + "<v>0</v>" + sheet[end + 5 :]).replace(
        't="inlineStr"', 't="s"'
    )
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    link = f'<Relationship Id="rIdS" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    relations = "xl/_rels/workbook.xml.rels"
    parts[relations] = parts[relations].replace("</Relationships>", link)
    with ZipFile(path, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return path


def _ods(path: Path, styles: str, *cells: str) -> Path:
    """An ODS of one row of text cells."""
    return write_ods(path, ods_sheet(ods_row(*map(ods_cell, cells))), styles)


def _style(name: str, position: str = "", parent: str = "") -> str:
    said = f'<style:text-properties style:text-position="{position}"/>' if position else ""
    above = f' style:parent-style-name="{parent}"' if parent else ""
    return f'<style:style style:name="{name}" style:family="text"{above}>{said}</style:style>'


def _cells(path: Path) -> list[object]:
    (sheet,) = read_workbook(path, "small 1", "").sheets
    return list(sheet.rows[0])


def test_a_raised_digit_of_an_xlsx_is_a_note_mark(tmp_path):
    path = _xlsx(tmp_path / "a.xlsx", CellRichText("40", _raised("3")), CellRichText("40", _raised("3, 12")), 40, "403")

    assert _cells(path) == ["40(3)", "40(3)(12)", 40.0, "403"]


def test_a_raised_digit_of_the_strings_that_sheets_share_is_a_note_mark(tmp_path):
    path = _shared(_xlsx(tmp_path / "a.xlsx", CellRichText("40", _raised("3"))))

    assert _cells(path) == ["40(3)"]


@pytest.mark.parametrize("position", ["super 58%", "33% 58%", "sub 58%", "-33% 58%"])
def test_a_raised_digit_of_an_ods_is_a_note_mark(tmp_path, position):
    span = '40<text:span text:style-name="T1">3</text:span>'
    styles = _style("T1", position) + _style("T2", "0% 100%") + _style("T3", parent="T1")
    path = _ods(tmp_path / "a.ods", styles, span, span.replace("T1", "T2"), span.replace("T1", "T3"), "403")

    assert _cells(path) == ["40(3)", "403", "40(3)", "403"]


def test_what_is_raised_and_no_digit_stays_as_it_is(tmp_path):
    cells = [
        CellRichText("40", _raised("(3)")),
        CellRichText("40", _raised("r")),
        CellRichText("40", _raised("3", "baseline")),
    ]
    path = _xlsx(tmp_path / "a.xlsx", *cells)

    assert _cells(path) == ["40(3)", "40r", "403"]


def test_the_figure_is_read_without_its_mark_and_with_the_note(tmp_path):
    path = _xlsx(tmp_path / "a.xlsx", CellRichText("40", _raised("3")), CellRichText("Male", _raised("3")))
    figure, label = _cells(path)
    rows = [[TITLE], ["Sex", "30 Jun 2024"], [label, figure], ["(3) Recalled people are left out."]]
    (seen,) = read_table(region(rows), spec(), SYMBOLS, {}).observations

    assert read_cell(figure, SYMBOLS).marks == ("(3)",)
    assert (seen.value, seen.dimensions["sex"], seen.note_texts) == (40.0, "male", ("Recalled people are left out.",))
