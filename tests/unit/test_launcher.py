"""Whether the process of a run is alive, as Dagster's run monitoring sees it."""

from __future__ import annotations

import json

import dagster as dg
import pytest
from dagster._core.launcher.base import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from orchestration.defs.launcher import WatchedRunLauncher
from orchestration.defs.resources import Paths
from orchestration.editions.lock import exclusive


@dg.op(required_resource_keys={"paths"})
def nothing() -> None:
    pass


@dg.job(resource_defs={"paths": Paths()})
def small() -> None:
    nothing()


@pytest.fixture
def health(settings):
    """The health of a run with these tags, which writes to the published folder."""
    paths = {"resources": {"paths": {"config": {"published": str(settings.published)}}}}

    def of(**tags: str) -> WorkerStatus:
        with dg.DagsterInstance.ephemeral() as instance:
            run = instance.create_run_for_job(small, run_config=paths, tags=tags, status=dg.DagsterRunStatus.STARTED)
            launcher = WatchedRunLauncher()
            launcher.register_instance(instance)
            return launcher.check_run_worker_health(run).status

    return of


def test_a_refresh_by_hand_is_alive_while_it_holds_the_lock(settings, health):
    with exclusive(settings):
        assert health() == WorkerStatus.RUNNING
    assert health() == WorkerStatus.NOT_FOUND


def test_a_run_whose_code_server_is_gone_is_dead(settings, health, tmp_path):
    with exclusive(settings):
        socket = json.dumps({"host": "localhost", "socket": str(tmp_path / "gone")})
        assert health(**{GRPC_INFO_TAG: socket}) == WorkerStatus.NOT_FOUND
