"""The page of tables and columns: every column is described as its own table describes it."""

from __future__ import annotations

from itertools import chain

import duckdb
import pytest

from orchestration.site import definitions

MARTS = 25
"""Marts of the test: enough that a column of all of them is described once."""


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """Marts with a day that means the same in each, and a count of people that does not."""
    connection = duckdb.connect()
    connection.execute("create schema meta; create schema marts")
    connection.execute(
        "create table meta.dictionary (schema_name varchar, table_name varchar, column_name varchar, "
        "data_type varchar, description varchar)"
    )
    for number in range(MARTS):
        connection.execute(f"create table marts.mart_{number:02} (period_end date, people bigint)")
        connection.execute(
            "insert into meta.dictionary values ('marts', $1, 'period_end', 'DATE', 'Last day'), "
            "('marts', $1, 'people', 'BIGINT', $2)",
            [f"mart_{number:02}", f"People in state {number}"],
        )
    return connection


def test_only_a_column_with_one_meaning_is_described_once(connection: duckdb.DuckDBPyConnection) -> None:
    shared, *own = definitions._dictionary(connection).context["parts"]

    assert [row[0] for row in shared.table.rows] == ["period_end"]
    described = list(chain.from_iterable(part.table.rows for part in own))
    assert [row[2] for row in described] == [f"People in state {number}" for number in range(MARTS)]
