"""A real Dagster daemon: a run that is killed, also together with the daemon, does not hold back the next one."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from orchestration.settings import ROOT
from tests.daemons import Service, service

pytestmark = [pytest.mark.torture, pytest.mark.slow]

LOCATION = ROOT / "tests" / "attack" / "long_run.py"


@pytest.fixture
def long(tmp_path: Path) -> Service:
    """A service whose one job takes its time."""
    variables = {"LONG_RUN_FOLDER": str(tmp_path), "IPP_PUBLISHED": str(tmp_path / "published")}
    return service(tmp_path, LOCATION, variables)


def test_killed_runs_do_not_block_the_queue(long: Service) -> None:
    with long.daemon() as kill:
        long.launch("long_run", "alone")
        long.until((long.home / "alone.pid").exists, "the first run did not start")
        long.launch("long_run", "together")
        assert long.status_of("together") == "QUEUED"

        os.kill(int((long.home / "alone.pid").read_text()), signal.SIGKILL)
        long.until(lambda: long.status_of("alone") == "FAILURE", "a run that was killed alone is not marked")
        long.until((long.home / "together.pid").exists, "the second run did not start")
        long.launch("long_run", "last")
        kill()
    assert long.status_of("together") == "STARTED"

    (long.home / "end").touch()
    with long.daemon():
        long.until(lambda: long.status_of("together") == "FAILURE", "a run that died with the daemon is not marked")
        long.until(lambda: long.status_of("last") == "SUCCESS", "the queue is blocked")


def test_a_run_that_works_is_left_alone(long: Service) -> None:
    with long.daemon():
        long.launch("long_run", "long")
        long.until((long.home / "long.pid").exists, "the run did not start")
        time.sleep(10)
        assert long.status_of("long") == "STARTED"
        (long.home / "end").touch()
        long.until(lambda: long.status_of("long") == "SUCCESS", "the run did not end")
