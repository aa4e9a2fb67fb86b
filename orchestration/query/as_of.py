"""The warehouse as it was on a publication day: the same models over the landed figures published by then.

The SQL of every model that was built from published figures travels in the published file (`meta.models`). As of a day,
the landing tables are narrowed to the releases that were surely public by then (`known_on`), and each model becomes a
view of its SQL over them. So every mart answers for every day by the rules it was built with, and a figure
suppressed later is what it was on the day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb

from orchestration.build.database import describe, insert_rows, quoted
from orchestration.problems import CheckFailed
from orchestration.query.reading import SEAL, explained, require_published
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.build.transform import BuiltNode

DATABASE = "candidate"
"""The name under which models know the warehouse: that of the file they were built in."""
OF_RELEASES = {("meta", "releases"), ("meta", "files")}
"""Tables beside the landing tables whose rows are each of one release."""
OF_THE_PRESENT = {
    ("meta", name)
    for name in (
        *("checks", "reconciliation", "record_reconciliations"),
        *("figures_not_held", "measure_coverage"),
        *("actions_of_the_minutes", "actions_and_measures", "targets_of_the_action_plan"),
    )
}
"""Tables that were made of everything this file holds, records among it, or of papers that came out on some day: how it
was judged, what it lacks, what is to be done. As of a day there are none of them.
"""
OF_KNOWN_RELEASES = """
where (publication, release_id) in (
    select publication, release_id
    from edition.meta.releases
    where known_on <= date '{day}'
)
"""
LANDED = """
select schema_name, table_name from duckdb_tables()
where database_name = 'edition' and schema_name in ('landing', 'meta')
union all
select schema_name, view_name from duckdb_views() where database_name = 'edition' and schema_name = 'landing'
"""
MODELS_IN_ORDER = "select schema_name, model_name, compiled_sql from edition.meta.models order by build_order"
ASK_WHAT_THERE_IS = {"show", "information_schema", "query", "query_table"}
"""Words of SQL that may read tables it does not name."""

WORKED_OUT = "worked_out"
"""The schema of the rows behind views that several others read."""

Name = tuple[str, str]
"""Schema and name of a table or view."""


MODELS = {
    "build_order": "Place in the order of building",
    "schema_name": "Schema of the table that the model makes",
    "model_name": "Name of that table",
    "compiled_sql": "The query that makes it",
}
"""The columns of meta.models."""


def keep_models(connection: duckdb.DuckDBPyConnection, built: Sequence[BuiltNode]) -> None:
    """Write meta.models: the SQL of every model that needs nothing but the published file, in the order of building.

    A model that reads records, or reads one that does, is left out.
    """
    from_records: list[str] = []
    rows = []
    for place, node in enumerate(built):
        if node.reads_records or node.database != DATABASE or any(name in node.sql for name in from_records):
            from_records.append(f'"{node.schema}"."{node.name}"')
        elif node.kind == "model":
            rows.append((place, node.schema, node.name, node.sql))
    connection.execute(
        "create or replace table meta.models "
        "(build_order integer, schema_name varchar, model_name varchar, compiled_sql varchar)"
    )
    insert_rows(connection, "meta.models", rows)
    describe(connection, "table meta.models", "The SQL of the models, by which marts are asked as of a day", MODELS)


def open_as_of(settings: Settings, day: dt.date, sql: str = "") -> duckdb.DuckDBPyConnection:
    """A connection in which every table is as it was at the end of a publication day, and nothing can be written.

    With the SQL that will be run, only the tables it can read are made, which is quicker. Marts made from internal
    extracts are left out: an extract has no day of publication. So are the tables of the present, which would name
    releases and figures of later days. Raises CheckFailed when nothing is published yet, or the file is of an older
    version and holds no models.
    """
    require_published(settings)
    connection = duckdb.connect(config={"python_enable_replacements": False, "temp_directory": ""})
    try:
        connection.execute(f"attach {quoted(str(settings.published_file))} as edition (read_only)")
        connection.execute(f"attach ':memory:' as {DATABASE}")
        connection.execute(f"use {DATABASE}")
        definitions = _view_definitions(connection, day)
        for schema in sorted({WORKED_OUT, *(schema for schema, _ in definitions)}):
            connection.execute(f"create schema {schema}")
        _make_views(connection, {name: definitions[name] for name in _views_to_make(definitions, sql)})
        for statement in SEAL:
            connection.execute(statement)
    except duckdb.Error as error:
        connection.close()
        raise CheckFailed([f"{settings.published_file} cannot be read as of {day}: {explained(error)}"]) from error
    return connection


def _view_definitions(connection: duckdb.DuckDBPyConnection, day: dt.date) -> dict[Name, str]:
    """The SQL of each view, by schema and name; each reads the published file and views before it.

    Landing and meta know nothing published after the day. Every kept model is its own SQL over them; one in meta takes
    the place of the table it was built as.
    """
    landed: dict[Name, str] = {}
    for schema, table in sorted({*connection.execute(LANDED).fetchall()} - OF_THE_PRESENT):
        known = OF_KNOWN_RELEASES.format(day=day) if schema == "landing" or (schema, table) in OF_RELEASES else ""
        # A view of landing tables is narrowed as a whole: one condition, and not one for each of its tables.
        landed[schema, table] = f"select * from edition.{schema}.{table}{known}"
    models = {(schema, name): sql for schema, name, sql in connection.execute(MODELS_IN_ORDER).fetchall()}
    return {name: sql for name, sql in landed.items() if name not in models} | models


def _views_to_make(definitions: Mapping[Name, str], sql: str) -> list[Name]:
    """The views that the SQL can read, in the order of making; all if it names none, or asks which tables there are."""
    words = set(re.findall(r"\w+", sql.lower()))
    wanted = {name for name in definitions if name[1].lower() in words}
    if not wanted or words & ASK_WHAT_THERE_IS or any(word.startswith(("duckdb_", "pg_")) for word in words):
        return list(definitions)
    for name in reversed(list(definitions)):
        if name in wanted:
            wanted |= {one for one in definitions if _reads(definitions[name], one)}
    return [name for name in definitions if name in wanted]


def _make_views(connection: duckdb.DuckDBPyConnection, definitions: Mapping[Name, str]) -> None:
    """Make the views. The rows of one that several others read are worked out once, here: a view of views is planned
    anew wherever it is named, and takes longer to plan than to run.
    """
    for name, sql in definitions.items():
        view, query = ".".join(name), sql
        if sum(_reads(other, name) for other in definitions.values()) > 1:
            connection.execute(f'create table {WORKED_OUT}."{view}" as {sql}')
            query = f'from {WORKED_OUT}."{view}"'
        connection.execute(f"create view {view} as {query}")


def _reads(sql: str, name: Name) -> bool:
    """Whether the SQL of a model reads a table or view."""
    return f'"{name[0]}"."{name[1]}"' in sql
