"""The landing tables as assets: one per published table and one per internal extract, all written by one step."""

from collections.abc import Iterator

import dagster as dg

from orchestration.build import refresh
from orchestration.defs.resources import Paths
from orchestration.editions.last_run import recorded
from orchestration.records.contract import read_contracts
from orchestration.sources.spec import read_sources


def _published_tables() -> list[dg.AssetSpec]:
    """One asset per published table."""
    return [
        dg.AssetSpec(
            ["landing", source.landing_name(name)], description=spec.describes, group_name="landing", kinds={"duckdb"}
        )
        for source in read_sources().values()
        for name, spec in source.tables.items()
    ]


def _internal_extracts() -> list[dg.AssetSpec]:
    """One asset per record-level extract, and one for what became of their files."""
    described = {name: contract.describes for name, contract in read_contracts().items()}
    return [
        dg.AssetSpec(["records", name], description=describes, group_name="internal", kinds={"duckdb"})
        for name, describes in (described | {"files_read": "What became of every file of an extract"}).items()
    ]


RELEASES = dg.AssetSpec(
    ["meta", "releases"], description="Every release and what became of it", group_name="landing", kinds={"duckdb"}
)
"""Written with the landing tables; models take the titles of releases from it."""
FIGURES = dg.AssetSpec(
    ["landing", "figures"],
    deps=_published_tables(),
    description="Every landed cell that is a figure of one of our measures: what models read of the landing tables",
    group_name="landing",
    kinds={"duckdb"},
)


@dg.multi_asset(specs=[*_published_tables(), FIGURES, *_internal_extracts(), RELEASES])
def landing(context: dg.AssetExecutionContext, paths: Paths) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Write the landing tables of a new candidate: read what changed, and take over the rest from the last refresh."""
    with recorded(paths.settings, context.run.run_id):
        landed = refresh.land(paths.settings, context.run.run_id, paths.full)
    for spec in _published_tables():
        yield dg.MaterializeResult(asset_key=spec.key, metadata={"dagster/row_count": landed[spec.key.path[-1]]})
    for spec in (FIGURES, *_internal_extracts(), RELEASES):
        yield dg.MaterializeResult(asset_key=spec.key)
