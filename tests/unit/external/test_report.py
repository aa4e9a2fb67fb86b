"""The annual report as files: every point of a section, held or not, in a CSV file and on its sheet."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import duckdb
import openpyxl
import pytest

from orchestration.external import annual_report as report
from orchestration.external.accessible_workbook import Link
from orchestration.external.annual_report import Coverage, Report, Section
from orchestration.problems import CheckFailed
from orchestration.query.table import Table
from tests.workbook_checklist import faults

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
        "coverage": (Coverage("IPP prison population", "Unreleased", 2, 1, 0, 0),),
        "points": Table(POINT_COLUMNS, list(points)),
    }
    return Section(**(given | changes))


def of(*sections: Section, **further: Any) -> Report:
    """A report of some sections, and anything else it has."""
    return Report(date(2025, 4, 24), 45, sections, **further)


def published(**changes: Any) -> dict[str, Any]:
    """A published figure as the queries of the report give it."""
    figure = {"measure_title": "Women serving IPP in prison", "breakdown": "custody_status=recalled", "value": 23.0}
    figure |= {"period_start": MARCH, "period_end": MARCH, "unit": "people", "qualifier": "", "value_status": "final"}
    return figure | {"source_kind": "rebuilt", "citation": "23 women, cell G9"} | changes


def target(**changes: Any) -> dict[str, Any]:
    """A target with its published and its counted position."""
    row = {"target": 1, "wording": "In a prison", "measured_over": "People assessed", "target_value": 90.0}
    row |= {"unit": "percent", "due_on": date(2025, 12, 31), "published_breakdown": "", "published": None}
    row |= {"period_start": MARCH, "period_end": MARCH, "value": 80.0, "value_text": "80.0%"}
    return row | {"source_kind": "synthetic"} | changes


def sheets(made: Report) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of each sheet of the workbook that is made of a report."""
    book = openpyxl.load_workbook(io.BytesIO(report.files(made)["annual_report.xlsx"]))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def table_of(rows: list[tuple[Any, ...]], first: str = "Series") -> list[tuple[Any, ...]]:
    """The rows of a sheet below the heading row, which begins with `first`."""
    return rows[[row[0] for row in rows].index(first) + 1 :]


def test_a_point_stands_with_its_citation_and_a_missing_one_with_its_shorthand() -> None:
    june = {"period_start": date(2024, 6, 30), "period_end": date(2024, 6, 30)}
    rows = table_of(sheets(of(section(point(), missing(**june))))["1_prison_population"])
    assert rows == [
        ("Unreleased", "31 March 2025", 1012, "people", "exact", "final", "rebuilt", CITED),
        ("Unreleased", "30 June 2024", "[x]", "people", "[z]", "unavailable", "[x]", "No figure is held"),
    ]


@pytest.mark.parametrize(
    ("status", "shorthand"), [("suppressed", "[c]"), ("unavailable", "[x]"), ("not_applicable", "[z]")]
)
def test_three_kinds_of_missing_are_three_shorthands_and_none_is_zero(status: str, shorthand: str) -> None:
    made = of(section(point(), point(value=None, value_status=status), point(value=0.0, value_status="nil")))
    rows = sheets(made)["1_prison_population"]
    assert [row[2] for row in table_of(rows)] == [1012, shorthand, 0]
    assert any(str(row[0]).startswith(f"{shorthand} ") for row in rows), "the sheet explains what it uses"


def test_an_approximate_value_says_so_beside_the_number() -> None:
    (row,) = table_of(sheets(of(section(point(value=45.5, unit="percent", qualifier="about"))))["1_prison_population"])
    assert row[2:5] == (45.5, "percent", "about")


def test_a_line_without_a_known_point_is_not_left_out() -> None:
    lines = (Coverage("SFO", "All", None, 0, 0, 0), Coverage("SFO", "Unreleased", None, 0, 0, 1))
    rows = table_of(sheets(of(section(point(), coverage=lines)))["1_prison_population"])
    assert [row[0] for row in rows] == ["Unreleased", "All"]
    assert rows[1][2] == "[x]"


def test_coverage_is_said_on_the_sheet_and_on_a_sheet_of_its_own() -> None:
    lines = (Coverage("Prison", "All", 11, 3, 8, 0), Coverage("Prison", "Open", None, 0, 0, 4))
    found = sheets(of(section(point(), coverage=lines)))
    assert (
        "3 of 11 points held, 8 derived from published parts; 4 points held of lines whose axis is not published",
    ) in [row[:1] for row in found["1_prison_population"]]
    assert found["Coverage"][-2:] == [("Prison", "All", 11, 3, 8, 0), ("Prison", "Open", "[x]", 0, 0, 4)]


def test_the_cover_counts_the_kinds_of_source() -> None:
    made = of(section(point(), point(source_kind="transcribed"), point(source_kind="rebuilt"), missing()))
    lines = [row[0] for row in sheets(made)["Cover"]]
    assert "2 figures: rebuilt (rebuilt workbook, not the official file)" in lines
    assert "1 figure: transcribed (transcribed from a published answer, report or minutes)" in lines
    assert "0 figures: synthetic (synthetic, not about real people)" in lines
    assert "Publication date of the newest release used: 24 April 2025." in lines


def test_a_csv_file_holds_every_point_with_every_column_of_its_figure() -> None:
    files = report.files(of(section(point(), missing()), section(point(), name="recalls")))
    assert list(files) == ["01_prison_population.csv", "02_recalls.csv", "annual_report.xlsx"]
    first, second = list(csv.DictReader(io.StringIO(files["01_prison_population.csv"])))
    assert list(first) == list(POINT_COLUMNS[:-1])
    assert (first["value"], first["citation"]) == ("1012.0", CITED)
    assert (second["value"], second["value_status"], second["citation"]) == ("", "unavailable", "No figure is held")


def series(title: str, values: list[float | None], **changes: Any) -> list[tuple[Any, ...]]:
    """Points of a line at the end of June of each year from 2015."""
    days = [date(2015 + place, 6, 30) for place in range(len(values))]
    return [
        point(series_title=title, period_start=day, period_end=day, value=value, **changes)
        if value is not None
        else missing(series_title=title, period_start=day, period_end=day)
        for day, value in zip(days, values, strict=True)
    ]


def chart_of(*points: tuple[Any, ...]) -> Any:
    """The chart of a section of these points; None if it has none."""
    made = report.workbook(of(section(*points)))
    return made.sheets[1].chart


def test_whole_lines_are_drawn_as_lines_and_lines_with_gaps_as_columns() -> None:
    whole = chart_of(*series("All", [5040.0, 4619.0, 4113.0]), *series("Unreleased", [4614.0, 3998.0, 3353.0]))
    assert (whole.kind, whole.series) == ("line", (("All", 0, 2), ("Unreleased", 3, 5)))
    gap = chart_of(*series("All", [5040.0, None, 4113.0, 3673.0]))
    assert (gap.kind, gap.series) == ("column", (("All", 0, 3),))
    assert "1 point not held and not drawn" in gap.alt_text


def test_the_alt_text_gives_the_first_and_the_last_value() -> None:
    chart = chart_of(*series("All", [5040.0, 4619.0, 4113.0]))
    assert "All: 5,040 people on 30 June 2015, 4,113 people on 30 June 2017." in chart.alt_text


def test_a_line_of_other_periods_or_of_few_points_is_not_drawn() -> None:
    assert chart_of(*series("All", [5040.0, 4619.0])) is None
    other = series("Transfers", [56.0, 41.0, 44.0, 37.0], unit="transfers")
    chart = chart_of(*series("In hospital", [272.0, 276.0, 292.0]), *other)
    assert [name for name, _, _ in chart.series] == ["Transfers"]


def test_a_rise_is_no_level_and_a_suppressed_position_stays_suppressed() -> None:
    rise = published(value=10.0, unit="percent", citation="+10")
    about = published(value=83.0, qualifier="about", citation="83")
    targets = (
        target(published_breakdown="statistic=increase", published=rise),
        target(target=2, due_on=None, published=about, value=None, value_text="less than 20%"),
        target(target=5, published=None, value=None, value_text=None, period_end=None, source_kind=None),
    )
    rows = table_of(sheets(of(section(point()), targets=targets))["2_Targets"], "Target")
    assert [row[5:8] for row in rows] == [
        ("31 December 2025", "[x]", 10),
        ("No day given", "about 83", "[z]"),
        ("31 December 2025", "[x]", "[z]"),
    ]
    assert [row[10] for row in rows] == [80, "less than 20%", "[x]"]


def test_cohorts_and_the_act_have_sheets_of_their_own() -> None:
    regime = {"label": "Referral at 10 years", "sentence_type": "IPP", "in_force_from": None, "referral_years": 10}
    regime |= {"qualifying_years": 10, "automatic_years": None, "source": "Crime (Sentences) Act 1997"}
    made = of(
        section(point()),
        cohorts=(("Women", published()),),
        act=(published(measure_title="Automatic licence terminations", breakdown="", value=1742.0),),
        regimes=(regime,),
        labels={("custody_status", "recalled"): "Recalled"},
    )
    found = sheets(made)
    assert table_of(found["3_Cohorts"], "Cohort") == [
        (
            *("Women", "Women serving IPP in prison", "Custody status", "Recalled", "31 March 2025", 23, "people"),
            *("exact", "final", "rebuilt", "23 women, cell G9"),
        )
    ]
    assert [row[2:6] for row in table_of(found["4_The_Act_rules"], "Rules")] == [
        ("Not in force: no day is known", 10, 10, "[z]")
    ]
    assert [row[:5] for row in table_of(found["5_The_Act_figures"], "What is counted")] == [
        ("Automatic licence terminations", "Total", "All", "31 March 2025", 1742)
    ]


def test_the_report_passes_the_checklist() -> None:
    points = series("All", [5040.0, None, 4113.0, 3673.0])
    link = Link("OMSQ", "https://www.gov.uk/government/collections/offender-management-statistics-quarterly")
    made = of(section(*points), cohorts=(("Women", published()),), targets=(target(),), links=(link,))
    assert faults(bytes(report.files(made)["annual_report.xlsx"])) == []


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
    with duckdb.connect() as connection, pytest.raises(CheckFailed, match="made by a different version"):
        report.read(connection)
