"""Only what changed is built: a refresh takes over the half of its inputs that did not change."""

from __future__ import annotations

import datetime as dt
import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from orchestration.build import refresh, reuse
from orchestration.build.transform import RUN_RESULTS
from orchestration.editions.lock import exclusive
from orchestration.settings import Settings
from orchestration.workbooks.isolated import IsolatedReader
from tests.command_line import ipp
from tests.editions import NEXT_DAY, Refreshed, copy_of, write_small_cohort
from tests.workbooks import RAW

pytestmark = pytest.mark.slow

NEW_RELEASE = "omsq/2024-q2"
MANIFEST = RAW.parent / "dbt_project" / "target" / "manifest.json"
KEPT = "on tables that have not changed, the results are kept"


def nodes_of(refreshed: Refreshed) -> frozenset[str]:
    """The nodes that dbt built or tested in a refresh."""
    results = json.loads((refreshed.settings.work / RUN_RESULTS).read_text())["results"]
    return frozenset(result["unique_id"] for result in results)


def must_not_be_called(*_arguments: object, **_options: object) -> None:
    raise AssertionError("an input that did not change was read")


@functools.cache
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


def tables_that_read(kind: str) -> set[str]:
    """The tables and data tests that read sources of a kind, directly or not. Views hold nothing."""
    nodes = json.loads(MANIFEST.read_text())["nodes"]
    return {
        key for key, node in nodes.items() if node["config"]["materialized"] in ("table", "test") and _reads(key, kind)
    }


def test_new_releases_build_all_that_reads_them_and_nothing_made_of_records_alone(arrived: Refreshed) -> None:
    assert "extracts: unchanged since edition" in arrived.said
    assert "releases: changed since edition" in arrived.said
    built = nodes_of(arrived)
    tables = [key for key in built if key.startswith(("model.", "seed.", "test."))]
    assert [key for key in tables if not (_reads(key, "landing") or _reads(key, "meta"))] == []
    assert tables_that_read("landing") - built == set()
    assert "model.ipp.published_figures" in built


def test_new_extracts_build_all_that_reads_them_and_no_published_figure(changed: Refreshed) -> None:
    assert "extracts: changed since edition" in changed.said
    assert "releases: unchanged since edition" in changed.said
    built = nodes_of(changed)
    views = {key for key in built if key.startswith("model.ipp.int_")} | {"model.ipp.figures"}
    assert [key for key in built - views if not _reads(key, "records") and _reads(key, "landing")] == []
    assert tables_that_read("records") - built == set()
    assert "model.ipp.rag_ratings" in built


def test_results_on_tables_that_did_not_change_are_kept(
    small: Refreshed, arrived: Refreshed, changed: Refreshed
) -> None:
    assert KEPT in arrived.said
    assert KEPT in changed.said
    assert KEPT not in small.said


@pytest.mark.parametrize(
    ("read", "change"),
    [
        ((refresh, "load"), lambda raw: shutil.copytree(RAW / NEW_RELEASE, raw / NEW_RELEASE)),
        ((IsolatedReader, "read_file"), lambda raw: write_small_cohort(raw / "internal", NEXT_DAY)),
    ],
    ids=["extracts", "releases"],
)
def test_what_did_not_change_is_not_read(
    small: Refreshed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: tuple[object, str],
    change: Callable[[Path], object],
) -> None:
    settings = copy_of(small.settings, tmp_path)
    change(settings.raw)
    monkeypatch.setattr(*read, must_not_be_called)
    with exclusive(settings):
        refresh.land(settings, "next")


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
