"""A cohort of about two hundred people, for tests that need a whole set of extracts and not the published figures.

It must keep every rule about lives that the full cohort keeps: the tests of these are the same functions.
"""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.records.loader import load
from synthetic_cohort.calibration import open_extracts
from synthetic_cohort.write import SMALLEST, CannotWrite, contracts, write_cohort
from tests.unit.records import test_cohort as full

LAST_DAY = dt.date(2025, 3, 31)
SMALL = Fraction(1, 36)
MIXED = ("identifier_links", "ppud_sentence", "rotl")
"""Some extracts, the last of which is of another cohort."""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_cohort(tmp_path_factory.mktemp("small") / "raw", LAST_DAY, SMALL, file_format="parquet")


@pytest.fixture(scope="module")
def lives(files: dict[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_extracts(files, contracts()) as connection:
        yield connection


@pytest.fixture
def count(lives: duckdb.DuckDBPyConnection) -> Callable[[str], int]:
    return lambda source: lives.execute(f"select count(*) from {source}").fetchall()[0][0]


def folder_of(files: dict[str, Path]) -> Path:
    """The folder with all extracts."""
    return files["rotl"].parent.parent


test_spells = full.test_spells_follow_one_another_without_gap_or_overlap
test_days = full.test_no_two_events_of_a_life_fall_on_one_day
test_changes = full.test_every_change_of_status_is_one_a_life_may_hold
test_absorbing = full.test_nothing_happens_after_the_end
test_recalls = full.test_recall_and_supervision_end_on_licence_only
test_tariffs = full.test_no_person_is_released_before_the_tariff_is_over
test_governing = full.test_the_governing_tariff_is_the_last_to_expire
test_releases = full.test_every_release_by_the_board_has_its_review
test_overlap = full.test_reviews_of_a_person_do_not_overlap
test_reviews = full.test_reviews_end_while_people_are_in_prison
test_movements = full.test_movements_make_a_path
test_snapshot = full.test_the_snapshot_shows_those_in_prison_on_the_day
test_places = full.test_what_is_done_with_people_is_done_where_they_are
test_regimes = full.test_the_board_ends_licences_by_the_regime_of_the_day


def test_there_are_about_two_hundred_people_and_all_extracts(files, count):
    assert 190 <= count("people") <= 215
    assert set(files) == set(contracts())


def test_every_row_says_that_the_cohort_is_of_another_size(files):
    kinds = {kind for path in files.values() for kind in pq.read_table(path)["source_kind"].unique().to_pylist()}
    assert kinds == {"synthetic_scaled"}


def test_the_loader_accepts_every_row(files, tmp_path):
    assert load(tmp_path / "internal.duckdb", folder_of(files), contracts()) == []
    with duckdb.connect(str(tmp_path / "internal.duckdb"), read_only=True) as connection:
        assert connection.execute("select sum(rejected) from landing.files_read").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("extract", "column"),
    [
        ("ppud_sentence", "tariff_expiry_date"),
        ("nomis_custody_snapshot", "has_disability"),
        ("ppud_recall", "returned_to_custody_on"),
        ("rag_exercise", "rating"),
    ],
)
def test_the_loader_refuses_an_extract_that_lost_a_column(files, tmp_path, extract, column):
    for name in ("identifier_links", extract):
        shutil.copytree(files[name].parent, tmp_path / "raw" / name)
    rows = pq.read_table(files[extract])
    place = rows.schema.get_field_index(column)
    lost = rows.set_column(place, rows.schema.field(place), pa.nulls(len(rows), rows.schema.field(place).type))
    pq.write_table(lost, tmp_path / "raw" / extract / f"{LAST_DAY}.parquet")

    asked = {name: contracts()[name] for name in ("identifier_links", extract)}
    problems = load(tmp_path / "internal.duckdb", tmp_path / "raw", asked)

    assert [(problem.release, problem.file, problem.expected, problem.found) for problem in problems] == [
        (
            f"internal {extract}",
            f"{LAST_DAY}.parquet",
            f"{column}: a value in at least 50% of rows",
            f"0 of {len(rows)} rows (0.0%)",
        )
    ]


def test_the_files_are_the_same_again(files, tmp_path):
    again = write_cohort(tmp_path, LAST_DAY, SMALL, file_format="parquet")
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files.items()
    }


@pytest.mark.parametrize(
    ("kinds", "made_up"),
    [
        (["synthetic_scaled"], True),
        (["synthetic"], True),
        (["synthetic_scaled", "internal"], False),
        (["synthetic_scaled", "synthetic"], False),
    ],
)
def test_a_cohort_is_written_over_synthetic_files_only(tmp_path, kinds, made_up):
    path = tmp_path / "rotl" / f"{LAST_DAY}.parquet"
    path.parent.mkdir()
    pq.write_table(pa.table({"source_kind": kinds}), path)
    refused = nullcontext() if made_up else pytest.raises(CannotWrite, match="expected only synthetic extracts")
    with refused:
        write_cohort(tmp_path, LAST_DAY, SMALLEST, file_format="parquet")


def test_it_does_not_lie_beside_one_of_full_size(files, tmp_path):
    """The loader refuses two kinds of synthetic people side by side."""
    for name in MIXED:
        shutil.copytree(files[name].parent, tmp_path / "raw" / name)
    rows = pq.read_table(files["rotl"]).to_pandas().assign(source_kind="synthetic")
    rows.to_parquet(tmp_path / "raw" / "rotl" / f"{LAST_DAY}.parquet")
    problems = load(tmp_path / "internal.duckdb", tmp_path / "raw", {name: contracts()[name] for name in MIXED})
    assert [problem.expected for problem in problems] == ["rows of one source_kind in all extracts"]


@pytest.mark.parametrize("scale", [0, -1, Fraction(1, 101)])
def test_a_cohort_of_almost_no_people_is_refused(tmp_path, scale):
    with pytest.raises(CannotWrite, match=f"ask for {SMALLEST} or more"):
        write_cohort(tmp_path, LAST_DAY, scale)
    assert list(tmp_path.iterdir()) == []
