"""The workbooks of the pack's topics: what the pack publishes and nothing more, suppressed counts as symbols."""

from __future__ import annotations

import csv
import datetime as dt
import io
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.external import annual_report
from orchestration.external.accessible_workbook import to_xlsx
from orchestration.external.pack import FILE, write_pack
from orchestration.external.workbooks import topic_workbooks, write_workbooks
from orchestration.problems import CheckFailed
from tests.small_packs import figure, warehouse
from tests.workbook_checklist import faults

DECLARATION = """
control:
  {threshold: 5, possible_values: 4, bounds: [95, 90], keep_national_years: true, largest_share_suppressed: 0.9}
left_out: []
tables:
  people:
    - {measure: m, statistics: [count], breakdowns: [total, region], periods: {as_at: all}, reader: Action 6}
  shares:
    - {measure: reviewed, statistics: [share], breakdowns: [total], periods: {as_at: 1}, reader: Target 4}
"""
COUNTS = {"": 1070, "region=A": 3, "region=B": 1040, "region=C": 7, "region=D": 20}
DESCRIPTIONS = """
create table meta.measures as
select * from (values
    ('A01', 'm', 'People in prison', 'People in prison on the day', '=1+1 as a caveat'),
    ('A02', 'reviewed', 'Case files reviewed', 'Of A01, people with a review', null)
) as measures (id, key, measure, definition, caveat);
alter table meta.measures add column mart varchar;
create table meta.categories as
select * from (values ('region', 'A', 'North', 1), ('region', 'B', 'South', 2)) as categories
    (dimension, code, label, sort_order);
create table meta.releases as
select date '2025-04-24' as published_on, 'published' as status, 'a reason' as reason;
"""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small pack with the tables that describe it."""
    folder = tmp_path_factory.mktemp("pack")
    (folder / "expectations").mkdir()
    (folder / "expectations" / "external_pack.yml").write_text(DECLARATION)
    figures = [figure(number, breakdown) for breakdown, number in COUNTS.items()]
    figures.append(figure(numerator=68, denominator=70, measure="reviewed"))
    file = warehouse(folder / "ipp.duckdb", figures)
    with duckdb.connect(str(file)) as connection:
        connection.execute(DESCRIPTIONS)
    write_pack(file, folder / "external", expectations=folder / "expectations")
    return folder / "external"


@pytest.fixture(scope="module")
def books(pack: Path) -> dict[str, bytes]:
    """The workbook of each topic."""
    with duckdb.connect(str(pack / FILE), read_only=True) as connection:
        return {topic: to_xlsx(book) for topic, book in topic_workbooks(connection).items()}


def table(xlsx: bytes, sheet: str) -> tuple[list[Any], list[tuple[Any, ...]], list[Any]]:
    """The headings, the rows and the lines above the table of a sheet."""
    made = openpyxl.load_workbook(io.BytesIO(xlsx))[sheet]
    (marked,) = made.tables.values()
    headings, *rows = [[cell.value for cell in row] for row in made[marked.ref]]
    top = made[marked.ref][0][0].row
    above = [row[0] for row in made.iter_rows(max_row=top - 1, max_col=1, values_only=True)]
    return headings, [tuple(row) for row in rows], above


def test_each_topic_has_a_workbook_that_passes_the_checklist(books: dict[str, bytes]) -> None:
    assert {topic: faults(book) for topic, book in books.items()} == {"people": [], "shares": []}


def test_suppressed_counts_are_symbols_and_others_are_numbers(books: dict[str, bytes]) -> None:
    headings, rows, _ = table(books["people"], "1_m")
    assert headings == ["Breakdown", "Group", "Period", "Figure", "Status"]
    assert rows == [
        ("Total", "All", "31 March 2025", 1070, "final"),
        ("Region", "North", "31 March 2025", "[c]", "suppressed"),
        ("Region", "South", "31 March 2025", 1040, "final"),
        ("Region", "C", "31 March 2025", "[c]", "suppressed"),
        ("Region", "D", "31 March 2025", 20, "final"),
    ]


def test_a_bound_is_given_in_words_and_its_parts_are_suppressed(books: dict[str, bytes]) -> None:
    headings, rows, above = table(books["shares"], "1_reviewed")
    shown = dict(zip(headings, rows[0], strict=True))
    assert shown["Figure"] == "more than 90%"
    assert "Part counted: [c]" in above[1]
    assert 68 not in rows[0]


def test_what_every_row_says_stands_above_the_table(books: dict[str, bytes]) -> None:
    _, _, above = table(books["people"], "1_m")
    assert "Statistic: Count. Unit: people. Kind of source: synthetic." in above
    assert "Published for: Action 6." in above
    assert "Figures marked synthetic were counted from synthetic records. They say nothing about real people." in above


def test_a_definition_names_measures_by_title_and_a_caveat_is_not_run(books: dict[str, bytes]) -> None:
    (_, definition), *_ = table(books["shares"], "Notes")[1]
    assert definition == 'Of "People in prison", people with a review'
    notes = table(books["people"], "Notes")[1]
    assert notes == [(1, "People in prison on the day"), (2, "=1+1 as a caveat")]


def test_the_workbooks_have_the_figures_of_the_csv_files(pack: Path, books: dict[str, bytes]) -> None:
    for topic, book in books.items():
        with (pack / f"{topic}.csv").open(encoding="utf-8", newline="") as file:
            published = [row["value_text"] for row in csv.DictReader(file)]
        names = openpyxl.load_workbook(io.BytesIO(book)).sheetnames[3:]
        tables = [table(book, name) for name in names]
        shown = [row[headings.index("Figure")] for headings, rows, _ in tables for row in rows]
        assert [f"{value:,}" if isinstance(value, int) else value for value in shown] == published


def test_an_equal_pack_gives_equal_bytes(
    pack: Path, tmp_path: Path, books: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    report = annual_report.Report(dt.date(2025, 4, 24), 45, ())
    monkeypatch.setattr(annual_report, "read", lambda connection: report)
    paths = write_workbooks(pack / FILE, tmp_path)
    assert [path.name for path in paths] == ["people.xlsx", "shares.xlsx", "annual_report.xlsx"]
    assert {path.stem: path.read_bytes() for path in paths[:2]} == books


def test_a_pack_without_the_tables_is_refused(tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / FILE)).close()
    with pytest.raises(CheckFailed, match="counted"):
        write_workbooks(tmp_path / FILE, tmp_path)
