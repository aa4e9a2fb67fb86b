"""One dbt invocation, in this process: the models and data tests of the candidate, and nothing left open afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from orchestration.problems import CheckFailed
from orchestration.settings import Settings


def build_models(settings: Settings) -> tuple[str, ...]:
    """Build every seed and model in the candidate and run the data tests. Returns the unique ids of what succeeded.

    Raises CheckFailed naming each model and test that failed or could not run, with dbt's own words.
    """
    from dbt.cli.main import dbtRunner

    with _environment(settings):
        try:
            outcome = dbtRunner().invoke(_arguments(settings))
        finally:
            _close()
    if outcome.exception:
        raise CheckFailed([f"dbt could not run: {outcome.exception}"]) from outcome.exception
    results = list(getattr(outcome.result, "results", []))
    failed = [_said(result) for result in results if str(result.status) not in ("success", "pass", "warn")]
    if failed or not outcome.success:
        raise CheckFailed(failed or ["dbt ended without success and named no model; see work/logs/dbt.log"])
    return tuple(result.node.unique_id for result in results)


def _arguments(settings: Settings) -> list[str]:
    """The command line of the one invocation. Unit tests are of the code, not of the data: they run with the project's
    tests.
    """
    project = str(settings.dbt_project)
    return [
        *("--quiet", "--log-level-file", "info", "--log-path", str(settings.work / "logs"), "build"),
        *("--project-dir", project, "--profiles-dir", project, "--target-path", str(settings.work / "dbt")),
        *("--exclude-resource-type", "unit_test"),
    ]


@contextmanager
def _environment(settings: Settings) -> Iterator[None]:
    """The files dbt's profile asks for by environment variable."""
    wanted = {"IPP_CANDIDATE": str(settings.candidate), "IPP_INTERNAL": str(settings.internal), "DO_NOT_TRACK": "1"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _close() -> None:
    """Close the connections dbt keeps: while one is open for writing, nobody else can open the file."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.adapters.factory import reset_adapters

    DuckDBConnectionManager.close_all_connections()
    reset_adapters()


def _said(result: Any) -> str:
    """What dbt says of one failed model or test, on one line."""
    node = result.node
    kind = "test" if node.resource_type == "test" else node.resource_type
    message = " ".join(str(result.message or "").split())
    return f"dbt {kind} {node.name} ({node.original_file_path}): {result.status}, {message}"
