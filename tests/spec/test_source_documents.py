"""Every figure of the annual report and the minutes is held, or listed with the reason why not."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import duckdb
import pytest

from orchestration.query.reading import open_published
from orchestration.settings import ROOT, Settings

pytestmark = pytest.mark.slow

FIGURES = ROOT / "tests/fixtures/source_documents/figures.csv"
"""Our reading of both documents, line by line: one row a figure, with the key of a figure that must be held."""

HELD = """
select count(*)
from published.figures
where is_latest and measure = $measure and breakdown = $breakdown and period_end = $period_end and value = $value
"""
LISTED = (
    "select count(*) from meta.figures_not_held where published_in = $document and place = $place and figure = $figure"
)


def read_figures() -> list[dict[str, str]]:
    """The rows of our reading."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def missing(connection: duckdb.DuckDBPyConnection, figures: Sequence[dict[str, str]]) -> list[str]:
    """The figures that are not where our reading says: in the figures by their key, or in the list without one."""

    def is_there(figure: dict[str, str]) -> bool:
        query, names = (
            (HELD, ("measure", "breakdown", "period_end", "value"))
            if figure["measure"]
            else (LISTED, ("document", "place", "figure"))
        )
        return connection.execute(query, {name: figure[name] for name in names}).fetchall() == [(1,)]

    return [
        " / ".join([figure["document"], figure["place"], figure["figure"]])
        for figure in figures
        if not is_there(figure)
    ]


@pytest.fixture
def copied(published: Settings) -> duckdb.DuckDBPyConnection:
    """Both tables in a file that a test may change."""
    connection = duckdb.connect()
    with open_published(published) as opened:
        for schema, table in (("published", "figures"), ("meta", "figures_not_held")):
            rows = opened.sql(f"from {schema}.{table}").to_arrow_table()
            connection.execute(f"create schema {schema}")
            connection.execute(f"create table {schema}.{table} as from rows")
            del rows
    return connection


def test_every_figure_of_the_documents_is_held_or_listed(published: Settings) -> None:
    with open_published(published) as connection:
        assert missing(connection, read_figures()) == []


@pytest.mark.parametrize("table", ["published.figures", "meta.figures_not_held"])
def test_a_figure_that_is_lost_is_missed(copied: duckdb.DuckDBPyConnection, table: str) -> None:
    lost = {
        "published.figures": "measure = 'community_caseload_fall' and breakdown = 'statistic=forecast'",
        "meta.figures_not_held": "measure = 'rag_ratings' and value = 6",
    }
    copied.execute(f"delete from {table} where {lost[table]}")

    expected = {"published.figures": "around two-thirds", "meta.figures_not_held": "6 months"}
    assert [figure.rpartition(" / ")[2] for figure in missing(copied, read_figures())] == [expected[table]]


def test_nothing_is_listed_that_our_reading_does_not_have(published: Settings) -> None:
    read = {(row["document"], row["place"], row["figure"]) for row in read_figures() if not row["measure"]}
    with open_published(published) as connection:
        query = "select published_in, place, figure from meta.figures_not_held where place is not null"
        assert set(connection.execute(query).fetchall()) == read


def test_what_is_held_nearest_is_there(published: Settings) -> None:
    with open_published(published) as connection:
        query = "select nearest_held from meta.figures_not_held where nearest_held is not null"
        named = {name.partition(":")[0] for (name,) in connection.execute(query).fetchall()}
        tables = {
            f"{schema}.{table}"
            for schema, table in connection.execute(
                "select table_schema, table_name from information_schema.tables"
            ).fetchall()
        }
        rules = connection.execute(
            "select nearest_held from meta.figures_not_held anti join meta.dated_rules"
            " on nearest_held = 'meta.dated_rules: ' || rule where nearest_held like 'meta.dated_rules: %'"
        ).fetchall()

    assert named - tables == set()
    assert rules == []


def test_each_target_is_the_figure_that_the_annual_report_publishes(published: Settings) -> None:
    query = """
        select targets.target, targets.due_on, figures.value, figures.source_cell
        from meta.targets_of_the_action_plan as targets
        left join published.figures as figures
            on targets.measure = figures.measure and targets.target_breakdown = figures.breakdown
            and targets.target_value = figures.value and targets.unit = figures.unit and figures.is_latest
        order by targets.target, targets.due_on
    """
    with open_published(published) as connection:
        found = [(target, value, cell) for target, _, value, cell in connection.execute(query).fetchall()]

    assert found == [
        (1, 90, "B2"), (1, 95, "B3"), (2, 90, "B4"), (3, 97.5, "B5"), (4, 100, "B6"), (5, 4, "B7"), (6, 100, "B8")
    ]  # fmt: skip
