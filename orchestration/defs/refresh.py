"""The one job, and the daily backstop. What starts it on a release day is in `release_day`."""

import dagster as dg

from orchestration.build.need import why_refresh_not_needed
from orchestration.settings import Settings
from orchestration.sources.spec import read_sources

refresh = dg.define_asset_job("refresh", selection=dg.AssetSelection.all(), description="Land, build, judge, publish")


@dg.schedule(job=refresh, cron_schedule="0 6 * * *", execution_timezone="Europe/London")
def daily_backstop(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Every morning, for releases that come on other days and for a release day that failed."""
    moment = context.scheduled_execution_time
    if reason := why_refresh_not_needed(Settings.from_environment(), read_sources(), moment):
        return dg.SkipReason(reason)
    return dg.RunRequest(run_key=f"backstop {moment.date()}")
