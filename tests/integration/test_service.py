"""The recipe of the service in deploy/: what systemd, Dagster and the pipeline make of it."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import dagster as dg
import pytest
import yaml

from orchestration.defs.launcher import WatchedRunLauncher
from orchestration.defs.pruning import KEEP, KEEP_NEWEST, prune
from orchestration.settings import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.iterdir() if path.suffix in (".service", ".timer"))
STATE = "/var/lib/ipp-dashboard"


def settings_of(path: Path) -> list[tuple[str, str]]:
    """The lines `name=value` of a unit or an environment file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("=", 1)) for line in lines if "=" in line and not line.startswith("#")]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """The programs that units start are put where they are here: systemd looks for them."""
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(re.sub(r"/opt/ipp-dashboard/\.venv/bin/\S+", "/bin/true", text), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "ipp-" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_every_unit_runs_as_its_own_user_and_keeps_files_from_others(name: str) -> None:
    said = dict(settings_of(DEPLOY / name))
    assert (said["User"], said["Group"], said["UMask"]) == ("ipp", "ipp", "0027")
    assert said["EnvironmentFile"] == "/etc/ipp-dashboard/environment"
    assert said["ReadWritePaths"] == STATE


def test_every_program_that_is_started_is_installed() -> None:
    started = [value for name in UNITS for key, value in settings_of(DEPLOY / name) if key == "ExecStart"]
    programs = [Path(value.split()[0]).name for value in started]
    assert programs == ["dagster-daemon", "python", "dagster-webserver"]
    assert all(Path(sys.executable).with_name(program).exists() for program in programs)


def test_the_environment_names_settings_that_exist() -> None:
    text = (DEPLOY / "environment").read_text(encoding="utf-8")
    named = set(re.findall(r"^#?(IPP_[A-Z_]+)=", text, re.MULTILINE))
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "orchestration").rglob("*.py"))
    assert named == {name for name in named if f'"{name}"' in code}
    written = dict(settings_of(DEPLOY / "environment"))
    assert all(
        written[name].startswith(f"{STATE}/") for name in ("IPP_RAW", "IPP_WORK", "IPP_PUBLISHED", "DAGSTER_HOME")
    )


def test_the_container_sets_what_the_environment_sets() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert [
        f"{name}={value}" for name, value in settings_of(DEPLOY / "environment") if f"{name}={value}" not in text
    ] == []


def test_the_guide_names_every_file_of_the_recipe() -> None:
    guide = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    assert [path.name for path in DEPLOY.iterdir() if path.name not in guide] == []


def test_dagster_takes_the_instance(tmp_path: Path) -> None:
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.run_launcher, WatchedRunLauncher)
        assert instance.run_monitoring_enabled
        assert instance.run_monitoring_max_resume_run_attempts == 0
        assert instance.run_monitoring_max_runtime_seconds == 7200
        assert instance.freshness_enabled
    assert yaml.safe_load((ROOT / "dagster.yaml").read_text())["concurrency"]["runs"]["max_concurrent_runs"] == 1


def test_the_published_asset_is_late_after_the_longest_quarter() -> None:
    """The days between two releases, by the calendar of 2020 to 2030."""
    from orchestration.archive.calendar import RELEASE_MONTHS, last_working_thursday
    from orchestration.defs.edition import FRESH

    days = [last_working_thursday(year, month) for year in range(2020, 2031) for month in RELEASE_MONTHS]
    longest = max(later - earlier for earlier, later in pairwise(days))
    assert longest < FRESH.warn_window.to_timedelta() < longest + dt.timedelta(days=7)


def test_old_runs_are_removed_and_the_newest_kept() -> None:
    @dg.op
    def nothing() -> None:
        pass

    @dg.job
    def small() -> None:
        nothing()

    with dg.DagsterInstance.ephemeral() as instance:
        for _ in range(KEEP_NEWEST + 2):
            small.execute_in_process(instance=instance)
        now = dt.datetime.now(dt.UTC)
        assert prune(instance, now) == 0
        assert prune(instance, now + KEEP + dt.timedelta(days=1)) == 2
        assert len(instance.get_runs()) == KEEP_NEWEST
