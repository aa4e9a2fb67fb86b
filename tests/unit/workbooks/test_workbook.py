"""A file opens as plain sheets in which every cell keeps the address a person sees."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from orchestration.problems import InputRejected
from orchestration.workbooks.workbook import address, read_workbook
from tests.workbooks import RAW, add_sheet, ods_sheet, truncate_file, write_ods

ODS = RAW / "restricted_patients" / "2023" / "restricted-patients-ipp-2023.ods"


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_an_address_is_the_one_a_spreadsheet_shows(row, column):
    assert address(row, column) == f"{get_column_letter(column + 1)}{row + 1}"


@pytest.mark.parametrize(
    ("row", "column", "shown"), [(0, 0, "A1"), (4, 25, "Z5"), (4, 26, "AA5"), (9, 701, "ZZ10"), (9, 702, "AAA10")]
)
def test_the_letters_carry_over_where_they_should(row, column, shown):
    assert address(row, column) == shown


def test_repeated_and_empty_cells_of_an_ods_keep_the_others_in_their_place(tmp_path):
    cell = '<table:table-cell office:value-type="float" office:value="{}"/>'
    rows = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        f'<table:table-row><table:table-cell table:number-columns-repeated="2"/>{cell.format(7)}</table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3" '
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
        f'<table:table-row>{cell.format(8)}<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
    )
    sheet = read_workbook(write_ods(tmp_path / "a.ods", ods_sheet(rows)), "r", "").sheets[0]
    held = {
        address(row, column): cell
        for row, cells in enumerate(sheet.rows)
        for column, cell in enumerate(cells)
        if cell != ""
    }

    assert held == {"C4": 7.0, **dict.fromkeys(["A5", "B5", "C5", "A6", "B6", "C6"], "x"), "A7": 8.0}


def test_hidden_rows_and_columns_of_an_xlsx_are_read_in_their_place(tmp_path):
    book = Workbook()
    book.active["C5"] = 7
    book.active["E9"] = dt.datetime(2022, 6, 30)  # noqa: DTZ001 - as a spreadsheet holds it
    book.active.column_dimensions["C"].hidden = True
    book.active.row_dimensions[5].hidden = True
    book.create_sheet("behind").sheet_state = "hidden"
    book["behind"]["A1"] = "here"
    book.save(tmp_path / "a.xlsx")
    read = read_workbook(tmp_path / "a.xlsx", "r", "")

    assert [sheet.name for sheet in read.sheets] == ["Sheet", "behind"]
    assert read.sheets[0].rows[4][2] == 7.0
    assert read.sheets[0].rows[8][4] in (dt.date(2022, 6, 30), dt.datetime(2022, 6, 30))  # noqa: DTZ001


def test_sheets_that_hold_nothing_are_left_out(tmp_path):
    tables = '<table:table table:name="Phantom"/><table:table table:name="T"><table:table-row><table:table-cell '
    tables += 'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'

    assert [sheet.name for sheet in read_workbook(write_ods(tmp_path / "a.ods", tables), "r", "").sheets] == ["T"]


def test_an_ending_in_capitals_is_an_ending(tmp_path):
    (tmp_path / "A.ODS").write_bytes(ODS.read_bytes())

    assert len(read_workbook(tmp_path / "A.ODS", "r", "").sheets) == len(read_workbook(ODS, "r", "").sheets)


def test_a_csv_is_one_sheet_of_texts_with_the_title_it_is_given(tmp_path):
    (tmp_path / "answer.csv").write_bytes('\ufeffYear,Count\r\n2020,"1,742"\r\n'.encode())
    (sheet,) = read_workbook(tmp_path / "answer.csv", "r", "Written answer 1").sheets

    assert (sheet.name, sheet.title, sheet.rows) == (
        "answer",
        "Written answer 1",
        (("Year", "Count"), ("2020", "1,742")),
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.ods", b"PK\x03\x04 and no more"),
        ("empty.ods", b""),
        ("empty.xlsx", b""),
        ("text.xlsx", b"Sex,2024\nMale,1\n"),
        ("page.ods", b"<!DOCTYPE html><title>Sign in</title>"),
        ("empty.csv", b""),
        ("blank.csv", b",,\n,,\n"),
        ("quote.csv", b'Year,"Count\n2020,1\n'),
        ("answer.pdf", b"%PDF-1.7"),
        ("answer", b"Year,Count\n"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_rejected_by_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputRejected) as rejected:
        read_workbook(tmp_path / name, "omsq 2024-q4", "")
    (problem,) = rejected.value.problems

    assert (problem.release, problem.file) == ("omsq 2024-q4", name)
    assert problem.expected == "a whole ODS, XLSX or CSV file"
    assert problem.found
    assert problem.remedy.startswith(("fetch the file again", "ask the publisher"))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize(
    "file",
    [
        "restricted_patients/2023/restricted-patients-ipp-2023.ods",
        "safety_in_custody/2023/safety-in-custody-ipp-deaths-2023.xlsx",
    ],
)
def test_a_file_cut_off_anywhere_is_rejected(tmp_path, file, keep):
    path = tmp_path / Path(file).name
    path.write_bytes((RAW / file).read_bytes())
    truncate_file(path, keep)

    with pytest.raises(InputRejected):
        read_workbook(path, "r", "")


def test_a_sheet_added_by_the_helpers_of_the_tests_is_read_as_it_was_written(tmp_path):
    path = tmp_path / ODS.name
    path.write_bytes(ODS.read_bytes())
    add_sheet(path, "Extra", [["a", None, 3.0], [], [None, "b"]])

    assert read_workbook(path, "r", "").sheets[-1].rows == (("a", "", 3.0), ("", "", ""), ("", "b", ""))
