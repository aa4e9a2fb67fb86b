"""Every checkable figure of the public record comes back with a source, and every measure has figures or a reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import duckdb
import pytest

from orchestration.query.coverage import NO_REASON, coverage, not_held
from orchestration.query.reading import open_published
from orchestration.settings import ROOT, Settings

pytestmark = pytest.mark.slow

VINTAGES = """
select value, source_kind, publication, release_id, source_file, source_sheet, source_cell
from marts.figures
where
    measure = $measure and breakdown = $breakdown and period_type = $period_type
    and period_start = $period_start and period_end = $period_end
"""
"""Every vintage of one figure: where the record disagrees with itself, each must be there."""

KEY = ("measure", "breakdown", "period_type", "period_start", "period_end")


def golden(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests/golden" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


FACTS = golden("facts.csv")
with (ROOT / "dbt_project/seeds/figures_not_held.csv").open(encoding="utf-8", newline="") as seed:
    # A figure of the source documents has a place; tests/spec/test_source_documents.py follows those.
    NOT_HELD = {
        (row["measure"], row["breakdown"], float(row["value"])): row["reason"]
        for row in csv.DictReader(seed)
        if not row["place"]
    }


@pytest.fixture(scope="module")
def connection(published: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_published(published) as opened:
        yield opened


def figure(fact: dict[str, str]) -> tuple[str, str, float]:
    return fact["measure"], fact["breakdown"], float(fact["value"])


def vintages_of(connection: duckdb.DuckDBPyConnection, fact: dict[str, str]) -> list[tuple[object, ...]]:
    if not fact["period_end"]:
        return []
    return connection.execute(VINTAGES, {name: fact[name] for name in KEY}).fetchall()


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: f"{fact['fact_id']} {fact['measure']}")
def test_a_fact_of_the_record_is_returned_with_its_source(connection, fact) -> None:
    found = [source for value, *source in vintages_of(connection, fact) if value == float(fact["value"])]

    if figure(fact) in NOT_HELD:
        assert found == [], "it is returned now: take it out of the seed figures_not_held"
        assert NOT_HELD[figure(fact)] in [row[-1] for row in not_held(connection).rows]
        return
    assert found
    assert all(all(source) for source in found)


def test_what_is_not_returned_is_in_the_record_and_says_why() -> None:
    assert set(NOT_HELD) <= {figure(fact) for fact in FACTS}
    assert all(len(reason) > 20 for reason in NOT_HELD.values())


def test_both_figures_of_a_known_disagreement_keep_their_sources(connection) -> None:
    by_id = {fact["fact_id"]: fact for fact in FACTS}
    found = {(row[0], row[2]) for row in vintages_of(connection, by_id["F126"])}

    assert found == {(3246.0, "omsq"), (3251.0, "written_answers")}


def test_every_measure_in_scope_has_figures_or_a_reason(connection) -> None:
    table = coverage(connection)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    assert [row["measure"] for row in rows if row["why_none"] == NO_REASON] == []
    assert [row["measure"] for row in rows if row["figures"] and not (row["source_kinds"] and row["releases"])] == []


def test_no_reason_is_given_for_a_measure_that_has_figures(connection) -> None:
    table = coverage(connection)
    have = {row[1] for row in table.rows if row[4]}
    (reasons,) = zip(*connection.execute("select measure from meta.measure_coverage").fetchall(), strict=True)

    assert have & set(reasons) == set()


def test_every_published_measure_has_a_mart(connection) -> None:
    table = coverage(connection)
    rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]

    assert [row["measure"] for row in rows if row["published_or_internal"] != "internal" and not row["mart"]] == []
