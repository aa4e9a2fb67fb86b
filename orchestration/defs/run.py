"""Run the one job in this process, as `ipp refresh` does.

With `DAGSTER_HOME` set the run is recorded there, where the UI shows it; without, its events are kept in memory,
because writing them one by one takes longer than the rest of a small refresh. The verdict is in the ledger either way.
"""

import os
from typing import Any

import dagster as dg

from orchestration.build.transform import keep_reading
from orchestration.editions.lock import exclusive
from orchestration.settings import Settings

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


def run_refresh(settings: Settings, full: bool = False) -> None:
    """Land, build, judge and publish in one run; `full` builds also what has not changed.

    Raises InputRejected or CheckFailed as the step that failed did.
    """
    paths = {
        "raw": str(settings.raw),
        "work": str(settings.work),
        "published": str(settings.published),
        "expectations": str(settings.expectations),
        "dbt_project": str(settings.dbt_project),
        "full": full,
    }
    # Dagster's resource takes the lock too. Taken here first, a lock that cannot be had ends this as CheckFailed.
    with exclusive(settings):
        _run(settings, paths)


def _run(settings: Settings, paths: dict[str, Any]) -> None:
    """Run the job with these folders."""
    keep_reading(settings)
    from orchestration.definitions import (
        defs,  # reads dbt's manifest, which the line above has made if it was not there
    )

    recorded = bool(os.environ.get("DAGSTER_HOME"))
    with dg.DagsterInstance.get() if recorded else dg.DagsterInstance.ephemeral() as instance:
        defs.resolve_job_def("refresh").execute_in_process(
            run_config={"resources": {"paths": {"config": paths}}, "loggers": QUIET}, instance=instance
        )
