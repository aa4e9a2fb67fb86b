"""`ipp status`, `ipp check`, `ipp synthesise`, and a refresh after a rollback."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from orchestration.query.edition_summary import FILE, from_json, summarise
from orchestration.query.reading import open_published
from orchestration.records.contract import read_contracts
from orchestration.settings import ROOT, Settings
from tests import workbooks
from tests.command_line import ipp
from tests.editions import Refreshed

pytestmark = pytest.mark.slow

Q4 = Path("omsq/2024-q4")
POPULATION = Q4 / "prison-population-31-Mar-2025.ods"


def test_status_says_what_is_published_and_how_it_was_judged(published: Settings) -> None:
    outcome = ipp(published, "status")
    assert outcome.exit_code == 0
    assert "nothing new" in outcome.output
    assert "passed 1," in outcome.output, "the checks that this edition passed"
    assert "last run" in outcome.output
    assert "to do      nothing" in outcome.output


def test_the_summary_of_an_edition_is_what_its_warehouse_says(published: Settings) -> None:
    written = from_json((published.current / FILE).read_text(encoding="utf-8"))
    with open_published(published) as connection:
        assert summarise(connection) == written
    assert any(line.startswith("records    ") for line in written.lines)


def test_status_of_nothing(tmp_path: Path) -> None:
    settings = Settings(raw=ROOT / "raw", work=tmp_path / "work", published=tmp_path / "published")
    outcome = ipp(settings, "status")
    assert outcome.exit_code == 0
    assert "published  no whole edition" in outcome.output


def test_coverage_lists_every_measure_with_what_is_held_or_why_nothing_is(published: Settings) -> None:
    outcome = ipp(published, "status", "--coverage")
    assert outcome.exit_code == 0
    assert "ipp_unreleased_prisoners" in outcome.output
    assert "no reason is declared" not in outcome.output


def test_a_good_release_is_described_table_by_table(small: Refreshed) -> None:
    outcome = ipp(small.settings, "check", str(small.settings.raw / Q4))
    assert outcome.exit_code == 0, outcome.output
    assert "ipp_prisoners_by_status: prison-population-31-Mar-2025.ods, Table_1_Q_14" in outcome.output
    assert "nothing was published" in outcome.output


def test_a_single_file_is_checked_without_a_manifest(small: Refreshed) -> None:
    outcome = ipp(small.settings, "check", str(small.settings.raw / POPULATION))
    assert outcome.exit_code == 0, outcome.output
    assert "ipp_time_over_tariff" in outcome.output


def test_a_wrong_release_is_reported_before_anything_is_published(tmp_path: Path) -> None:
    raw = workbooks.copy_raw(tmp_path, str(Q4))
    workbooks.swap_cells(raw / POPULATION, "Table_1_Q_14", "G7", "G8")
    workbooks.rehash(raw / Q4)
    outcome = ipp(Settings(raw, tmp_path / "work", tmp_path / "published"), "check", str(raw / Q4))
    assert outcome.exit_code == 1
    assert "Table_1_Q_14" in outcome.output
    assert not (tmp_path / "published").exists()


def test_a_damaged_release_is_rejected(published: Settings, tmp_path: Path) -> None:
    raw = workbooks.copy_raw(tmp_path, str(Q4))
    workbooks.truncate_file(raw / POPULATION)
    assert ipp(published, "check", str(raw / Q4)).exit_code == 3


def test_what_is_synthesised_is_accepted_and_says_so(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    outcome = ipp(settings, "synthesise", "--seed", "7")
    assert outcome.exit_code == 0
    written = sorted((tmp_path / "raw/internal").glob("*/2025-03-31.csv"))
    assert {path.parent.name for path in written} == set(read_contracts())
    for path in written:
        with path.open(encoding="utf-8", newline="") as lines:
            kinds = {row["source_kind"] for row in csv.DictReader(lines)}
        assert kinds == {"synthetic"}, path


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("ppud_recall/2025-03-31.csv", b"prison_number,source_kind\nA4711BC,internal\n"),
        ("ppud_recall/2025-03-31.parquet", b"not to be read"),
        ("ppud_recall/2024-12-31.csv", b"prison_number,source_kind\nA4711BC,synthetic\nA4711BC,internal\n"),
        ("ppud_recall/2025-03-31.CSV", b""),
        ("recalls.xlsx", b"PK"),
    ],
)
def test_nothing_is_synthesised_where_a_file_is_not_synthetic(tmp_path: Path, place: str, content: bytes) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    path = settings.raw / "internal" / place
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    outcome = ipp(settings, "synthesise")
    assert outcome.exit_code == 2
    assert str(path) in outcome.output
    assert "A4711BC" not in outcome.output
    assert [file for file in settings.raw.rglob("*") if file.is_file()] == [path]
    assert path.read_bytes() == content


@pytest.mark.parametrize("day", ["2026-01-01", "2010-01-01"])
def test_a_day_that_the_cohort_is_not_known_on_is_wrong_usage(tmp_path: Path, day: str) -> None:
    path = tmp_path / "raw/internal/recalls.xlsx"
    path.parent.mkdir(parents=True)
    path.touch()
    outcome = ipp(Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published"), "synthesise", "--as-at", day)
    assert outcome.exit_code == 2
    assert f"as_at is {day}: the cohort is known from 2012-12-31 to 2025-03-31" in outcome.output
    assert str(path) in outcome.output, "every other reason is reported at once"


@pytest.mark.parametrize(
    ("scale", "says"),
    [
        ("many", "expected a number or a fraction such as 10 or 1/36, found 'many'"),
        ("1/0", "expected a number or a fraction such as 10 or 1/36, found '1/0'"),
        ("0", "scale is 0: a cohort needs some people of every kind; ask for 1/100 or more"),
        ("1/1000", "scale is 1/1000"),
    ],
)
def test_a_scale_that_no_cohort_can_have_is_wrong_usage(tmp_path: Path, scale: str, says: str) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    outcome = ipp(settings, "synthesise", "--scale", scale)
    assert outcome.exit_code == 2
    assert says in " ".join(outcome.output.split())
    assert not (tmp_path / "raw").exists()


def test_a_small_cohort_says_so_in_every_row(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    assert ipp(settings, "synthesise", "--scale", "1/36").exit_code == 0
    rows = (tmp_path / "raw/internal/nomis_custody_snapshot/2025-03-31.csv").read_text(encoding="utf-8").splitlines()
    assert 50 < len(rows) < 100
    assert all(row.endswith('"synthetic_scaled"') for row in rows[1:])


def test_a_seed_that_no_cohort_can_be_made_of_is_wrong_usage(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    assert ipp(settings, "synthesise", "--seed", "-1").exit_code == 2


def test_what_was_synthesised_may_be_synthesised_anew(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    (settings.raw / "internal").mkdir(parents=True)
    (settings.raw / "internal/README.md").write_text("invented")
    assert ipp(settings, "synthesise", "--seed", "7").exit_code == 0
    recalls = settings.raw / "internal/ppud_recall/2025-03-31.csv"
    before = recalls.read_bytes()
    assert ipp(settings, "synthesise", "--seed", "8").exit_code == 0
    assert recalls.read_bytes() != before
