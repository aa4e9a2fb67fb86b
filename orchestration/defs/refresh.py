"""The one job, and when it runs: on the day and time of each quarterly release, and every morning as a backstop."""

import dagster as dg

from orchestration.archive.calendar import is_omsq_release_day
from orchestration.build.refresh import held_back, reason_to_rest
from orchestration.settings import Settings
from orchestration.sources.spec import read_sources

refresh = dg.define_asset_job("refresh", selection=dg.AssetSelection.all(), description="Land, build, judge, publish")


@dg.schedule(job=refresh, cron_schedule="30 9 * 1,4,7,10 4", execution_timezone="Europe/London")
def omsq_release(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """9.30 on the last working Thursday of January, April, July and October, when the quarterly statistics come out."""
    moment = context.scheduled_execution_time
    if not is_omsq_release_day(moment.date()):
        return dg.SkipReason(f"{moment.date()} is not the last working Thursday of the month")
    if reason := held_back(Settings.from_environment(), read_sources(), moment):
        return dg.SkipReason(reason)
    return dg.RunRequest(run_key=f"omsq {moment.date()}")


@dg.schedule(job=refresh, cron_schedule="0 6 * * *", execution_timezone="Europe/London")
def daily_backstop(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Every morning, for releases that come on other days and for a release day that failed."""
    moment = context.scheduled_execution_time
    if reason := reason_to_rest(Settings.from_environment(), read_sources(), moment):
        return dg.SkipReason(reason)
    return dg.RunRequest(run_key=f"backstop {moment.date()}")
