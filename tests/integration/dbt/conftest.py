"""The dbt project as dbt reads it, and a warehouse with every landing table and no row in it."""

import csv
import functools
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from orchestration.build import candidate
from orchestration.build.transform import read_project
from orchestration.records.contract import read_contracts
from orchestration.records.loader import load
from orchestration.settings import ROOT, Settings
from orchestration.sources.spec import read_sources
from tests.editions import once
from tests.record_models import Compiled, compile_models, read_compiled

PROJECT = ROOT / "dbt_project"


def empty_warehouse(folder: Path) -> None:
    """Put a candidate and an internal file into a folder, as a refresh makes them when raw/ is empty."""
    connection = candidate.create(folder / "candidate.duckdb")
    candidate.land(connection, [], read_sources())
    connection.close()
    assert load(folder / "internal.duckdb", folder / "extracts", read_contracts()) == []


def run_dbt(warehouse: Path, *arguments: str):
    """What dbt gives back when it is called with some arguments on a warehouse."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters
    from dbt.cli.main import dbtRunner

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPP_CANDIDATE", str(warehouse / "candidate.duckdb"))
        patch.setenv("IPP_INTERNAL", str(warehouse / "internal.duckdb"))
        try:
            # Another manifest for each call, as dbt leaves in it what it compiled. The log is as short as in a
            # refresh: writing all of it takes longer than some models.
            return dbtRunner(manifest=read_project(Settings.from_environment())).invoke(
                [
                    *("--quiet", "--no-write-json", "--log-level-file", "info", "--log-path", str(warehouse / "logs")),
                    *arguments,
                    *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                    *("--target-path", str(warehouse / "target")),
                ]
            )
        finally:
            DuckDBConnectionManager.close_all_connections()
            reset_adapters()


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory) -> Path:
    """A folder with a candidate and an internal file as a refresh makes them when raw/ is empty."""
    folder = tmp_path_factory.mktemp("dbt")
    empty_warehouse(folder)
    return folder


@pytest.fixture(scope="session")
def dbt(warehouse) -> Callable:
    """Call dbt with some arguments on that warehouse; gives what dbt gives back."""
    return functools.partial(run_dbt, warehouse)


@pytest.fixture(scope="session")
def compiled(request, shared_folder) -> Mapping[str, Compiled]:
    """The marts and all that they read, as dbt compiles them: once in a test run."""

    def make(folder: Path) -> None:
        compile_models(request.getfixturevalue("dbt"), folder / "nodes.json")

    return read_compiled(once(shared_folder, "compiled", make) / "nodes.json")


@pytest.fixture(scope="session")
def manifest():
    """What dbt makes of the project."""
    return read_project(Settings.from_environment())


@pytest.fixture(scope="session")
def seed() -> Callable[[str], list[dict[str, str]]]:
    """The rows of a seed by its name."""

    def rows(name: str) -> list[dict[str, str]]:
        with (PROJECT / "seeds" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return rows
