"""The extracts about support: every synthetic row keeps its contract, and the published figures result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from orchestration.records.loader import load
from synthetic_cohort.write import contracts
from tests.unit.records.conftest import NINE_MONTHS_BEFORE as EARLIER_DAY

SUPPORT = (
    "approved_premises_stays",
    "progressive_transfers",
    "accredited_programmes",
    "offender_manager_contacts",
    "s117_aftercare",
    "never_released_barriers",
    "community_psychology_cases",
    "progression_regime_recommendations",
)


def landed(folder: Path, files: dict[str, Path]) -> duckdb.DuckDBPyConnection:
    """The internal file with the extracts about support of one day and no others."""
    for name in files.keys() & set(SUPPORT):
        (folder / "raw" / name).mkdir(parents=True)
        shutil.copy(files[name], folder / "raw" / name)
    assert load(folder / "internal.duckdb", folder / "raw", {name: contracts()[name] for name in SUPPORT}) == []
    return duckdb.connect(str(folder / "internal.duckdb"), read_only=True)


@pytest.fixture(scope="module")
def last(tmp_path_factory, files) -> Iterator[duckdb.DuckDBPyConnection]:
    with landed(tmp_path_factory.mktemp("last"), files) as connection:
        yield connection


@pytest.fixture(scope="module")
def earlier(tmp_path_factory, full_cohort) -> Iterator[duckdb.DuckDBPyConnection]:
    with landed(tmp_path_factory.mktemp("earlier"), full_cohort[EARLIER_DAY]) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    """What a query gives."""
    return connection.execute(query).fetchall()


BROKEN = "select extract, column_name, rule from landing.rejected_rows where row_count > 0"


def test_every_row_keeps_its_contract(last):
    assert rows(last, BROKEN) == []
    assert all(count for _, count in rows(last, "select extract, landed from landing.files_read"))


def test_an_earlier_extract_knows_nothing_of_later_days(earlier):
    assert rows(earlier, BROKEN) == []
    assert rows(earlier, "select extract from landing.files_read where landed = 0") == [("never_released_barriers",)]
    assert rows(earlier, "select max(arrived_on) from landing.approved_premises_stays") == [(EARLIER_DAY,)]
    assert rows(earlier, "select count(*) > 0 from landing.accredited_programmes where closed_on is null") == [(True,)]


def test_the_pilot_has_four_premises_and_nine_more_are_identified(last):
    query = "select pilot_status, count(distinct approved_premises) from landing.approved_premises_stays group by all"
    assert dict(rows(last, query)) == {"pilot": 4, "identified": 9, "other": 35}


def test_no_person_stays_in_the_pilot_beyond_sixteen_weeks(last):
    query = "select max(left_on - arrived_on) from landing.approved_premises_stays where pilot_status = 'pilot'"
    assert 84 < rows(last, query)[0][0] <= 16 * 7


def test_the_deep_dive_is_of_everybody_never_released(last):
    assert rows(last, "select count(distinct person_key) from landing.never_released_barriers") == [(1012,)]


def test_everybody_in_prison_or_on_licence_should_have_a_community_offender_manager(last):
    query = "select manager_type, count(*) from landing.offender_manager_contacts group by manager_type"
    count = dict(rows(last, query))
    assert count["prison"] == 2544
    assert count["community"] > 2544


def test_four_prisons_run_a_progression_regime(last):
    query = "select distinct prison_code from landing.progression_regime_recommendations order by 1"
    assert [code for (code,) in rows(last, query)] == ["BCI", "EEI", "HMI", "WII"]


def test_women_have_a_service_of_their_own(last):
    query = "select count(distinct service) from landing.community_psychology_cases group by person_key"
    assert {count for (count,) in rows(last, query)} == {1}
