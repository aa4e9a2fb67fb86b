"""A release day: from 9.30 fetch until the quarterly statistics have come, then ask for one refresh. Stopped until
somebody turns it on.
"""

import datetime as dt

import dagster as dg

from orchestration import alerts
from orchestration.archive.arrival import fetch
from orchestration.archive.release_day import OMSQ, take_step
from orchestration.archive.releases import LONDON
from orchestration.build.need import why_refresh_not_needed
from orchestration.defs.refresh import refresh
from orchestration.settings import Settings
from orchestration.sources.spec import read_sources


def clock() -> dt.datetime:
    """The moment."""
    return dt.datetime.now(dt.UTC)


@dg.sensor(job=refresh, minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.STOPPED)
def omsq_release(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """On the last working Thursday of January, April, July and October: fetch from 9.30, refresh when the release has
    come, alert when it has not come by the time that `IPP_RELEASE_UNTIL` sets. One refresh is asked for on each such
    day.
    """
    settings, sources, now = Settings.from_environment(), read_sources(), clock()
    step = take_step(
        settings, sources, now, context.cursor or "", lambda: fetch(settings, sources, OMSQ, now, context.log.info)
    )
    day = now.astimezone(LONDON).date()
    if step.do == "tell":
        alerts.send(settings, alerts.tell_missed(day, settings.release_day.until))
    if step.do != "refresh":
        return dg.SensorResult(skip_reason=step.says, cursor=step.memory)
    if reason := why_refresh_not_needed(settings, sources, now):
        return dg.SensorResult(skip_reason=reason, cursor=step.memory)
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"omsq {day}")], cursor=step.memory)
