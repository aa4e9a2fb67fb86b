"""The candidate: a new warehouse file with the landing tables, built afresh for every refresh.

No table of it holds a record about a person: internal extracts are loaded into a separate file (`extracts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from orchestration.archive.manifest_file import Manifest
from orchestration.archive.releases import Release
from orchestration.build.database import create_file, describe, quoted
from orchestration.build.outcomes import ReleaseOutcome
from orchestration.sources.spec import Source, TableSpec
from orchestration.workbooks.observations import Observation

if TYPE_CHECKING:
    import duckdb

SCHEMAS = ("landing", "intermediate", "published", "marts", "meta", "feed")
WORKING_SCHEMAS = ("intermediate",)
"""Schemas that serve the build and are not published."""

COMMON_COLUMNS: Mapping[str, tuple[pa.DataType, str]] = {
    "measure": (pa.string(), "Key of the measure the figure belongs to; empty when no measure is made of it"),
    "breakdown": (pa.string(), "What the figure is broken down by: key=value pairs sorted by key, joined by ;"),
    "period_type": (pa.string(), "as_at, quarter, calendar_year, financial_year or period"),
    "period_start": (pa.date32(), "First day of the period; the day itself for as_at"),
    "period_end": (pa.date32(), "Last day of the period; the day itself for as_at"),
    "value": (pa.float64(), "The figure; empty exactly when it is suppressed, unavailable or not applicable"),
    "unit": (pa.string(), "What the figure counts or measures"),
    "value_status": (pa.string(), "final, provisional, revised, suppressed, unavailable, not_applicable or nil"),
    "qualifier": (pa.string(), "How exact the figure is said to be, such as about; empty when exact"),
    "note_texts": (pa.string(), "Texts of the notes marked on the title, row, heading or cell, joined by |"),
    "source_kind": (pa.string(), "official, rebuilt, transcribed, synthetic or derived"),
    "publication": (pa.string(), "The publication"),
    "release_id": (pa.string(), "The release of it"),
    "published_on": (pa.date32(), "Day the release was published, as far as it is known"),
    "authority": (pa.int32(), "1, or 2 for the second table of a release that gives the same figure"),
    "table_number": (pa.string(), "Number of the table in that release"),
    "table_title": (pa.string(), "Title of the table, without number and note marks"),
    "source_file": (pa.string(), "File of the release"),
    "source_sheet": (pa.string(), "Sheet of the file"),
    "source_cell": (pa.string(), "Cell of the sheet"),
}


RELEASES = {
    "publication": "The publication",
    "release_id": "The release of it",
    "title": "Title of the release",
    "published_on": "Day it was published; published_on_precision says how exactly that is known",
    "known_on": "Day from which it was surely public; empty if unknown. Answers as at a day use it from then on",
    "covers_first": "First day that its figures are about",
    "covers_last": "Last day that its figures are about",
    "published_on_precision": "exact, month (the day is not known), not_before or not_after",
    "source_kind": "official, rebuilt, transcribed, synthetic or derived",
    "source_url": "Where it was published: an address, or the name of the document",
    "licence": "Licence of its figures",
    "status": "published (read), embargoed (not opened yet) or set_aside (left out by a person)",
    "reason": "Why it was not read, or what to know about it; empty if nothing",
    "tables": "Number of its tables that were read",
    "cells": "Number of its cells that were read",
}
"""The columns of meta.releases."""
FILES = {
    "publication": "The publication",
    "release_id": "The release of it",
    "file_name": "Name of the file",
    "sha256": "SHA-256 of its bytes",
    "bytes": "Size in bytes",
    "media_type": "Media type of the file",
}
"""The columns of meta.files."""

FIGURES = "Every landed cell that is a figure of one of our measures, in the columns that all landing tables share"


def create(path: Path) -> duckdb.DuckDBPyConnection:
    """A new, empty candidate at `path` (what was there is deleted), open for writing."""
    connection = create_file(path)
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    return connection


def begin(connection: duckdb.DuckDBPyConnection, run_id: str, inputs_sha256: str) -> None:
    """Write into a new candidate which run builds it and from what; there is no verdict yet."""
    connection.execute(
        "create table meta.publication as select '' as publication_id, ? as run_id, "
        "cast(null as timestamp) as built_at, 'none yet' as verdict, ? as inputs_sha256, '' as versions",
        [run_id, inputs_sha256],
    )


def land(
    connection: duckdb.DuckDBPyConnection, outcomes: Sequence[ReleaseOutcome], sources: Mapping[str, Source]
) -> None:
    """Write one landing table per published table (empty ones too, so that models and checks always find theirs), and
    meta.
    """
    connection.execute("begin")  # one write to disk instead of one for each of hundreds of comments
    for source in sources.values():
        for name, spec in source.tables.items():
            rows = [
                (outcome.release, observation)
                for outcome in outcomes
                for observation in _of_table(outcome, source, name)
            ]
            table = f"landing.{source.landing_name(name)}"
            _write(connection, table, _landing_table(rows, spec), spec.describes, _landing_columns(spec))
    connection.execute(_view_of_figures(sources))
    describe(connection, "view landing.figures", FIGURES, {name: text for name, (_, text) in COMMON_COLUMNS.items()})
    says = "Every release in raw/ and what became of it in this refresh"
    _write(connection, "meta.releases", _releases_table(outcomes), says, RELEASES)
    says = "Every file of the releases that were read, with its checksum"
    _write(connection, "meta.files", _files_table(outcomes), says, FILES)
    connection.execute("commit")


def count_landed(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """The number of rows of each landing table, by its name."""
    names = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'landing' order by 1"
    ).fetchall()
    counts = (f"select {quoted(name)} as name, count(*) as number from landing.{name}" for (name,) in names)
    return dict(connection.execute(" union all ".join(counts)).fetchall())


def _view_of_figures(sources: Mapping[str, Source]) -> str:
    """SQL for `landing.figures`: what models read of the landing tables."""
    listed = ", ".join(COMMON_COLUMNS)
    tables = (source.landing_name(name) for source in sources.values() for name in source.tables)
    parts = (f"select {listed} from landing.{table} where measure is not null" for table in tables)
    return f"create or replace view landing.figures as {' union all '.join(parts)}"


def _of_table(outcome: ReleaseOutcome, source: Source, table: str) -> list[Observation]:
    """The observations a release gives for one table of a publication."""
    if outcome.release.publication != source.publication:
        return []
    return [observation for observation in outcome.observations if observation.table == table]


def _landing_table(rows: Sequence[tuple[Release, Observation]], spec: TableSpec) -> pa.Table:
    """The rows of a landing table: dimensions first, then the common columns."""
    columns = {name: pa.array([seen.dimensions[name] for _, seen in rows], pa.string()) for name in spec.dimensions}
    common = [_common_values(release, observation, spec) for release, observation in rows]
    for name, (kind, _) in COMMON_COLUMNS.items():
        columns[name] = pa.array([values[name] for values in common], kind)
    return pa.table(columns)


def _common_values(release: Release, observation: Observation, spec: TableSpec) -> dict[str, object]:
    """The values of the common columns."""
    manifest = release.manifest
    return {
        "measure": observation.measure,
        "breakdown": observation.breakdown,
        "period_type": observation.period.type,
        "period_start": observation.period.start,
        "period_end": observation.period.end,
        "value": observation.value,
        "unit": observation.unit,
        "value_status": observation.value_status,
        "qualifier": observation.qualifier,
        "note_texts": " | ".join(observation.note_texts),
        "source_kind": manifest.kind if manifest else None,
        "publication": release.publication,
        "release_id": release.release_id,
        "published_on": manifest.published_on if manifest else None,
        "authority": spec.authority,
        "table_number": observation.table_number,
        "table_title": observation.table_title,
        "source_file": observation.file,
        "source_sheet": observation.sheet,
        "source_cell": observation.cell,
    }


RELEASES_SCHEMA = pa.schema(
    {name: pa.string() for name in ("publication", "release_id", "title")}
    | {name: pa.date32() for name in ("published_on", "known_on", "covers_first", "covers_last")}
    | {name: pa.string() for name in ("published_on_precision", "source_kind", "source_url", "licence")}
    | {"status": pa.string(), "reason": pa.string(), "tables": pa.int32(), "cells": pa.int32()}
)
FILES_SCHEMA = pa.schema(
    {name: pa.string() for name in ("publication", "release_id", "file_name", "sha256")}
    | {"bytes": pa.int64(), "media_type": pa.string()}
)


def _releases_table(outcomes: Iterable[ReleaseOutcome]) -> pa.Table:
    """meta.releases: what the manifest says, as far as it can be read, and what became of the release."""
    rows = [
        (_of_manifest(outcome.release.manifest) if outcome.release.manifest else {})
        | {
            "publication": outcome.release.publication,
            "release_id": outcome.release.release_id,
            "status": outcome.status,
            "reason": outcome.reason,
            "tables": len({observation.table for observation in outcome.observations}),
            "cells": len(outcome.observations),
        }
        for outcome in outcomes
    ]
    return pa.Table.from_pylist(rows, RELEASES_SCHEMA)


def _of_manifest(manifest: Manifest) -> dict[str, object]:
    """The facts of a manifest, under the names that meta.releases has for them."""
    return manifest.model_dump() | {
        "source_kind": manifest.kind,
        "known_on": manifest.known_on,
        "covers_first": manifest.covers.first,
        "covers_last": manifest.covers.last,
    }


def _files_table(outcomes: Iterable[ReleaseOutcome]) -> pa.Table:
    """meta.files: only of releases that were read; the files of a release under embargo are not named."""
    rows = [
        {"publication": outcome.release.publication, "release_id": outcome.release.release_id, "file_name": file.name}
        | file.model_dump(include={"sha256", "bytes", "media_type"})
        for outcome in outcomes
        if outcome.status == "published" and outcome.release.manifest
        for file in outcome.release.manifest.files
    ]
    return pa.Table.from_pylist(rows, FILES_SCHEMA)


def _write(
    connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table, description: str, columns: Mapping[str, str]
) -> None:
    """Create a table from Arrow, with its description and those of its columns as comments."""
    connection.register("arriving", table)
    connection.execute(f"create or replace table {name} as select * from arriving")
    connection.unregister("arriving")
    describe(connection, f"table {name}", description, columns)


def _landing_columns(spec: TableSpec) -> dict[str, str]:
    """The descriptions of the columns of a landing table."""
    described = dict.fromkeys(spec.dimensions, "Dimension of the table; all is its total")
    return described | {name: text for name, (_, text) in COMMON_COLUMNS.items()}
