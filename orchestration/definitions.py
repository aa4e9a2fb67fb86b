"""What `dagster` loads: the assets, checks, job, schedules and resources of the pipeline, run in one process."""

import dagster as dg

from orchestration.defs import alerts, arrival, edition, judgement, landing, models, refresh, release_day
from orchestration.defs.resources import Paths

defs = dg.Definitions(
    assets=[landing.landing, models.models, edition.edition],
    asset_checks=[judgement.landing_judgement, judgement.judgement],
    jobs=[refresh.refresh],
    schedules=[refresh.daily_backstop],
    sensors=[arrival.arrivals, release_day.omsq_release, alerts.alert_failure, alerts.alert_success],
    resources={"paths": Paths()},
    executor=dg.in_process_executor,
)
