"""A real Dagster daemon on a code location of the tests, with its runs, and what kills them all at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration.settings import ROOT

PATIENCE = 300
"""Seconds that `until` waits unless it is given others."""


@dataclass(frozen=True)
class Service:
    """A DAGSTER_HOME as a service has it, the file of its code location, and what else its environment says."""

    home: Path
    location: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "DAGSTER_HOME": str(self.home), "PYTHONPATH": str(ROOT), **self.variables}

    def run(self, name: str, *arguments: str) -> str:
        """What a program of the environment says; fails unless it exits with 0."""
        done = subprocess.run(
            [str(Path(sys.executable).with_name(name)), *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said

    def launch(self, job: str, name: str) -> None:
        """Ask for a run of a job, which `status_of` knows by a name."""
        self.run("dagster", "job", "launch", "-f", str(self.location), "-j", job, "--tags", f'{{"name": "{name}"}}')

    def status_of(self, name: str) -> str:
        """The state of the run of that name; `none` while there is none."""
        with dg.DagsterInstance.from_config(str(self.home)) as instance:
            runs = instance.get_runs(dg.RunsFilter(tags={"name": name}))
        return runs[0].status.value if runs else "none"

    @contextmanager
    def daemon(self) -> Iterator[Callable[[], None]]:
        """A daemon with its code server and its runs in a group of processes; gives what kills them all at once."""
        with (self.home / "daemon.log").open("ab") as said:
            process = subprocess.Popen(
                [str(Path(sys.executable).with_name("dagster-daemon")), "run", "-f", str(self.location)],
                cwd=ROOT, env=self.environment, stdout=said, stderr=said, start_new_session=True,
            )  # fmt: skip

        def kill() -> None:
            for pid in (process.pid, *_descendants(process.pid)):
                os.kill(pid, signal.SIGKILL)
            process.wait()

        try:
            yield kill
        finally:
            if process.poll() is None:
                kill()

    def until(self, what: Callable[[], object], why: str, seconds: float = PATIENCE) -> None:
        """Wait until something is true; fail with the log of the daemon when it does not come."""
        end = time.monotonic() + seconds
        while not what():
            if time.monotonic() > end:
                pytest.fail(f"{why}\n{(self.home / 'daemon.log').read_text(errors='replace')[-3000:]}")
            time.sleep(0.5)


def service(home: Path, location: Path, variables: Mapping[str, str]) -> Service:
    """A service with the project's dagster.yaml, but with a look at the runs every two seconds."""
    said = yaml.safe_load((ROOT / "dagster.yaml").read_text(encoding="utf-8"))
    said["run_monitoring"]["poll_interval_seconds"] = 2
    home.mkdir(exist_ok=True)
    (home / "dagster.yaml").write_text(yaml.safe_dump(said), encoding="utf-8")
    made = Service(home, location, variables)
    made.status_of("none")  # makes the databases, which two programs must not do at once
    return made


def _descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that these started."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, level = [], [pid]
    while level := [child for child, parent in pairs if parent in level]:
        found += level
    return found
