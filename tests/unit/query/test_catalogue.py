"""What the published file says it holds."""

from __future__ import annotations

import duckdb
import pytest

from orchestration.query import catalogue
from orchestration.query.names import UnknownName
from orchestration.query.reading import open_published


@pytest.fixture
def connection(settings, publish_one, make_figure):
    publish_one("p1", [make_figure(), make_figure(breakdown="sex=female", value=5.0)])
    with open_published(settings) as opened:
        yield opened


def test_lists_tables_with_rows_and_descriptions(connection):
    table = catalogue.tables(connection)

    assert table.columns == ("schema", "table", "rows", "description")
    assert ("marts", "figures", 2, "Every published figure, one row a vintage") in table.rows
    assert ("meta", "releases", 3, "What became of every release") in table.rows
    assert [row[0] for row in table.rows] == ["marts", *["meta"] * 4]


def test_counts_rows_that_were_deleted_as_gone(tmp_path):
    with duckdb.connect() as connection:
        connection.execute('create table "odd ""name""" as select * from range(10)')
        connection.execute("create view seen as select 1 as one")
        connection.execute('delete from "odd ""name""" where range > 3')

        assert [row[:3] for row in catalogue.tables(connection).rows] == [
            ("main", 'odd "name"', 4), ("main", "seen", 1),
        ]  # fmt: skip


@pytest.mark.parametrize("name", ["marts.figures", "figures", "FIGURES"])
def test_describes_a_table(connection, name):
    described = catalogue.describe(connection, name)

    assert (described.name, described.rows) == ("marts.figures", 2)
    assert [column.name for column in described.columns][:2] == ["measure", "breakdown"]
    assert catalogue.Column("value", "double", "The figure") in described.columns
    assert len(described.columns) == 20


def test_a_file_of_an_earlier_version_is_described_without_labels(connection):
    assert not catalogue.describe(connection, "figures").is_complete


MADE_BY_THIS_VERSION = """
create schema marts; create schema meta;
create table marts.recalls (breakdown varchar, category varchar, category_2 varchar, route varchar, people bigint);
comment on table marts.recalls is 'Recalls of people on licence. By the day of revocation.';
comment on column marts.recalls.people is 'People recalled.';
insert into marts.recalls values
    ('total', 'all', 'all', null, 9), ('sex', 'female', 'all', 'automatic', 2),
    ('sex_by_route', 'male', 'other', null, 3);
create table meta.tables (
    schema_name varchar, table_name varchar, description varchar, key_columns varchar[], readers varchar[],
    example varchar, also_called varchar[], caveats varchar[]
);
insert into meta.tables values (
    'marts', 'recalls', 'Recalls', ['breakdown', 'category'], ['measure B01', 'target 6'], 'from marts.recalls',
    ['returns to custody'], ['Events, not people.']
);
create table meta.dictionary (
    schema_name varchar, table_name varchar, column_name varchar, published_label varchar, label varchar, unit varchar,
    key_position integer, is_nullable boolean
);
insert into meta.dictionary values
    ('marts', 'recalls', 'breakdown', '', 'Breakdown', 'code', 1, false),
    ('marts', 'recalls', 'people', 'IPP recalls', 'People recalled', 'people', null, true);
create table meta.categories (dimension varchar, code varchar, label varchar, sort_order integer);
insert into meta.categories values
    ('sex', 'female', 'Female', 2), ('sex', 'male', 'Male', 1), ('sex', 'unknown', 'Unknown', 3),
    ('route', 'automatic', 'Automatic end', 1), ('route', 'other', 'Other route', 2);
"""


@pytest.fixture
def described_file():
    with duckdb.connect() as connection:
        connection.execute(MADE_BY_THIS_VERSION)
        yield connection


def test_describes_labels_units_and_members_in_their_order(described_file):
    described = catalogue.describe(described_file, "recalls")

    assert described.is_complete
    assert (described.key, described.readers) == ("breakdown, category", "measure B01; target 6")
    assert described.columns[-1] == catalogue.Column(
        "people", "bigint", "People recalled.", "People recalled", "people", "IPP recalls", True
    )
    assert not described.columns[0].is_nullable
    # Only members that occur; `route` from its own column and from the second dimension of a breakdown.
    assert [(members.dimension, list(members.labels)) for members in described.members] == [
        ("breakdown", [("sex", "sex"), ("sex_by_route", "sex_by_route"), ("total", "total")]),
        ("route", [("automatic", "Automatic end"), ("other", "Other route")]),
        ("sex", [("male", "Male"), ("female", "Female")]),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("RECALLS", ["recalls"]),
        ("revocation licence", ["recalls"]),
        ("returns custody", ["recalls"]),
        ("returns zebra", []),
        ("meta.", ["categories", "dictionary", "tables"]),
    ],
)
def test_finds_tables_by_name_description_and_other_name(described_file, text, found):
    assert [name for _, name, *_ in catalogue.tables(described_file, text).rows] == found


def test_freshness_names_edition_release_and_extracts(connection):
    assert catalogue.freshness(connection) == (
        "edition p1; built on 24 April 2025; newest release: omsq 2024-q4, 24 April 2025"
    )


def test_freshness_says_that_extracts_are_synthetic(described_file):
    described_file.execute(
        "create table meta.publication as select 'p1' as publication_id, date '2025-04-24' as built_at"
    )
    described_file.execute(
        "create table meta.releases (publication varchar, release_id varchar, published_on date, status varchar)"
    )
    described_file.execute(
        "create table marts.counted_figures as select date '2025-03-31' as extract_as_at, 'synthetic' as source_kind"
    )
    assert catalogue.freshness(described_file) == (
        "edition p1; built on 24 April 2025; extracts of 31 March 2025 (synthetic: not about real people)"
    )


def test_an_unknown_table_is_answered_with_the_nearest(connection):
    with pytest.raises(UnknownName, match=r"did you mean marts\.figures"):
        catalogue.describe(connection, "figurs")


def test_a_name_of_two_tables_is_not_guessed():
    with duckdb.connect() as connection:
        for schema in ("marts", "meta"):
            connection.execute(f"create schema {schema}; create table {schema}.recalls (x integer)")

        with pytest.raises(
            UnknownName,
            match=r"more than one table is called 'recalls': marts\.recalls, meta\.recalls; give the full name",
        ):
            catalogue.describe(connection, "recalls")
