"""All models built on landing tables without a row, and dbt's unit tests. Data tests run in a refresh."""

import json
from pathlib import Path

import duckdb
import pytest

from tests.editions import once
from tests.integration.dbt.conftest import empty_warehouse, run_dbt

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def build(shared_folder) -> Path:
    """A folder in which dbt built everything and ran its unit tests: once in a test run, whichever worker is first."""

    def make(folder: Path) -> None:
        empty_warehouse(folder)
        outcome = run_dbt(folder, "build", "--exclude-resource-type", "test")
        assert outcome.exception is None, outcome.exception
        said = [
            {"name": one.node.name, "kind": one.node.resource_type, "status": one.status, "message": one.message}
            for one in outcome.result.results
        ]
        (folder / "said.json").write_text(json.dumps(said), encoding="utf-8")

    return once(shared_folder, "dbt_build", make)


@pytest.fixture
def results(build):
    """What dbt says of each seed, model and unit test."""
    return json.loads((build / "said.json").read_text(encoding="utf-8"))


@pytest.fixture
def built(build):
    """The candidate that was built, to be read."""
    with duckdb.connect(str(build / "candidate.duckdb"), read_only=True) as connection:
        yield connection


def test_everything_is_built_and_every_unit_test_passes(results):
    # An exposure names a reader: there is nothing of it to build.
    built = [result for result in results if result["kind"] != "exposure"]
    assert built
    assert not [(one["name"], one["message"]) for one in built if one["status"] not in ("success", "pass")]


def test_unit_tests_ran(results, manifest):
    ran = {result["name"] for result in results if result["kind"] == "unit_test"}
    tested = {test.model for test in manifest.unit_tests.values() if test.name in ran}
    assert {
        "int_figures_with_latest",
        "caseload_by_location",
        "opd_caseload",
        "rag_ratings",
        "revisions",
    } <= tested


def test_unit_tests_stay_out_of_a_refresh(dbt):
    outcome = dbt("list", "--exclude-resource-type", "unit_test", "--resource-type", "all")
    assert outcome.success
    assert outcome.result
    assert not [name for name in outcome.result if name.startswith("unit_test")]


def test_schemas_are_named_plainly(built):
    schemas = {name for (name,) in built.sql("select distinct schema_name from duckdb_tables()").fetchall()}
    assert schemas == {"landing", "published", "marts", "meta", "feed"}


def test_records_stay_in_the_internal_file(built):
    names = "select distinct column_name from duckdb_columns() where not internal"
    assert not {"person_key", "activity_id", "started_on"} & {name for (name,) in built.sql(names).fetchall()}


def test_descriptions_travel_with_marts_and_meta(built):
    missing = """
        select schema_name || '.' || table_name || '.' || column_name
        from duckdb_columns()
        where schema_name = 'marts' and comment is null
        union all
        select schema_name || '.' || table_name
        from duckdb_tables()
        where schema_name = 'marts' and comment is null
    """
    assert built.sql(missing).fetchall() == []
