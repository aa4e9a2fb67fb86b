"""What dbt's nodes are built from, and which of them a change of the extracts or the releases reaches.

Belongs here: questions about dbt's graph, as plain data. Does not belong here: running dbt (transform), or deciding
which inputs changed (reuse).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

INTERNAL = "internal"
"""The database that holds records; it is kept while the extracts have not changed."""
LASTING = ("published", "marts", "meta", "feed")
"""The schemas of models and seeds that an edition holds."""


@dataclass(frozen=True)
class Node:
    """A model, seed, data test or source of dbt: where it is, how it is kept, and what it reads.

    `materialized` is dbt's word: a table, a view, or `ephemeral` for a model that is written into the SQL of those that
    read it. `path` is the name by which dbt selects it.
    """

    kind: str
    database: str
    schema: str
    name: str
    materialized: str = "table"
    path: str = ""
    parents: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """Its name in its database, with the schema."""
        return f"{self.schema}.{self.name}"

    @property
    def has_rows(self) -> bool:
        """Whether it is kept with rows: neither a view nor written into other models."""
        return self.materialized not in ("view", "ephemeral")

    @property
    def is_in_edition(self) -> bool:
        """Whether an edition holds its rows as a table."""
        return self.kind in ("model", "seed") and self.has_rows and self.database != INTERNAL and self.schema in LASTING


@dataclass(frozen=True)
class Plan:
    """What dbt builds and tests, and which tables come from the last edition, by their keys in the lineage."""

    built: frozenset[str]
    copied: tuple[str, ...]


@dataclass(frozen=True)
class Lineage:
    """dbt's nodes by key, sources among them."""

    nodes: Mapping[str, Node]
    _reads: dict[str, tuple[bool, bool]] = field(default_factory=dict, compare=False)

    def reads(self, key: str) -> tuple[bool, bool]:
        """Whether a node is made of records, and whether it is made of releases, however far back."""
        if key not in self._reads:
            node = self.nodes.get(key)
            if node is None:
                # What the project does not describe could be made of either.
                self._reads[key] = (True, True)
            elif node.kind == "source":
                self._reads[key] = (node.database == INTERNAL, node.database != INTERNAL)
            else:
                found = [self.reads(parent) for parent in node.parents]
                self._reads[key] = (any(one for one, _ in found), any(other for _, other in found))
        return self._reads[key]

    def in_order(self) -> list[str]:
        """The models and seeds that dbt builds, each after those it reads: the same order for the same project."""
        graph = {key: sorted(self.nodes[key].parents) for key in sorted(self.nodes)}
        order = TopologicalSorter(graph).static_order()
        return [
            key
            for key in order
            if key in self.nodes
            and self.nodes[key].kind in ("model", "seed")
            and self.nodes[key].materialized != "ephemeral"
        ]

    def plan(self, *, extracts_changed: bool, releases_changed: bool) -> Plan:
        """What to build and test, and what to copy from the last edition, after a change of the inputs.

        Every table that an edition holds is in one or the other, and so is every view and every table of records.
        A data test is run when something that it reads was built from changed inputs.
        """

        def is_reached(key: str) -> bool:
            reads_records, reads_releases = self.reads(key)
            return (reads_records and extracts_changed) or (reads_releases and releases_changed)

        built = {key for key, node in self.nodes.items() if node.kind != "source" and is_reached(key)}
        # A view has no rows to copy. The new file of records is empty.
        built |= {
            key
            for key, node in self.nodes.items()
            if node.kind == "model"
            and (
                (node.materialized == "view" and node.database != INTERNAL)
                or (node.database == INTERNAL and extracts_changed)
            )
        }
        built |= set(self._needed(built, keeps_records=not extracts_changed))
        copied = [key for key in self.in_order() if key not in built and self.nodes[key].is_in_edition]
        return Plan(frozenset(built), tuple(copied))

    def _needed(self, built: Collection[str], *, keeps_records: bool) -> Iterator[str]:
        """The models that those to be built read, directly or not, and that neither the last edition holds nor the
        kept file of records.
        """
        seen, waiting = set(built), list(built)
        while waiting:
            for parent in self.nodes[waiting.pop()].parents:
                node = self.nodes.get(parent)
                if node is None or node.kind == "source" or parent in seen or node.is_in_edition:
                    continue
                if not (node.database == INTERNAL and keeps_records):
                    seen.add(parent)
                    waiting.append(parent)
                    yield parent


def lineage_of(manifest: Mapping[str, Any]) -> Lineage:
    """The lineage of a project by its manifest.json. Unit tests and hooks are left out: they hold no data."""
    nodes = {
        key: Node(
            node["resource_type"],
            node["database"],
            node["schema"],
            node["alias"],
            node["config"]["materialized"],
            ".".join(node["fqn"]),
            tuple(node["depends_on"].get("nodes", ())),
        )
        for key, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "test")
    }
    sources = {
        key: Node("source", source["database"], source["schema"], source["identifier"])
        for key, source in manifest["sources"].items()
    }
    return Lineage(nodes | sources)
