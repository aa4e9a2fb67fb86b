"""Alerts on the runs that Dagster starts. A person who runs `ipp refresh` sees how it ends, so that sends none.

Dagster evaluates these after a run has ended, also one that was killed: a run cannot report its end then.
"""

import dagster as dg

from orchestration import alerts
from orchestration.defs.refresh import refresh
from orchestration.settings import Settings

RUNNING = dg.DefaultSensorStatus.RUNNING


@dg.run_failure_sensor(monitored_jobs=[refresh], default_status=RUNNING)
def alert_failure(context: dg.RunFailureSensorContext) -> None:
    """Say why a refresh failed."""
    settings = Settings.from_environment()
    alerts.send(settings, alerts.tell_failure(settings, context.dagster_run.run_id))


@dg.run_status_sensor(run_status=dg.DagsterRunStatus.SUCCESS, monitored_jobs=[refresh], default_status=RUNNING)
def alert_success(context: dg.RunStatusSensorContext) -> None:
    """Say what the new edition changed."""
    settings = Settings.from_environment()
    alerts.send(settings, alerts.tell_success(settings, context.dagster_run.run_id))
