"""What the warehouse says about its own tables and columns, and who reads them: `meta.tables`, `meta.dictionary` and
`meta.consumers`.

Descriptions are the comments of the file. Keys, readers, examples, labels and units are what the YAML of the dbt
project declares; a label or unit that it does not state follows from the name of the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from orchestration.build.database import describe, insert_rows
from orchestration.feed.units import read_units
from orchestration.problems import CheckFailed
from orchestration.quality.derived import FIRST_COLUMNS

if TYPE_CHECKING:
    import duckdb

SCHEMAS = ("feed", "landing", "marts", "meta", "published")
RATES = {"recalls per 100 on licence": "per_100_people", "returns per 100 people": "per_100_people"}
"""Units of rates as the long table of figures says them."""
UNITS_OF_TYPES = {"DATE": "date", "TIMESTAMP": "time", "BOOLEAN": "true_or_false"}
UNITS_OF_NAMES = (
    (re.compile(r"(^|_)percent(_|$)|_share$"), "percent"),
    (re.compile(r"_per_100(_|$)"), "per_100_people"),
    (re.compile(r"(^|_)days(_|$)"), "days"),
    (re.compile(r"(^|_)weeks(_|$)"), "weeks"),
    (re.compile(r"(^|_)months(_|$)"), "months"),
    (re.compile(r"(^|_)years(_|$)"), "years"),
    (re.compile(r"^bytes$"), "bytes"),
    (re.compile(r"(^|_)(women|prisoners)(_|$)"), "people"),
    (re.compile(rf"(^|_)({'|'.join(read_units().counted)})(_|$)"), ""),
)
"""How the name of a number says its unit, the surest sign first; empty: the part of the name that was found."""
LIMITS = re.compile(r"(within|by)_\d+_(days|months)|_with_.*")
"""What limits a count: `referred_within_28_days` counts recalls and `deferrals_with_days` deferrals, not days."""
VALUES = re.compile(r"(^|_)(value|change|difference|tolerance|sum)(_|$)")
"""Names of decimals that have the unit of their row, where the table has a column `unit`."""
CODES = re.compile(r"(^|_)(key|code|kind|status|type|id|unit|statistic|publication|sha256|breakdown|event|verdict)$")
"""How the name of a text says that it holds codes and not words to read."""
CAPITALS = ("ACCT", "AP", "DPP", "HMPPS", "ID", "IPP", "LTR", "OMSQ", "OPD", "PAROM1", "POM", "COM", "PPUD", "PRA",
            "RAG", "RARR", "ROTL", "SHA256", "SQL", "UAL", "URL")  # fmt: skip
_CAPITALS = {name.lower(): name for name in CAPITALS} | {"s117": "Section 117", "parole": "parole"}

DICTIONARY = {
    "schema_name": ("varchar not null", "Schema of the table"),
    "table_name": ("varchar not null", "Name of the table or view"),
    "column_name": ("varchar not null", "Name of the column"),
    "data_type": ("varchar not null", "Type of the column in DuckDB"),
    "description": ("varchar not null", "What the column holds"),
    "published_label": ("varchar not null", "Heading over the column in the published table; empty if it has none"),
    "label": ("varchar not null", "Name of the column for a reader"),
    "unit": ("varchar not null", "What its values count or are: people, recalls, months, percent, date, code, text"),
    "key_position": ("integer", "Place of the column in the key of its table, from 1; empty if it is not part of it"),
    "is_nullable": ("boolean not null", "Whether a row may leave the column empty"),
    "units_of_rows": (
        "varchar[] not null",
        "Units of its values where they differ from row to row; else empty",
    ),
}
"""The columns of meta.dictionary: type and description."""
TABLES = {
    "schema_name": ("varchar not null", "Schema of the table"),
    "table_name": ("varchar not null", "Name of the table or view"),
    "description": ("varchar not null", "What the table holds, and what to know before you use it"),
    "key_columns": ("varchar[] not null", "Columns that tell its rows apart; empty if the project does not state them"),
    "readers": ("varchar[] not null", "Who reads the table: dashboard blocks, report sections, targets and actions"),
    "example": ("varchar not null", "A query that answers a real question from the table; empty if it has none"),
    "also_called": (
        "varchar[] not null",
        "Other names of its breakdowns in the long tables, as `name here = name there`",
    ),
    "caveats": ("varchar[] not null", "What misleads if you do not know it"),
    "keeps_history": ("boolean not null", "Whether a period stays once it is in; false if only the latest is held"),
}
"""The columns of meta.tables: type and description."""
CONSUMERS = {
    "consumer": ("varchar not null", "Key of the consumer: the name of the exposure in the dbt project"),
    "label": ("varchar not null", "Name of the consumer"),
    "kind": ("varchar not null", "What it is: dashboard, application, analysis or notebook"),
    "maturity": ("varchar not null", "How settled its use is: low, medium or high"),
    "owner": ("varchar not null", "Who to tell of a change that breaks it"),
    "description": ("varchar not null", "What it does with the tables"),
    "reads": ("varchar[] not null", "The tables it reads, as `schema.table`"),
}
"""The columns of meta.consumers."""
FOUND_TABLES = """
    select schema_name, table_name, coalesce(comment, '')
    from duckdb_tables() where database_name = current_database() and not temporary
    union all
    select schema_name, view_name, coalesce(comment, '')
    from duckdb_views() where database_name = current_database() and not internal and not temporary
    order by all
"""
FOUND_COLUMNS = """
    select schema_name, table_name, column_name, data_type, coalesce(comment, ''), is_nullable
    from duckdb_columns() where database_name = current_database() and not internal
    order by schema_name, table_name, column_index
"""


@dataclass(frozen=True)
class DeclaredTable:
    """What the dbt project declares of a table. `labels` and `units` are by column, for those that it states.

    `units_of_rows` has the columns whose unit differs from row to row, such as a published value beside two measures.
    """

    key: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    example: str = ""
    also_called: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    keeps_history: bool = True
    labels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    units_of_rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def read_declared(manifest: Mapping[str, Any]) -> dict[tuple[str, str], DeclaredTable]:
    """What dbt's manifest declares of each model and seed, by schema and name."""
    nodes = manifest["nodes"]
    tests: dict[str, list[Mapping[str, Any]]] = {}
    for node in nodes.values():
        if node.get("test_metadata"):
            tests.setdefault(node.get("attached_node") or "", []).append(node["test_metadata"])
    return {
        (node["schema"], node["alias"]): _declared_table(node, tests.get(key, ()))
        for key, node in nodes.items()
        if node["resource_type"] in ("model", "seed")
    }


def _declared_table(node: Mapping[str, Any], tests: Iterable[Mapping[str, Any]]) -> DeclaredTable:
    """One model or seed with its data tests."""
    meta, columns = node["config"].get("meta", {}), node["columns"]
    called = meta.get("also_called", {})
    sums = [test["kwargs"].get("unless", {}) for test in tests if test["name"] == "adds_up"]
    return DeclaredTable(
        key=_declared_key(meta, tests),
        readers=tuple(meta.get("readers", ())),
        example=str(meta.get("example", "")).strip(),
        also_called=tuple(f"{here} = {there}" for here, there in called.items()),
        caveats=(*meta.get("caveats", ()), *(line for unless in sums for line in _sum_caveats(unless))),
        keeps_history=meta.get("keeps_history", True),
        labels={name: text for name, column in columns.items() if (text := _meta(column).get("label"))},
        units=declared_units({name: _meta(column) for name, column in columns.items()}),
        units_of_rows={
            name: tuple(units) for name, column in columns.items() if (units := _meta(column).get("units_of_rows"))
        },
    )


def _sum_caveats(unless: Mapping[str, str]) -> Iterator[str]:
    """Why the members of some breakdowns do not add up to the total, a sentence for each reason."""
    for reason in dict.fromkeys(unless.values()):
        names = ", ".join(name for name, given in unless.items() if given == reason)
        yield f"Do not add up the members of {names}: {reason[:1].lower()}{reason[1:].rstrip('.')}."


def _declared_key(meta: Mapping[str, Any], tests: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns that a data test says tell the rows of a table apart; () if no test does."""
    found = {test["name"]: test["kwargs"] for test in tests}
    if "mart_rows" in found:
        return (*FIRST_COLUMNS[:-1], *meta.get("keys", ()))
    if "unique_combination" in found:
        return tuple(found["unique_combination"]["columns"])
    unique = [test["kwargs"]["column_name"] for test in tests if test["name"] == "unique"]
    return tuple(unique[:1])


def declared_units(columns: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The units that the meta of columns states, by column: the unit itself, or that of the figures made of the column.

    A published value beside a count has the unit of the first measure; `units_of_rows` has the others, where it can be
    beside another measure. The two counts behind a share have one unit.
    """
    units = {
        name: RATES.get(figures[0]["unit"], figures[0]["unit"])
        for name, meta in columns.items()
        if (figures := meta.get("figures"))
    }
    if units:
        units |= {"published_value": next(iter(units.values()))}
    units |= {name: meta["unit"] for name, meta in columns.items() if "unit" in meta}
    return units | dict(_units_of_parts(columns, units))


def _units_of_parts(columns: Mapping[str, Mapping[str, Any]], units: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The unit of the two counts behind each share, where that of one of them is known and that of the other is not."""
    for meta in columns.values():
        for figure in meta.get("figures", ()):
            pair = [part for kind in ("numerator", "denominator") if (part := figure.get(kind))]
            known = [units.get(part) or _count_unit(part) for part in pair]
            unit = next(filter(None, known), "")
            yield from ((part, unit) for part in pair if unit and part not in units)


def _count_unit(column: str) -> str:
    """What a count counts by its name; '' if the name does not say."""
    unit = unit_of(column, "BIGINT", ())
    return unit if unit in read_units().counted else ""


def _meta(column: Mapping[str, Any]) -> Mapping[str, Any]:
    """The meta of a column."""
    found: Mapping[str, Any] = (column.get("config") or {}).get("meta") or column.get("meta") or {}
    return found


def label_of(column: str) -> str:
    """The name of a column for a reader: `people_recalled` is `People recalled`, a share ends in `(%)`."""
    name, share = (column.removesuffix("_percent"), " (%)") if column.endswith("_percent") else (column, "")
    words = [_CAPITALS.get(word, word) for word in name.split("_")]
    text = " ".join(words) + share
    return text[:1].upper() + text[1:]


def unit_of(column: str, data_type: str, columns: Iterable[str]) -> str:
    """The unit of a column that no YAML states, from its type and name; `columns` are all those of its table."""
    if data_type in UNITS_OF_TYPES:
        return UNITS_OF_TYPES[data_type]
    if data_type.startswith("VARCHAR"):
        return "code" if CODES.search(column) else "text"
    if "unit" in columns and data_type == "DOUBLE" and VALUES.search(column):
        return "in_unit_column"
    for pattern, unit in UNITS_OF_NAMES:
        if found := pattern.search(LIMITS.sub("", column)):
            return unit or found[2]
    return "number"


def read_consumers(manifest: Mapping[str, Any]) -> list[tuple[object, ...]]:
    """The rows of meta.consumers: the exposures of dbt's manifest, by name."""
    nodes = manifest["nodes"]
    return [
        (
            *(found["name"], found.get("label") or found["name"], found["type"], found.get("maturity") or ""),
            *(found["owner"].get("name") or found["owner"].get("email") or "", found["description"]),
            sorted(f"{nodes[key]['schema']}.{nodes[key]['alias']}" for key in found["depends_on"]["nodes"]),
        )
        for found in sorted(manifest["exposures"].values(), key=lambda one: str(one["name"]))
    ]


def write_consumers(connection: duckdb.DuckDBPyConnection, rows: Sequence[Sequence[object]]) -> None:
    """Write meta.consumers: who reads this file or what is made of it."""
    _create(connection, "consumers", CONSUMERS, "Who reads the feed or this file, and which tables")
    insert_rows(connection, "meta.consumers", rows)


def write_dictionary(
    connection: duckdb.DuckDBPyConnection,
    declared: Mapping[tuple[str, str], DeclaredTable],
    published_labels: Mapping[tuple[str, str, str], str],
) -> None:
    """Write meta.tables and meta.dictionary of every table and view of the database.

    Raises CheckFailed listing each table and column without a description, and each unit that is not in the list.
    """
    _create(connection, "tables", TABLES, "Every table of this file: what it holds, its key, its readers and a query")
    _create(connection, "dictionary", DICTIONARY, "Every column of this file: its type, name, unit and what it means")
    tables = [row for row in connection.execute(FOUND_TABLES).fetchall() if row[0] in SCHEMAS]
    columns = [row for row in connection.execute(FOUND_COLUMNS).fetchall() if row[0] in SCHEMAS]
    measured = _measure_caveats(connection, tables)
    lines = list(_column_rows(columns, declared, published_labels))
    if mistakes := [*_undescribed(tables, columns), *_unknown_units(lines)]:
        raise CheckFailed(mistakes)
    insert_rows(connection, "meta.tables", [_table_row(row, declared, measured) for row in tables])
    insert_rows(connection, "meta.dictionary", lines)


def _create(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Mapping[str, tuple[str, str]], says: str
) -> None:
    """An empty table of meta with its comments."""
    listed = ", ".join(f"{column} {kind}" for column, (kind, _) in columns.items())
    connection.execute(f"create or replace table meta.{name} ({listed})")
    describe(connection, f"table meta.{name}", says, {column: text for column, (_, text) in columns.items()})


def _measure_caveats(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Sequence[Any]]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """What the list of measures says to beware of in each mart."""
    if ("meta", "measures") not in {(row[0], row[1]) for row in tables}:
        return {}
    query = "select mart, measure || ': ' || caveat from meta.measures where caveat <> '' order by id"
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for mart, text in connection.execute(query).fetchall():
        found["marts", mart] = (*found.get(("marts", mart), ()), f"{text.rstrip('.')}.")
    return found


def _table_row(
    row: Sequence[Any],
    declared: Mapping[tuple[str, str], DeclaredTable],
    measured: Mapping[tuple[str, str], tuple[str, ...]],
) -> tuple[object, ...]:
    """The row of meta.tables for a table."""
    schema, name, description = row
    table = declared.get((schema, name), DeclaredTable())
    caveats = list(dict.fromkeys((*table.caveats, *measured.get((schema, name), ()))))
    lists = (list(table.key), list(table.readers)), (list(table.also_called), caveats)
    return schema, name, description, *lists[0], table.example, *lists[1], table.keeps_history


def _column_rows(
    columns: Sequence[Sequence[Any]],
    declared: Mapping[tuple[str, str], DeclaredTable],
    published_labels: Mapping[tuple[str, str, str], str],
) -> Iterator[tuple[Any, ...]]:
    """The rows of meta.dictionary."""
    names: dict[tuple[str, str], list[str]] = {}
    for schema, table, name, *_ in columns:
        names.setdefault((schema, table), []).append(name)
    for schema, table, name, data_type, description, is_nullable in columns:
        said = declared.get((schema, table), DeclaredTable())
        position = said.key.index(name) + 1 if name in said.key else None
        unit = said.units.get(name) or unit_of(name, data_type, names[schema, table])
        yield (
            *(schema, table, name, data_type, description),
            published_labels.get((schema, table, name), ""),
            said.labels.get(name) or label_of(name),
            # A text that tells rows apart is a code, regardless of its name.
            "code" if position and unit == "text" else unit,
            position,
            is_nullable,
            list(said.units_of_rows.get(name, ())),
        )


def _undescribed(tables: Iterable[Sequence[Any]], columns: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A line for each table and column without a description."""
    remedy = "to do: describe it in the YAML of the dbt project, or where the table is made"
    yield from (f"{schema}.{name} has no description; {remedy}" for schema, name, text in tables if not text)
    yield from (
        f"{schema}.{table}.{name} has no description; {remedy}"
        for schema, table, name, _, text, _ in columns
        if not text
    )


def _unknown_units(lines: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A line for each column whose stated unit is not in the list."""
    unit, of_rows = (list(DICTIONARY).index(name) for name in ("unit", "units_of_rows"))
    known = read_units().every
    for line in lines:
        for stated in (line[unit], *line[of_rows]):
            if stated in known:
                continue
            yield (
                f"{'.'.join(line[:3])} has the unit {stated!r}, which is not in the list; "
                "to do: use one of the list, or add it to orchestration/feed/units.yml"
            )
