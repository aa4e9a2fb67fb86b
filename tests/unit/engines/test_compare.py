"""The comparison of another engine's tables with DuckDB's finds every difference and no other."""

import duckdb
import pytest

from engines.compare import compare_tables
from engines.planted import find_missed, plant_differences

EXPECTED = """(
    from (values
        (date '2025-03-31', 'all', 2544::bigint, 41.5::double),
        (date '2025-03-31', 'female', null, 0.1 + 0.2),
        (date '2025-06-30', 'all', 7, null),
        (date '2025-06-30', 'all', 7, 1e12)
    ) as rows (day, place, people, share)
)"""


@pytest.fixture
def connection():
    with duckdb.connect() as connection:
        yield connection


def test_equal_rows_in_another_order_of_rows_and_columns(connection):
    assert (
        compare_tables(connection, EXPECTED, f"(select share, people, place, day from {EXPECTED} order by all desc)")
        == []
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ("(select * replace (if(people = 2544, 2545, people) as people) from {})", "2 rows have no equal"),
        ("(select * replace (nullif(people, 2544) as people) from {})", "values differ in people"),
        ("(select * replace (coalesce(people, 0) as people) from {})", "values differ in people"),
        ("(select * replace (coalesce(share, 0) as share) from {})", "values differ in share"),
        ("(select * replace (share * (1 + 2e-9) as share) from {})", "3 rows have no equal"),
        ("(select * replace (if(share > 40, 'nan', share) as share) from {})", "values differ in share"),
        ("(select * replace (if(share > 40, 'inf', share) as share) from {})", "values differ in share"),
        ("(from {} where people is not null)", "expected 4 rows, found 3"),
        ("(from {} union all from {} where place = 'female')", "expected 4 rows, found 5"),
        ("(from {} where share is not null union all from {} where share = 1e12)", "values differ in share"),
        ("(select * replace (people::integer as people) from {})", "column people: expected BIGINT, found INTEGER"),
        ("(select * replace (day::timestamp as day) from {})", "column day: expected DATE, found TIMESTAMP"),
        ("(select * exclude (share) from {})", "column share: expected DOUBLE, found no such column"),
        ("(select *, 1 as place_in_list from {})", "column place_in_list: expected no such column, found INTEGER"),
        ("(from {} where false)", "expected 4 rows, found 0"),
    ],
)
def test_a_difference_is_found(connection, changed, said):
    assert said in "; ".join(compare_tables(connection, EXPECTED, changed.replace("{}", EXPECTED)))


def test_floats_may_differ_by_less_than_a_billionth(connection):
    near = f"(select * replace (share * (1 + 5e-10) as share) from {EXPECTED})"
    assert compare_tables(connection, EXPECTED, near) == []


def test_rows_that_change_places_in_two_columns_are_found(connection):
    one = "(from (values ('a', 1), ('b', 2)) as rows (name, number))"
    other = "(from (values ('a', 2), ('b', 1)) as rows (name, number))"
    assert compare_tables(connection, one, other) == [
        "4 rows have no equal: expected 2 rows, found 2; each column alone has the same values"
    ]


def test_an_empty_table_is_a_problem_unless_it_may_be_one(connection):
    empty = f"(from {EXPECTED} where false)"
    assert compare_tables(connection, empty, empty) == ["the table of DuckDB is empty, so no row was compared"]
    assert compare_tables(connection, empty, empty, may_be_empty=True) == []
    assert compare_tables(connection, empty, EXPECTED, may_be_empty=True) != []


def test_no_value_is_in_what_is_said(connection):
    changed = f"(select * replace (if(place = 'female', 'secret', place) as place) from {EXPECTED})"
    assert "secret" not in "; ".join(compare_tables(connection, EXPECTED, changed))


def test_planted_differences_are_found(connection):
    planted = plant_differences(connection, EXPECTED)
    assert set(planted) == {"value", "null", "row", "type"}
    assert find_missed(connection, EXPECTED, planted) == []
    assert find_missed(connection, EXPECTED, {**planted, "none": EXPECTED}) == ["none"]
