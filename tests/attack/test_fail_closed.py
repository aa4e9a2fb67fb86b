"""Break each layer in turn: nothing is published, the file in place keeps its hash, the message says what and where."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration.build import refresh
from orchestration.defs import edition
from orchestration.defs.resources import Paths
from orchestration.editions.files import sha256_of
from orchestration.editions.publish import publish
from orchestration.problems import CheckFailed
from orchestration.settings import Settings
from tests import workbooks
from tests.command_line import ipp
from tests.editions import Refreshed

pytestmark = pytest.mark.slow

POPULATION = Path("omsq/2024-q4/prison-population-31-Mar-2025.ods")
REISSUED = Path("omsq/2024-q4-reissue-2") / POPULATION.name


def refused(settings: Settings, code: int) -> str:
    """What `ipp refresh` says when it refuses."""
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def reissue(settings: Settings) -> Path:
    """The release of POPULATION again, as a re-issue that was never published. Returns its folder."""
    folder = settings.raw / REISSUED.parent
    shutil.copytree(settings.raw / POPULATION.parent, folder)
    workbooks.edit_manifest(folder, lambda manifest: manifest.update(release_id=folder.name))
    return folder


def test_cut_off_workbook(broken: Settings) -> None:
    workbooks.truncate_file(broken.raw / POPULATION)
    workbooks.rehash((broken.raw / POPULATION).parent)
    said = refused(broken, 3)
    assert "omsq 2024-q4 / prison-population-31-Mar-2025.ods" in said
    assert "a whole ODS, XLSX or CSV file" in said


def test_manifest_whose_hash_does_not_match(broken: Settings) -> None:
    path = broken.raw / POPULATION
    path.write_bytes(path.read_bytes() + b" ")
    assert "sha256" in refused(broken, 3)


def test_renamed_column(broken: Settings) -> None:
    workbooks.edit_cell(broken.raw / POPULATION, "Table_1_Q_14", "B5", "Legal state")
    workbooks.rehash((broken.raw / POPULATION).parent)
    said = refused(broken, 3)
    assert "Table_1_Q_14 / B5" in said
    assert "'Legal state'" in said


def test_release_altered_in_place(broken: Settings) -> None:
    workbooks.edit_cell(broken.raw / POPULATION, "Table_1_Q_14", "G6", 2545)
    workbooks.rehash((broken.raw / POPULATION).parent)
    said = refused(broken, 3)
    assert "omsq 2024-q4 / prison-population-31-Mar-2025.ods: expected the bytes that were published" in said
    assert "add the other bytes as a re-issue, in a folder raw/omsq/2024-q4-reissue-2" in said


def test_total_that_is_not_its_parts_and_publish_alone_in_a_later_run(broken: Settings) -> None:
    folder = reissue(broken)
    workbooks.edit_cell(broken.raw / REISSUED, "Table_1_Q_14", "G6", 2545)
    workbooks.rehash(folder)
    said = refused(broken, 1)
    assert "2545" in said
    assert "G6" in said
    with pytest.raises(CheckFailed, match="expected a pass"):
        publish(broken, "another run")
    paths = Paths(raw=str(broken.raw), work=str(broken.work), published=str(broken.published))
    with pytest.raises(CheckFailed, match="expected a pass"):
        dg.materialize([edition.edition], resources={"paths": paths})


def spoilt_suite(settings: Settings, folder: Path, suite: str, column: str) -> Settings:
    """Settings whose expectations ask one suite for a column that is not there."""
    shutil.copytree(settings.expectations, folder)
    path = folder / suite
    path.write_text(path.read_text().replace(f'"column": "{column}"', '"column": "no_such_column"'))
    return settings.with_project_folders(expectations=folder)


def run_of(settings: Settings) -> str:
    """The run that built the sealed edition."""
    with duckdb.connect(str(settings.sealed_warehouse), read_only=True) as connection:
        ((run_id,),) = connection.execute("select run_id from meta.publication").fetchall()
    return str(run_id)


@pytest.fixture
def built(broken: Settings, small: Refreshed) -> Settings:
    """The same folders with the candidate that was built and published."""
    shutil.copytree(small.settings.work, broken.work)
    return broken


def test_suite_on_landing_that_cannot_be_evaluated(built: Settings, tmp_path: Path) -> None:
    spoilt = spoilt_suite(built, tmp_path / "expectations", "landing/every_table.json", "dimensions")
    with pytest.raises(CheckFailed, match="could not be checked"):
        refresh.require_success(refresh.judge_landing(spoilt, run_of(built)))


def test_suite_on_marts_that_cannot_be_evaluated(built: Settings, tmp_path: Path) -> None:
    spoilt = spoilt_suite(built, tmp_path / "expectations", "published/figures.json", "measure")
    run_id = run_of(built)
    results = refresh.judge(spoilt, run_id)
    with pytest.raises(CheckFailed, match="could not be checked"):
        refresh.require_success(results)
    with pytest.raises(CheckFailed, match="expected a pass"):
        publish(spoilt, run_id)


def test_candidate_altered_after_its_verdict(built: Settings) -> None:
    run_id = run_of(built)
    with duckdb.connect(str(built.sealed_warehouse)) as connection:
        connection.execute("update published.figures set value = value + 1 where measure = 'ipp_unreleased_prisoners'")
    with pytest.raises(CheckFailed, match="expected a pass"):
        publish(built, run_id)


def test_second_refresh_finds_nothing_new(published: Settings) -> None:
    before = sha256_of(published.published_file)
    outcome = ipp(published, "refresh")
    assert outcome.exit_code == 0
    assert "nothing new" in outcome.output
    assert sha256_of(published.published_file) == before
