"""The models that read records, run by DuckDB on records that a test makes up: the very SQL that dbt compiled.

dbt compiles once for all tests; after that a run takes a fraction of a second, so that a test may have many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.extracts.contract import read_contracts
from orchestration.extracts.loader import load
from orchestration.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"


class RecordModels:
    """Some models and everything they read, ready to be run on landing tables."""

    def __init__(self, dbt: Callable[..., Any], folder: Path, models: Sequence[str]) -> None:
        """Compile the models. `dbt` is the fixture of that name; `folder` is the test's own."""
        outcome = dbt("compile", "--select", *(f"+{model}" for model in models))
        assert outcome.success, outcome.exception
        nodes = [result.node for result in outcome.result.results]
        made = [node for node in nodes if node.resource_type == "model"]
        self.models = [node for node in made if node.database == "internal" or node.name in models]
        self.published = next((node for node in made if node.name == "published_figures"), None)
        self.seeds = {node.name: node.config.column_types for node in nodes if node.resource_type == "seed"}
        load(folder / "internal.duckdb", folder / "none", read_contracts())
        self.template = folder / "internal.duckdb"

    def run(
        self,
        records: Mapping[str, pd.DataFrame],
        seeds: Mapping[str, pd.DataFrame] | None = None,
        landed: Path | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """A connection to what the models make of these records, by extract; columns left out are empty. `seeds` stand
        in for the project's own of the same name. `landed` is an internal file whose landing tables are there already.
        No figure is published.
        """
        connection = duckdb.connect()
        connection.execute(
            "attach ':memory:' as internal; attach ':memory:' as candidate; create schema candidate.meta"
        )
        connection.execute(
            f"attach '{landed or self.template}' as template (read_only); copy from database template to internal"
        )
        for extract, rows in records.items():
            connection.register("arriving", rows)
            connection.execute(f"insert into internal.landing.{extract} by name select * from arriving")
        for seed in self.seeds:
            self._plant(connection, seed, (seeds or {}).get(seed))
        if self.published:
            columns = ", ".join(f"{name} {column.data_type}" for name, column in self.published.columns.items())
            connection.execute(
                f"create schema candidate.published; create table {self.published.relation_name} ({columns})"
            )
        for model in self.models:
            connection.execute(f"create schema if not exists {model.database}.{model.schema}")
            name = f"{model.database}.{model.schema}.{model.name}"
            connection.execute(f"create table {name} as {model.compiled_code}")
        connection.execute("use internal.intermediate")
        return connection

    def _plant(self, connection: duckdb.DuckDBPyConnection, seed: str, rows: pd.DataFrame | None) -> None:
        """Create the table of a seed, from its file or from the rows given."""
        given = pd.read_csv(SEEDS / f"{seed}.csv", dtype=str) if rows is None else rows
        columns = ", ".join(f"cast({name} as {self.seeds[seed][name]}) as {name}" for name in given)
        connection.execute(f"create table candidate.meta.{seed} as select {columns} from given")
