"""The edition in place as an asset: the sealed edition, if the ledger holds a pass for it in this very run."""

import datetime as dt

import dagster as dg

from orchestration.defs.models import SPECS
from orchestration.defs.resources import Paths
from orchestration.editions import last_run
from orchestration.editions.publish import publish

# The longest time between two quarterly releases is 14 weeks (98 days). A new edition follows each.
FRESH = dg.FreshnessPolicy.time_window(warn_window=dt.timedelta(days=99), fail_window=dt.timedelta(days=106))


@dg.asset(
    key=["published", "ipp"],
    deps=[spec.key for spec in SPECS],
    group_name="published",
    kinds={"duckdb"},
    freshness_policy=FRESH,
)
def edition(context: dg.AssetExecutionContext, paths: Paths) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The edition analysts and the dashboard read."""
    with last_run.recorded(paths.settings, context.run.run_id):
        published = publish(paths.settings, context.run.run_id)
        last_run.note_published(paths.settings, context.run.run_id)
    return dg.MaterializeResult(metadata={"edition": published.edition_id, "sha256": published.sha256})
