"""Run the one job in this process, as `ipp refresh` does; the run is recorded where `make dev` shows it."""

import os
import shutil
from pathlib import Path

import dagster as dg

from orchestration.definitions import defs
from orchestration.settings import ROOT, Settings

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}


def run_refresh(settings: Settings, quarantine: bool) -> None:
    """Land, build, judge and publish in one run. Raises InputRejected or CheckFailed as the step that failed did."""
    os.environ["DAGSTER_HOME"] = str(_home(settings))
    places = {
        "raw": str(settings.raw),
        "work": str(settings.work),
        "published": str(settings.published),
        "expectations": str(settings.expectations),
        "dbt_project": str(settings.dbt_project),
        "quarantine": quarantine,
    }
    with dg.DagsterInstance.get() as instance:
        defs.resolve_job_def("refresh").execute_in_process(
            run_config={"resources": {"places": {"config": places}}, "loggers": QUIET}, instance=instance
        )


def _home(settings: Settings) -> Path:
    """The folder of Dagster's records of runs, with the instance's settings in it."""
    home = settings.work / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "dagster.yaml", home / "dagster.yaml")
    return home
