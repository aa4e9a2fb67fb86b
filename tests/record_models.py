"""The models that read records, run by DuckDB on records that a test makes up: the very SQL that dbt compiled.

dbt compiles once in a test run; after that a run takes a fraction of a second, so that a test may have many.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True)
class Compiled:
    """A model or seed as dbt compiled it: its table, its SQL (empty for a seed), what it reads, and the types that its
    columns are declared with.
    """

    name: str
    kind: str
    database: str
    schema: str
    alias: str
    sql: str
    reads: Sequence[str]
    types: Mapping[str, str]

    @classmethod
    def of(cls, node: Any) -> Compiled:
        """What is kept of a node of dbt's."""
        is_seed = node.resource_type == "seed"
        types = node.config.column_types if is_seed else {name: one.data_type for name, one in node.columns.items()}
        reads = [] if is_seed else list(node.depends_on.nodes)
        sql = "" if is_seed else node.compiled_code
        return cls(node.name, str(node.resource_type), node.database, node.schema, node.alias, sql, reads, dict(types))


def compile_models(dbt: Callable[..., Any], path: Path) -> None:
    """Compile the marts and all that they read, and write what came of it into a file. `dbt` is the fixture."""
    tests = ("resource_type:test", "resource_type:unit_test")
    outcome = dbt("compile", "--select", "+path:models/marts", LONG_TABLE, "--exclude", *tests)
    assert outcome.success, outcome.exception
    nodes = {result.node.unique_id: asdict(Compiled.of(result.node)) for result in outcome.result.results}
    path.write_text(json.dumps(nodes), encoding="utf-8")


def read_compiled(path: Path) -> dict[str, Compiled]:
    """What `compile_models` wrote, by dbt's own name of each, in the order of building."""
    return {key: Compiled(**node) for key, node in json.loads(path.read_text(encoding="utf-8")).items()}


def _read_by(models: Sequence[str], nodes: Mapping[str, Compiled]) -> set[str]:
    """Names of the models and of everything they read, but for what published figures are made of."""
    names = {node.name: node for node in nodes.values()}
    found: set[str] = set()
    waiting = [names[model] for model in models]
    while waiting:
        node = waiting.pop()
        if node.name not in found:
            found.add(node.name)
            if node.name != PUBLISHED:
                waiting += [nodes[key] for key in node.reads if key in nodes]
    return found


class RecordModels:
    """Some models and everything they read, ready to be run on landing tables.

    A mart is run without the publications: its published figures are empty. `figures_of_marts` gives what the marts
    count as one long table, as `int_figures_of_marts` does for all marts.
    """

    def __init__(self, compiled: Mapping[str, Compiled], folder: Path, models: Sequence[str]) -> None:
        """Choose the models. `compiled` is the fixture of that name; `folder` is the test's own."""
        names = _read_by(models, compiled)
        needed = [node for node in compiled.values() if node.name in names]
        self.models = [node for node in needed if node.kind == "model"]
        self.seeds = {node.name: node.types for node in needed if node.kind == "seed"}
        marts = [f'"{node.schema}"."{node.alias}"' for node in self.models if node.schema == "marts"]
        long_table = next(node for node in compiled.values() if node.name == LONG_TABLE)
        self.figures = [part for part in long_table.sql.split("\nunion all\n") if any(mart in part for mart in marts)]
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
                columns = ", ".join(f"{column} {kind}" for column, kind in model.types.items())
                connection.execute(f"create table {name} ({columns})")
                continue
            connection.execute(f"create table {name} as {model.sql}")
        connection.execute("create schema if not exists internal.intermediate; use internal.intermediate")
        if self.figures:
            connection.execute(f"create view figures_of_marts as {' union all '.join(self.figures)}")
        return connection

    def _plant(self, connection: duckdb.DuckDBPyConnection, seed: str, rows: pd.DataFrame | None) -> None:
        """Create the table of a seed, from its file or from the rows given."""
        given = pd.read_csv(SEEDS / f"{seed}.csv", dtype=str) if rows is None else rows
        columns = ", ".join(f"cast({name} as {self.seeds[seed][name]}) as {name}" for name in given)
        connection.execute(f"create table candidate.meta.{seed} as select {columns} from given")
