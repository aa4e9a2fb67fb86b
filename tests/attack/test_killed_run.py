"""A real Dagster daemon: a run that is killed, also together with the daemon, does not hold back the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration.settings import ROOT

pytestmark = [pytest.mark.torture, pytest.mark.slow]

LOCATION = ROOT / "tests" / "attack" / "long_run.py"
PATIENCE = 120


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A DAGSTER_HOME as a service has it, but with a look at the runs every two seconds."""
    said = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    said["run_monitoring"]["poll_interval_seconds"] = 2
    (tmp_path / "dagster.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    status_of(tmp_path, "none")  # makes the databases, which two programs must not do at once
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "LONG_RUN_FOLDER": str(home),
        "PYTHONPATH": str(ROOT),
        "IPP_PUBLISHED": str(home / "published"),
    }


def command(name: str, *arguments: str) -> list[str]:
    return [str(Path(sys.executable).with_name(name)), *arguments]


@contextmanager
def daemon(home: Path) -> Iterator[Callable[[], None]]:
    """A daemon with its code server and its runs in a group of processes; gives what kills them all at once."""
    with (home / "daemon.log").open("ab") as said:
        process = subprocess.Popen(
            command("dagster-daemon", "run", "-f", str(LOCATION)),
            cwd=ROOT, env=environment(home), stdout=said, stderr=said, start_new_session=True,
        )  # fmt: skip

    def kill() -> None:
        children = descendants(process.pid)
        for pid in (process.pid, *children):
            os.kill(pid, signal.SIGKILL)
        process.wait()

    try:
        yield kill
    finally:
        if process.poll() is None:
            kill()


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that these started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, level = [], [pid]
    while level := [child for child, parent in pairs if parent in level]:
        found += level
    return found


def launch(home: Path, name: str) -> None:
    subprocess.run(
        command("dagster", "job", "launch", "-f", str(LOCATION), "-j", "long_run", "--tags", f'{{"name": "{name}"}}'),
        cwd=ROOT, env=environment(home), check=True, capture_output=True,
    )  # fmt: skip


def until(home: Path, what: Callable[[], object], why: str) -> None:
    """Wait until something is true; fail with the log of the daemon when it does not come."""
    end = time.monotonic() + PATIENCE
    while not what():
        if time.monotonic() > end:
            pytest.fail(f"{why}\n{(home / 'daemon.log').read_text(errors='replace')[-3000:]}")
        time.sleep(0.5)


def status_of(home: Path, name: str) -> str:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        runs = instance.get_runs(dg.RunsFilter(tags={"name": name}))
    return runs[0].status.value if runs else "none"


def test_killed_runs_do_not_block_the_queue(home: Path) -> None:
    with daemon(home) as kill:
        launch(home, "alone")
        until(home, (home / "alone.pid").exists, "the first run did not start")
        launch(home, "together")
        assert status_of(home, "together") == "QUEUED"

        os.kill(int((home / "alone.pid").read_text()), signal.SIGKILL)
        until(home, lambda: status_of(home, "alone") == "FAILURE", "a run that was killed alone is not marked")
        until(home, (home / "together.pid").exists, "the second run did not start")
        launch(home, "last")
        kill()
    assert status_of(home, "together") == "STARTED"

    (home / "end").touch()
    with daemon(home):
        until(home, lambda: status_of(home, "together") == "FAILURE", "a run that died with the daemon is not marked")
        until(home, lambda: status_of(home, "last") == "SUCCESS", "the queue is blocked")


def test_a_run_that_works_is_left_alone(home: Path) -> None:
    with daemon(home):
        launch(home, "long")
        until(home, (home / "long.pid").exists, "the run did not start")
        time.sleep(10)
        assert status_of(home, "long") == "STARTED"
        (home / "end").touch()
        until(home, lambda: status_of(home, "long") == "SUCCESS", "the run did not end")
