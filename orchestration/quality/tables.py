"""What there is to judge: the tables of a candidate, their columns, and every landed figure in one query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

SHARED = (
    "measure",
    "breakdown",
    "period_type",
    "period_start",
    "period_end",
    "value",
    "unit",
    "value_status",
    "qualifier",
    "note_texts",
    "source_kind",
    "publication",
    "release_id",
    "published_on",
    "authority",
    "table_number",
    "table_title",
    "source_file",
    "source_sheet",
    "source_cell",
)
"""The columns every landing table ends with; the columns before them are its dimensions."""

TRACED = (
    "value",
    "unit",
    "value_status",
    "source_kind",
    "publication",
    "release_id",
    "published_on",
    "source_file",
    "source_sheet",
    "source_cell",
)
"""The columns by which a figure in a mart says what it is and where it comes from."""
MADE = ("published.", "marts.")
"""How the names of tables begin that models made."""
OF_RECORDS = "extract_as_at"
"""The column that every mart counted from internal records has, and no other."""

LATEST_FIRST = (
    ("case when source_kind = 'rebuilt' and value_status = 'unavailable' then 1 else 0 end", "asc"),
    ("published_on", "desc"),
    ("case source_kind when 'official' then 1 when 'rebuilt' then 2 else 3 end", "asc"),
    ("authority", "asc"),
    ("publication", "asc"),
    ("release_id", "desc"),
    ("table_number", "asc"),
    ("source_file", "asc"),
    ("source_sheet", "asc"),
    ("source_cell", "asc"),
)
"""The order of the vintages of one figure by the macro `vintage_order`, so that what is checked is what the marts show.
"""
LANDED = "temp.landed_figures"
"""Every landed figure, while `landed_figures` is in force."""

VIEWS = ["landing.figures", "marts.figures"]
"""Views of tables that are judged: they say what those say."""

Columns = Mapping[str, tuple[str, ...]]
"""The columns of each table in order; tables are `schema.table`, those of the internal file `internal.schema.table`."""


def columns_by_table(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The tables to judge: landing, published and marts of the candidate, and landing of the internal file when it is
    attached, but for VIEWS.
    """
    rows = connection.execute(
        """
        select
            if(database_name = 'internal', 'internal.', '') || schema_name || '.' || table_name as table_name,
            list(column_name order by column_index) as columns
        from duckdb_columns()
        where
            (schema_name || '.' || table_name not in (select unnest($views)))
            and (
            (database_name = current_database() and schema_name in ('landing', 'published', 'marts'))
            or (database_name = 'internal' and schema_name = 'landing')
            )
        group by all
        order by all
        """,
        {"views": VIEWS},
    ).fetchall()
    return {name: tuple(columns) for name, columns in rows}


def has_internal(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the internal file is attached."""
    found = connection.execute("select 1 from duckdb_databases() where database_name = 'internal'").fetchone()
    return found is not None


def dimensions(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The dimensions of a landing table: every column that is not one all landing tables share."""
    return tuple(name for name in columns if name not in SHARED)


def quoted(name: str) -> str:
    """A table or column name as SQL takes it, each part in quotes: `"landing"."omsq_recalls_by_reason"`."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def vintage_order(latest_first: bool = True) -> str:
    """SQL for the order of the vintages of one figure: the latest first, or last."""
    other_way = {"asc": "desc", "desc": "asc"}
    return ", ".join(f"{key} {way if latest_first else other_way[way]}" for key, way in LATEST_FIRST)


@contextmanager
def landed_figures(connection: duckdb.DuckDBPyConnection, columns: Columns) -> Iterator[None]:
    """Have every landed figure in the temporary table `landed_figures`, with the shared columns of all landing tables.

    Before them are `table_name` and `dimensions`, the row's members in one text, which is null when one of them is.
    It is outside the candidate's file and goes away again. Raises duckdb.Error when a table lacks a shared column.
    """
    parts = [_landed(name, columns[name]) for name in columns if name.startswith("landing.")]
    if not parts:
        raise ValueError("the candidate has no landing table")
    connection.execute(f"create or replace temporary table {LANDED} as {' union all '.join(parts)}")
    try:
        yield
    finally:
        connection.execute(f"drop table {LANDED}")


def mart_figures(columns: Columns) -> str:
    """SQL for every figure of every table that has them in rows, with the columns in `TRACED`; null where a table lacks
    one. `table_kind` is `records` for one counted from internal records, which have no release to trace to, else
    `published`. A typed mart has its figures in columns, with the unit in the name.
    """
    parts = [_traced(name, columns[name]) for name in columns if name.startswith(MADE) and TRACED[0] in columns[name]]
    if not parts:
        raise ValueError("the candidate has no mart")
    return " union all ".join(parts)


def _traced(mart: str, columns: tuple[str, ...]) -> str:
    """SQL for the figures of one mart."""
    listed = ", ".join(name if name in columns else f"null as {name}" for name in TRACED)
    kind = "records" if OF_RECORDS in columns else "published"
    return f"select '{mart}' as table_name, '{kind}' as table_kind, {listed} from {quoted(mart)}"


def _landed(table: str, columns: tuple[str, ...]) -> str:
    """SQL for the figures of one landing table, as they are in `landed_figures`."""
    members = " || ';' || ".join(f"'{name}=' || {quoted(name)}" for name in dimensions(columns)) or "''"
    return f"""
        select '{table}' as table_name, {members} as dimensions, {", ".join(SHARED)} from {quoted(table)}
    """
