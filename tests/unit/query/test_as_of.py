"""What is known as of a publication day: the releases that were surely public, and the models that need no record."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from orchestration.build.transform import BuiltNode
from orchestration.query.as_of import keep_models, open_as_of
from orchestration.settings import Settings

RECORDS = '"internal"."intermediate"."int_people"'
COUNTED = '"candidate"."marts"."counted_figures"'


def test_a_model_that_reads_one_made_from_records_is_left_out_too():
    built = [
        BuiltNode("seed", "candidate", "meta", "measures", ""),
        BuiltNode("model", "internal", "intermediate", "int_people", "select 1"),
        BuiltNode("model", "candidate", "marts", "figures", 'select key from "candidate"."meta"."measures"'),
        BuiltNode("model", "candidate", "marts", "counted_figures", f"select 1 from {RECORDS}"),
        BuiltNode("model", "candidate", "marts", "rotl", f"select 1 from {COUNTED}"),
        BuiltNode("model", "candidate", "marts", "compared", 'select 1 from "candidate"."marts"."rotl"'),
    ]
    with duckdb.connect() as connection:
        connection.execute("create schema meta")
        keep_models(connection, built)
        kept = connection.execute("select build_order, model_name from meta.models").fetchall()

    assert kept == [(2, "figures")]


PUBLISHED = """
create schema landing;
create schema marts;
create schema meta;
create table meta.releases as from (values
    ('omsq', '2024-q4', date '2025-04-24', date '2025-04-24'),
    ('answers', 'UIN1', date '2024-06-30', date '2026-11-21'),
    ('answers', 'UIN2', date '2024-06-30', null)
) as releases (publication, release_id, published_on, known_on);
create table meta.files as select publication, release_id, 'a.csv' as file_name from meta.releases;
create table meta.checks as select '2024-q4' as observed;
create table meta.reconciliation as select 'omsq 2024-q4' as left_source;
create table meta.record_reconciliations as select 'people' as measure;
create table meta.figures_not_held as select 26 as value;
create table landing.figures as
    select publication, release_id, published_on, 1 as value from meta.releases;
create table meta.models as from (values
    (1, 'marts', 'figures', 'select release_id, value from "candidate"."landing"."figures"')
) as models (build_order, schema_name, model_name, compiled_sql);
"""


@pytest.fixture
def published(settings: Settings) -> Settings:
    """Three releases: one of a known day, one that came out after its day, one of an unknown day."""
    settings.published_file.parent.mkdir(parents=True)
    with duckdb.connect(settings.published_file) as connection:
        connection.execute(PUBLISHED)
    return settings


@pytest.mark.parametrize(
    ("day", "known"),
    [
        ("2024-06-30", []),
        ("2025-04-23", []),
        ("2025-04-24", ["2024-q4"]),
        ("2026-11-20", ["2024-q4"]),
        ("2026-11-21", ["2024-q4", "UIN1"]),
        ("2100-01-01", ["2024-q4", "UIN1"]),
    ],
)
def test_a_release_is_known_from_the_day_by_which_it_was_surely_public(published, day, known):
    with open_as_of(published, dt.date.fromisoformat(day)) as connection:
        for table in ("landing.figures", "marts.figures", "meta.releases", "meta.files"):
            found = connection.execute(f"select release_id from {table} order by 1").fetchall()
            assert [release for (release,) in found] == known


@pytest.mark.parametrize("table", ["checks", "reconciliation", "record_reconciliations", "figures_not_held"])
def test_what_was_made_of_the_present_is_left_out_as_marts_from_records_are(published, table):
    said = f"Table with name {table} does not exist"
    with (
        open_as_of(published, dt.date(2024, 6, 30)) as connection,
        pytest.raises(duckdb.CatalogException, match=said),
    ):
        connection.execute(f"select * from meta.{table}")


CHAIN = """
create schema landing;
create schema meta;
create table meta.releases as select 'omsq' as publication, '2024-q4' as release_id, date '2025-04-24' as known_on;
create table landing.cells as select publication, release_id, 7 as value from meta.releases;
create view landing.figures as select * from landing.cells;
create table meta.models as from (values
    (1, 'intermediate', 'int_figures', 'select value from "candidate"."landing"."figures"'),
    (2, 'published', 'recalls', 'select value from "candidate"."intermediate"."int_figures"'),
    (3, 'published', 'rotl', 'select value from "candidate"."intermediate"."int_figures"')
) as models (build_order, schema_name, model_name, compiled_sql);
"""
EVERY_VIEW = ["cells", "figures", "int_figures", "models", "recalls", "releases", "rotl"]


@pytest.mark.parametrize(
    ("sql", "made"),
    [
        ("from published.RECALLS", ["figures", "int_figures", "recalls"]),
        ("select value from recalls, meta.releases", ["figures", "int_figures", "recalls", "releases"]),
        ("from zebra", EVERY_VIEW),
        ("show all tables", EVERY_VIEW),
        ("from duckdb_views() where view_name <> 'recalls'", EVERY_VIEW),
        ("from query_table('recalls')", EVERY_VIEW),
        ("", EVERY_VIEW),
    ],
)
def test_only_the_tables_that_sql_can_read_are_made(settings, sql, made):
    settings.published_file.parent.mkdir(parents=True)
    with duckdb.connect(settings.published_file) as connection:
        connection.execute(CHAIN)

    with open_as_of(settings, dt.date(2025, 4, 24), sql) as connection:
        views = connection.execute(
            "select view_name from duckdb_views() where not internal and database_name = 'candidate'"
        )
        assert sorted(name for (name,) in views.fetchall()) == made
        if "recalls" in made:
            assert connection.execute("from published.recalls").fetchall() == [(7,)]


def test_a_view_of_landing_tables_knows_no_later_release(settings):
    settings.published_file.parent.mkdir(parents=True)
    with duckdb.connect(settings.published_file) as connection:
        connection.execute(CHAIN)

    with open_as_of(settings, dt.date(2025, 4, 23)) as connection:
        assert connection.execute("select count(*) from landing.figures").fetchall() == [(0,)]
