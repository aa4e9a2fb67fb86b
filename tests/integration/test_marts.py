"""The marts of a finished refresh: every query of the docs answers, and every measure has its place in one of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.query.mart_pages import PAGE, page, read_marts
from orchestration.settings import ROOT, Settings
from orchestration.yaml_reader import read_yaml

PROJECT = ROOT / "dbt_project"
MARTS = {mart.name: mart for mart in read_marts(PROJECT)}
PUBLISHED = {
    model["name"].replace("_", ".", 1): model["config"]["meta"]["example"]
    for path in sorted((PROJECT / "models/published").glob("*.yml"))
    for model in read_yaml(path)["models"]
}
"""The example of each table of published figures, by the name of the table."""
FIGURES = [
    (model["name"], column["name"], figure)
    for path in sorted((PROJECT / "models/marts").rglob("*.yml"))
    for model in read_yaml(path)["models"]
    for column in model["columns"]
    for figure in column.get("config", {}).get("meta", {}).get("figures", [])
]


@pytest.fixture(scope="module")
def warehouse(published: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the repository's own refresh, closed at the end: commands open it with other settings."""
    with duckdb.connect(str(published.published_file), read_only=True) as connection:
        yield connection


def test_the_page_is_up_to_date() -> None:
    expected = page(list(MARTS.values()))
    assert (ROOT / PAGE).read_text(encoding="utf-8") == expected, "run python -m orchestration.query.mart_pages"


@pytest.mark.parametrize("name", MARTS)
def test_a_mart_names_its_readers(name: str) -> None:
    assert MARTS[name].readers, "it has no reader: say who reads it, or take it out"


@pytest.mark.parametrize("name", MARTS)
def test_the_example_of_a_mart_answers(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    rows = warehouse.execute(MARTS[name].example).fetchall()
    assert 1 <= len(rows) <= 1000
    assert any(value is not None for row in rows for value in row[1:] or row)


@pytest.mark.parametrize("table", sorted(PUBLISHED))
def test_the_example_of_a_published_table_answers(warehouse: duckdb.DuckDBPyConnection, table: str) -> None:
    """It names its own table, and has rows wherever the table has."""
    example = PUBLISHED[table]
    assert re.search(rf"\bfrom {table}\b", example)
    rows = warehouse.execute(example).fetchall()
    assert len(rows) <= 1000
    if warehouse.execute(f"select count(*) from {table}").fetchall() != [(0,)]:
        assert any(value is not None for row in rows for value in row[1:])


@pytest.mark.parametrize("name", sorted({mart for mart, _, _ in FIGURES}))
def test_every_measure_of_a_mart_shows_a_value(warehouse: duckdb.DuckDBPyConnection, name: str) -> None:
    queries = {
        f"{column}: {figure['measure']} {figure['statistic']}": (
            f"select count({column}) from marts.{name} where {figure.get('where', 'true')}"
        )
        for mart, column, figure in FIGURES
        if mart == name
    }
    assert not [label for label, query in queries.items() if warehouse.execute(query).fetchall() == [(0,)]]


def test_every_measure_counted_from_records_has_a_column(warehouse: duckdb.DuckDBPyConnection) -> None:
    of_marts = {figure["measure"] for _, _, figure in FIGURES}
    held = {name for (name,) in warehouse.execute("select distinct measure from marts.figures").fetchall()}
    excused = {name for (name,) in warehouse.execute("select measure from meta.measure_coverage").fetchall()}
    in_scope = warehouse.execute("select key from meta.measures where in_scope = 'yes'").fetchall()
    assert not {name for (name,) in in_scope} - of_marts - held - excused


def test_a_measure_names_a_mart_with_a_column_for_it() -> None:
    marts: dict[str, set[str]] = {}
    for mart, _, figure in FIGURES:
        marts.setdefault(figure["measure"], set()).add(mart)
    with (PROJECT / "seeds/measures.csv").open(encoding="utf-8", newline="") as file:
        named = {row["key"]: row["mart"] for row in csv.DictReader(file)}
    assert {measure: named[measure] for measure in marts if named[measure] not in marts[measure]} == {}
