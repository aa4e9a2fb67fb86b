"""A small finished warehouse, with what the feed reads of one: a typed mart, published figures, codes and measures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb

from orchestration.build.database import describe
from orchestration.build.dictionary import DeclaredTable, write_consumers, write_dictionary
from orchestration.quality.derived import FIRST_COLUMNS

RECALLS = """
    create table marts.recalls (
        period_type varchar not null, period_start date not null, period_end date not null, breakdown varchar not null,
        category varchar not null, category_2 varchar not null, is_total boolean not null,
        recalls bigint, agreed_percent double, published_value double, published_status varchar,
        source_kind varchar not null, extract_as_at date not null
    )
"""
QUARTER = ("quarter", "2024-10-01", "2024-12-31")
EARLIER = ("quarter", "2024-07-01", "2024-09-30")
LAST = ("synthetic", "2024-12-31")
ROWS = (
    (*QUARTER, "total", "all", "all", True, 12, 50.0, 201.0, "final", *LAST),
    (*QUARTER, "sex", "female", "all", False, 2, None, None, None, *LAST),
    (*QUARTER, "sex", "male", "all", False, 10, 60.0, None, None, *LAST),
    (*EARLIER, "total", "all", "all", True, 9, -0.5, 198.0, "final", *LAST),
)
FIGURES = """
    create table published.figures (
        measure varchar not null, breakdown varchar not null, period_type varchar not null, period_start date not null,
        period_end date not null, value double, unit varchar not null, value_status varchar not null,
        source_kind varchar not null, publication varchar not null, release_id varchar not null,
        is_latest boolean not null
    )
"""
FIGURE_KEY = ("measure", "breakdown", "period_type", "period_start", "period_end", "publication", "release_id")
PUBLISHED = (
    ("ipp_recalls", "", *QUARTER, 201.0, "recalls", "final", "official", "omsq", "2024-q4", True),
    ("ipp_recalls", "sex=female", *QUARTER, None, "recalls", "suppressed", "official", "omsq", "2024-q4", True),
    ("ipp_recalls", "", *EARLIER, 198.0, "recalls", "final", "official", "omsq", "2024-q3", True),
)


def make_warehouse(
    path: Path,
    *,
    recalls: Sequence[Sequence[object]] = ROWS,
    published: Sequence[Sequence[object]] = PUBLISHED,
    edition: str = "20250424T083000Z-aaaaaaaa",
    change: Callable[[duckdb.DuckDBPyConnection], object] = lambda connection: None,
) -> Path:
    """A warehouse file. `change` may alter its tables before they are described."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        for schema in ("marts", "published", "meta"):
            connection.execute(f"create schema {schema}")
        connection.execute(RECALLS)
        connection.execute(FIGURES)
        connection.executemany(f"insert into marts.recalls values ({', '.join('?' * 13)})", recalls)
        connection.executemany(f"insert into published.figures values ({', '.join('?' * 12)})", published)
        connection.execute(
            "create table meta.categories (dimension varchar not null, code varchar not null, label varchar)"
        )
        connection.execute("insert into meta.categories values ('sex', 'female', 'Women'), ('sex', 'male', 'Men')")
        connection.execute(
            "create table meta.measures "
            "(id varchar, key varchar not null, measure varchar, mart varchar, caveat varchar)"
        )
        connection.execute("insert into meta.measures values ('B04', 'ipp_recalls', 'Recalls', 'recalls', 'Events')")
        connection.execute(
            "create table meta.publication as select ? as publication_id, timestamp '2025-04-24 08:30:00' as built_at",
            [edition],
        )
        connection.execute("create table meta.releases (publication varchar, release_id varchar, status varchar)")
        connection.execute(
            "insert into meta.releases select distinct publication, release_id, 'published' from published.figures"
        )
        connection.execute(
            "create table meta.revisions as select measure, breakdown, period_type, period_start, period_end, "
            "publication, release_id, is_latest as is_current from published.figures"
        )
        change(connection)
        _describe(connection)
    return path


def _describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Comments on every table, and meta.tables, meta.dictionary and meta.consumers."""
    tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    for schema, table in tables:
        columns = connection.execute(f"select column_name from (describe {schema}.{table})").fetchall()
        described = {name: f"What {name} holds" for (name,) in columns}
        describe(connection, f"table {schema}.{table}", f"What {table} holds", described)
    declared = {
        ("marts", "recalls"): DeclaredTable(key=FIRST_COLUMNS[:-1]),
        ("published", "figures"): DeclaredTable(key=FIGURE_KEY),
        ("meta", "categories"): DeclaredTable(key=("dimension", "code")),
        ("meta", "measures"): DeclaredTable(key=("key",)),
    }
    reads = ["marts.recalls"]
    write_consumers(connection, [("dashboard", "Dashboard", "dashboard", "high", "HMPPS", "Reads the feed", reads)])
    write_dictionary(connection, declared, {})
