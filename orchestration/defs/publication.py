"""The published file as an asset: the candidate put in its place, if the ledger holds a pass for it in this very
run.
"""

import dagster as dg

from orchestration.defs.models import SPECS
from orchestration.defs.resources import Places
from orchestration.publication.publish import publish


@dg.asset(key=["published", "ipp"], deps=[spec.key for spec in SPECS], group_name="published", kinds={"duckdb"})
def publication(context: dg.AssetExecutionContext, places: Places) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The warehouse analysts and the dashboard read."""
    record = publish(places.settings, context.run.run_id)
    return dg.MaterializeResult(metadata={"publication": record.publication_id, "sha256": record.sha256})
