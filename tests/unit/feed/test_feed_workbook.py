"""The workbook of the feed: a sheet for each block in the order of the dashboard, with every period."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import openpyxl
import pytest

from orchestration.feed.workbook import read_blocks, write_workbook
from orchestration.problems import CheckFailed, SpecError
from tests.workbook_checklist import faults

SECTIONS = """
sections:
  - id: caseload
    display: Caseload by location
    description: Each part has its own day.
    visualisations:
      - id: prison-trend
        type: line-timeseries
        display: In prison, by custody status
        block: prison_by_status
        is_latest: false
        unit: people
        columns: {series: Custody status, ts: As at, value: People}
      - id: prison-table
        type: list
        display: In prison as a table
        block: prison_by_status
        is_latest: true
        unit: people
        columns: {series: Custody status, period: As at, value_text: People, source: Where from}
  - id: targets
    display: Targets
    description: A rating is in words.
    visualisations:
      - id: targets-table
        type: list
        display: Position now
        block: action_plan_targets
        is_latest: true
        unit: percent
        columns: {category: Target, period: Period, value_text: Now, status_text: Position}
"""
TABLES = """
create schema feed;
create schema meta;
create table meta.publication as select timestamp '2026-11-30 01:10:25' as built_at;
create table feed.dashboard_rows (
    block varchar, is_latest varchar, series varchar, category varchar, ts date, period varchar, value double,
    value_text varchar, status_text varchar, source varchar, row_order integer, classification varchar
);
"""
TARGETS, PRISON = "action_plan_targets", "prison_by_status"
ROWS = [
    ("edge", "First row", "[z]", None, "[z]", None, "[z]", "not applicable", "[z]", 0, "internal"),
    (TARGETS, "", "Target 1", "2025-02-28", "28 February 2025", 79.98, "80%", "not met", "NOMIS", 1, "synthetic"),
    (TARGETS, "", "Target 6", "2025-03-31", "Jan to Mar 2025", None, "[c]", "suppressed", "PPUD", 2, "synthetic"),
    (PRISON, "Unreleased", "", "2025-03-31", "31 March 2025", 1012, "1,012", "final", "OMSQ", 2, "official"),
    (PRISON, "Unreleased", "", "2015-06-30", "30 June 2015", 4614, "4,614", "final", "OMSQ", 1, "official"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small warehouse, the sections of its dashboard, and the workbook."""
    folder = tmp_path_factory.mktemp("feed")
    (folder / "sections.yml").write_text(SECTIONS)
    with duckdb.connect(str(folder / "ipp.duckdb")) as connection:
        connection.execute(TABLES)
        connection.executemany(f"insert into feed.dashboard_rows values (?, 'true'{', ?' * 10})", ROWS)
    write_workbook(folder / "ipp.duckdb", folder, folder / "sections.yml")
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> openpyxl.Workbook:
    """The workbook as another library reads it."""
    return openpyxl.load_workbook(io.BytesIO((folder / "ipp.xlsx").read_bytes()))


def rows_of(book: openpyxl.Workbook, sheet: str) -> list[tuple[object, ...]]:
    (table,) = book[sheet].tables.values()
    return [tuple(cell.value for cell in row) for row in book[sheet][table.ref]]


def test_the_workbook_passes_the_checklist(folder: Path) -> None:
    assert faults((folder / "ipp.xlsx").read_bytes()) == []


def test_sheets_are_in_the_order_of_the_dashboard(book: openpyxl.Workbook) -> None:
    assert book.sheetnames[3:] == ["1_prison_by_status", "2_action_plan_targets"]
    assert str(book["1_prison_by_status"]["A1"].value).startswith("Caseload by location: In prison, by custody status")


def test_a_block_is_shown_with_every_period_and_the_headings_of_the_dashboard(book: openpyxl.Workbook) -> None:
    assert rows_of(book, "1_prison_by_status") == [
        ("Custody status", "Period", "People", "Status", "Source"),
        ("Unreleased", "30 June 2015", 4614, "final", "OMSQ"),
        ("Unreleased", "31 March 2025", 1012, "final", "OMSQ"),
    ]
    assert rows_of(book, "2_action_plan_targets") == [
        ("Target", "Period", "Now", "Position", "Source"),
        ("Target 1", "28 February 2025", 80, "not met", "NOMIS"),
        ("Target 6", "Jan to Mar 2025", "[c]", "suppressed", "PPUD"),
    ]


def test_the_cover_says_when_and_for_whom_and_synthetic_figures_are_marked(book: openpyxl.Workbook) -> None:
    cover = [str(row[0].value) for row in book["Cover"].iter_rows()]
    assert "Publication date: 30 November 2026." in cover
    assert any(line.startswith("Official-sensitive. For HMPPS only") for line in cover)
    above = [row[0].value for row in book["2_action_plan_targets"].iter_rows(max_row=4)]
    assert any("synthetic records" in str(line) for line in above)
    assert not any("synthetic records" in str(row[0].value) for row in book["1_prison_by_status"].iter_rows(max_row=4))


def test_the_same_warehouse_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = write_workbook(folder / "ipp.duckdb", tmp_path, folder / "sections.yml")
    assert again.read_bytes() == (folder / "ipp.xlsx").read_bytes()


def test_a_block_that_nothing_shows_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sections.yml").write_text(SECTIONS.replace("block: action_plan_targets", "block: another"))
    with pytest.raises(CheckFailed, match="action_plan_targets; add a visualisation"):
        write_workbook(folder / "ipp.duckdb", tmp_path, tmp_path / "sections.yml")


def test_the_first_visualisation_of_a_block_names_it(folder: Path) -> None:
    first, second = read_blocks(folder / "sections.yml")
    assert (first.block, first.title, second.block) == (
        "prison_by_status",
        "In prison, by custody status",
        "action_plan_targets",
    )


def test_sections_with_a_mistake_are_refused_with_the_place_of_it(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "sections.yml").write_text(SECTIONS.replace("type: line-timeseries", "type: line"))
    with pytest.raises(SpecError, match=r"sections\.yml: sections\[0\]\.visualisations\[0\]\.type: .*'line'"):
        write_workbook(folder / "ipp.duckdb", tmp_path, tmp_path / "sections.yml")
