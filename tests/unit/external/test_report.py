"""The annual report as files: every point of a section, held or not, in a CSV file and on a sheet of its own."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.external import annual_report as report
from orchestration.external.annual_report import Coverage, Report, Section
from orchestration.problems import CheckFailed
from orchestration.query.reading import Table

POINT_COLUMNS = (
    *("section", "series", "period_type", "period_start", "period_end", "value", "unit", "value_status", "qualifier"),
    *("note_texts", "source_kind", "publication", "release_id", "published_on", "table_number", "table_title"),
    *("source_file", "source_sheet", "source_cell", "citation", "series_title"),
)
MARCH = date(2025, 3, 31)
CITED = "1,012 unreleased IPP prisoners, 31 March 2025; OMSQ, cell G7"


def point(**changes: Any) -> tuple[Any, ...]:
    """A point of a section; what is not said is as in the first row of the real one."""
    row = dict.fromkeys(POINT_COLUMNS) | {
        "section": "prison_population",
        "series": "unreleased",
        "period_type": "as_at",
        "period_start": MARCH,
        "period_end": MARCH,
        "value": 1012.0,
        "unit": "people",
        "value_status": "final",
        "qualifier": "",
        "source_kind": "rebuilt",
        "citation": CITED,
        "series_title": "Unreleased",
    }
    return tuple((row | changes).values())


def missing(**changes: Any) -> tuple[Any, ...]:
    """A point of which nothing is held."""
    nothing = {"value": None, "qualifier": None, "source_kind": None, "value_status": "unavailable"}
    return point(**nothing, citation="No figure is held", **changes)


def section(*points: tuple[Any, ...], **changes: Any) -> Section:
    """A section with some points, of one line."""
    given: dict[str, Any] = {
        "name": "prison_population",
        "title": "IPP prison population",
        "axis": "30 June of each year",
        "axis_basis": "Inferred",
        "footnotes": ("Counts people serving DPP",),
        "published_source": "OMSQ",
        "caveat": "",
        "coverage": (Coverage("IPP prison population", "Unreleased", 2, 1, 0),),
        "points": Table(POINT_COLUMNS, list(points)),
    }
    return Section(**(given | changes))


def of(*sections: Section) -> Report:
    """A report of some sections."""
    return Report("0123456789abcdef", date(2025, 4, 24), sections)


def sheets(made: Report) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet of the workbook that is made of a report."""
    book = openpyxl.load_workbook(io.BytesIO(report.files(made)["annual_report.xlsx"]))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def table_of(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows of a sheet from the header row on."""
    return rows[[row[0] for row in rows].index("Series") + 1 :]


def test_a_point_stands_with_its_citation_and_a_missing_one_with_its_shorthand() -> None:
    june = {"period_start": date(2024, 6, 30), "period_end": date(2024, 6, 30)}
    rows = table_of(sheets(of(section(point(), missing(**june))))["Table_1"])
    assert rows == [
        ("Unreleased", "as at 2025-03-31", 1012, "people", "exact", "final", "rebuilt", CITED),
        ("Unreleased", "as at 2024-06-30", "[x]", "people", "[z]", "unavailable", "[x]", "No figure is held"),
    ]


@pytest.mark.parametrize(
    ("status", "shorthand"), [("suppressed", "[c]"), ("unavailable", "[x]"), ("not_applicable", "[z]")]
)
def test_three_kinds_of_missing_are_three_shorthands_and_none_is_zero(status: str, shorthand: str) -> None:
    made = of(section(point(), point(value=None, value_status=status), point(value=0.0, value_status="nil")))
    rows = sheets(made)["Table_1"]
    assert [row[2] for row in table_of(rows)] == [1012, shorthand, 0]
    assert any(str(row[0]).startswith(f"{shorthand} ") for row in rows), "the sheet explains what it uses"


def test_an_approximate_value_says_so_beside_the_number() -> None:
    (row,) = table_of(sheets(of(section(point(value=45.5, unit="percent", qualifier="about"))))["Table_1"])
    assert row[2:5] == (45.5, "percent", "about")


def test_a_line_without_a_known_point_is_not_left_out() -> None:
    lines = (Coverage("SFO", "All", None, 0, 0), Coverage("SFO", "Unreleased", None, 0, 1))
    rows = table_of(sheets(of(section(point(), coverage=lines)))["Table_1"])
    assert [row[0] for row in rows] == ["Unreleased", "All"]
    assert rows[1][2] == "[x]"


def test_coverage_is_said_on_the_sheet_and_on_a_sheet_of_its_own() -> None:
    lines = (Coverage("Prison", "All", 11, 3, 0), Coverage("Prison", "Open", None, 0, 4))
    found = sheets(of(section(point(), coverage=lines)))
    assert ("3 of 11 points held; 4 points held of lines whose axis is not printed",) in [
        row[:1] for row in found["Table_1"]
    ]
    assert found["Coverage"][-2:] == [("Prison", "All", 11, 3, 0), ("Prison", "Open", "[x]", 0, 4)]


def test_the_cover_counts_the_kinds_of_source() -> None:
    made = of(section(point(), point(source_kind="transcribed"), point(source_kind="rebuilt"), missing()))
    lines = [row[0] for row in sheets(made)["Cover"]]
    assert "2 figures: rebuilt (rebuilt workbook, not the official file)" in lines
    assert "1 figure: transcribed (transcribed from a published answer, report or minutes)" in lines
    assert "0 figures: synthetic (synthetic, not about real people)" in lines
    assert any("published up to 24 April 2025; checksum" in line and "0123456789ab." in line for line in lines)


def test_a_csv_file_holds_every_point_with_every_column_of_its_figure() -> None:
    files = report.files(of(section(point(), missing()), section(point(), name="recalls")))
    assert list(files) == ["01_prison_population.csv", "02_recalls.csv", "annual_report.xlsx"]
    first, second = list(csv.DictReader(io.StringIO(files["01_prison_population.csv"])))
    assert list(first) == list(POINT_COLUMNS[:-1])
    assert (first["value"], first["citation"]) == ("1012.0", CITED)
    assert (second["value"], second["value_status"], second["citation"]) == ("", "unavailable", "No figure is held")


def test_the_same_report_gives_the_same_bytes() -> None:
    assert report.files(of(section(point(), missing()))) == report.files(of(section(point(), missing())))


def test_files_are_written_whole_and_again(tmp_path) -> None:
    contents = {"a.csv": "x,é\n", "b.xlsx": b"PK\x00"}
    folder = tmp_path / "new" / "report"
    assert report.write(folder, contents) == report.write(folder, contents) == [folder / "a.csv", folder / "b.xlsx"]
    assert (folder / "a.csv").read_bytes() == "x,é\n".encode()
    assert (folder / "b.xlsx").read_bytes() == b"PK\x00"
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.xlsx"]


def test_a_file_of_another_version_is_no_crash() -> None:
    with duckdb.connect() as connection, pytest.raises(CheckFailed, match="another version published it"):
        report.read(connection)
