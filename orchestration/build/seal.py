"""Close a judged candidate: what it says of itself goes in, what only served the build goes out, and its values are
written to a separate file in the sealed edition.

After the verdict nothing may be written to the sealed edition: the verdict is given on the hash of every file in it.
"""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import json
import shutil
from collections.abc import Mapping, Sequence

import duckdb

from orchestration.build.candidate import WORKING_SCHEMAS
from orchestration.build.clean_copy import write_clean_copy
from orchestration.build.database import describe, insert_rows
from orchestration.build.dictionary import read_consumers, read_declared, write_consumers, write_dictionary
from orchestration.build.external_pack import FOLDER, made_in
from orchestration.build.transform import read_manifest
from orchestration.editions.files import PRIVATE_FOLDER, make_folder
from orchestration.problems import CheckFailed
from orchestration.quality.results import CheckResult
from orchestration.settings import Settings
from orchestration.sources.spec import Source

PACKAGES = ("ipp-dashboard", "duckdb", "dbt-core", "dbt-duckdb", "great-expectations", "dagster", "python-calamine")

CHECKS = {
    "suite": "Suite of checks, named after what it looks at",
    "target": "Table or set of tables that was checked",
    "expectation": "What must hold",
    "success": "Whether it holds",
    "could_run": "Whether the check could be made; one that could not counts as failed",
    "observed": "What was seen, in counts and never in values of a record",
    "reason": "Why it must hold",
}
PUBLICATION = {
    "publication_id": "Name of the edition: when it was sealed, and the start of the checksum of its inputs",
    "run_id": "The refresh that built it",
    "built_at": "When it was sealed, in UTC",
    "verdict": "pass or fail",
    "inputs_sha256": "Checksum of everything it was made from",
    "versions": "Versions of the programs that made it, as JSON",
}


def seal(settings: Settings, run_id: str, results: Sequence[CheckResult], sources: Mapping[str, Source]) -> None:
    """Write the tables of meta that say what this file is, drop the working schemas, and begin a sealed edition with
    the warehouse.

    Raises CheckFailed when the candidate was built by another run (its verdict belongs to that one), or when the sealed
    warehouse does not say what the candidate says.
    """
    with duckdb.connect(str(settings.candidate)) as connection:
        built_by, inputs_sha256 = connection.execute("select run_id, inputs_sha256 from meta.publication").fetchall()[0]
        if built_by != run_id:
            raise CheckFailed(
                [f"{settings.candidate} was built by run {built_by!r}, not {run_id!r}; run `ipp refresh`"]
            )
        for schema in WORKING_SCHEMAS:
            connection.execute(f"drop schema if exists {schema} cascade")
        write_checks(connection, results)
        _write_publication(connection, run_id, inputs_sha256, all(result.success for result in results))
        manifest = read_manifest(settings)
        write_consumers(connection, read_consumers(manifest))
        write_dictionary(connection, read_declared(manifest), _published_labels(sources))
        if settings.sealed.exists():
            shutil.rmtree(settings.sealed)
        make_folder(settings.sealed, PRIVATE_FOLDER)
        write_clean_copy(connection, settings.sealed_warehouse)
    if made_in(settings).exists():
        shutil.move(made_in(settings), settings.sealed / FOLDER)


def write_checks(connection: duckdb.DuckDBPyConnection, results: Sequence[CheckResult]) -> None:
    """meta.checks: every check of the verdict."""
    connection.execute(
        "create or replace table meta.checks (suite varchar, target varchar, expectation varchar, success boolean, "
        "could_run boolean, observed varchar, reason varchar)"
    )
    rows = [
        (
            result.suite,
            result.target,
            result.expectation,
            result.success,
            result.could_run,
            result.observed,
            result.reason,
        )
        for result in results
    ]
    insert_rows(connection, "meta.checks", rows)
    describe(connection, "table meta.checks", "Every check this file had to pass, and what was seen", CHECKS)


def _write_publication(connection: duckdb.DuckDBPyConnection, run_id: str, inputs_sha256: str, passed: bool) -> None:
    """meta.publication: one row that says what this file is."""
    built_at = dt.datetime.now(dt.UTC).replace(microsecond=0)
    versions = json.dumps({name: importlib.metadata.version(name) for name in PACKAGES}, sort_keys=True)
    identifier = f"{built_at:%Y%m%dT%H%M%SZ}-{inputs_sha256[:8]}"
    connection.execute(
        "create or replace table meta.publication as select ? as publication_id, ? as run_id, "
        "cast(? as timestamp) as built_at, ? as verdict, ? as inputs_sha256, ? as versions",
        [identifier, run_id, built_at.replace(tzinfo=None), "pass" if passed else "fail", inputs_sha256, versions],
    )
    describe(connection, "table meta.publication", "What this file is: one row", PUBLICATION)


def _published_labels(sources: Mapping[str, Source]) -> dict[tuple[str, str, str], str]:
    """The heading of a column in the published table, by schema, table and column, where it has one."""
    return {
        ("landing", source.landing_name(name), column.dimension): " or ".join(column.heading)
        for source in sources.values()
        for name, spec in source.tables.items()
        for column in spec.label_columns
        if column.dimension
    }
