"""Break each layer in turn: nothing is published, the file in place keeps its hash, the message says what and where."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import pyarrow.parquet
import pytest
import yaml

from orchestration.defs import publication
from orchestration.defs.resources import Places
from orchestration.defs.run import run_refresh
from orchestration.problems import CheckFailed
from orchestration.publication.publish import publish
from orchestration.settings import Settings
from tests import workbooks
from tests.command_line import ipp

pytestmark = pytest.mark.slow

POPULATION = Path("omsq/2024-q4/prison-population-31-Mar-2025.ods")
REISSUED = Path("omsq/2024-q4-reissue-2") / POPULATION.name
RECALLS = Path("omsq/2024-q4/licence-recalls-Oct-to-Dec-2024.ods")


@pytest.fixture
def settings(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A copy of raw/ to break, beside a published file that must stay as it is."""
    shutil.copytree(published.published, tmp_path / "published")
    broken = Settings(raw=workbooks.copy_raw(tmp_path), work=tmp_path / "work", published=tmp_path / "published")
    before = sha256(broken.published_file)
    yield broken
    assert sha256(broken.published_file) == before, "the published file changed"


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(settings: Settings, code: int) -> str:
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == code, outcome.output
    return outcome.output


def reissue(settings: Settings) -> Path:
    """The release of POPULATION again, as a re-issue that nobody has published yet. Returns its folder."""
    folder = settings.raw / REISSUED.parent
    shutil.copytree(settings.raw / POPULATION.parent, folder)
    workbooks.edit_manifest(folder, lambda manifest: manifest.update(release_id=folder.name))
    return folder


def test_cut_off_workbook(settings: Settings) -> None:
    workbooks.truncate_file(settings.raw / POPULATION)
    workbooks.rehash((settings.raw / POPULATION).parent)
    said = refused(settings, 3)
    assert "omsq 2024-q4 / prison-population-31-Mar-2025.ods" in said
    assert "a whole ODS, XLSX or CSV file" in said


def test_manifest_whose_hash_does_not_match(settings: Settings) -> None:
    path = settings.raw / POPULATION
    path.write_bytes(path.read_bytes() + b" ")
    assert "sha256" in refused(settings, 3)


def test_renamed_column(settings: Settings) -> None:
    workbooks.edit_cell(settings.raw / POPULATION, "Table_1_Q_14", "B5", "Legal state")
    workbooks.rehash((settings.raw / POPULATION).parent)
    said = refused(settings, 3)
    assert "Table_1_Q_14 / B5" in said
    assert "'Legal state'" in said


def test_release_altered_in_place(settings: Settings) -> None:
    workbooks.edit_cell(settings.raw / POPULATION, "Table_1_Q_14", "G6", 2545)
    workbooks.rehash((settings.raw / POPULATION).parent)
    said = refused(settings, 3)
    assert "omsq 2024-q4 / prison-population-31-Mar-2025.ods: expected the bytes that were published" in said
    assert "add the other bytes as a re-issue, in a folder raw/omsq/2024-q4-reissue-2" in said


def test_total_that_is_not_its_parts(settings: Settings) -> None:
    folder = reissue(settings)
    workbooks.edit_cell(settings.raw / REISSUED, "Table_1_Q_14", "G6", 2545)
    workbooks.rehash(folder)
    said = refused(settings, 1)
    assert "2545" in said
    assert "G6" in said


def test_rows_swapped_between_unreleased_and_recalled(settings: Settings) -> None:
    folder = reissue(settings)
    workbooks.swap_cells(settings.raw / REISSUED, "Table_1_Q_14", "G7", "G8")
    workbooks.rehash(folder)
    said = refused(settings, 1)
    assert "G7" in said or "G8" in said


def test_suite_that_cannot_be_evaluated(settings: Settings, tmp_path: Path) -> None:
    expectations = tmp_path / "expectations"
    shutil.copytree(settings.expectations, expectations)
    suite = expectations / "candidate" / "figures.json"
    suite.write_text(suite.read_text().replace('"column": "measure"', '"column": "no_such_column"'))
    with pytest.raises(CheckFailed, match="could not be checked"):
        run_refresh(settings.with_project_folders(expectations=expectations), quarantine=False)


def test_dbt_test_that_fails(settings: Settings, tmp_path: Path) -> None:
    project = tmp_path / "dbt_project"
    shutil.copytree(settings.dbt_project, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "tests" / "no_figures_at_all.sql").write_text("select measure from {{ ref('figures') }}\n")
    with pytest.raises(CheckFailed, match="no_figures_at_all"):
        run_refresh(settings.with_project_folders(dbt_project=project), quarantine=False)


def test_publish_started_on_its_own_in_a_later_run(settings: Settings) -> None:
    folder = reissue(settings)
    workbooks.edit_cell(settings.raw / REISSUED, "Table_1_Q_14", "G6", 2545)
    workbooks.rehash(folder)
    refused(settings, 1)
    with pytest.raises(CheckFailed, match="expected a pass"):
        publish(settings, "another run")
    places = Places(raw=str(settings.raw), work=str(settings.work), published=str(settings.published))
    with pytest.raises(CheckFailed, match="expected a pass"):
        dg.materialize([publication.publication], resources={"places": places})


def test_candidate_altered_after_its_verdict(settings: Settings, published: Settings) -> None:
    shutil.copytree(published.work, settings.work)
    with duckdb.connect(str(settings.sealed)) as connection:
        (run_id,) = connection.execute("select run_id from meta.publication").fetchall()[0]
        connection.execute("update marts.figures set value = value + 1 where measure = 'ipp_unreleased_prisoners'")
    with pytest.raises(CheckFailed, match="expected a pass"):
        publish(settings, run_id)


def test_release_under_embargo_stays_out_and_the_rest_goes_on(published: Settings, tmp_path: Path) -> None:
    settings = Settings(raw=workbooks.copy_raw(tmp_path), work=tmp_path / "work", published=tmp_path / "published")
    path = settings.raw / POPULATION.parent / "manifest.yml"
    manifest = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**manifest, "published_on": "2099-04-30"}))
    outcome = ipp(settings, "refresh")
    assert outcome.exit_code == 0, outcome.output
    assert "omsq 2024-q4 is under embargo" in outcome.output
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        ((figures,),) = connection.execute(
            "select count(*) from marts.figures where publication = 'omsq' and release_id = '2024-q4'"
        ).fetchall()
        ((status,),) = connection.execute("select status from meta.releases where release_id = '2024-q4'").fetchall()
    assert (figures, status) == (0, "embargoed")


def test_quarantine_sets_the_bad_release_aside_and_says_so(published: Settings, tmp_path: Path) -> None:
    settings = Settings(raw=workbooks.copy_raw(tmp_path), work=tmp_path / "work", published=tmp_path / "published")
    workbooks.truncate_file(settings.raw / RECALLS)
    outcome = ipp(settings, "refresh", "--quarantine")
    assert outcome.exit_code == 0, outcome.output
    assert "omsq 2024-q4 is set aside" in outcome.output
    with duckdb.connect(str(settings.published_file), read_only=True) as connection:
        rows = connection.execute(
            "select release_id, reason from meta.releases where status = 'quarantined'"
        ).fetchall()
    assert [release for release, _ in rows] == ["2024-q4"]
    assert RECALLS.name in rows[0][1]


def test_second_refresh_finds_nothing_new(published: Settings) -> None:
    before = sha256(published.published_file)
    outcome = ipp(published, "refresh")
    assert outcome.exit_code == 0
    assert "nothing new" in outcome.output
    assert sha256(published.published_file) == before


def test_no_record_about_a_person_reaches_the_published_folder(published: Settings) -> None:
    extract = pyarrow.parquet.read_table(published.work / "synthetic/opd_activity/2025-03-31.parquet")
    keys = {value.encode() for value in extract["activity_id"].to_pylist()}
    places = [
        *published.published.rglob("*"),
        *(published.work / "logs").rglob("*"),
        *(published.work / "dagster").rglob("*"),
    ]
    for path in places:
        if path.is_file():
            content = path.read_bytes()
            assert not [key for key in keys if key in content], f"{path} holds a person's key"
