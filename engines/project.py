"""What the dbt project holds, from the manifest that dbt wrote: the tables to hand over and the models to compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

EXEMPTIONS = Path(__file__).parent / "exemptions.yml"
"""What is not asked of a model, each with its reason."""
PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
LEFT_OUT = "models/feed"
"""The folder of the models that stay on DuckDB."""
WHY_LEFT_OUT = "the feed is made of the finished warehouse, by DuckDB"


@dataclass(frozen=True, order=True)
class Table:
    """A table or view by its schema and name."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Exemptions:
    """The reason of each model that is not compared, and of each that may be empty, by the model's name."""

    not_compared: Mapping[str, str]
    empty: Mapping[str, str]


def read_inputs(manifest: Mapping[str, Any]) -> tuple[Table, ...]:
    """The tables that models read and no model makes: landed figures, records and seeds."""
    seeds = [Table(node["schema"], node["alias"]) for node in _nodes(manifest, "seed")]
    sources = [Table(source["schema"], source["identifier"]) for source in manifest["sources"].values()]
    return tuple(sorted({*seeds, *sources}))


def read_models(manifest: Mapping[str, Any]) -> dict[str, Table]:
    """The table or view of every model outside the feed, by the model's name."""
    return {
        node["name"]: Table(node["schema"], node["alias"])
        for node in _nodes(manifest, "model")
        if not in_feed(node["original_file_path"])
    }


def in_feed(path: str) -> bool:
    """Whether the file of a model is in the folder of those that stay on DuckDB."""
    return path.startswith(f"{LEFT_OUT}/")


def read_left_out(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the models of the feed."""
    return tuple(sorted(node["name"] for node in _nodes(manifest, "model") if in_feed(node["original_file_path"])))


def read_exemptions(path: Path = EXEMPTIONS) -> Exemptions:
    """What is not asked of a model."""
    return Exemptions(**yaml.safe_load(path.read_text(encoding="utf-8")))


def _nodes(manifest: Mapping[str, Any], kind: str) -> list[dict[str, Any]]:
    """The nodes of a kind."""
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]
