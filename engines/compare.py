"""Compare a table of another engine with DuckDB's: columns, types, and every row.

Both sides are relations that one DuckDB connection can read; another engine's is its Parquet files. What we say of a
difference counts rows and names columns: a value could be from a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

BILLIONTH = 1e-9
FLOATS = ("DOUBLE", "FLOAT")
PLACE = '"place among like rows"'
"""A column that we add: no table has one of this name."""


def compare_tables(
    connection: duckdb.DuckDBPyConnection, expected: str, found: str, *, may_be_empty: bool = False
) -> list[str]:
    """What differs between two relations, each given as SQL that can follow `from`; nothing when they are equal.

    Rows are equal when every value is, floats to a billionth of the larger. The order of rows and of columns does not
    count: in DuckDB the contract of a table sets both. An empty table is a problem unless it may be one, as comparing
    it proves nothing.
    """
    expected_columns, found_columns = _read_columns(connection, expected), _read_columns(connection, found)
    if problems := _compare_columns(expected_columns, found_columns):
        return problems
    expected_rows, found_rows = _count_rows(connection, expected), _count_rows(connection, found)
    if not expected_rows and not may_be_empty:
        return ["the table of DuckDB is empty, so no row was compared"]
    return _compare_rows(connection, (expected, expected_rows), (found, found_rows), expected_columns)


def _read_columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """The columns of a relation in order, each with its type."""
    return {row[0]: row[1] for row in connection.execute(f"describe select * from {relation}").fetchall()}


def _count_rows(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return int(connection.execute(f"select count(*) from {relation}").fetchall()[0][0])


def _compare_columns(expected: Mapping[str, str], found: Mapping[str, str]) -> list[str]:
    """Columns that only one side has, and types that differ."""
    return [
        f"column {name}: expected {expected.get(name, 'no such column')}, found {found.get(name, 'no such column')}"
        for name in {**expected, **found}
        if expected.get(name) != found.get(name)
    ]


def _compare_rows(
    connection: duckdb.DuckDBPyConnection, expected: tuple[str, int], found: tuple[str, int], columns: Mapping[str, str]
) -> list[str]:
    """How many rows have no equal on the other side, and the columns in which values differ."""
    floats = [name for name, kind in columns.items() if kind in FLOATS]
    others = [name for name in columns if name not in floats]
    # Rows alike in all but floats are paired in the order of their floats.
    pairs = " and ".join(
        [f"one.{PLACE} = other.{PLACE}", *(f"one.{_q(n)} is not distinct from other.{_q(n)}" for n in others)]
    )
    unequal = " or ".join(
        [f"one.{PLACE} is null", f"other.{PLACE} is null", *(f"not ({_equal_floats(n)})" for n in floats)]
    )
    query = f"""
        with one as ({_numbered(expected[0], others, floats)}),
        other as ({_numbered(found[0], others, floats)})
        select count(*) from one full outer join other on {pairs} where {unequal}
    """
    differing = int(connection.execute(query).fetchall()[0][0])
    if not differing:
        return []
    names = [name for name in columns if _values_differ(connection, (expected[0], found[0]), name, name in floats)]
    where = f"values differ in {', '.join(names)}" if names else "each column alone has the same values"
    return [f"{differing} rows have no equal: expected {expected[1]} rows, found {found[1]}; {where}"]


def _numbered(relation: str, others: Sequence[str], floats: Sequence[str]) -> str:
    """A query that numbers the rows which are alike in all columns but floats."""
    partition = f"partition by {', '.join(map(_q, others))}" if others else ""
    order = f"order by {', '.join(map(_q, floats))}" if floats else ""
    return f"select *, row_number() over ({partition} {order}) as {PLACE} from {relation} as t"


def _equal_floats(name: str) -> str:
    """A condition that two floats are equal to a billionth, or both null."""
    one, other = f"one.{_q(name)}", f"other.{_q(name)}"
    # Infinity and not-a-number are near to everything by this rule, so they must be equal.
    finite = f"isfinite({one}) and isfinite({other})"
    close = f"{finite} and abs({one} - {other}) <= {BILLIONTH} * greatest(abs({one}), abs({other}))"
    return f"{one} is not distinct from {other} or coalesce({close}, false)"


def _values_differ(
    connection: duckdb.DuckDBPyConnection, relations: tuple[str, str], name: str, is_float: bool
) -> bool:
    """Whether one column, by itself, holds other values; floats are compared to nine digits, which is near enough."""
    value = f"printf('%.9g', {_q(name)})" if is_float else _q(name)
    one, other = (f"select {value} from {relation}" for relation in relations)
    query = f"select exists ((({one}) except all ({other})) union all (({other}) except all ({one})))"
    return bool(connection.execute(query).fetchall()[0][0])


def _q(name: str) -> str:
    """A name in quotes."""
    return '"' + name.replace('"', '""') + '"'
