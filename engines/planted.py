"""Differences put into a table on purpose, to show that the comparison finds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engines.compare import compare_tables

if TYPE_CHECKING:
    import duckdb


def plant_differences(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """The relation with one difference each, as SQL that can follow `from`: a value, a null, a row, a type.

    The relation needs a whole number that is nowhere null in a row; the first such column is changed in one row.
    """
    described = connection.execute(f"describe select * from {relation}").fetchall()
    column = next(name for name, kind, *_ in described if kind in ("BIGINT", "INTEGER"))
    order = "hash(t)"
    one = f"(select *, row_number() over (order by {column} is null, {order}) = 1 as planted from {relation} as t)"

    def replaced(value: str) -> str:
        return f"(select * exclude (planted) replace ({value} as {column}) from {one})"

    return {
        "value": replaced(f"case when planted then {column} + 1 else {column} end"),
        "null": replaced(f"case when not planted then {column} end"),
        "row": f"(select * exclude (planted) from {one} where not planted)",
        "type": replaced(f"cast({column} as decimal(18, 0))"),
    }


def find_missed(connection: duckdb.DuckDBPyConnection, expected: str, planted: Mapping[str, str]) -> list[str]:
    """The planted differences that the comparison did not find."""
    return [name for name, relation in planted.items() if not compare_tables(connection, expected, relation)]
