"""The annual report from a whole refresh: its known figures, its files, and what does not agree across publications."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

import duckdb
import openpyxl
import pytest

from orchestration.external import annual_report as report
from orchestration.external.workbook_words import period_in_words
from orchestration.quality.comparisons import Selection
from orchestration.quality.tables import columns_by_table, landed_figures
from orchestration.quality.vintages import gather, latest
from orchestration.query.reading import open_external, open_published
from orchestration.settings import ROOT, Settings
from tests.workbook_checklist import faults

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def connection(published: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, open for reading."""
    with open_published(published) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(published: Settings) -> dict[str, str | bytes]:
    """The files of the report, made from the external pack."""
    with open_external(published) as opened:
        return report.files(report.read(opened))


def known_figures() -> list[dict[str, str]]:
    """The figures known of each section, from the report, answers and published tables; see their ids in the golden."""
    with (ROOT / "tests/golden/annual_report_known_figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("known", known_figures(), ids=lambda known: f"{known['figure_id']} {known['section']}")
def test_a_known_figure_is_on_its_point_and_nowhere_else(
    connection: duckdb.DuckDBPyConnection, known: dict[str, str]
) -> None:
    query = (
        "select value, qualifier, citation from marts.annual_report_figures "
        "where section = $section and series = $series and period_start = $start and period_end = $end"
    )
    parameters = {name: known[name] for name in ("section", "series")}
    parameters |= {"start": known["period_start"], "end": known["period_end"]}
    rows = connection.execute(query, parameters).fetchall()
    if known["is_point"] == "no":
        assert all(value != float(known["value"]) for value, _, _ in rows)
        return
    ((value, qualifier, citation),) = rows
    assert (value, qualifier) == (float(known["value"]), known["qualifier"])
    number = f"{float(known['value']):,.10g}"
    assert citation.startswith(f"{known['qualifier']} {number} ".lstrip())


def test_the_sentence_of_the_foreword_s_figure(connection: duckdb.DuckDBPyConnection) -> None:
    query = (
        "select citation from marts.annual_report_figures "
        "where section = 'prison_population' and series = 'unreleased' and period_end = date '2025-03-31'"
    )
    ((citation,),) = connection.execute(query).fetchall()
    assert citation == (
        "1,012 unreleased IPP prisoners, 31 March 2025; Offender management statistics quarterly: October to "
        "December 2024, Table 1.Q.14, prison-population-31-Mar-2025.ods, sheet Table_1_Q_14, cell G7 "
        "(rebuilt workbook, not the official file)"
    )


def test_every_figure_is_cited_once_and_apart_from_every_other(connection: duckdb.DuckDBPyConnection) -> None:
    figures = connection.execute("select count(*) from marts.figures").fetchone()
    cited = connection.execute("select count(*), count(distinct citation) from meta.citations").fetchone()
    assert figures
    assert cited == (*figures, *figures)


def test_points_that_are_not_held_stay_empty(connection: duckdb.DuckDBPyConnection) -> None:
    (filled,) = connection.execute(
        "select count(*) from meta.annual_report_points as points inner join marts.figures as figures "
        "using (measure, breakdown, period_type, period_start, period_end) "
        "where not points.is_held and figures.value is not null"
    ).fetchone() or (None,)
    assert filled == 0


def test_a_total_is_derived_exactly_where_its_parts_are_known_and_it_is_not(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    known = {
        (row["series"], row["period_end"]): float(row["value"])
        for row in known_figures()
        if row["section"] == "prison_population" and row["is_point"] == "yes"
    }
    days = {day for series, day in known if series == "unreleased"} - {day for series, day in known if series == "all"}
    query = (
        "select period_end::varchar, value, source_cell, citation from marts.annual_report_figures "
        "where section = 'prison_population' and source_kind = 'derived'"
    )
    derived = connection.execute(query).fetchall()
    sums = {day: known["unreleased", day] + known["recalled", day] for day in days}
    # 2,909 on 30 June 2023 is published, in a written answer that gives no parts.
    assert {day: value for day, value, _, _ in derived} == {
        day: value for day, value in sums.items() if day != "2023-06-30"
    }
    assert len(derived) == 8
    for day, _, cells, citation in derived:
        assert all(
            f"{known[series, day]:,.0f} {series} IPP prisoners" in citation for series in ("unreleased", "recalled")
        )
        assert all(f"cell {cell}" in citation for cell in cells.split(" + "))


def test_the_files_are_those_of_the_eleven_sections_and_the_same_again(made: dict[str, str | bytes]) -> None:
    assert len(made) == 11 + 1
    rows = list(csv.DictReader(str(made["01_prison_population.csv"]).splitlines()))
    assert len(rows) == 3 * 11
    assert [row["value"] for row in rows if row["period_end"] == "2025-03-31"] == ["2544.0", "1012.0", "1532.0"]


def test_the_workbook_passes_the_checklist_and_is_that_of_the_pack(
    published: Settings, made: dict[str, str | bytes]
) -> None:
    folder = published.external_file.parent
    assert {path.name: faults(path.read_bytes()) for path in sorted(folder.glob("*.xlsx"))} == {
        f"{topic}.xlsx": [] for topic in sorted(["annual_report", *(path.stem for path in folder.glob("*.csv"))])
    }
    assert (folder / report.FILE).read_bytes() == made[report.FILE]


def test_the_workbook_gives_each_known_figure_on_its_sheet(made: dict[str, str | bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(bytes(made[report.FILE])), read_only=True)
    sheets = {name.partition("_")[2]: list(book[name].iter_rows(values_only=True)) for name in book.sheetnames}
    for known in known_figures():
        start, end = date.fromisoformat(known["period_start"]), date.fromisoformat(known["period_end"])
        shown = [row[2] for row in sheets[known["section"]] if row[1] == period_in_words(start, end)]
        assert (float(known["value"]) in shown) == (known["is_point"] == "yes"), known


def test_the_workbook_has_the_figures_of_cohorts_and_the_act(made: dict[str, str | bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(bytes(made[report.FILE])), read_only=True)
    cohorts = [(row[0], row[3], row[5]) for row in book["13_Cohorts"].iter_rows(values_only=True)]
    # From the report's chapters on women, recalled and never released people.
    women = [("Women", "All", 30), ("Women", "Unreleased", 7), ("Women", "Recalled", 23), ("Women", "All", 51)]
    others = [("Recalled people", "All", 619), ("Never released people", "All", 1012)]
    assert {*women, *others} <= {*cohorts}
    act = [(row[3], row[4], row[6]) for row in book["15_The_Act_figures"].iter_rows(values_only=True)]
    assert {("1 November 2024", 1742, "exact"), ("1 February 2025", 600, "about")} <= {*act}
    levels = [row[3] for row in book["12_Targets"].iter_rows(values_only=True)][-7:]
    assert levels == [90, 95, 90, 97.5, 100, 4, 100]


def test_known_disagreements_travel_with_the_figures_and_nothing_else_disagrees(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rows = connection.execute("select name, status, left_source, right_source from meta.reconciliation").fetchall()
    assert [name for name, status, _, _ in rows if status == "disagrees"] == []
    known = {name for name, status, _, _ in rows if status in ("known_disagreement", "residual")}
    assert {f"known_disagreement_{number}" for number in (1, 2, 3, 4, 5, 7)} <= {name[:20] for name in known}
    assert all(left and right for _, status, left, right in rows if status == "known_disagreement")
    checks = connection.execute("select count(*) from meta.checks where suite = 'rules.reconciliation'").fetchone()
    assert checks
    assert checks[0] >= len({name for name, _, _, _ in rows})


def test_what_is_reconciled_is_the_word_the_marts_show(published: Settings) -> None:
    shown = (
        "select measure, breakdown, period_type, period_start, period_end, source_file, "
        "source_sheet || '!' || source_cell from marts.figures where is_latest and measure not in "
        "(select measure from meta.measure_aliases)"
    )
    with duckdb.connect() as connection:
        connection.execute(f"attach '{published.published_file}' as edition (read_only)")
        connection.execute("use edition")
        latest_vintages = connection.execute(shown).fetchall()
        with landed_figures(connection, columns_by_table(connection)):
            figures = gather(connection, sorted({row[0] for row in latest_vintages}))
    assert len(latest_vintages) > 1000
    for measure, breakdown, *period, file, cell in latest_vintages:
        found = latest(figures, Selection(measure=measure, breakdown=breakdown), tuple(period))
        assert found
        assert (found.file, found.cell) == (file, cell)
