"""What `dagster` loads: the assets, checks, job, schedules and resources of the pipeline, run in one process."""

import dagster as dg

from orchestration.defs import arrival, edition, judgement, landing, models, refresh
from orchestration.defs.resources import Places

defs = dg.Definitions(
    assets=[landing.landing, models.models, edition.edition],
    asset_checks=[judgement.landing_judgement, judgement.judgement],
    jobs=[refresh.refresh],
    schedules=[refresh.omsq_release, refresh.daily_backstop],
    sensors=[arrival.arrivals],
    resources={"places": Places()},
    executor=dg.in_process_executor,
)
