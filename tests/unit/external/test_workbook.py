"""A workbook that everybody can read: one marked table a sheet, one header row, nothing merged, notes by number."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.utils import range_boundaries

from orchestration.external.accessible_workbook import (
    Chart,
    Cover,
    Link,
    Sheet,
    Workbook,
    column_widths,
    lines_needed,
    note_numbers,
    sheet_name,
    to_xlsx,
)
from tests.workbook_checklist import faults

CHART = Chart(
    kind="line",
    title="People in prison",
    alt_text="Line chart of people in prison, from 4,614 in June 2015 to 1,012 in March 2025.",
    categories="Period",
    values="Value",
    unit="People",
    series=(("All", 0, 1),),
)
FIRST = Sheet(
    name="1_people",
    title="People in prison",
    subtitles=("2 of 3 points held",),
    columns=("Series", "Period", "Value", "Citation"),
    rows=(
        ("All", "30 June 2015", 4614, "4,614 people, cell D6"),
        ("All", "31 March 2025", 1012, "1,012 people, cell G6"),
        ("Unreleased", "31 March 2025", "[x]", "No figure is held"),
    ),
    notes=("Counts DPP", "A quarter ahead"),
    scope="Points: some days",
    source="Source: OMSQ",
    legend=("[x] not available",),
    chart=CHART,
)
SECOND = Sheet("2_recalls", "Recalls", (), ("Series", "Value"), (("Recalls", 2.5), ("Rate", 3)), notes=("Counts DPP",))
COVER = Cover(
    introduction=("Publication date: 24 April 2025.",),
    about=("Symbols: [c] confidential.", Link("Read the licence", "https://www.nationalarchives.gov.uk/")),
    contact=("IPP figures team", Link("Contact details", "https://www.gov.uk/")),
)
BOOK = Workbook("Data", datetime(2025, 4, 24, 9, 30), COVER, (FIRST, SECOND))  # noqa: DTZ001
RISKY = ("=1+1", "+44", "-2", "@SUM(A1)", "\t=1+1", "\r=1+1", "{=1}", "https://evil.example/", "mailto:a@b.c")
LINK_LIKE = "[click](https://evil.example/) and $$note1$$"


@pytest.fixture(scope="module")
def written() -> bytes:
    """The small workbook."""
    return to_xlsx(BOOK)


@pytest.fixture(scope="module")
def book(written: bytes) -> openpyxl.Workbook:
    """The workbook as another library reads it."""
    return openpyxl.load_workbook(io.BytesIO(written))


def test_the_workbook_passes_the_checklist(written: bytes) -> None:
    assert faults(written) == []


def merge(book: openpyxl.Workbook) -> None:
    book["1_people"].merge_cells("A2:B2")


def blank_a_row(book: openpyxl.Workbook) -> None:
    book["1_people"].insert_rows(3)


def blank_a_cell(book: openpyxl.Workbook) -> None:
    _, top, *_ = range_boundaries(book["2_recalls"].tables["table_2_recalls"].ref)
    book["2_recalls"].cell(top + 1, 2).value = None


def put_in_a_formula(book: openpyxl.Workbook) -> None:
    book["1_people"]["A2"] = "=1+1"


def unmark_the_table(book: openpyxl.Workbook) -> None:
    del book["1_people"].tables["table_1_people"]


def unmark_the_title(book: openpyxl.Workbook) -> None:
    book["1_people"]["A1"].style = "Normal"


def remove_a_link(book: openpyxl.Workbook) -> None:
    book["Contents"]["A5"].hyperlink = None


def remove_a_sheet(book: openpyxl.Workbook) -> None:
    del book["2_recalls"]


def remove(text: str) -> Callable[[openpyxl.Workbook], None]:
    def remove_text(book: openpyxl.Workbook) -> None:
        for sheet in book.worksheets:
            for (cell,) in sheet.iter_rows(max_col=1):
                if str(cell.value).startswith(text):
                    cell.value = "Something else"

    return remove_text


def remove_the_licence(book: openpyxl.Workbook) -> None:
    (cell,) = [row[0] for row in book["Cover"].iter_rows() if row[0].value == "Read the licence"]
    cell.hyperlink = None


def narrow_a_column(book: openpyxl.Workbook) -> None:
    book["1_people"].column_dimensions["A"].width = 3


def hide_a_sheet(book: openpyxl.Workbook) -> None:
    book["2_recalls"].sheet_state = "hidden"


def write_a_number_as_text(book: openpyxl.Workbook) -> None:
    for row in book["1_people"].iter_rows():
        for cell in row:
            if cell.value == 1012:
                cell.value = "1,012"


def rename_a_sheet(book: openpyxl.Workbook) -> None:
    book["2_recalls"].title = "Recalls & more"


def leave_a_line_unwrapped(book: openpyxl.Workbook) -> None:
    _, top, *_ = range_boundaries(book["2_recalls"].tables["table_2_recalls"].ref)
    book["2_recalls"].cell(top + 1, 1).alignment = openpyxl.styles.Alignment(wrap_text=False)


@pytest.mark.parametrize(
    ("break_it", "fault"),
    [
        (merge, "1_people: merged cells"),
        (blank_a_row, "1_people: row 3 is blank"),
        (blank_a_cell, "2_recalls: a cell is blank"),
        (put_in_a_formula, "1_people: row 2 has a formula"),
        (unmark_the_table, "1_people: 0 tables"),
        (unmark_the_title, "1_people: the title is no heading"),
        (remove_a_link, "Contents: the links are not those of the sheets"),
        (remove_a_sheet, "Contents: the links are not those of the sheets"),
        (remove("Contact"), "Cover: no contact"),
        (remove("Publication date"), "Cover: no publication date"),
        (remove("Symbols"), "Cover: the symbols are not explained"),
        (remove("[x]"), "1_people: not explained: [x]"),
        (remove("This worksheet"), "1_people: it is not said what is on the sheet"),
        (remove_the_licence, "Cover: no link to the licence"),
        (narrow_a_column, "1_people: a column is too narrow or too wide"),
        (hide_a_sheet, "2_recalls: something is hidden"),
        (write_a_number_as_text, "1_people: a number is text"),
        (rename_a_sheet, "Recalls & more: the name is too long or has signs in it"),
        (leave_a_line_unwrapped, "2_recalls: a cell is not wrapped"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_the_checklist_finds_what_is_wrong(
    written: bytes, break_it: Callable[[openpyxl.Workbook], None], fault: str
) -> None:
    broken = openpyxl.load_workbook(io.BytesIO(written))
    break_it(broken)
    out = io.BytesIO()
    broken.save(out)
    assert fault in faults(out.getvalue())


def test_the_checklist_finds_a_chart_without_alt_text() -> None:
    silent = replace(FIRST, chart=replace(CHART, alt_text=""))
    assert faults(to_xlsx(replace(BOOK, sheets=(silent, SECOND)))) == [
        "xl/drawings/drawing1.xml: a chart has no alt text"
    ]


def test_cover_contents_and_notes_come_first(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Cover", "Contents", "Notes", "1_people", "2_recalls"]
    contents = list(book["Contents"].iter_rows(min_row=4, values_only=True))
    assert contents[1:] == [("1_people", "People in prison"), ("2_recalls", "Recalls")]


def test_a_note_that_two_sheets_share_has_one_number(book: openpyxl.Workbook) -> None:
    assert list(book["Notes"].iter_rows(min_row=4, values_only=True)) == [(1, "Counts DPP"), (2, "A quarter ahead")]
    assert book["1_people"]["A1"].value == "People in prison [note 1][note 2]"
    assert book["2_recalls"]["A1"].value == "Recalls [note 1]"


def test_the_lines_above_a_table_are_kept(book: openpyxl.Workbook) -> None:
    above = [row[0] for row in book["1_people"].iter_rows(max_row=7, values_only=True)]
    assert {"2 of 3 points held", "[x] not available", "Source: OMSQ", "Points: some days"} <= set(above)


def test_a_chart_draws_the_rows_of_its_lines(book: openpyxl.Workbook) -> None:
    (chart,) = book["1_people"]._charts
    (line,) = chart.series
    _, top, *_ = range_boundaries(book["1_people"].tables["table_1_people"].ref)
    assert line.val.numRef.f == f"'1_people'!$C${top + 1}:$C${top + 2}"
    assert line.cat.strRef.f == f"'1_people'!$B${top + 1}:$B${top + 2}"


def test_numbers_have_thousands_and_a_column_with_a_decimal_has_them_in_each_row(book: openpyxl.Workbook) -> None:
    def formats(sheet: str, value: float) -> list[str]:
        return [cell.number_format for row in book[sheet].iter_rows() for cell in row if cell.value == value]

    assert formats("1_people", 1012) == ["#,##0"]
    assert formats("2_recalls", 2.5) == ["#,##0.0##"]


def test_the_bytes_depend_on_nothing_but_what_is_written(written: bytes) -> None:
    assert to_xlsx(BOOK) == written
    assert to_xlsx(replace(BOOK, title="Other data")) != written
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-04-24T09:30:00Z" in archive.read("docProps/core.xml")


@pytest.fixture(scope="module")
def risky() -> list[Cell]:
    """The cells of a workbook in which every text is one that a program would run or make a link of."""
    texts = (*RISKY, LINK_LIKE)
    lines = tuple(f"{text} line" for text in texts)
    sheet = Sheet(
        name=sheet_name("=cmd|' /C calc'!A0"),
        title="=1+1 title",
        subtitles=lines,
        columns=("Series", "Text"),
        rows=tuple(("All", f"{text} cell") for text in texts),
        notes=tuple(f"{text} note" for text in texts),
        legend=lines,
        scope="+1 scope",
        source="@SUM(A1) source",
    )
    cover = replace(COVER, introduction=(*COVER.introduction, *lines), about=(*COVER.about, *lines))
    made = openpyxl.load_workbook(io.BytesIO(to_xlsx(replace(BOOK, title="=1+1 book", cover=cover, sheets=(sheet,)))))
    return [cell for one in made.worksheets for row in one.iter_rows() for cell in row if cell.value is not None]


def test_text_that_a_program_would_run_stays_text(risky: list[Cell]) -> None:
    assert {cell.data_type for cell in risky} == {"s", "n"}
    quoted = [str(cell.value) for cell in risky if cell.quotePrefix]
    # The file format writes a carriage return so.
    starting = [text.replace("\r", "_x000D_") for text in RISKY if text[0] in "=+-@\t\r"]
    assert sorted(quoted) == sorted(
        ["=1+1 title", *(f"{text} {place}" for text in starting for place in ("cell", "note"))]
    )


def test_text_that_looks_like_a_link_is_none(risky: list[Cell]) -> None:
    links = {cell.hyperlink.target for cell in risky if cell.hyperlink} - {None}
    assert links == {"https://www.nationalarchives.gov.uk/", "https://www.gov.uk/"}
    assert sum("[click] (https://evil.example/) and $ $note1$ $" in str(cell.value) for cell in risky) == 6


def test_a_sheet_is_named_in_letters_digits_and_underscores() -> None:
    assert sheet_name("4 parole_board_oral_hearings") == "4_parole_board_oral_hearings"
    assert sheet_name("=cmd|' /C calc'!A0") == "cmd_C_calc_A0"
    assert sheet_name("2 progression_regime_recommendations_not_met") == "2_progression_regime"
    assert sheet_name("x" * 40) == "x" * 31


def test_an_empty_cell_is_refused() -> None:
    empty = replace(SECOND, rows=((" ", " "),))
    with pytest.raises(ValueError, match="null"):
        to_xlsx(replace(BOOK, sheets=(empty,)))


def test_long_texts_are_wrapped_and_short_columns_are_not_too_narrow() -> None:
    assert column_widths(("A", "Citation"), [("x", "y" * 300), ("n", "z" * 20)]) == [10, 70]
    assert column_widths(("A sixteen-letter heading",), []) == [27]


def test_a_row_is_as_high_as_its_longest_text() -> None:
    assert lines_needed(("x", "word " * 42), [10, 20]) == 11
    assert lines_needed(("x", 1), [10, 10]) == 1


def test_notes_are_numbered_in_the_order_they_are_met() -> None:
    assert note_numbers((FIRST, SECOND)) == {"Counts DPP": 1, "A quarter ahead": 2}
