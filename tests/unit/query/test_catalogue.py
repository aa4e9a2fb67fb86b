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
    assert [row[:2] for row in table.rows] == sorted(row[:2] for row in table.rows)


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
    table = catalogue.describe(connection, name)

    assert table.columns == ("column", "type", "description")
    assert table.rows[0] == ("measure", "varchar", "")
    assert ("value", "double", "The figure") in table.rows
    assert ("unit", "varchar", "What is counted") in table.rows
    assert len(table.rows) == 20


def test_an_unknown_table_is_answered_with_the_nearest(connection):
    with pytest.raises(UnknownName, match=r"did you mean marts\.figures"):
        catalogue.describe(connection, "figurs")


def test_a_name_of_two_tables_is_not_guessed():
    with duckdb.connect() as connection:
        for schema in ("marts", "meta"):
            connection.execute(f"create schema {schema}; create table {schema}.recalls (x integer)")

        with pytest.raises(
            UnknownName, match=r"more than one table is called 'recalls': marts\.recalls, meta\.recalls"
        ):
            catalogue.describe(connection, "recalls")
