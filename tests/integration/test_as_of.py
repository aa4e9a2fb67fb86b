"""Marts as they were on a publication day."""

from __future__ import annotations

import json

import pytest

from orchestration.settings import Settings
from tests.command_line import ipp

pytestmark = pytest.mark.slow

RECALLED = "measure = 'ipp_recalled_prisoners' and breakdown = '' and period_end = '2024-06-30' and is_latest"


def rows(settings: Settings, query: str, *options: str) -> list[dict[str, object]]:
    outcome = ipp(settings, "sql", "--format", "json", *options, query)
    assert outcome.exit_code == 0, outcome.output
    return json.loads(outcome.stdout)


def test_the_latest_vintage_is_that_of_the_day(published: Settings) -> None:
    query = f"select release_id, value from marts.figures where {RECALLED}"
    assert rows(published, query) == [{"release_id": "2024-q4", "value": 1602.0}]
    assert rows(published, query, "--as-at", "2024-12-31") == [{"release_id": "2024-q2", "value": 1602.0}]


@pytest.mark.parametrize("option", ["--as-at", "--as-of"])
def test_the_day_of_publication_goes_by_two_names(published: Settings, option: str) -> None:
    query = f"select release_id from marts.figures where {RECALLED}"
    assert rows(published, query, option, "2024-12-31") == [{"release_id": "2024-q2"}]
    traced = ipp(published, "trace", "ipp_recalled_prisoners", "--period", "2024-06-30", option, "2024-12-31")
    assert traced.exit_code == 0, traced.output
    assert "omsq 2024-q2" in traced.stdout
    assert "omsq 2024-q4" not in traced.stdout


def test_a_release_counts_from_the_day_it_was_published(published: Settings) -> None:
    query = "select max(as_at) as day from published.prison_population where value is not null"
    assert rows(published, query, "--as-at", "2025-04-23") == [{"day": "2024-12-31"}]
    assert rows(published, query, "--as-at", "2025-04-24") == [{"day": "2025-03-31"}]


def test_no_table_of_meta_names_a_later_release(published: Settings) -> None:
    of_meta = "select view_name as name from duckdb_views() where schema_name = 'meta' and view_name <> 'models'"
    names = [str(row["name"]) for row in rows(published, of_meta, "--as-at", "2024-12-31")]
    every = " union all ".join(
        f"select '{name}' as name, cast(t as varchar) as row from meta.{name} as t" for name in names
    )
    said = rows(published, every, "--as-at", "2024-12-31")
    assert len(said) > 100
    for later in ("prison-population-31-Mar-2025", "omsq 2024-q4"):
        assert [row["name"] for row in said if later in str(row["row"])] == []
    assert ipp(published, "sql", "--as-at", "2024-12-31", "select * from meta.reconciliation").exit_code == 2


UNDATED = "release_id = 'UIN9796'"
"""An answer whose own day is not held, only the day its figures cover."""


def test_a_release_of_which_only_the_earliest_day_is_known_is_not_shown_from_that_day(published: Settings) -> None:
    figures = f"select count(*) as n from marts.figures where {UNDATED}"
    assert rows(published, figures) == [{"n": 16}]
    assert rows(published, figures, "--as-at", "2024-06-30") == [{"n": 0}]
    of_the_day = f"select count(*) as n from marts.figures_as_of(date '2024-06-30') where {UNDATED}"
    assert rows(published, of_the_day) == [{"n": 0}]
    assert rows(published, of_the_day.replace("2024-06-30", "2026-11-21")) == [{"n": 16}]


def test_a_release_of_which_the_month_is_known_is_shown_from_its_end(published: Settings) -> None:
    figures = "select count(*) > 0 as shown from marts.figures where publication = 'safety_in_custody'"
    assert rows(published, figures, "--as-at", "2021-11-29") == [{"shown": False}]
    assert rows(published, figures, "--as-at", "2021-11-30") == [{"shown": True}]


def test_every_table_made_from_published_figures_answers(published: Settings) -> None:
    kept = rows(
        published,
        "select model_name, schema_name || '.' || model_name as name from meta.models "
        "where schema_name in ('published', 'marts') order by 2",
    )
    from_measures = rows(
        published,
        "select distinct measures.mart from meta.measures as measures "
        "inner join marts.figures as figures on figures.measure = measures.key "
        "where measures.mart is not null and measures.published_or_internal <> 'internal'",
    )
    assert {row["mart"] for row in from_measures} <= {row["model_name"] for row in kept}
    counts = " union all ".join(f"select '{row['name']}' as mart, count(*) as n from {row['name']}" for row in kept)
    assert rows(published, counts + " order by mart") == rows(
        published, counts + " order by mart", "--as-at", "2030-01-01"
    )


def test_analysts_have_a_table_function(published: Settings) -> None:
    query = f"select release_id from marts.figures_as_of(date '2024-12-31') where {RECALLED}"
    assert rows(published, query) == [{"release_id": "2024-q2"}]


def test_nothing_is_known_before_the_first_release(published: Settings) -> None:
    assert rows(published, "select count(*) as n from marts.figures", "--as-at", "2000-01-01") == [{"n": 0}]
