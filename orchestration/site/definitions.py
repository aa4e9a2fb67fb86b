"""The pages of definitions: measures, terms, tables and codes; and the page of downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.site import wording
from orchestration.site.pages import Link, Page, Part, table_of
from orchestration.site.warehouse import Row, fetch
from orchestration.yaml_reader import read_yaml

if TYPE_CHECKING:
    import duckdb

MEASURES = """
select topic, id, measure, definition, unit, coalesce(caveat, '') as caveat
from meta.measures
where in_scope = 'yes'
order by id
"""
STATUSES = "select label, reason, precedence from meta.person_statuses order by precedence"
DURATIONS = """
select duration_name, starts, ends, counted_over, definition
from meta.recall_duration_names
order by duration_name
"""
STAGES = "select label, definition from meta.opd_stages order by stage_order"
KINDS = "select source_kind, cited_as from meta.source_kinds order by source_kind"
TABLES = """
select table_name, coalesce(comment, '') as description
from duckdb_tables()
where schema_name = 'marts' and database_name = current_database()
order by table_name
"""
SHARED = """
select column_name, any_value(lower(data_type)) as data_type, description
from meta.dictionary
where schema_name = 'marts'
group by column_name, description
having count(*) > 20
order by column_name
"""
"""Columns that mean the same in most marts: one with the same name and another meaning is described at its own mart."""
OWN = f"""
with shared as ({SHARED})

select table_name, column_name, lower(data_type) as data_type, description
from meta.dictionary
where schema_name = 'marts' and (column_name, description) not in (select (column_name, description) from shared)
order by table_name, column_name
"""
CODES = """
select replace(dimension, '_', ' ') as dimension, code, label
from meta.categories
where dimension not in ('from_prison', 'to_prison', 'prison')
order by dimension, sort_order, code
"""
STATUS_COLUMNS = {"label": "Status", "reason": "Why it comes in this place"}
DURATION_COLUMNS = {
    "duration_name": "Duration",
    "starts": "From",
    "ends": "To",
    "counted_over": "Over",
    "definition": "Definition",
}
GROUP = "Reference"
GLOSSARY = Path(__file__).parent / "glossary.yml"


def make_definition_pages(connection: duckdb.DuckDBPyConnection) -> list[Page]:
    """The pages of definitions, of the marts' columns and of codes."""
    measures = fetch(connection, MEASURES)
    topics = list(dict.fromkeys(row["topic"] for row in measures))
    marks = {**wording.NOT_PUBLISHABLE, **dict(wording.MARKS.values())}
    shorthand = [{"mark": mark, "means": said} for mark, said in marks.items()]
    statuses = "A person has one status on a day: the first of these that applies."
    durations = "These are different measures. Do not compare one with another."
    parts = (
        _part("Glossary", read_yaml(GLOSSARY), {"term": "Term", "means": "What it means"}),
        _part("Shorthand in tables", shorthand, {"mark": "Shorthand", "means": "What it means"}),
        _part("Kinds of source", fetch(connection, KINDS), {"source_kind": "Kind", "cited_as": "What it is"}),
        _part("Status of a person on a day", fetch(connection, STATUSES), STATUS_COLUMNS, statuses),
        _part("Durations of recall", fetch(connection, DURATIONS), DURATION_COLUMNS, durations),
        _part("Stages of the OPD pathway", fetch(connection, STAGES), {"label": "Stage", "definition": "Definition"}),
        *(_topic(topic, [row for row in measures if row["topic"] == topic]) for topic in topics),
    )
    context = {"description": "What each term and measure means.", "parts": parts}
    return [
        Page("definitions.html", "Definitions and glossary", "Definitions", GROUP, "tables.html", context),
        _dictionary(connection),
        _codes(fetch(connection, CODES)),
    ]


def make_downloads_page(others: Sequence[Page]) -> Page:
    """The page of files: those of the feed, and the CSV files of this site."""
    feed = (
        Link("../feed/index.json", "List of the feed's files, with their hashes and versions"),
        Link("../feed/v1/", "Every mart as Parquet and CSV, with CSVW metadata"),
        Link("../feed/v1/changes.json", "What changed since the last edition"),
        Link("../feed/ipp.xlsx", "The accessible workbook"),
    )
    figures = tuple(
        Link(f"data/{figure.id}.csv", f"{page.short}: {figure.title} (CSV)", is_download=True)
        for page in others
        for figure in page.figures
    )
    internal = "These files are for HMPPS. Counts are not suppressed."
    outside = "Use this pack for anything outside HMPPS. Small counts are suppressed."
    warehouse = Link("../ipp.duckdb", "ipp.duckdb", is_download=True)
    parts = (
        Part("Files of the feed", (internal,), links=feed),
        Part("External pack", (outside,), links=(Link("../external/", "Folder of the external pack"),)),
        Part("The warehouse", ("All tables, to read with DuckDB 1.4 or later.",), links=(warehouse,)),
        Part("Tables of this site", (), links=figures),
    )
    context = {"description": "Files of this edition.", "parts": parts}
    return Page("downloads.html", "Downloads", "Downloads", GROUP, "tables.html", context)


def _part(title: str, rows: Sequence[Row], columns: Mapping[str, str], line: str = "") -> Part:
    """A part with one table of the same name, under a line of text if there is one."""
    return Part(title, (line,) if line else (), table_of(title, rows, columns))


def _topic(topic: str, rows: Sequence[Row]) -> Part:
    """The measures of a topic."""
    columns = {"id": "Id", "measure": "Measure", "definition": "Definition", "unit": "Unit", "caveat": "Caveat"}
    return Part(f"Measures: {topic}", (), table_of(f"Measures: {topic}", rows, columns), is_hidden=True)


def _dictionary(connection: duckdb.DuckDBPyConnection) -> Page:
    """The marts and their columns; columns that most marts have are described once."""
    columns = {"column_name": "Column", "data_type": "Type", "description": "What it is"}
    by_table: dict[str, list[Row]] = {}
    for row in fetch(connection, OWN):
        by_table.setdefault(row["table_name"], []).append(row)
    shared = table_of("Columns that most tables have", fetch(connection, SHARED), columns)
    parts = [Part("Columns that most tables have", (), shared)]
    for row in fetch(connection, TABLES):
        name = row["table_name"]
        table = table_of(f"Columns of {name}", by_table.get(name, []), columns)
        parts.append(Part(name, (row["description"],), table, is_hidden=True))
    context = {"description": "What each mart counts, and what its columns hold.", "parts": parts}
    return Page("dictionary.html", "Tables and columns", "Tables and columns", GROUP, "tables.html", context)


def _codes(rows: Sequence[Row]) -> Page:
    """The codes of each dimension with their labels."""
    dimensions: dict[str, list[Row]] = {}
    for row in rows:
        dimensions.setdefault(row["dimension"], []).append(row)
    columns = {"code": "Code", "label": "Label"}
    parts = [
        Part(wording.as_sentence(name)[:-1], (), table_of(f"Codes: {name}", of_name, columns), is_hidden=True)
        for name, of_name in dimensions.items()
    ]
    context = {"description": "The codes of the column category, and what they mean.", "parts": parts}
    return Page("codes.html", "Codes", "Codes", GROUP, "tables.html", context)
