"""The SQL that dbt ran in a finished refresh, taken from dbt's own record of it, for `bare_refresh`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

MADE_AS = {"table": "create or replace table", "view": "create or replace view"}


def statements(target: Path) -> list[str]:
    """One statement per schema, seed and model, in the order dbt ran them. `target` is dbt's target folder."""
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    made = [(nodes[result["unique_id"]], result["compiled_code"]) for result in results]
    made = [(node, code) for node, code in made if node["resource_type"] in ("seed", "model")]
    return [*_schemas([node for node, _ in made]), *(_statement(node, code) for node, code in made)]


def _schemas(nodes: list[Mapping[str, Any]]) -> Iterator[str]:
    """Statements that make the schemas of some nodes."""
    for database, schema in sorted({(node["database"], node["schema"]) for node in nodes}):
        yield f'create schema if not exists "{database}"."{schema}"'


def _statement(node: Mapping[str, Any], compiled: str) -> str:
    """The statement that makes one seed or model."""
    if node["resource_type"] == "model":
        return f"{MADE_AS[node['config']['materialized']]} {node['relation_name']} as {compiled}"
    path = Path(node["root_path"]) / node["original_file_path"]
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in node["config"]["column_types"].items())
    rows = f"read_csv('{path}', header = true, types = {{{types}}})"
    return f"create or replace table {node['relation_name']} as from {rows}"
