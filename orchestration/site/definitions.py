"""The pages of definitions: measures, terms, tables and codes; and the page of downloads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from orchestration.site import wording
from orchestration.site.pages import Link, Page, Part, table_of
from orchestration.site.warehouse import Row, fetch

if TYPE_CHECKING:
    import duckdb

MEASURES = """
select topic, id, measure, definition, unit, coalesce(caveat, '') as caveat
from meta.measures
where in_scope = 'yes'
order by id
"""
STATUSES = "select label, reason, precedence from meta.person_statuses order by precedence"
DURATIONS = "select duration_name, starts, ends, counted_over, definition from meta.recall_duration_names order by duration_name"
STAGES = "select label, definition from meta.opd_stages order by stage_order"
KINDS = "select source_kind, cited_as from meta.source_kinds order by source_kind"
TABLES = """
select table_name, coalesce(comment, '') as description
from duckdb_tables()
where schema_name = 'marts' and database_name = current_database()
order by table_name
"""
SHARED = """
select column_name, any_value(lower(data_type)) as data_type, any_value(description) as description
from meta.dictionary
where schema_name = 'marts'
group by column_name
having count(distinct table_name) > 20
order by column_name
"""
OWN = """
with shared as (
    select column_name from meta.dictionary where schema_name = 'marts' group by column_name having count(distinct table_name) > 20
)

select table_name, column_name, lower(data_type) as data_type, description
from meta.dictionary
where schema_name = 'marts' and column_name not in (select column_name from shared)
order by table_name, column_name
"""
CODES = """
select replace(dimension, '_', ' ') as dimension, code, label
from meta.categories
where dimension not in ('from_prison', 'to_prison', 'prison')
order by dimension, sort_order, code
"""
TERMS = (
    ("IPP", "Imprisonment for public protection: an indeterminate sentence that courts imposed from April 2005 to December 2012."),
    ("DPP", "Detention for public protection: the same sentence for people convicted when under 18. Published IPP figures include it."),
    ("Tariff", "The minimum time to serve."),
    ("Unreleased", "In prison and never released on this sentence."),
    ("Recalled", "In prison after the licence was revoked and the person returned to custody."),
    ("Recall", "An event, dated by the day the licence was revoked. One person can be recalled twice in a year."),
    ("Unlawfully at large", "The licence is revoked and the person has not returned to custody."),
    ("RARR", "Risk assessed recall review: a re-release by the Secretary of State without the Parole Board, from 1 November 2024."),
    ("Restricted patient", "A person moved from prison to a secure hospital. The sentence goes on."),
    ("Deferral and adjournment", "A deferral moves a review to a later date. An adjournment pauses a case that the panel keeps. Neither is an outcome."),
    ("PAROM1", "The community offender manager's report for a parole review."),
    ("RAG rating", "Red, amber or green: a manual exercise on people who struggle to progress. It is not a risk score."),
    ("Edition", "One dated version of our own output."),
    ("Release", "One issue of a publication."),
    ("Vintage", "What one release said about a figure."),
    ("Published figure", "A figure that a publication gave."),
    ("Counted figure", "A figure that we count from records."),
    ("Synthetic cohort", "The made-up people from whom counts are made until real records are connected."),
)  # fmt: skip
"""Terms of the pages, each with what it means."""


def make_definition_pages(connection: duckdb.DuckDBPyConnection) -> list[Page]:
    """The pages of definitions, of the marts' columns and of codes."""
    measures = fetch(connection, MEASURES)
    topics = list(dict.fromkeys(row["topic"] for row in measures))
    marks = {**wording.NOT_PUBLISHABLE, **dict(wording.MARKS.values())}
    parts = (
        Part("Glossary", (), table_of("Glossary", [{"term": term, "means": means} for term, means in TERMS], {"term": "Term", "means": "What it means"})),
        Part("Shorthand in tables", (), table_of("Shorthand", [{"mark": mark, "means": said} for mark, said in marks.items()], {"mark": "Shorthand", "means": "What it means"})),
        Part("Kinds of source", (), table_of("Kinds of source", fetch(connection, KINDS), {"source_kind": "Kind", "cited_as": "What it is"})),
        Part("Status of a person on a day", ("A person has one status on a day: the first of these that applies.",), table_of("Status of a person", fetch(connection, STATUSES), {"label": "Status", "reason": "Why it comes in this place"})),
        Part("Durations of recall", ("These are different measures. Do not compare one with another.",), table_of("Durations of recall", fetch(connection, DURATIONS), {"duration_name": "Duration", "starts": "From", "ends": "To", "counted_over": "Over", "definition": "Definition"})),
        Part("Stages of the OPD pathway", (), table_of("Stages of the OPD pathway", fetch(connection, STAGES), {"label": "Stage", "definition": "Definition"})),
        *(_topic(topic, [row for row in measures if row["topic"] == topic]) for topic in topics),
    )  # fmt: skip
    return [
        Page("definitions.html", "Definitions and glossary", "Definitions", "Reference", "tables.html",
             {"description": "What each term and measure means.", "parts": parts}),
        _dictionary(connection),
        _codes(fetch(connection, CODES)),
    ]  # fmt: skip


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
    parts = (
        Part("Files of the feed", ("These files are for HMPPS. Counts are not suppressed.",), links=feed),
        Part("External pack", ("Use this pack for anything outside HMPPS. Small counts are suppressed.",), links=(Link("../external/", "Folder of the external pack"),)),
        Part("The warehouse", ("All tables, to read with DuckDB 1.4 or later.",), links=(Link("../ipp.duckdb", "ipp.duckdb", is_download=True),)),
        Part("Tables of this site", (), links=figures),
    )  # fmt: skip
    return Page("downloads.html", "Downloads", "Downloads", "Reference", "tables.html",
                {"description": "Files of this edition.", "parts": parts})  # fmt: skip


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
    parts = (
        Part("Columns that most tables have", (), table_of("Columns that most tables have", fetch(connection, SHARED), columns)),
        *(
            Part(row["table_name"], (row["description"],),
                 table_of(f"Columns of {row['table_name']}", by_table.get(row["table_name"], []), columns), is_hidden=True)
            for row in fetch(connection, TABLES)
        ),
    )  # fmt: skip
    return Page("dictionary.html", "Tables and columns", "Tables and columns", "Reference", "tables.html",
                {"description": "What each mart counts, and what its columns hold.", "parts": parts})  # fmt: skip


def _codes(rows: Sequence[Row]) -> Page:
    """The codes of each dimension with their labels."""
    dimensions: dict[str, list[Row]] = {}
    for row in rows:
        dimensions.setdefault(row["dimension"], []).append(row)
    parts = tuple(
        Part(
            name[:1].upper() + name[1:],
            (),
            table_of(f"Codes: {name}", of_name, {"code": "Code", "label": "Label"}),
            is_hidden=True,
        )
        for name, of_name in dimensions.items()
    )
    return Page("codes.html", "Codes", "Codes", "Reference", "tables.html",
                {"description": "The codes that stand in the column category, and what they mean.", "parts": parts})  # fmt: skip
