"""The dbt models as assets, from dbt's manifest, built by one dbt invocation in this process."""

from collections.abc import Iterator, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, build_dbt_asset_specs

from orchestration.build import refresh
from orchestration.defs.resources import Paths
from orchestration.editions.last_run import recorded
from orchestration.settings import ROOT

MANIFEST = ROOT / "dbt_project" / "target" / "manifest.json"


class Translator(DagsterDbtTranslator):
    """Names and groups of the models: schema and name as in the warehouse, grouped by schema."""

    def __init__(self) -> None:
        """Dbt's tests are no asset checks here: one that fails ends the step, and none can switch off another check."""
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=False))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """A model `published_recalls` is the table `published.recalls`, as in the warehouse."""
        if dbt_resource_props["resource_type"] != "model":
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([str(dbt_resource_props["schema"]), str(dbt_resource_props["alias"])])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Staging, intermediate, marts or meta."""
        return str(dbt_resource_props["fqn"][1]) if dbt_resource_props["resource_type"] == "model" else "seeds"


def _in_order(specs: Sequence[dg.AssetSpec]) -> tuple[dg.AssetSpec, ...]:
    """Each model after those it is built from: the order in which one step must report them."""
    by_key = {spec.key: spec for spec in specs}
    order = TopologicalSorter({spec.key: [dep.asset_key for dep in spec.deps] for spec in specs}).static_order()
    return tuple(by_key[key] for key in order if key in by_key)


SPECS = _in_order(build_dbt_asset_specs(manifest=MANIFEST, dagster_dbt_translator=Translator()))


@dg.multi_asset(specs=SPECS)
def models(context: dg.AssetExecutionContext, paths: Paths) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Build and test every seed and model in the candidate."""
    with recorded(paths.settings, context.run.run_id):
        refresh.build(paths.settings)
    for spec in SPECS:
        yield dg.MaterializeResult(asset_key=spec.key)
