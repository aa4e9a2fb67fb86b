"""The models that read records, run by DuckDB on records that a test makes up: the very SQL that dbt compiled.

dbt compiles once for all tests; after that a run takes a fraction of a second, so that a test may have many.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from orchestration.records.contract import read_contracts
from orchestration.records.loader import load
from orchestration.settings import ROOT

SEEDS = ROOT / "dbt_project" / "seeds"
PUBLISHED = "published_figures"
LONG_TABLE = "int_figures_of_marts"


def _read_by(models: Sequence[str], nodes: Mapping[str, Any]) -> set[str]:
    """Names of the models and of everything they read, but for what published figures are made of."""
    names = {node.name: node for node in nodes.values()}
    found: set[str] = set()
    waiting = [names[model] for model in models]
    while waiting:
        node = waiting.pop()
        if node.name not in found:
            found.add(node.name)
            if node.name != PUBLISHED and node.resource_type == "model":
                waiting += [nodes[key] for key in node.depends_on.nodes if key in nodes]
    return found


class RecordModels:
    """Some models and everything they read, ready to be run on landing tables.

    A mart is run without the publications: its published figures are empty. `figures_of_marts` gives what the marts
    count as one long table, as `int_figures_of_marts` does for all marts.
    """

    def __init__(self, dbt: Callable[..., Any], folder: Path, models: Sequence[str]) -> None:
        """Compile the models. `dbt` is the fixture of that name; `folder` is the test's own."""
        outcome = dbt("compile", "--select", *(f"+{model}" for model in models), LONG_TABLE)
        assert outcome.success, outcome.exception
        nodes = {result.node.unique_id: result.node for result in outcome.result.results}
        needed = _read_by(models, nodes)
        self.models = [node for node in nodes.values() if node.resource_type == "model" and node.name in needed]
        self.seeds = {
            node.name: node.config.column_types
            for node in nodes.values()
            if node.resource_type == "seed" and node.name in needed
        }
        marts = [f'"{node.schema}"."{node.alias}"' for node in self.models if node.schema == "marts"]
        long_table = next(node for node in nodes.values() if node.name == LONG_TABLE)
        self.figures = [
            part for part in long_table.compiled_code.split("\nunion all\n") if any(mart in part for mart in marts)
        ]
        load(folder / "internal.duckdb", folder / "none", read_contracts())
        self.template = folder / "internal.duckdb"

    def run(
        self,
        records: Mapping[str, pd.DataFrame],
        seeds: Mapping[str, pd.DataFrame] | None = None,
        landed: Path | None = None,
    ) -> duckdb.DuckDBPyConnection:
        """A connection to what the models make of these records, by extract; columns left out are empty. `seeds` are
        in for the project's own of the same name. `landed` is an internal file whose landing tables are there already.
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
        for model in self.models:
            connection.execute(f"create schema if not exists {model.database}.{model.schema}")
            name = f"{model.database}.{model.schema}.{model.alias}"
            if model.name == PUBLISHED:
                columns = ", ".join(f"{column} {found.data_type}" for column, found in model.columns.items())
                connection.execute(f"create table {name} ({columns})")
                continue
            connection.execute(f"create table {name} as {model.compiled_code}")
        connection.execute("create schema if not exists internal.intermediate; use internal.intermediate")
        if self.figures:
            connection.execute(f"create view figures_of_marts as {' union all '.join(self.figures)}")
        return connection

    def _plant(self, connection: duckdb.DuckDBPyConnection, seed: str, rows: pd.DataFrame | None) -> None:
        """Create the table of a seed, from its file or from the rows given."""
        given = pd.read_csv(SEEDS / f"{seed}.csv", dtype=str) if rows is None else rows
        columns = ", ".join(f"cast({name} as {self.seeds[seed][name]}) as {name}" for name in given)
        connection.execute(f"create table candidate.meta.{seed} as select {columns} from given")
