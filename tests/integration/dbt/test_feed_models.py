"""The blocks of the dashboard: what the rows say beside the published record, and that each rule of the rows can fail.

Expected numbers are those of the publications: Offender Management Statistics Quarterly, the annual report of HMPPS,
the minutes of the Challenge Group, written answers and the Parole Board's annual report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest
import yaml

from orchestration.feed.definition import HELD
from orchestration.settings import ROOT, Settings

pytestmark = pytest.mark.slow

SECTIONS = ROOT / "orchestration" / "feed" / "sections.yml"
MODELS = ROOT / "dbt_project" / "models" / "feed"
COLUMNS = (
    "block",
    "is_latest",
    "series",
    "category",
    "ts",
    "period",
    "value",
    "value_text",
    "status_text",
    "source",
    "row_order",
    "classification",
    "contract_version",
)
GOOD: dict[str, Any] = {
    "block": "prison_by_status",
    "is_latest": "true",
    "series": "Recalled",
    "category": "People in prison",
    "ts": "2025-03-31",
    "period": "31 March 2025",
    "value": 1532.0,
    "value_text": "1,532",
    "status_text": "synthetic",
    "source": "Records of 31 March 2025 (synthetic cohort)",
    "row_order": 1,
    "classification": "synthetic",
    "contract_version": "1",
}


FIRST: dict[str, Any] = {
    "block": "edge",
    "is_latest": "false",
    "series": "First row",
    "category": "[z]",
    "ts": None,
    "period": "[z]",
    "value": None,
    "value_text": "[z]",
    "status_text": "not applicable",
    "source": "[z]",
    "row_order": 0,
    "classification": "internal",
}
LAST: dict[str, Any] = {**FIRST, "series": "Last row", "row_order": 2}


@pytest.fixture(scope="module")
def visualisations() -> list[dict[str, Any]]:
    """Every visualisation of the sections, in order."""
    sections = yaml.safe_load(SECTIONS.read_text(encoding="utf-8"))["sections"]
    return [visualisation for section in sections for visualisation in section["visualisations"]]


@pytest.fixture(scope="module")
def rules(dbt: Callable[..., Any]) -> Callable[..., list[tuple[Any, ...]]]:
    """What a data test of dashboard_rows finds in invented rows; each row is GOOD but for the columns given."""
    outcome = dbt("compile", "--select", "dashboard_texts_dashboard_rows_")
    assert outcome.success, outcome.exception
    compiled = {result.node.test_metadata.name: result.node.compiled_code for result in outcome.result.results}

    def found(rule: str, *changes: dict[str, Any]) -> list[tuple[Any, ...]]:
        with duckdb.connect() as connection:
            connection.execute("attach ':memory:' as candidate; create schema candidate.feed")
            connection.execute(
                "create table candidate.feed.dashboard_rows (block varchar, is_latest varchar, series varchar, "
                "category varchar, ts date, period varchar, value double, value_text varchar, status_text varchar, "
                "source varchar, row_order integer, classification varchar, contract_version varchar)"
            )
            for change in changes:
                row = [{**GOOD, **change}[column] for column in COLUMNS]
                connection.execute(f"insert into candidate.feed.dashboard_rows values ({', '.join('?' * 13)})", row)
            return connection.execute(compiled[rule]).fetchall()

    return found


def shown(settings: Settings, block: str, series: str, category: str, period: str) -> tuple[str, str]:
    """Text and source of the one row of the dashboard with these words."""
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        rows = connection.execute(
            "select value_text, source from feed.dashboard_rows "
            "where block = ? and series = ? and category = ? and period = ?",
            [block, series, category, period],
        ).fetchall()
    assert len(rows) == 1, (block, series, category, period, rows)
    return rows[0]


@pytest.mark.parametrize(
    ("block", "category", "period", "text"),
    [
        ("caseload_by_location", "In prison, never released", "31 March 2025", "1,012"),
        ("caseload_by_location", "In prison, on recall", "31 March 2025", "1,532"),
        ("caseload_by_location", "In secure hospital, restricted patients", "31 December 2023", "241"),
        ("rereleases_compared", "Re-releases", "2024", "602"),
        ("recalls_compared", "Recalls", "2015", "363"),
        ("recalls_compared", "Recalls", "2024", "619"),
        ("recalls_without_charge_compared", "Recalls with no further charge", "2022", "461"),
        ("first_releases_compared", "First releases", "2016", "576"),
        ("community_compared", "People on licence", "30 September 2024", "2,885"),
        ("women_in_community_compared", "Women on licence", "31 December 2024", "51"),
        ("hospital_transfers_compared", "Transfers to hospital", "2023", "37"),
        ("hearings_compared", "IPP review", "2023/24", "756"),
        ("hearings_compared", "Review after recall", "2023/24", "534"),
        ("mean_time_recalled_compared", "Mean months recalled", "Apr to Jun 2024", "24"),
        ("termination_stages", "Referred", "4 March 2025", "527"),
        ("termination_stages", "Decided", "4 March 2025", "439"),
    ],
)
def test_published_figures_are_beside_counts(published, block, category, period, text):
    found, source = shown(published, block, "Published", category, period)
    assert found == text
    assert source.endswith(("(rebuilt workbook)", "(transcribed)"))


@pytest.mark.parametrize(
    ("block", "series", "category", "period", "text"),
    [
        ("self_harm_incidents", "Male", "Self-harm incidents", "2020", "1,815"),
        ("self_harm_incidents", "Female", "Self-harm incidents", "2020", "251"),
        ("self_harm_rate", "Unreleased", "Self-harm incidents per 1,000 prisoners", "2018", "1,129.5"),
        ("deaths_in_custody", "Deaths in prison", "Total", "2023", "17"),
        ("deaths_in_custody", "Deaths in prison", "Self inflicted", "2023", "9"),
        ("prison_by_status", "Unreleased", "People in prison", "31 March 2025", "1,012"),
        ("prison_by_status", "Recalled", "People in prison", "31 March 2025", "1,532"),
    ],
)
def test_blocks_say_what_is_published(published, block, series, category, period, text):
    found, _ = shown(published, block, series, category, period)
    assert found == text


@pytest.mark.parametrize(
    ("measure", "breakdown", "period", "text"),
    [
        ("Unreleased IPP prisoners", "Total", "31 March 2025", "1,012"),
        ("Automatic licence terminations", "Total", "1 November 2024", "1,742"),
        ("Average tariff length", "Statistic: Mean", "15 January 2009", "2.97"),
    ],
)
def test_figures_to_download_say_what_is_published(published, measure, breakdown, period, text):
    with duckdb.connect(str(published.published_file), read_only=True) as connection:
        found = connection.execute(
            "select value_text from feed.dashboard_figures where measure_label = ? and breakdown_label = ? "
            "and period = ? and classification = 'rebuilt'",
            [measure, breakdown, period],
        ).fetchall()
    assert found == [(text,)]


def test_every_block_has_rows_and_no_code_on_screen(published):
    with duckdb.connect(str(published.published_file), read_only=True) as connection:
        blocks = {block for (block,) in connection.execute("select distinct block from feed.dashboard_rows").fetchall()}
        (labels,) = connection.execute(
            "select count(*) from feed.dashboard_figures where regexp_matches(measure_label || breakdown_label, '[_=]')"
        ).fetchall()[0]
        (rows,) = connection.execute("select count(*) from feed.dashboard_rows").fetchall()[0]
    assert blocks - {"edge"} == {path.stem.removeprefix("dashboard_") for path in MODELS.glob("dashboard_*.sql")} - {
        "rows",
        "figures",
    }
    assert labels == 0
    assert 1_000 < rows < 6_000


def test_rows_are_in_the_order_of_their_days_between_two_rows_without_one(published):
    with duckdb.connect(str(published.published_file), read_only=True) as connection:
        first, *rows, last = connection.execute(
            "select block, ts, value, is_latest, value_text from feed.dashboard_rows order by row_order"
        ).fetchall()
    assert first == last == ("edge", None, None, "false", "[z]")
    days = [ts for _, ts, *_ in rows]
    assert None not in days
    assert days == sorted(days)


def test_parts_of_the_caseload_add_up(published):
    with duckdb.connect(str(published.published_file), read_only=True) as connection:
        found = connection.execute(
            "select ts, sum(value) filter (where category <> 'Total') - sum(value) filter (where category = 'Total') "
            "from feed.dashboard_rows where block = 'caseload_by_location' and series = 'Counted from records' "
            "group by ts"
        ).fetchall()
    assert len(found) == 4
    assert {difference for _, difference in found} == {0}


def test_sections_show_every_block(visualisations, manifest):
    rows = next(node for node in manifest.nodes.values() if node.name == "int_dashboard_blocks")
    joined = {name.removeprefix("model.ipp.dashboard_") for name in rows.depends_on.nodes}
    assert {visualisation["block"] for visualisation in visualisations} == joined


def test_no_chart_has_a_gap(visualisations, published):
    """A chart with a gap is shown as a table: in an edition of every release none is."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{published.published_file}' as warehouse (read_only)")
        dense = {block: is_dense for block, *_, is_dense in connection.execute(HELD).fetchall()}
    charts = {shown["block"] for shown in visualisations if shown["type"] not in ("list", "scorecard")}
    assert [block for block in sorted(charts) if not dense[block]] == []


def test_visualisations_name_columns_in_the_order_of_the_rows(visualisations):
    identifiers = [visualisation["id"] for visualisation in visualisations]
    assert len(set(identifiers)) == len(identifiers)
    for visualisation in visualisations:
        named = list(visualisation["columns"])
        assert named == sorted(named, key=COLUMNS.index), visualisation["id"]
        assert len(set(visualisation["columns"].values())) == len(named), visualisation["id"]


def test_good_rows_break_no_rule(rules):
    assert rules("dashboard_texts", FIRST, {}, LAST) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"series": "not_recorded"}, "a text is blank, has spaces around it, or is a code"),
        ({"category": "Wales "}, "a text is blank, has spaces around it, or is a code"),
        ({"value": None}, "value and value_text do not agree"),
        ({"value_text": "[c]"}, "value and value_text do not agree"),
        ({"value_text": "1532.5"}, "value and value_text do not agree"),
        ({"value_text": "1,544"}, "value and value_text do not agree"),
        ({"value": 130.0, "value_text": "130%"}, "a percentage is not between 0 and 100"),
        ({"is_latest": "yes"}, "is_latest is not true or false, or the class is unknown"),
        ({"classification": "secret"}, "is_latest is not true or false, or the class is unknown"),
        ({"period": "Quarter 1"}, "the periods of the block are not of one type"),
        ({"period": "2025"}, "ts is not the last day of the period"),
        ({"period": "2025/26"}, "ts is not the last day of the period"),
        ({"is_latest": "false"}, "no row is the latest"),
        ({"ts": None}, "the first and last row, and no other, are without a day"),
        ({"row_order": 3}, "the first and last row, and no other, are without a day"),
    ],
)
def test_each_rule_of_a_row_can_fail(rules, change, rule):
    assert rule in {broken for _, broken, _ in rules("dashboard_texts", FIRST, change, LAST)}


def test_periods_of_two_types_are_found(rules):
    found = rules("dashboard_texts", FIRST, {}, {"period": "Jan to Mar 2025", "series": "Unreleased"}, LAST)
    assert [broken for _, broken, _ in found] == ["the periods of the block are not of one type"]
