"""What the published file holds: its tables and their columns, with the descriptions that travel in it as comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orchestration.query.names import UnknownName, find
from orchestration.query.reading import Table, ask

if TYPE_CHECKING:
    import duckdb

TABLES = """
with relations as (
    select schema_name, table_name, comment from duckdb_tables() where not internal and not temporary
    union all
    select schema_name, view_name, comment from duckdb_views() where not internal and not temporary
)
select
    schema_name,
    table_name,
    coalesce(comment, '') as description,
from relations
order by schema_name, table_name
"""

COLUMNS = """
select
    column_name as "column",
    lower(data_type) as "type",
    coalesce(comment, '') as description,
from duckdb_columns()
where schema_name = $schema_name and table_name = $table_name and not internal
order by column_index
"""


def tables(connection: duckdb.DuckDBPyConnection) -> Table:
    """Every table of the file: schema, table, number of rows, description."""
    described = ask(connection, TABLES).rows
    counts = _row_counts(connection, [(schema, name) for schema, name, _ in described])
    rows = [(schema, name, counts[schema, name], text) for schema, name, text in described]
    return Table(("schema", "table", "rows", "description"), rows)


def describe(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    """The columns of a table: name, type, description.

    A table is named `schema.table`, or `table` where one only has that name. Raises UnknownName with the nearest.
    """
    schema_name, table_name = _resolve(name, [(schema, table) for schema, table, _ in ask(connection, TABLES).rows])
    return ask(connection, COLUMNS, {"schema_name": schema_name, "table_name": table_name})


def _resolve(name: str, known: list[tuple[str, str]]) -> tuple[str, str]:
    """The schema and table a name stands for."""
    meant = [(schema, table) for schema, table in known if name.lower() in (table.lower(), f"{schema}.{table}".lower())]
    if len(meant) > 1:
        raise UnknownName(f"more than one table is called {name!r}: {', '.join('.'.join(one) for one in meant)}")
    if meant:
        return meant[0]
    full = {f"{schema}.{table}": (schema, table) for schema, table in known}
    return full[find("table", name, full)]


def _row_counts(connection: duckdb.DuckDBPyConnection, known: list[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The number of rows of each table, by one query."""
    if not known:
        return {}
    counts = (f"select {index}, count(*) from {_identifier(*one)}" for index, one in enumerate(known))
    return {known[index]: count for index, count in ask(connection, " union all ".join(counts)).rows}


def _identifier(schema: str, table: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in (schema, table))
