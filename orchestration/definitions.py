"""What `dagster` loads: the assets, checks, job, schedules and resources of the pipeline, run in one process."""

import dagster as dg

from orchestration.defs import arrival, judgement, landing, models, publication, refresh
from orchestration.defs.resources import Places

defs = dg.Definitions(
    assets=[landing.landing, models.models, publication.publication],
    asset_checks=[judgement.landing_judgement, judgement.judgement],
    jobs=[refresh.refresh],
    schedules=[refresh.omsq_release, refresh.daily_backstop],
    sensors=[arrival.arrivals],
    resources={"places": Places()},
    executor=dg.in_process_executor,
)
