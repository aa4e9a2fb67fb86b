"""Watch GOV.UK: fetch what has been published, and ask for a refresh when something arrived. Stopped until somebody
turns it on.
"""

import datetime as dt

import dagster as dg

from orchestration.archive.arrival import FetchFailed, fetch, holdings
from orchestration.build.need import held_back
from orchestration.defs.refresh import refresh
from orchestration.problems import shown
from orchestration.settings import Settings
from orchestration.sources.spec import read_sources


@dg.sensor(job=refresh, minimum_interval_seconds=900, default_status=dg.DefaultSensorStatus.STOPPED)
def arrivals(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Fetch from GOV.UK into raw/ and request one refresh for what is held now and was not at the last look.

    The cursor is a checksum of the official files held, not a list of what this look brought: a look that was cut off
    after a release came in, or an `ipp fetch` by hand, is made good by the next one.
    """
    settings, sources, now = Settings.from_environment(), read_sources(), dt.datetime.now(dt.UTC)
    failed: FetchFailed | None = None
    try:
        arrived = fetch(settings, sources, None, now, context.log.info)
    except FetchFailed as error:
        failed, arrived = error, list(error.arrivals)
        for line in shown(error.problems):
            context.log.error(line)
    held = holdings(settings.raw, sources)
    if arrived or context.cursor not in (None, held):
        if reason := held_back(settings, sources, now):
            return dg.SensorResult(skip_reason=reason, cursor=held)
        return dg.SensorResult(run_requests=[dg.RunRequest(run_key=f"arrival {held[:16]}")], cursor=held)
    if failed:
        raise failed
    return dg.SensorResult(skip_reason="nothing new on GOV.UK", cursor=held)
