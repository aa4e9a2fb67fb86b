"""The launcher of runs, which also tells Dagster's run monitoring whether the process of a run is alive.

Dagster's own launcher cannot say this. A run whose process was killed together with the daemon (a restart, a machine
that stopped) would stay STARTED and hold back every later run.
"""

from pathlib import Path
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterUserCodeUnreachableError
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus
from dagster._core.launcher.default_run_launcher import DefaultRunLauncher
from dagster._grpc.client import DagsterGrpcClient
from dagster._grpc.types import GetCurrentRunsResult
from dagster._serdes import deserialize_value

from orchestration.editions.lock import is_held
from orchestration.settings import Settings

ATTEMPTS = 3


class WatchedRunLauncher(DefaultRunLauncher):
    """Starts runs as Dagster's default launcher does. `dagster.yaml` names it."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Run monitoring asks for the health of each started run."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """RUNNING while a process works on a run, else NOT_FOUND: run monitoring then marks the run as failed."""
        client: DagsterGrpcClient | None = self._get_grpc_client_for_termination(run.run_id)  # type: ignore[no-untyped-call]
        if client is None:
            # `ipp refresh` with DAGSTER_HOME set: a run in a separate process, which holds the lock until it ends.
            alive, where = is_held(_published(run)), "no process holds the lock of its published folder"
        else:
            alive, where = any(_is_working(client, run.run_id) for _ in range(ATTEMPTS)), "its code server has ended"
        if alive:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"the process of this run is gone: {where}")


def _published(run: dg.DagsterRun) -> Path:
    """The published folder that a run writes to, by its settings or those of the environment."""
    config: Any = run.run_config
    paths = config.get("resources", {}).get("paths", {}).get("config", {})
    return Settings.from_environment(published=paths.get("published")).published


def _is_working(client: DagsterGrpcClient, run_id: str) -> bool:
    """Whether the code server that started a run has it among its processes; False when the server does not answer."""
    try:
        return run_id in deserialize_value(client.get_current_runs(), GetCurrentRunsResult).current_runs
    except DagsterUserCodeUnreachableError:
        return False
