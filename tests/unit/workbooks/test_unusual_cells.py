"""A cell reads as a person sees it, in ODS and XLSX alike; what is no count never becomes one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from orchestration.problems import InputRejected
from orchestration.workbooks.symbols import read_cell
from orchestration.workbooks.workbook import Cell, read_workbook
from tests.small_tables import SYMBOLS, TITLE, read, spec
from tests.workbooks import change_parts, ods_cell, ods_row, ods_sheet, write_ods

ERRORS = ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]
ZERO = 'office:value="0"'


def _ods(path: Path, *cells: str) -> list[Cell]:
    """The first row of an ODS with these cells as it is read."""
    (sheet,) = read_workbook(write_ods(path / "a.ods", ods_sheet(ods_row(*cells))), "r", "").sheets
    return list(sheet.rows[0])


def _xlsx(path: Path, cells: str, book: Workbook | None = None) -> list[Cell]:
    """The first row of an XLSX with the XML of these cells as it is read."""
    (book or Workbook()).save(path / "a.xlsx")

    def fill(name: str, part: str) -> str:
        filled = f'<sheetData><row r="1">{cells}</row></sheetData>'
        start, end = (part.find(mark) for mark in ("<sheetData", "<pageMargins"))
        return part[:start] + filled + part[end:] if "worksheets" in name else part

    (sheet,) = read_workbook(change_parts(path / "a.xlsx", fill), "r", "").sheets
    return list(sheet.rows[0])


@pytest.mark.parametrize("text", [*ERRORS, "Err:502", "#SPILL!"])
@pytest.mark.parametrize(
    "attributes",
    [
        f'calcext:value-type="error" {ZERO} table:formula="of:=[.#REF!]"',
        f'calcext:value-type="error" {ZERO}',
        f'table:formula="of:=1/0" {ZERO}',
        ZERO,
    ],
)
def test_an_error_of_an_ods_is_its_text_and_no_figure(tmp_path, attributes, text):
    (cell,) = _ods(tmp_path, ods_cell(text, attributes, "float"))

    assert (cell, read_cell(cell, SYMBOLS)) == (text, None)


@pytest.mark.parametrize("shown", ["", "0", "12"])
def test_an_error_of_an_ods_that_shows_a_number_is_no_figure(tmp_path, shown):
    (cell,) = _ods(tmp_path, ods_cell(shown, f'calcext:value-type="error" {ZERO}', "float"))

    assert read_cell(cell, SYMBOLS) is None
    assert str(cell).strip() != ""


def test_an_error_repeated_over_cells_and_rows_of_an_ods_is_an_error_in_each(tmp_path):
    error = ods_cell("#REF!", f'table:number-columns-repeated="2" calcext:value-type="error" {ZERO}', "float")
    path = write_ods(tmp_path / "a.ods", ods_sheet(ods_row(ods_cell("a"), error, times=2)))

    assert read_workbook(path, "r", "").sheets[0].rows == (("a", "#REF!", "#REF!"),) * 2


@pytest.mark.parametrize("text", [*ERRORS, "#SPILL!", "#CALC!", "#GETTING_DATA", "Err:502"])
@pytest.mark.parametrize("cell", ['<c r="A1" t="e"><v>{}</v></c>', "<c r='A1' t='e'><f>1/0</f><v>{}</v></c>"])
def test_an_error_of_an_xlsx_is_its_text_and_no_figure(tmp_path, cell, text):
    error, seven = _xlsx(tmp_path, cell.format(text) + '<c r="B1"><v>7</v></c>')

    assert (error, seven, read_cell(error, SYMBOLS)) == (text, 7.0, None)


def test_an_error_of_an_ods_that_excel_wrote_is_its_text(tmp_path):
    assert _ods(tmp_path, ods_cell("#DIV/0!", 'office:string-value=""')) == ["#DIV/0!"]


def test_an_error_in_a_table_is_a_problem_that_names_its_cell_also_where_a_blank_means_unavailable():
    table = spec(blank="unavailable", blank_reason="invented for a test")
    (problem,) = read([[TITLE], ["Sex", "30 Jun 2024"], ["Male", "#REF!"]], table).problems

    assert (problem.cell, problem.found) == ("B3", "'#REF!'")


def test_a_formula_without_a_stored_value_is_no_figure(tmp_path):
    of_ods = _ods(tmp_path, '<table:table-cell table:formula="of:=[.B1]+1"/>')[0]
    of_xlsx, text = _xlsx(tmp_path, '<c r="A1"><f>B1+1</f><v/></c><c r="B1" t="str"><f>""</f><v>x</v></c>')

    assert (of_ods, of_xlsx, text) == (*["(a formula without a stored value)"] * 2, "x")


def test_a_formula_with_a_stored_value_is_that_value(tmp_path):
    assert _ods(tmp_path, ods_cell("1,012", 'table:formula="of:=1" office:value="1012"', "float")) == [1012.0]
    assert _xlsx(tmp_path, '<c r="A1"><f>1000+12</f><v>1012</v></c>') == [1012.0]


def _styled(number_format: str) -> Workbook:
    book = Workbook()
    book.active["A1"].number_format = number_format
    return book


@pytest.mark.parametrize("number_format", ["0%", "0.00%", "0.0 %;-0.0 %"])
def test_a_share_is_a_percentage_and_no_count(tmp_path, number_format):
    of_ods = _ods(tmp_path, ods_cell("13%", 'office:value="0.125"', "percentage"))
    of_xlsx = _xlsx(tmp_path, '<c r="A1" s="1"><v>0.125</v></c>', _styled(number_format))
    (problem,) = read([[TITLE], ["Sex", "30 Jun 2024"], ["Male", of_ods[0]]]).problems

    for (cell,) in (of_ods, of_xlsx):
        figure = read_cell(cell, SYMBOLS)
        assert (figure.value, figure.is_percent) == (12.5, True)
    assert (problem.cell, problem.found) == ("B3", "12.5%")


@pytest.mark.parametrize("number_format", ["£#,##0", "[$£-809]#,##0", '"£"#,##0', "#,##0 [$€-1]"])
def test_money_is_no_figure(tmp_path, number_format):
    of_ods = _ods(tmp_path, ods_cell("£5", 'office:value="5" office:currency="GBP"', "currency"))
    of_xlsx = _xlsx(tmp_path, '<c r="A1" s="1"><v>5</v></c>', _styled(number_format))

    assert [read_cell(cell, SYMBOLS) for (cell,) in (of_ods, of_xlsx)] == [None, None]


@pytest.mark.parametrize("number_format", ["#,##0", "_-* #,##0_-;-* #,##0_-", "General", "0.0", "[Red]0", "[$-809]0"])
def test_a_number_in_any_other_format_is_a_number(tmp_path, number_format):
    assert _xlsx(tmp_path, '<c r="A1" s="1"><v>5</v></c>', _styled(number_format)) == [5.0]


def _number(shown: str, stored: str) -> str:
    return ods_cell(shown, f'office:value="{stored}"', "float")


@pytest.mark.parametrize(
    ("shown", "stored", "read_as"),
    [
        ("[c]", "2", "[c]"),
        ("5 (p)", "5", "5 (p)"),
        ("..", "4", ".."),
        ("-", "3", "-"),
        ("1.0", "1012", "1.0 (stored as 1012)"),
        ("2,544", "254", "2,544 (stored as 254)"),
    ],
)
def test_a_number_of_an_ods_that_is_shown_as_something_else_is_what_is_shown(tmp_path, shown, stored, read_as):
    assert _ods(tmp_path, ods_cell("Male"), _number(shown, stored)) == ["Male", read_as]


@pytest.mark.parametrize(
    ("shown", "stored"),
    [
        *(("2,544", "2544"), ("2 544", "2544"), ("0.3", "0.26"), ("-", "0"), ("(5)", "-5"), ("39.8", "39.7999")),
        *(("1.2E+03", "1234"), ("", "7"), ("1012", "1012.0"), ("2.50", "2.5")),
    ],
)
def test_a_number_of_an_ods_that_is_shown_rounded_or_with_separators_is_a_number(tmp_path, shown, stored):
    assert _ods(tmp_path, _number(shown, stored)) == [float(stored)]


@pytest.mark.parametrize(
    ("number_format", "stored", "read_as"),
    [
        ('[<3]"[c]";0', "2", "[c]"),
        ('[<3]"[c]";0', "3", 3.0),
        ('0;-0;"[x]"', "0", "[x]"),
        ('0;-0;"-"', "0", 0.0),
        (";;;", "1012", "(a number that is not shown)"),
        ("0.0,", "1012", "1012 (shown in thousands)"),
        ('0" (p)"', "5", "5 (p)"),
        ("0\\p", "5", "5p"),
        ('0.0 "million"', "3", "3 million"),
        ("[>=1000]#,##0;0", "1012", 1012.0),
        ('_-* #,##0_-;-* #,##0_-;_-* "-"??_-', "0", 0.0),
        ("#,##0_);[Red](#,##0)", "-3", -3.0),
        ("0.00E+00", "12", 12.0),
    ],
)
def test_a_number_of_an_xlsx_is_read_as_its_format_shows_it(tmp_path, number_format, stored, read_as):
    cell = f'<c r="A1" s="1"><v>{stored}</v></c>'
    assert _xlsx(tmp_path, cell, _styled(number_format)) == [read_as]


@pytest.mark.parametrize("between", ["<text:line-break/>", "<text:tab/>", "<text:tab></text:tab>"])
def test_a_line_break_or_tab_in_a_cell_of_an_ods_is_a_space(tmp_path, between):
    row = ods_row(ods_cell("Imprisonment for Public|Protection"), _number("[c]", "2")).replace("|", between)
    (sheet,) = read_workbook(write_ods(tmp_path / "a.ods", ods_sheet(row)), "r", "").sheets
    assert list(sheet.rows[0]) == ["Imprisonment for Public Protection", "[c]"]


def test_a_value_hidden_under_a_merged_cell_is_no_figure(tmp_path):
    of_ods = _ods(tmp_path, ods_cell("7", 'office:value="7"', "float"), ods_cell("8", ZERO, "float", covered=True))
    book = Workbook()
    book.active.append([7])
    book.save(tmp_path / "b.xlsx")
    merged = '</sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    second = '<c r="B1"><v>8</v></c></row>'

    def merge(name: str, part: str) -> str:
        changed = part.replace("</row>", second).replace("</sheetData>", merged)
        return changed if "worksheets" in name else part

    (sheet,) = read_workbook(change_parts(tmp_path / "b.xlsx", merge), "r", "").sheets

    assert of_ods == list(sheet.rows[0]) == [7.0, "(a value hidden under a merged cell)"]
    assert _ods(tmp_path, ods_cell("7"), ods_cell("", covered=True)) == ["7", ""], "nothing is hidden"


@pytest.mark.parametrize("value", ["NaN", "INF", "inf", "1e999"])
def test_a_number_that_is_not_finite_is_no_figure(tmp_path, value):
    for path, cell in (
        (tmp_path / "ods", ods_cell(value, f'office:value="{value}"', "float")),
        (tmp_path / "xlsx", ""),
    ):
        path.mkdir()
        try:
            read_back = _ods(path, cell) if cell else _xlsx(path, f'<c r="A1"><v>{value}</v></c>')
        except InputRejected:
            continue  # refused with its file
        assert read_cell(read_back[0], SYMBOLS) is None


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (True, "the truth value TRUE"),
        (dt.date(2024, 6, 30), "the date or time 2024-06-30"),
        (dt.time(1, 2), "the date or time 01:02:00"),
        (" ", "an empty cell"),
        ("1O12", "'1O12'"),
    ],
)
def test_a_cell_that_is_no_figure_is_quoted_in_words(cell, found):
    (problem,) = read([[TITLE], ["Sex", "30 Jun 2024"], ["Male", cell]]).problems

    assert (problem.cell, problem.found) == ("B3", found)


def test_numbers_stored_as_text_are_read_and_counted_as_cleaned():
    rows = [[TITLE], ["Sex", "30 Jun 2024", "30 Sep 2024"], ["Male", "1,012", 1012.0], ["Female", "9 [p]", "8"]]
    reading = read(rows)

    assert [seen.value for seen in reading.observations] == [1012.0, 1012.0, 9.0, 8.0]
    assert reading.remarks == ["cleaned: numbers stored as text were read as numbers, 2 in all, first in B3"]


def test_two_sheets_of_one_name_are_refused(tmp_path):
    sheets = "".join(ods_sheet(ods_row(ods_cell(text)), "T") for text in "ab")
    with pytest.raises(InputRejected, match="two sheets named 'T'"):
        read_workbook(write_ods(tmp_path / "a.ods", sheets), "r", "")


def test_a_sheet_of_a_chart_is_left_out(tmp_path):
    book = Workbook()
    book.active["A1"] = 1
    book.create_chartsheet("Chart")
    book.create_sheet("After")["B2"] = "x"
    book.save(tmp_path / "a.xlsx")

    assert [sheet.name for sheet in read_workbook(tmp_path / "a.xlsx", "r", "").sheets] == ["Sheet", "After"]


@pytest.mark.parametrize("width", [1, 30])
def test_every_address_is_kept_when_unusual_cells_are_put_in(tmp_path, width):
    cells = "".join(f'<c r="{get_column_letter(at)}1" t="e"><v>#N/A</v></c>' for at in range(1, width + 1))

    assert _xlsx(tmp_path, cells) == ["#N/A"] * width
