"""What the published file holds: its tables, their columns, and the codes in them, with what each means.

Names, types and descriptions are read from the file itself. Labels, units, keys, readers, other names, caveats and
examples are in `meta.dictionary` and `meta.tables`; a file of an earlier version may lack some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from orchestration.query.names import UnknownName, find
from orchestration.query.reading import ask
from orchestration.query.table import Table

if TYPE_CHECKING:
    import duckdb

# What is counted comes first and the cells it is made from last.
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
order by
    coalesce(list_position(['marts', 'published', 'feed', 'meta', 'landing'], schema_name), 4),
    schema_name,
    table_name
"""

COLUMNS = """
select
    column_name,
    lower(data_type) as data_type,
    coalesce(comment, '') as description,
from duckdb_columns()
where schema_name = $schema_name and table_name = $table_name and not internal
order by column_index
"""

# `select *`: which columns there are depends on the version that made the file.
ABOUT_TABLE = "select * from meta.tables where schema_name = $schema_name and table_name = $table_name"
ABOUT_COLUMNS = "select * from meta.dictionary where schema_name = $schema_name and table_name = $table_name"
ALSO_CALLED = "select schema_name, table_name, also_called from meta.tables"
LABELS = """
select dimension, code, label
from meta.categories
order by dimension, sort_order nulls last, code
"""
DIMENSIONS = "select distinct dimension from meta.categories"

FRESHNESS = """
select
    publication.publication_id,
    publication.built_at,
    releases.publication || ' ' || releases.release_id,
    releases.published_on,
from meta.publication as publication
left join meta.releases as releases on releases.status = 'published'
order by releases.published_on desc, releases.publication, releases.release_id
limit 1
"""
EXTRACTS = "select extract_as_at, source_kind from marts.counted_figures order by extract_as_at desc limit 1"

OLDER = (
    "An earlier version made the published file: it has no labels, units or keys. Run `ipp refresh --full` to add them"
)


@dataclass(frozen=True)
class Column:
    """A column: its name and type, what it means, and, where they are known, label, unit and published label."""

    name: str
    data_type: str
    description: str
    label: str = ""
    unit: str = ""
    published_label: str = ""
    is_nullable: bool = True
    units_of_rows: Sequence[str] = ()


@dataclass(frozen=True)
class Members:
    """The codes that occur in a table for one dimension, each with its label, in the order they are shown in."""

    dimension: str
    labels: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Described:
    """A table: what it holds, for whom, how to ask it, its columns, and the members of its code columns."""

    name: str
    rows: int
    description: str
    key: str
    readers: str
    also_called: str
    caveats: Sequence[str]
    example: str
    columns: Sequence[Column]
    members: Sequence[Members]
    is_complete: bool
    """Whether the file holds labels, units and keys."""


def tables(connection: duckdb.DuckDBPyConnection, text: str = "") -> Table:
    """The tables of the file: schema, table, number of rows, description. Marts come first.

    With a text, only tables that have each of its words in the name, the description or another name of the table.
    """
    also_called = _other_names(connection) if text else {}
    words = text.casefold().split()
    described = [
        (schema, name, description)
        for schema, name, description in ask(connection, TABLES).rows
        if _has_words(words, f"{schema}.{name} {description} {also_called.get((schema, name), '')}")
    ]
    counts = _row_counts(connection, [(schema, name) for schema, name, _ in described])
    rows = [(schema, name, counts[schema, name], description) for schema, name, description in described]
    return Table(("schema", "table", "rows", "description"), rows)


def table_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The full name of every table, such as `marts.recalls`."""
    return [f"{schema}.{table}" for schema, table, _ in ask(connection, TABLES).rows]


def describe(connection: duckdb.DuckDBPyConnection, name: str) -> Described:
    """What a table holds. A table is named `schema.table`, or `table` if only one has that name.

    Raises UnknownName with the nearest names.
    """
    known = ask(connection, TABLES).rows
    schema, table = _resolve(name, [(schema, table) for schema, table, _ in known])
    parameters = {"schema_name": schema, "table_name": table}
    about = {row["column_name"]: row for row in _if_held(connection, "dictionary", ABOUT_COLUMNS, parameters)}
    held = _if_held(connection, "tables", ABOUT_TABLE, parameters)
    of_table = held[0] if held else {}
    columns = [
        _column(column, data_type, description, about.get(column, {}))
        for column, data_type, description in ask(connection, COLUMNS, parameters).rows
    ]
    return Described(
        name=f"{schema}.{table}",
        rows=_row_counts(connection, [(schema, table)])[schema, table],
        description=next(text for one, other, text in known if (one, other) == (schema, table)),
        key=", ".join(of_table.get("key_columns", [])),
        readers="; ".join(of_table.get("readers", [])),
        also_called="; ".join(of_table.get("also_called", [])),
        caveats=of_table.get("caveats", []),
        example=of_table.get("example", ""),
        columns=columns,
        members=_members(connection, schema, table, [column.name for column in columns]),
        is_complete=bool(held) and any("label" in row for row in about.values()),
    )


def freshness(connection: duckdb.DuckDBPyConnection) -> str:
    """The edition, the newest release in it, and the day and kind of the extracts, as one line.

    Raises CheckFailed when the file does not have the tables it reads.
    """
    edition, built_at, release, published_on = ask(connection, FRESHNESS).rows[0]
    parts = [f"edition {edition}", f"built on {day_text(built_at)}"]
    if release:
        parts.append(f"newest release: {release}, {day_text(published_on)}")
    if _has_table(connection, "marts", "counted_figures") and (extracts := ask(connection, EXTRACTS).rows):
        extract_as_at, source_kind = extracts[0]
        parts.append(f"extracts of {day_text(extract_as_at)}{_kind_of_records(source_kind)}")
    return "; ".join(parts)


def day_text(day: date) -> str:
    """A day as people read it: `1 March 2025`."""
    return f"{day.day} {day:%B %Y}"


def _kind_of_records(source_kind: str) -> str:
    """Marks synthetic people."""
    return " (synthetic: not about real people)" if source_kind.startswith("synthetic") else ""


def _column(name: str, data_type: str, description: str, about: Mapping[str, Any]) -> Column:
    """A column with what `meta.dictionary` says of it."""
    return Column(
        name=name,
        data_type=data_type,
        description=description,
        label=about.get("label") or "",
        unit=about.get("unit") or "",
        published_label=about.get("published_label") or "",
        is_nullable=about.get("is_nullable") is not False,
        units_of_rows=about.get("units_of_rows") or (),
    )


def _members(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, columns: Sequence[str]
) -> Sequence[Members]:
    """The breakdowns of a table, and the members of each dimension that occur in it.

    In a table with a `breakdown`, `category` and `category_2` hold members of the dimensions that the breakdown names.
    Elsewhere a column that is called as a dimension holds its members.
    """
    if not _has_table(connection, "meta", "categories"):
        return []
    dimensions = {dimension for (dimension,) in ask(connection, DIMENSIONS).rows}
    of_breakdowns = {"breakdown", "category", "category_2"} if {"breakdown", "category"} <= set(columns) else set()
    selects = [
        f"select '{name}' as dimension, {_identifier(name)} as code from {_identifier(schema, table)}"
        for name in columns
        if name in dimensions - of_breakdowns
    ]
    if of_breakdowns:
        selects += [
            f"select string_split(breakdown, '_by_')[{place}], {column} from {_identifier(schema, table)}"
            for place, column in ((1, "category"), (2, "category_2"))
            if column in columns
        ]
    if not selects:
        return []
    breakdowns = (
        ask(connection, f"select distinct breakdown from {_identifier(schema, table)} order by all").rows
        if of_breakdowns
        else []
    )
    # A code column holds text, so a number or a truth value is no member.
    used = {(one, str(code)) for one, code in ask(connection, " union ".join(selects)).rows if code is not None}
    found: dict[str, list[tuple[str, str]]] = {}
    for dimension, code, label in ask(connection, LABELS).rows:
        if (dimension, code) in used:
            found.setdefault(dimension, []).append((code, label))
    of_table = [Members("breakdown", [(one, one) for (one,) in breakdowns])] if breakdowns else []
    return of_table + [Members(dimension, labels) for dimension, labels in found.items()]


def _other_names(connection: duckdb.DuckDBPyConnection) -> Mapping[tuple[str, str], str]:
    """What each table is also called; empty for a file of an earlier version."""
    if not _has_table(connection, "meta", "tables"):
        return {}
    return {(schema, table): " ".join(names) for schema, table, names in ask(connection, ALSO_CALLED).rows}


def _if_held(
    connection: duckdb.DuckDBPyConnection, table: str, sql: str, parameters: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The rows of a table of `meta` as dictionaries; none if the file does not have the table."""
    if not _has_table(connection, "meta", table):
        return []
    found = ask(connection, sql, dict(parameters))
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def _has_table(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    """Whether the file has a table or view of that name."""
    return (schema, table) in [(one, other) for one, other, _ in ask(connection, TABLES).rows]


def _has_words(words: Iterable[str], text: str) -> bool:
    """Whether each word is part of the text, in upper or lower case."""
    folded = text.casefold()
    return all(word in folded for word in words)


def _resolve(name: str, known: list[tuple[str, str]]) -> tuple[str, str]:
    """The schema and table a name means."""
    meant = [(schema, table) for schema, table in known if name.lower() in (table.lower(), f"{schema}.{table}".lower())]
    if len(meant) > 1:
        names = ", ".join(".".join(one) for one in meant)
        raise UnknownName(f"more than one table is called {name!r}: {names}; give the full name")
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


def _identifier(*parts: str) -> str:
    """A name as SQL writes it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
