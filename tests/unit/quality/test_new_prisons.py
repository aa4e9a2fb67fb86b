"""A bulletin with an unknown prison passes while its totals add up, and fails when they do not."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from orchestration.build.inputs import gather
from orchestration.quality.identities import Arithmetic
from orchestration.quality.rule_checks import arithmetic_checks, known_members, open_members, run_checks
from orchestration.quality.rules import read_rules
from orchestration.quality.runner import Target, run_suite
from orchestration.quality.suites import read_suite
from orchestration.quality.tables import columns_by_table
from orchestration.settings import ROOT, Settings
from orchestration.sources.spec import read_sources
from tests.bulletins import PRISONS, bulletin, write_release
from tests.unit.quality.conftest import land_folders

NEW = {**PRISONS, "Welland Oaks": (1468, 1468, 960, 944)}
EXPECTATIONS = ROOT / "expectations"
TABLE = "landing.prison_population_monthly_prisons"


def broken(folder: Path, rows: list[list[object]]) -> set[str]:
    """The rules and expectations on bulletins that fail when one is landed."""
    release = write_release(folder / "raw", rows)
    path = land_folders(folder / "landed.duckdb", [release], only="prison_population_monthly")
    rules = read_rules(EXPECTATIONS / "arithmetic.yml", Arithmetic)
    suite = read_suite(EXPECTATIONS / "landing" / "prison_population_monthly" / "prisons.json", EXPECTATIONS)
    with duckdb.connect(str(path)) as connection:
        columns = columns_by_table(connection)
        results = [*run_suite(suite, Target(TABLE, connection.execute(f"from {TABLE}").df()))]
        rule_checks = [one for one in arithmetic_checks(connection, rules, columns) if TABLE in one.target]
        members = known_members({suite.name: suite}, {suite.name: TABLE}) | open_members(read_sources())
        results += run_checks(rule_checks, "rules.arithmetic", columns, members)[0]
    return {one.expectation for one in results if not one.success}


def test_an_unknown_prison_is_landed_while_the_total_adds_up(tmp_path: Path) -> None:
    assert broken(tmp_path, bulletin(NEW)) == set()
    with duckdb.connect(str(tmp_path / "landed.duckdb"), read_only=True) as connection:
        found = connection.execute(
            f"select value from {TABLE} where prison = 'welland_oaks' and statistic = 'population'"
        ).fetchall()
    assert found == [(944,)]


@pytest.mark.parametrize(
    "rows",
    [
        bulletin(NEW, counted=[*PRISONS]),
        bulletin({**PRISONS, "Swaleside": (1, 2, 3, 4)}, counted=[*PRISONS]),
        [["Total", None, None, None, None] if row and row[0] == "Total" else row for row in bulletin(NEW)],
    ],
    ids=["a row that the total does not count", "a known prison that it does not count", "a total without figures"],
)
def test_a_total_that_does_not_add_up_stops_the_refresh(tmp_path: Path, rows: list[list[object]]) -> None:
    assert broken(tmp_path, rows) == {"monthly_total_is_all_prisons", "monthly_usable_operational_capacity"}


def test_the_release_says_that_a_prison_is_new(tmp_path: Path) -> None:
    write_release(tmp_path / "raw", bulletin(NEW))
    settings = Settings(tmp_path / "raw", tmp_path / "work", tmp_path / "published")
    (outcome,) = gather(settings, read_sources(), _now())
    assert outcome.status == "published"
    assert "new prison 'Welland Oaks' in row 9" in outcome.reason


def _now() -> dt.datetime:
    """A moment when the bulletin is public."""
    return dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
