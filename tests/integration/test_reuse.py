"""Only what changed is built: a refresh takes over the half of its inputs that did not change.

A full refresh of the same inputs says the same byte for byte, in another folder, time zone, language and order of
hashing.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from orchestration.build import refresh, reuse
from orchestration.editions.lock import exclusive
from orchestration.settings import ROOT, Settings
from orchestration.workbooks.isolated import IsolatedReader
from tests.command_line import ipp
from tests.editions import NEXT_DAY, Refreshed, settings_in, write_small_cohort
from tests.exports import exports
from tests.workbooks import RAW

pytestmark = pytest.mark.slow

ELSEWHERE = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}
NEW_RELEASE = "omsq/2024-q2"
MANIFEST = RAW.parent / "dbt_project" / "target" / "manifest.json"


@dataclass(frozen=True)
class Step:
    """What a refresh said, which nodes dbt built or tested, and the exports of the edition it put in place."""

    said: str
    nodes: frozenset[str]
    exports: dict[str, str | bytes]


@dataclass(frozen=True)
class Steps:
    """A refresh after a new release, one after new extracts, and a full one of the same inputs."""

    release: Step
    extracts: Step
    full: Step


def _refresh(settings: Settings) -> Step:
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == 0, outcome.output
    return _step(settings, outcome.output)


def _refresh_elsewhere(settings: Settings) -> Step:
    """A full refresh as another machine would make it."""
    folders = [f"--{name}={getattr(settings, name)}" for name in ("raw", "work", "published")]
    command = [Path(sys.executable).with_name("ipp"), *folders, "refresh", "--full"]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | ELSEWHERE, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return _step(settings, done.stdout + done.stderr)


def _step(settings: Settings, said: str) -> Step:
    results = json.loads((settings.work / "dbt" / "run_results.json").read_text())["results"]
    return Step(said, frozenset(result["unique_id"] for result in results), exports(settings))


@pytest.fixture(scope="module")
def steps(small: Refreshed, tmp_path_factory: pytest.TempPathFactory) -> Steps:
    """Three refreshes of copies of the small raw/. Reading or loading what did not change fails.

    The full one is published over the same edition as the one it is compared with: the external pack takes the pack
    before it into account.
    """
    settings = copy_of(small.settings, tmp_path_factory.mktemp("reuse"))
    with pytest.MonkeyPatch.context() as patch:
        shutil.copytree(RAW / NEW_RELEASE, settings.raw / NEW_RELEASE)
        patch.setattr(refresh, "load", _must_not_be_called)
        release = _refresh(settings)
    before = copy_of(settings, tmp_path_factory.mktemp("before"))
    for one in (settings, before):
        write_small_cohort(one.raw / "internal", NEXT_DAY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IsolatedReader, "read_file", _must_not_be_called)
        extracts = _refresh(settings)
    return Steps(release, extracts, _refresh_elsewhere(before))


def copy_of(settings: Settings, folder: Path) -> Settings:
    """A copy of all folders of a refresh."""
    for name in ("raw", "work", "published"):
        shutil.copytree(getattr(settings, name), folder / name, symlinks=True)
    return settings_in(folder)


def _must_not_be_called(*_arguments: object, **_options: object) -> None:
    raise AssertionError("an input that did not change was read")


def ancestors() -> dict[str, set[str]]:
    """Every ancestor of each of dbt's nodes."""
    parents = json.loads(MANIFEST.read_text())["parent_map"]
    found: dict[str, set[str]] = {}

    def of(key: str) -> set[str]:
        if key not in found:
            found[key] = {*parents.get(key, ()), *(one for parent in parents.get(key, ()) for one in of(parent))}
        return found[key]

    for key in parents:
        of(key)
    return found


def _reads(key: str, kind: str) -> bool:
    return any(one.startswith(f"source.ipp.{kind}") for one in ancestors()[key])


def test_a_new_release_builds_and_tests_nothing_that_is_made_of_records_alone(steps: Steps) -> None:
    assert "extracts: unchanged since edition" in steps.release.said
    assert "releases: changed since edition" in steps.release.said
    tables = [key for key in steps.release.nodes if key.startswith(("model.", "seed.", "test."))]
    assert [key for key in tables if not (_reads(key, "landing") or _reads(key, "meta"))] == []
    assert "model.ipp.published_figures" in steps.release.nodes


def test_new_extracts_build_and_test_no_published_figure(steps: Steps) -> None:
    assert "extracts: changed since edition" in steps.extracts.said
    assert "releases: unchanged since edition" in steps.extracts.said
    views = {key for key in steps.extracts.nodes if key.startswith("model.ipp.int_")} | {"model.ipp.figures"}
    assert [key for key in steps.extracts.nodes - views if not _reads(key, "records") and _reads(key, "landing")] == []
    assert "model.ipp.rag_ratings" in steps.extracts.nodes


def test_a_full_refresh_on_another_machine_says_the_same(steps: Steps) -> None:
    assert "building everything: `--full` was given" in steps.full.said
    assert len(steps.full.nodes) > len(steps.extracts.nodes)
    assert [name for name, text in steps.full.exports.items() if steps.extracts.exports.get(name) != text] == []
    assert steps.extracts.exports.keys() == steps.full.exports.keys()


def test_results_on_tables_that_did_not_change_are_kept(steps: Steps) -> None:
    for step in (steps.release, steps.extracts):
        assert "on tables that have not changed, the results are kept" in step.said
    assert "the results are kept" not in steps.full.said


def test_a_refresh_that_stopped_after_loading_other_extracts_leaves_nothing_trusted(
    small: Refreshed, tmp_path: Path
) -> None:
    settings = copy_of(small.settings, tmp_path)
    before = sorted((settings.raw / "internal").rglob("*.*"))
    write_small_cohort(settings.raw / "internal", NEXT_DAY)
    spilt = settings.work / "ipp-spill" / "duckdb_temp_storage_DEFAULT-0.tmp"
    spilt.parent.mkdir()
    spilt.write_text("records of a refresh that was killed")
    with exclusive(settings):
        refresh.land(settings, "stopped")
    assert not spilt.exists()
    for path in {*(settings.raw / "internal").rglob("*.*")} - {*before}:
        path.unlink()

    with exclusive(settings):
        refresh.land(settings, "next")
        with duckdb.connect(str(settings.candidate)) as connection:
            taken = reuse.read_decision(connection)[1]
        with duckdb.connect(str(settings.internal)) as connection:
            days = connection.execute("select distinct as_at from records.ppud_recall").fetchall()
    assert (taken.keeps_extracts, taken.keeps_releases) == (False, True)
    assert days == [(dt.date(2024, 12, 31),)]


@pytest.fixture
def rejected(small: Refreshed, tmp_path: Path) -> Settings:
    """A copy of the small raw/ with a release that is cut off, after the refresh that rejected it."""
    settings = copy_of(small.settings, tmp_path)
    release = shutil.copytree(RAW / NEW_RELEASE, settings.raw / NEW_RELEASE)
    file = next(release.glob("*.ods"))
    file.write_bytes(file.read_bytes()[:2000])
    assert ipp(settings, "refresh").exit_code == 3
    return settings


def test_a_rejected_release_leaves_the_last_refresh_to_be_taken_over(rejected: Settings) -> None:
    shutil.rmtree(rejected.raw / NEW_RELEASE)
    (rejected.raw / "README.md").write_text("a note")
    with exclusive(rejected):
        refresh.land(rejected, "next")
        with duckdb.connect(str(rejected.candidate)) as connection:
            assert reuse.read_decision(connection)[1].keeps_extracts
